"""Accounts of releases without a journal get their entries once, before anything of the books leaves."""

from dataclasses import replace

import pytest

from chalicelib.domain.errors import NotFound
from chalicelib.domain.exports.refusals import JournalIncomplete
from chalicelib.domain.people import Person
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.audit.seal_audit import seal_audit
from chalicelib.usecases.exports import complete_journal as completing
from chalicelib.usecases.exports.complete_journal import complete_journal, require_complete_journal
from chalicelib.usecases.journal.number_journal import number_journal
from chalicelib.usecases.journal.verify_journal import verify_journal
from tests.fakes.ports import FakePorts, enrol_student
from tests.proof.books import check_books
from tests.usecases.conftest import CHRIS, Student

DOMINIQUE = replace(CHRIS, id="00000000000000c2", email="other@demo.test", last_name="TESTDO")


def paid_without_a_journal(ports: FakePorts, person: Person, transaction: str) -> Student:
    """Return a student whose invoice and payment an earlier release wrote."""
    registration = enrol_student(ports, person, "I2223_Y1_1A", ports.campaigns.current().id)
    student = Student(ports, person, registration.id)
    student.declares("01")
    student.pays(student.opens_the_page(), transaction)
    ports.memory.journal = {k: v for k, v in ports.memory.journal.items() if v.person_id != person.id}
    acts = ports.memory.audit_waiting.items()
    ports.memory.audit_waiting = {key: each for key, each in acts if each.act is not Act.PAYMENT_BOOKED}
    return student


@pytest.fixture
def two(ports: FakePorts) -> FakePorts:
    paid_without_a_journal(ports, CHRIS, "7001")
    paid_without_a_journal(ports, DOMINIQUE, "7002")
    ports.move(days=30)
    return ports


def test_entries_are_written_once_dated_as_the_documents(two: FakePorts) -> None:
    assert complete_journal(two).written == 4
    assert {f"{each.dated_on}" for each in two.memory.journal.values()} == {"2022-06-24"}
    check_books(two.memory)
    told = [each for each in two.memory.audit_waiting.values() if each.act is Act.JOURNAL_COMPLETED]
    assert len(told) == 2
    number_journal(two)
    seal_audit(two)
    assert verify_journal(two) == ()
    (checkpoint,) = two.memory.catch_ups.values()
    assert checkpoint.is_done
    version = checkpoint.version
    assert complete_journal(two).written == 0
    assert two.memory.catch_ups[checkpoint.campaign_id].version == version


def test_run_out_of_time_goes_on_where_it_stopped(two: FakePorts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(completing, "SLICE", 1)
    times = iter([True, False])
    first = complete_journal(two, lambda: next(times))
    assert (first.written, first.left) == (2, 1)
    assert {each.person_id for each in two.memory.journal.values()} == {CHRIS.id}
    second = complete_journal(two)
    assert (second.written, second.left) == (2, 0)


def test_nothing_leaves_before_it_is_done(two: FakePorts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(completing, "LONGEST_REQUEST", completing.LONGEST_REQUEST * 0)
    with pytest.raises(JournalIncomplete) as refused:
        require_complete_journal(two)
    assert refused.value.accounts == 2
    monkeypatch.undo()
    require_complete_journal(two)
    assert len(two.memory.journal) == 4


def test_account_that_cannot_be_read_delays_no_other_and_is_tried_again(
    two: FakePorts, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = two.accounts.account
    two.alarms.expects_failures = True

    def broken(person_id: str) -> object:
        if person_id == CHRIS.id:
            raise NotFound
        return account(person_id)

    monkeypatch.setattr(two.accounts, "account", broken)
    assert (complete_journal(two).failed, len(two.memory.journal)) == (1, 2)
    (checkpoint,) = two.memory.catch_ups.values()
    assert (checkpoint.failed, checkpoint.is_done) == ((CHRIS.id,), True)
    assert two.alarms.raised == ["failure account not completed NotFound"]
    monkeypatch.undo()
    assert complete_journal(two).written == 2
    assert two.memory.catch_ups[checkpoint.campaign_id].failed == ()


def test_many_failures_stop_the_run(two: FakePorts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(completing, "SLICE", 1)
    monkeypatch.setattr(completing, "MOST_FAILED", 0)
    two.alarms.expects_failures = True
    monkeypatch.setattr(two.accounts, "account", lambda _: (_ for _ in ()).throw(NotFound()))
    report = complete_journal(two)
    assert (report.failed, report.left) == (1, 1)
    (checkpoint,) = two.memory.catch_ups.values()
    assert not checkpoint.is_done


def test_registration_of_another_campaign_waits_for_its_own_run(two: FakePorts) -> None:
    other = replace(two.memory.registrations_by_id[f"{CHRIS.id}-1"], campaign_id="another")
    two.memory.registrations_by_id[f"{CHRIS.id}-2"] = replace(other, id=f"{CHRIS.id}-2")
    complete_journal(two)
    written = two.memory.journal.values()
    assert {each.registration_id for each in written} == {f"{CHRIS.id}-1", f"{DOMINIQUE.id}-1"}
