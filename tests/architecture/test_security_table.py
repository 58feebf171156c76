"""docs/security.md answers every requirement once, and names only files and tests that exist."""

import re
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib.domain import limits, links, sessions
from chalicelib.domain.access import RULES, Action, Reach
from chalicelib.domain.limits import Limit

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ANSWERED, _, MISSING = DOCUMENT.partition("\n## Not met\n")
LONGEST_DOCUMENT = 160  # beside its tables, which have a row for each right and each requirement

# OWASP ASVS 5.0.0: the level of each requirement of a section, from its first to its last.
LEVELS: dict[str, str] = dict(
    re.findall(
        r"(\S+):(\d+)",
        """
    1.1:22 1.2:1111122223 1.3:112222222223 1.4:222 1.5:123 2.1:122 2.2:112 2.3:12223 2.4:23 3.1:3 3.2:113
    3.3:12223 3.4:11222233 3.5:11122333 3.6:3 3.7:22333 4.1:12233 4.2:23333 4.3:22 4.4:1222 5.1:2 5.2:112333
    5.3:113 5.4:222 6.1:122 6.2:111111112222 6.3:11223333 6.4:112233 6.5:22222333 6.6:2223 6.7:33 6.8:2222
    7.1:222 7.2:1111 7.3:22 7.4:11222 7.5:223 7.6:22 8.1:1233 8.2:1123 8.3:133 8.4:23 9.1:111 9.2:1222
    10.1:22 10.2:223 10.3:22223 10.4:1111122222233333 10.5:22222 10.6:22 10.7:222 11.1:2233 11.2:22233
    11.3:11233 11.4:1222 11.5:23 11.6:23 11.7:33 12.1:12233 12.2:11 12.3:22223 13.1:2333 13.2:222223
    13.3:2233 13.4:1222233 14.1:22 14.2:12223333 14.3:122 15.1:12233 15.2:12233 15.3:1222222 15.4:3333 16.1:2
    16.2:22222 16.3:2222 16.4:222 16.5:2223 17.1:23 17.2:22223333 17.3:22
        """,
    )
)
REQUIRED = [
    f"{section}.{number}"
    for section, levels in LEVELS.items()
    for number, level in enumerate(levels, 1)
    if level in "12"
]
ANSWERS = ("met", "deviates", "does not apply", "not met")
_ID = r"\d+\.\d+\.\d+"
_IDS = re.compile(rf"{_ID}(?: – {_ID})?(?:, {_ID}(?: – {_ID})?)*")

ROLES = ("student", "registrar", "accountant", "administrator", "auditor")
REACHES = {Reach.OWN: "their own", Reach.OTHERS: "others', never their own", Reach.ALL: "anybody's"}
COUNTED = (
    limits.PAIR,
    limits.ADDRESS,
    limits.ACCOUNT,
    limits.CODE,
    limits.CODE_DAY,
    limits.LINK,
    limits.LINK_ADDRESS,
    limits.TICKET,
)
LIFETIMES = {
    "without use": sessions.IDLE_LIFETIME,
    "in all": sessions.LIFETIME,
    "waiting for its second factor": sessions.UNFINISHED_LIFETIME,
    "a proof of identity counts as recent": sessions.RECENT,
    "use is noted every": sessions.NOTED_EVERY,
    "mailed link": links.LINK_LIFETIME,
    "mailed link for an IBAN": links.IBAN_LINK_LIFETIME,
}


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def rows() -> list[list[str]]:
    """Return id, answer, where and test of each row that begins with a requirement."""
    lines = [line for line in ANSWERED.splitlines() if line.startswith("|")]
    return [cells(line) for line in lines if _IDS.fullmatch(cells(line)[0])]


def expanded(ids: str) -> list[str]:
    """Name each requirement of "1.2.3, 1.3.1 – 1.3.4"; a range is of our levels alone."""
    named: list[str] = []
    for part in ids.split(", "):
        first, _, last = part.partition(" – ")
        assert first in REQUIRED, f"{first} is no requirement of level 1 or 2"
        assert not last or last in REQUIRED, f"{last} is no requirement of level 1 or 2"
        named += REQUIRED[REQUIRED.index(first) : REQUIRED.index(last or first) + 1]
    return named


def spoken(span: timedelta) -> str:
    """Write a time as the document does: "15 min", "1 h", "1 day"."""
    if span.days:
        return f"{span.days} day" + "s" * (span.days > 1)
    minutes = int(span.total_seconds()) // 60
    return f"{minutes} min" if minutes % 60 else f"{minutes // 60} h"


def quoted() -> list[str]:
    return re.findall(r"`([^`\n]+)`", DOCUMENT)


def test_the_standard_has_253_requirements_of_these_levels() -> None:
    counted = Counter("".join(LEVELS.values()))
    assert (counted["1"], counted["2"], counted["3"]) == (70, 183, 92)


def test_every_requirement_is_answered_once() -> None:
    answered = Counter(each for row in rows() for each in expanded(row[0]))
    assert [each for each in REQUIRED if answered[each] != 1] == []


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_answer_says_where_or_why(row: list[str]) -> None:
    _, answer, where, _ = row
    assert answer in ANSWERS
    assert where, "a file, or the sentence that argues it"
    assert answer == "met" or " " in where, "whatever is not simply met is argued"


def test_what_is_not_met_is_listed_at_the_end() -> None:
    missing = {each for ids, answer, *_ in rows() if answer == "not met" for each in expanded(ids)}
    assert set(re.findall(rf"\b{_ID}\b", MISSING)) == missing


def test_every_file_that_is_named_exists() -> None:
    """A path is the project's or the application's (`domain/access.py`); `/login` is an address."""
    named = {each for each in quoted() if re.fullmatch(r"[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*/?", each)}
    paths = {each for each in named if re.search(r"/|\.(py|md|ya?ml|json|txt|toml|html)$", each)}
    places = (ROOT, ROOT / "chalicelib")
    assert len(paths) > 50
    assert sorted(path for path in paths if not any((place / path).exists() for place in places)) == []


def test_every_test_that_is_named_exists() -> None:
    named = {each for each in quoted() if re.fullmatch(r"(Test\w+\.)?test_\w+", each)}
    written = {
        name
        for file in (ROOT / "tests").rglob("test_*.py")
        for name in _tests_of(file.read_text(encoding="utf-8"))
    }
    assert len(named) > 50
    assert sorted(named - written) == []


def _tests_of(source: str) -> list[str]:
    """Name a module's tests, those of a class with it: "TestEnd.test_used_session_ends"."""
    names, inside = [], ""
    for indent, kind, name in re.findall(r"^( *)(?:async )?(class|def) (\w+)", source, re.MULTILINE):
        if not indent:
            inside = f"{name}." if kind == "class" else ""
        if kind == "def" and name.startswith("test_"):
            names.append(f"{inside if indent else ''}{name}")
    return names


@pytest.mark.parametrize("action", Action)
def test_table_of_rights_is_that_of_the_rules(action: Action) -> None:
    rule = RULES[action]
    held = [role for role in ROLES if role in rule.roles]
    roles = "everybody" if len(held) == len(ROLES) else ", ".join(held)
    again = "yes" if rule.is_recent else ""
    assert [action.value, roles, REACHES[rule.reach], again] in [
        cells(line) for line in DOCUMENT.splitlines() if line.startswith("|")
    ]


@pytest.mark.parametrize("limit", COUNTED, ids=lambda limit: limit.name)
def test_table_of_limits_is_that_of_the_rules(limit: Limit) -> None:
    assert f"| {limit.name} | {limit.most} in {spoken(limit.window)} |" in DOCUMENT


@pytest.mark.parametrize(("what", "span"), LIFETIMES.items(), ids=str)
def test_table_of_lifetimes_is_that_of_the_rules(what: str, span: timedelta) -> None:
    assert f"| {what} | {spoken(span)} |" in DOCUMENT


def test_document_is_short_enough_to_be_read() -> None:
    lines = DOCUMENT.splitlines()
    assert len([line for line in lines if not line.startswith("|")]) <= LONGEST_DOCUMENT
    assert [line for line in lines if len(line) > 120 and not line.startswith("|")] == []
