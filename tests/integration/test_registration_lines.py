"""The lines of registrations in the table: marked by every change, projected on reading, never lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.campaigns.reader import load_shipped
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import NotFound
from chalicelib.domain.identities import Identity
from chalicelib.domain.privacy.erasure import Redactions, erased
from chalicelib.domain.registration import Decision, Registration, RegistrationStatus, decide
from chalicelib.storage.kinds import rows_of
from chalicelib.storage.lists import lines as storage
from chalicelib.storage.lists.lines import DynamoRegistrationLines
from chalicelib.storage.lists.marks import MARKED, mark_of
from chalicelib.storage.privacy import DynamoPersonalRecords
from chalicelib.storage.table import Row
from infra.local.resources import Names
from infra.project_registrations import main
from tests.fakes.ports import MANUAL_DAY
from tests.integration.real_engine import engine_ports, enrolled, hooked

CAMPAIGN = load_shipped("clermont-auvergne-inp-2022")


class Process:
    """A process with its own memory and a clock that is moved."""

    def __init__(self, ports: Any) -> None:
        self.at = datetime.now(tz=UTC)
        self.lines = DynamoRegistrationLines(ports.table, lambda: self.at)

    def reads(self) -> dict[str, str]:
        self.at += timedelta(seconds=1)
        return {each.id: each.status for each in self.lines.of_campaign(CAMPAIGN.id).lines}


@contextmanager
def counted(ports: Any) -> Iterator[list[str]]:
    calls: list[str] = []
    with (
        hooked(ports.table, "before-call.dynamodb.Query", lambda **_: calls.append("Query")),
        hooked(ports.table, "before-call.dynamodb.GetItem", lambda **_: calls.append("GetItem")),
    ):
        yield calls


def test_change_of_one_process_is_read_by_another(names: Names) -> None:
    ports = engine_ports(names, CAMPAIGN)
    registration = enrolled(ports, 1)
    here, there = Process(ports), Process(ports)
    assert here.reads() == there.reads() == {registration.id: RegistrationStatus.PRE_REGISTERED}
    ports.store.commit(Changes((decide(registration, Decision.VALIDATE, ""),)))
    assert there.reads() == {registration.id: RegistrationStatus.VALIDATED}
    assert here.reads() == {registration.id: RegistrationStatus.VALIDATED}


def test_reading_with_nothing_changed_is_three_calls_whatever_the_number_of_files(names: Names) -> None:
    ports = engine_ports(names, CAMPAIGN)
    for rank in range(1, 6):
        enrolled(ports, rank)
    process = Process(ports)
    process.reads()
    process.at += timedelta(minutes=2)
    with counted(ports) as calls:
        assert len(process.reads()) == 5
    assert calls == ["Query", "GetItem"]


def test_marks_beyond_one_reading_wait_for_the_next(names: Names, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "AT_ONCE", 2)
    ports = engine_ports(names, CAMPAIGN)
    for rank in range(1, 6):
        enrolled(ports, rank)
    process = Process(ports)
    waiting = [process.lines.of_campaign(CAMPAIGN.id).waiting for _ in range(4)]
    assert waiting[0] > 0
    assert waiting[-1] == 0
    assert all(each.email for each in process.lines.of_campaign(CAMPAIGN.id).lines)


def test_registration_of_an_earlier_release_is_listed_at_once(names: Names) -> None:
    ports = engine_ports(names, CAMPAIGN)
    registration = enrolled(ports, 1)
    ports.table.row(MARKED, registration.person_id).delete()
    assert Process(ports).reads() == {registration.id: RegistrationStatus.PRE_REGISTERED}
    assert Process(ports).lines.heal(CAMPAIGN.id) == 0


def outdated(ports: Any, registration: Registration) -> Row:
    """Let the line be one of an earlier form that tells another share; no process has looked since."""
    row: Row = ports.table.get(storage.lines_key(registration.person_id), f"LINE#{registration.id}")
    stale = row.facts.replace("{", '{"shared_cents": 700, ', 1)
    row.update(actions=[ports.table.row.facts.set(stale), ports.table.row.version.set(1)])
    ports.table.row(storage.lines_key(CAMPAIGN.id), storage.COMPLETE).delete()
    return row


def later(ports: Any) -> Process:
    process = Process(ports)
    process.at += timedelta(minutes=5)
    return process


def shares(process: Process) -> list[tuple[int, bool]]:
    book = process.lines.of_campaign(CAMPAIGN.id)
    return [(each.shared_cents, each.is_partial) for each in book.lines]


def test_line_of_an_earlier_form_is_projected_again(names: Names) -> None:
    """It lacks what lines have told since, such as the share of a third-party payer."""
    ports = engine_ports(names, CAMPAIGN)
    registration = enrolled(ports, 1)
    assert Process(ports).reads()
    row = outdated(ports, registration)
    assert shares(later(ports)) == [(0, False)]
    row.refresh()
    assert row.version == storage.FORM
    assert ports.table.get(storage.lines_key(CAMPAIGN.id), storage.COMPLETE)


def test_it_is_shown_as_it_is_until_its_turn(names: Names, monkeypatch: pytest.MonkeyPatch) -> None:
    ports = engine_ports(names, CAMPAIGN)
    registration = enrolled(ports, 1)
    assert Process(ports).reads()
    outdated(ports, registration)
    monkeypatch.setattr(storage, "AT_ONCE", 0)
    process = later(ports)
    assert shares(process) == [(700, False)]
    assert not ports.table.get(storage.lines_key(CAMPAIGN.id), storage.COMPLETE)
    monkeypatch.undo()
    assert shares(process) == [(0, False)]


def test_line_that_is_behind_is_healed_by_the_command(
    names: Names, capsys: pytest.CaptureFixture[str]
) -> None:
    ports = engine_ports(names, CAMPAIGN)
    registration = enrolled(ports, 1)
    Process(ports).reads()
    later = replace(registration, status=RegistrationStatus.VALIDATED, version=2)
    for row in rows_of(ports.table, later):  # as an earlier release writes: without a mark
        ports.table.put(row)
    arguments = ["--table", names.table, "--region", "eu-west-3", "--campaign", CAMPAIGN.id]
    assert main(arguments) == 0
    assert capsys.readouterr().out.startswith("1 ")
    assert Process(ports).reads() == {registration.id: RegistrationStatus.VALIDATED}


def test_account_marked_again_meanwhile_is_not_written_as_it_was(names: Names) -> None:
    ports = engine_ports(names, CAMPAIGN)
    registration = enrolled(ports, 1)
    process = Process(ports)

    def mark(**_: Any) -> None:
        ports.table.put(mark_of(ports.table, registration.person_id))

    with hooked(ports.table, "before-call.dynamodb.TransactWriteItems", mark):
        process.lines.line(registration.id)
    assert ports.table.get(MARKED, registration.person_id), "it waits for the next reading"
    process.reads()
    assert ports.table.get(MARKED, registration.person_id) is None


def test_unreadable_account_empties_no_list_and_is_reported_once(names: Names) -> None:
    reports: list[str] = []
    ports = engine_ports(names, CAMPAIGN)
    ports.table.report = lambda what, _error: reports.append(what)
    good = enrolled(ports, 1)
    ports.table.put(mark_of(ports.table, "00000000000000ff"))
    process = Process(ports)
    assert good.id in process.reads()
    process.reads()
    assert reports == ["lines not projected"]


def test_numbers_of_the_person_are_in_the_line_and_an_unknown_one_is_not_found(names: Names) -> None:
    ports = engine_ports(names, CAMPAIGN)
    registration = enrolled(ports, 1)
    number = Identity("student_number", "n1", registration.person_id, MANUAL_DAY, "N1")
    cas = Identity("cas", "chris", registration.person_id, MANUAL_DAY)
    ports.store.commit(Changes((number, cas)))
    line = Process(ports).lines.line(registration.id)
    assert ("student_number", "N1") in line.numbers
    assert "chris" not in dict(line.numbers).values()
    with pytest.raises(NotFound):
        Process(ports).lines.line(f"{registration.person_id}-9")


def test_erased_person_is_in_no_line(names: Names) -> None:
    ports = engine_ports(names, CAMPAIGN)
    registration = enrolled(ports, 1)
    process = Process(ports)
    process.reads()
    account = ports.accounts.account(registration.person_id)
    person = erased(account.person, MANUAL_DAY.date())
    DynamoPersonalRecords(ports.table).redact(person.id, Redactions((person,)))
    rows = [row.facts for row in ports.table.row.scan() if row.pk.startswith("LINES#")]
    assert "student1@demo.test" not in " ".join(rows)
    process.reads()
    (line,) = process.lines.of_campaign(CAMPAIGN.id).lines
    assert line.email != "student1@demo.test"
