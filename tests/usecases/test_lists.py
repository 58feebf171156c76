"""The staff's lists on fakes: found, shown whole, decided on at once, counted."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from chalicelib.domain.calendar import PARIS
from chalicelib.domain.causes import StepUnknown
from chalicelib.domain.errors import NotFound
from chalicelib.domain.lists.counters import Counting
from chalicelib.domain.lists.filters import Anomaly, Filter, Paid
from chalicelib.domain.people import Person, Role
from chalicelib.domain.plan.plan_requests import PlanDecision, PlanRequestState
from chalicelib.domain.registration import Decision, RegistrationStatus
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.audit.seal_audit import seal_audit
from chalicelib.usecases.corrections.issue_credit_note import CreditOrder, issue_credit_note
from chalicelib.usecases.lists import find_registrations as finding
from chalicelib.usecases.lists.decide_many import decide_many, decide_many_plans
from chalicelib.usecases.lists.find_registrations import all_registrations, find_registrations, show_entry
from chalicelib.usecases.lists.show_desk import show_desk
from chalicelib.usecases.lists.show_registration import show_registration
from chalicelib.usecases.registrations.decide_registration import decide_registration
from chalicelib.usecases.registrations.mark_provisional import mark_provisional
from tests.fakes.ports import enrol_student
from tests.usecases.conftest import ACCOUNTANT, CHRIS, REGISTRAR, Student

OTHER = replace(CHRIS, id="00000000000000c2", email="other@demo.test", last_name="AUTRE")
ADMIN = Person("00000000000000ad", "admin@demo.test", "A", "ADMIN", frozenset({Role.ADMINISTRATOR}))


def counted(chris: Student, person: Person) -> dict[Counting, int]:
    return {each.of: each.count for each in show_desk(chris.ports, chris.ports.campaigns.current(), person)}


def test_list_has_pages_by_number_and_by_cursor(chris: Student, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "PAGE", 1)
    campaign = chris.ports.campaigns.current()
    enrol_student(chris.ports, OTHER, "I2223_Y1_1A", campaign.id)
    first = find_registrations(chris.ports, campaign, Filter())
    assert (first.first, first.last, first.total) == (1, 1, 2)
    second = find_registrations(chris.ports, campaign, Filter(), cursor=first.next)
    by_number = find_registrations(chris.ports, campaign, Filter(), page=9)
    assert second.entries == by_number.entries
    assert (second.first, second.next) == (2, None)
    nothing = find_registrations(chris.ports, campaign, Filter(paid=Paid.OVER))
    assert (nothing.first, nothing.total, nothing.entries) == (0, 0, ())
    assert len(all_registrations(chris.ports, campaign, Filter())) == 2


def test_line_tells_what_was_ordered_and_paid(chris: Student) -> None:
    chris.declares("01")
    assert show_entry(chris.ports, chris.registration_id).owed_cents == 60100
    chris.pays(chris.opens_the_page())
    entry = show_entry(chris.ports, chris.registration_id)
    assert (entry.paid, entry.rest_cents) == (Paid.ALL, 0)
    assert entry.has(Anomaly.PAID_NOT_VALIDATED)
    kinds = {kind for kind, _ in entry.line.numbers}
    assert {"registration", "order", "invoice", "transaction", "attempt", "card"} <= kinds
    assert 60100 in entry.line.amounts
    with pytest.raises(NotFound):
        show_entry(chris.ports, "00000000000000c9-1")


def test_whole_file_has_the_acts_on_it_and_no_others(chris: Student) -> None:
    chris.declares("01")
    decide_registration(chris.ports, chris.registration_id, Decision.VALIDATE, "", REGISTRAR)
    seal_audit(chris.ports)
    shown = show_registration(chris.ports, chris.registration_id)
    assert [each.act for each in shown.history] == [Act.FEE_SITUATION_DECLARED, Act.REGISTRATION_VALIDATED]
    assert shown.credit is None


def test_history_of_a_long_trail_ends(chris: Student, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chris.ports.audit, "of_subject", lambda _subject, _after: ((), "again"))
    assert show_registration(chris.ports, chris.registration_id).history == ()


def test_decision_and_evidence_are_one_version_and_one_act(chris: Student) -> None:
    chris.declares("01")
    before = chris.registration.version
    seen = frozenset({"cvec"})
    decided = decide_registration(chris.ports, chris.registration_id, Decision.VALIDATE, "", REGISTRAR, seen)
    assert (decided.version, decided.seen_steps) == (before + 1, seen)
    again = decide_registration(
        chris.ports, chris.registration_id, Decision.VALIDATE, "", REGISTRAR, frozenset()
    )
    assert again.seen_steps == seen, "a repetition writes nothing"
    with pytest.raises(StepUnknown):
        decide_registration(
            chris.ports, chris.registration_id, Decision.REOPEN, "x", REGISTRAR, frozenset({"none"})
        )


def test_one_refused_file_of_many_stops_no_other(chris: Student) -> None:
    other = enrol_student(chris.ports, OTHER, "I2223_Y1_1A", chris.ports.campaigns.current().id)
    chris.declares("01")
    ids = ["00000000000000c9-1", other.id, chris.registration_id, chris.registration_id]
    results = decide_many(chris.ports, ids, Decision.VALIDATE, "", REGISTRAR, {})
    assert [each.is_done for each in results] == [False, False, True]
    assert [each.refusal.code for each in results if each.refusal] == ["not_found", "not_declared"]
    assert chris.registration.status is RegistrationStatus.VALIDATED


def test_fault_of_ours_stops_no_other(chris: Student, monkeypatch: pytest.MonkeyPatch) -> None:
    chris.ports.alarms.expects_failures = True
    monkeypatch.setattr(chris.ports.accounts, "account", lambda _: 1 / 0)
    (result,) = decide_many(chris.ports, [chris.registration_id], Decision.VALIDATE, "", REGISTRAR, {})
    assert (result.is_done, result.is_fault) == (False, True)
    assert chris.ports.alarms.raised == ["failure decision failed ZeroDivisionError"]


def test_line_of_what_was_credited_owes_what_is_left_of_the_order(chris: Student) -> None:
    chris.declares("01")
    chris.pays(chris.opens_the_page())
    (invoice,) = chris.account.invoices
    issue_credit_note(chris.ports, CreditOrder(invoice.number, 10000, "geste"), ACCOUNTANT)
    entry = show_entry(chris.ports, chris.registration_id)
    assert (entry.owed_cents, entry.paid) == (50100, Paid.OVER)


def test_line_of_a_grant_that_was_to_be_notified_by_now_says_so(chris: Student) -> None:
    chris.declares("02")
    mark_provisional(chris.ports, chris.registration_id, date(2022, 6, 30), REGISTRAR)
    chris.is_at("2022-06-30 12:00")
    assert not show_entry(chris.ports, chris.registration_id).has(Anomaly.PROVISIONAL_OVERDUE)
    chris.is_at("2022-07-01 12:00")
    assert show_entry(chris.ports, chris.registration_id).has(Anomaly.PROVISIONAL_OVERDUE)
    assert counted(chris, REGISTRAR)[Counting.PROVISIONAL_OVERDUE] == 1


def test_plans_are_decided_at_once(chris: Student) -> None:
    chris.declares("05")
    chris.asks_for()
    assert counted(chris, ACCOUNTANT)[Counting.PLANS_TO_DECIDE] == 1
    (result,) = decide_many_plans(
        chris.ports, [chris.registration_id], PlanDecision.APPROVE, "", ACCOUNTANT, {}
    )
    assert result.is_done
    assert chris.ports.memory.plan_requests[chris.registration_id].state is PlanRequestState.APPROVED


def test_desk_counts_for_each_role_what_it_may_read(chris: Student) -> None:
    chris.declares("01")
    assert counted(chris, REGISTRAR) == {
        Counting.TO_DECIDE: 1,
        Counting.EVIDENCE_VERIFIED: 0,
        Counting.GRANTS_APPEARED: 0,
        Counting.PAID_NOT_VALIDATED: 0,
        Counting.VALIDATED_UNPAID: 0,
        Counting.FOLLOW_UPS: 0,
        Counting.PROVISIONAL_OVERDUE: 0,
        Counting.EXEMPTIONS: 0,
    }
    assert Counting.TO_DECIDE not in counted(chris, ACCOUNTANT)
    assert set(counted(chris, ADMIN)) == {Counting.SECOND_PERSON, Counting.GIVEN_UP}


@pytest.mark.parametrize(
    ("today", "last"),
    [("2022-07-10", "2022-07-10"), ("2022-08-09", "2022-07-10"), ("2023-01-03", "2022-12-10")],
)
def test_last_run_is_of_the_last_due_day(chris: Student, today: str, last: str) -> None:
    chris.ports.at = datetime.fromisoformat(today).replace(hour=12, tzinfo=PARIS)
    (run,) = [
        each
        for each in show_desk(chris.ports, chris.ports.campaigns.current(), ACCOUNTANT)
        if each.of is Counting.LAST_RUN
    ]
    assert f"{run.day}" == last
