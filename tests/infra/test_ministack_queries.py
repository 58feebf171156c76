import subprocess
from pathlib import Path

from infra.local.ministack import command
from infra.local.ministack_queries import Part, parts_of

MANY = 1_500


def test_short_ways_answer_as_ministack_does(root: Path) -> None:
    """Rows come, move and go between random queries of an index and of the table, forwards and backwards."""
    program = [str(command()[0]), "-P", "tests/infra/compared_queries.py", "infra/local"]
    done = subprocess.run(program, cwd=root, capture_output=True, text=True, check=False)  # noqa: S603 - our own program

    assert done.returncode == 0, done.stdout + done.stderr
    assert int(done.stdout) > MANY


def test_condition_of_another_form_is_left_to_ministack() -> None:
    assert parts_of("(#0 = :0 AND #1 < :1)") == (Part("#0", "=", ":0"), Part("#1", "<", ":1"))
    for other in ("pk = :0", "#0 = :0 AND #1 < :1", "((#0 = :0) AND (#1 < :1))", "#0 = :0 OR #0 = :1", ""):
        assert parts_of(other) == ()
