"""Who held which role on a day, as the audit trail tells it."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from chalicelib.domain.books.as_of import DayToCome
from chalicelib.domain.calendar import PARIS
from chalicelib.domain.people import Person, Role
from chalicelib.domain.trail.rights import Rights
from chalicelib.portal.books.rights_csv import rights_csv
from chalicelib.usecases.audit.seal_audit import seal_audit
from chalicelib.usecases.people.change_roles import change_roles, propose_roles
from chalicelib.usecases.people.close_account import close_account
from chalicelib.usecases.people.list_rights import list_rights
from tests.fakes.ports import FakePorts
from tests.usecases.conftest import ACCOUNTANT, REGISTRAR

ADMIN = replace(ACCOUNTANT, id="00000000000000ad", roles=frozenset({Role.ADMINISTRATOR}))
OTHER = replace(ADMIN, id="00000000000000ae", last_name="=TESTOT")


def on(ports: FakePorts, day: str | None) -> Rights:
    return list_rights(ports, date.fromisoformat(day) if day else None)


def shown(found: Rights) -> list[tuple[str, tuple[str, ...], bool, bool]]:
    return [(each.person_id[-2:], each.roles, each.is_active, each.is_told) for each in found.rights]


@pytest.fixture
def staffed(ports: FakePorts) -> FakePorts:
    """Sacha was registrar; from the 25th accountant, closed on the 27th and open again on the 28th."""
    for person in (ADMIN, OTHER, REGISTRAR):
        ports.memory.people[person.id] = person
    at(ports, 25)
    gives(ports, REGISTRAR, Role.ACCOUNTANT)
    seal_audit(ports)
    at(ports, 27)
    close_account(ports, REGISTRAR.id, False, "absence", ADMIN)  # noqa: FBT003 - what it becomes
    at(ports, 28)
    close_account(ports, REGISTRAR.id, True, "retour", ADMIN)  # noqa: FBT003 - what it becomes
    at(ports, 29)
    return ports


def at(ports: FakePorts, day: int) -> None:
    ports.at = datetime(2022, 6, day, 23, 30, tzinfo=PARIS)


def gives(ports: FakePorts, person: Person, *roles: Role) -> None:
    change = propose_roles(ports, person.id, frozenset(roles), "change de service", ADMIN)
    change_roles(ports, change.id, True, OTHER)  # noqa: FBT003 - the decision


@pytest.mark.parametrize(
    ("day", "sacha"),
    [
        ("2022-06-25", [("d1", ("accountant",), True, True)]),
        ("2022-06-27", [("d1", ("accountant",), False, True)]),
        (None, [("d1", ("accountant",), True, True)]),
        ("2022-06-24", []),
    ],
)
def test_roles_are_those_of_the_evening(
    staffed: FakePorts, day: str | None, sacha: list[tuple[str, tuple[str, ...], bool, bool]]
) -> None:
    found = shown(on(staffed, day))
    assert [each for each in found if each[0] == "d1"] == sacha
    assert ("ad", ("administrator",), True, False) in found


def test_second_change_follows_the_first(staffed: FakePorts) -> None:
    gives(staffed, REGISTRAR, Role.AUDITOR)
    (right,) = [each for each in on(staffed, None).rights if each.person_id == REGISTRAR.id]
    assert (right.roles, right.by, right.is_active) == (("auditor",), OTHER.id, True)


def test_file_has_names_moments_and_no_formula(staffed: FakePorts) -> None:
    text = rights_csv(on(staffed, None)).decode("utf-8-sig")
    assert "TESTSC Sacha;Comptabilité;oui;2022-06-25T23:30:00+02:00;00000000000000ae" in text
    assert ";'=TESTOT Alex;" in text
    assert "avant le journal d'audit" in text


def test_day_to_come_is_refused(staffed: FakePorts) -> None:
    with pytest.raises(DayToCome):
        on(staffed, "2022-07-30")
