"""`python -m tests.long_runs.mutants MINUTES [PATTERN …]`: try mutants, drawn by chance, for so long.

mutmut makes them and runs, for each, the tests that reach its function; `[tool.mutmut]` says which. It works
in `.mutants/tree`, a checkout of the commit, and keeps there what was tried: a function that changed is tried
anew, and on another commit so is each mutant that lived. Making them and finding the tests that reach each
function comes first, is not counted, and takes a quarter of an hour the first time. A pattern is one of
mutmut's, like `chalicelib.domain.plan.*`. survivors.json has what lives; whoever judges one writes its reason
there.
"""

import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from fnmatch import fnmatch
from pathlib import Path
from signal import SIGINT

from tests.long_runs.record import MINUTE, ROOT, SURVIVORS, UNJUDGED, keep, run_of, survivors

TREE = ROOT / ".mutants" / "tree"
RETRIED = ROOT / ".mutants" / "retried"
"""The commit on which what lived was tried again."""
MUTMUT = str(Path(sys.executable).with_name("mutmut"))
A_MINUTE = 8
"""Mutants that one process tries in a minute: a batch is one that its time is enough for."""
KILLED, LIVED, UNREACHED = {1, 3}, {0}, {5, 33}
LATE = {-24, 24, 36, 152, 255}


def main(minutes: float, patterns: list[str]) -> int:
    commit = _told("git", "rev-parse", "HEAD", cwd=ROOT)
    _check_out(commit)
    again = not RETRIED.exists() or RETRIED.read_text(encoding="ascii") != commit
    _mutmut("run", "nothing")  # makes the mutants, finds their tests, and ends: no mutant has this name
    if not (TREE / "mutants" / "mutmut-stats.json").exists():
        raise RuntimeError("mutmut found no tests: run it in .mutants/tree to see why")
    run, began = run_of("mutants"), time.monotonic()
    before, until = run.seconds, began + MINUTE * minutes
    while (left := until - time.monotonic()) > 0 and (names := _batch(patterns, left, again=again)):
        _mutmut("run", "--max-children", "1", *names, seconds=left)
        again = False
        RETRIED.write_text(commit, encoding="ascii")
        codes = [code for _, code in _results() if code is not None]
        of = Counter(_became(code) for code in codes)
        run.count, run.told = len(codes), {"exist": len(list(_results())), **dict(sorted(of.items()))}
        run.seconds = before + time.monotonic() - began
        _judge()
        keep(run)
        print(f"{run.count} tried of {run.told['exist']}: {dict(of)}", flush=True)  # noqa: T201 - its page
    return 0


def _check_out(commit: str) -> None:
    """Check the commit out: a file that changed gets a new date."""
    if not TREE.exists():
        TREE.parent.mkdir(exist_ok=True)
        _told("git", "clone", "--quiet", "--shared", "--no-checkout", str(ROOT), str(TREE), cwd=ROOT)
    _told("git", "fetch", "--quiet", str(ROOT), "HEAD", cwd=TREE)
    _told("git", "checkout", "--quiet", "--detach", commit, cwd=TREE)


def _mutmut(*arguments: str, seconds: float | None = None) -> None:
    with (
        subprocess.Popen(  # noqa: S603 - the tool
            [MUTMUT, *arguments], cwd=TREE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process,
        suppress(subprocess.TimeoutExpired),
    ):
        process.wait(seconds)
        return
    process.send_signal(SIGINT)  # it ends its workers, and has kept each result
    process.wait()


def _batch(patterns: list[str], seconds: float, *, again: bool) -> list[str]:
    """Return what to try: names never tried, by chance; before them those that lived on another commit."""
    known = [
        (name, code) for name, code in _results() if not patterns or any(fnmatch(name, p) for p in patterns)
    ]
    fresh = [name for name, code in known if code is None]
    size = min(len(fresh), max(A_MINUTE, round(A_MINUTE * seconds / MINUTE)))
    drawn = random.Random(len(fresh)).sample(fresh, size)  # noqa: S311 - no secret
    return [*(name for name, code in known if again and code in LIVED), *drawn]


def _results() -> Iterator[tuple[str, int | None]]:
    """Yield each mutant's name and the exit code of its tests, None if it was not tried."""
    for path in sorted((TREE / "mutants" / "chalicelib").rglob("*.meta")):
        yield from json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"].items()


def _became(code: int) -> str:
    if code in KILLED | LATE:
        return "killed" if code in KILLED else "killed by time"
    return "lived" if code in LIVED else "unreached" if code in UNREACHED else "ended otherwise"


def _judge() -> None:
    """Write what lives to survivors.json, with the reasons that are known."""
    reasons = {(each["function"], each["change"]): each["reason"] for each in survivors()}
    found = []
    for name in (name for name, code in _results() if code in LIVED):
        key = (name.partition("__mutmut_")[0], _change(_told(MUTMUT, "show", name, cwd=TREE)))
        found.append({"function": key[0], "change": key[1], "reason": reasons.get(key, UNJUDGED)})
    SURVIVORS.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _change(shown: str) -> str:
    """Return a diff's lines, cut to what was there and what is there now."""
    lines = [line for line in shown.splitlines() if line[:1] in "+-" and line[:3] not in {"+++", "---"}]
    was, now = (" ".join(line[1:].strip() for line in lines if line[0] == sign) for sign in "-+")
    return f"{was} → {now}"


def _told(*command: str, cwd: Path) -> str:
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603 - git and mutmut


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), sys.argv[2:]))
