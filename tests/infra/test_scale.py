"""docs/scale.md counts what one stack takes of an account: here is the count."""

from pathlib import Path

from infra.cloud.ticks import NAMES
from infra.local import ministack
from tests.infra.rights import functions
from tests.infra.test_package import EVENT_SOURCES, SCHEDULES

PAGE = ministack.ROOT / "docs" / "scale.md"
RULES_OF_A_BUS, ROLES_OF_AN_ACCOUNT = 300, 1000


def test_page_counts_rules_and_roles_as_a_stack_has_them() -> None:
    rules, roles = len({NAMES[rate] for rate in SCHEDULES.values()}), len(EVENT_SOURCES)

    assert row("EventBridge, rules of a bus")[2:4] == [str(rules), str(RULES_OF_A_BUS // rules)]
    assert row("IAM, roles of an account")[2:4] == [str(roles), str(ROLES_OF_AN_ACCOUNT // roles)]
    assert len(functions()) == roles


def test_page_counts_copies_of_the_code(built: Path) -> None:
    megabytes = round((built / "deployment.zip").stat().st_size / 1e6)
    told = row("Lambda, storage of code")[2]

    assert told.startswith(f"{len(EVENT_SOURCES)} × ")
    assert abs(int(told.split()[2]) - megabytes) <= 5


def row(name: str) -> list[str]:
    (line,) = (line for line in PAGE.read_text().splitlines() if line.startswith(f"| {name} |"))
    return [cell.strip() for cell in line.strip("|").split("|")]
