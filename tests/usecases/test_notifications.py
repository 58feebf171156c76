"""What the gateway says: once, in any order, twice at a time, wrong, or not at all."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import permutations, product

import pytest

from chalicelib.domain import errors
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.notifications import Anomaly, NotificationState
from chalicelib.domain.payments import Answer, AttemptState, Outcome
from chalicelib.usecases.payments import apply_gateway_answer
from chalicelib.usecases.payments.reconcile_payments import reconcile_payments
from chalicelib.usecases.payments.record_notification import record_notification
from chalicelib.usecases.payments.show_attempt import show_attempt
from chalicelib.usecases.registrations.show_account import show_account
from tests.fakes.ports import FakePorts
from tests.usecases.conftest import CHRIS, Student, accepted, refused


def test_forged_message_is_rejected_and_leaves_no_trace(chris: Student) -> None:
    with pytest.raises(errors.SignatureMismatch):
        record_notification(chris.ports, b"forged")
    assert chris.ports.memory.messages == {}


@pytest.mark.parametrize(
    ("changed", "anomaly"),
    [
        ({"amount_cents": 1}, Anomaly.AMOUNT_DIFFERS),
        ({"reference": "1999888-32-00000000000000c1-1-ffffffffffffffff"}, Anomaly.REFERENCE_UNKNOWN),
        ({"reference": "1999888-32-00000000000000ff-1-ffffffffffffffff"}, Anomaly.REFERENCE_UNKNOWN),
        ({"reference": "1999888-32-"}, Anomaly.REFERENCE_UNKNOWN),
        ({"reference": "1999887-32-whatever"}, Anomaly.SITE_DIFFERS),
        ({"is_test": True}, Anomaly.TEST_IN_PRODUCTION),
    ],
)
def test_genuine_message_that_does_not_fit_is_kept_and_changes_nothing(
    chris: Student, changed: dict[str, object], anomaly: Anomaly
) -> None:
    chris.declares("01")
    attempt = chris.opens_the_page()
    answer = replace(accepted(attempt), **changed)  # type: ignore[arg-type]
    record_notification(chris.ports, chris.ports.gateway.says(b"odd", answer))
    assert chris.attempt(attempt.id) == attempt
    kept = chris.ports.memory.messages["7001"]
    assert (kept.state, kept.anomaly) == (NotificationState.ANOMALOUS, anomaly)
    assert chris.ports.alarms.raised == [f"anomaly {anomaly}"]


class TestSignedElsewhere:
    """One key signs for every merchant and for the public test site: a signature alone is no payment."""

    def test_books_nothing_and_waits_for_our_own_account_to_confirm(self, chris: Student) -> None:
        chris.declares("05")
        attempt = chris.opens_the_page()
        body = chris.ports.gateway.signs_elsewhere(b"free", accepted(attempt))
        record_notification(chris.ports, body)
        once = chris.attempt(attempt.id)
        record_notification(chris.ports, body)
        assert show_account(chris.ports, CHRIS.id).payments == ()
        assert chris.attempt(attempt.id).state is AttemptState.UNKNOWN
        assert chris.attempt(attempt.id) == once, "what is in question already is not written again"

    def test_is_set_aside_once_the_page_is_over_and_the_payer_can_pay(self, chris: Student) -> None:
        chris.declares("05")
        attempt = chris.opens_the_page()
        record_notification(chris.ports, chris.ports.gateway.signs_elsewhere(b"free", accepted(attempt)))
        chris.ports.move(minutes=21)
        reconcile_payments(chris.ports)
        assert chris.ports.memory.messages["7001"].anomaly is Anomaly.NOT_CONFIRMED
        assert chris.attempt(attempt.id).state is AttemptState.CANCELLED
        assert chris.ports.alarms.raised == ["anomaly not_confirmed"]
        assert chris.opens_the_page().id != attempt.id

    def test_waits_while_the_gateway_does_not_answer_though_the_page_is_over(self, chris: Student) -> None:
        chris.declares("05")
        attempt = chris.opens_the_page()
        chris.ports.gateway.answers[attempt.reference] = refused(attempt, outcome=Outcome.UNKNOWN)
        record_notification(chris.ports, chris.ports.gateway.signs_elsewhere(b"true", accepted(attempt)))
        chris.ports.move(minutes=21)
        reconcile_payments(chris.ports)
        assert chris.ports.memory.messages["7001"].state is NotificationState.RECEIVED
        chris.ports.gateway.answers[attempt.reference] = accepted(attempt)
        reconcile_payments(chris.ports)
        assert chris.attempt(attempt.id).state is AttemptState.PAID

    def test_needs_no_confirmation_once_its_payment_is_booked(self, chris: Student) -> None:
        chris.declares("05")
        attempt = chris.opens_the_page()
        body = chris.ports.gateway.says(b"true", accepted(attempt))
        chris.ports.move(minutes=21)
        reconcile_payments(chris.ports)
        chris.ports.gateway.answers[attempt.reference] = refused(attempt, outcome=Outcome.UNKNOWN)
        record_notification(chris.ports, body)
        assert chris.ports.memory.messages["7001"].state is NotificationState.APPLIED

    def test_that_is_confirmed_by_another_transaction_is_not_booked(
        self, chris: Student, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        chris.declares("05")
        attempt = chris.opens_the_page()
        monkeypatch.setattr(chris.ports.gateway, "confirm", lambda *_: accepted(attempt, "7002"))
        record_notification(chris.ports, chris.ports.gateway.signs_elsewhere(b"free", accepted(attempt)))
        assert show_account(chris.ports, CHRIS.id).payments == ()
        assert chris.ports.memory.messages["7001"].body == "free"

    def test_names_another_transaction_than_our_account_holds(self, chris: Student) -> None:
        chris.declares("05")
        attempt = chris.opens_the_page()
        record_notification(chris.ports, chris.ports.gateway.says(b"true", accepted(attempt)))
        record_notification(
            chris.ports, chris.ports.gateway.signs_elsewhere(b"other", accepted(attempt, "7002"))
        )
        assert len(show_account(chris.ports, CHRIS.id).payments) == 1
        chris.ports.move(minutes=21)
        reconcile_payments(chris.ports)
        assert chris.ports.memory.messages["7002"].anomaly is Anomaly.NOT_CONFIRMED
        assert chris.attempt(attempt.id).transaction == "7001"

    def test_acceptance_after_a_refusal_is_booked_though_the_reference_finds_the_refusal(
        self, chris: Student
    ) -> None:
        chris.declares("05")
        attempt = chris.opens_the_page()
        chris.ports.gateway.answers[attempt.reference] = refused(attempt)
        record_notification(chris.ports, chris.ports.gateway.says(b"refused", refused(attempt)))
        record_notification(chris.ports, chris.ports.gateway.says(b"paid", accepted(attempt)))
        assert chris.attempt(attempt.id).state is AttemptState.PAID
        chris.ports.move(minutes=21)
        reconcile_payments(chris.ports)
        assert chris.attempt(attempt.id).state is AttemptState.PAID

    def test_payment_is_booked_late_when_the_gateway_confirms_it_late(self, chris: Student) -> None:
        chris.declares("05")
        attempt = chris.opens_the_page()
        record_notification(chris.ports, chris.ports.gateway.signs_elsewhere(b"soon", accepted(attempt)))
        chris.ports.gateway.answers[attempt.reference] = accepted(attempt)
        chris.ports.move(minutes=2)
        reconcile_payments(chris.ports)
        assert chris.attempt(attempt.id).state is AttemptState.PAID


def test_reference_that_is_the_beginning_of_another_matches_neither(chris: Student) -> None:
    chris.declares("01")
    attempt = chris.opens_the_page()
    answer = replace(accepted(attempt), reference=attempt.reference[:-1])
    record_notification(chris.ports, chris.ports.gateway.says(b"short", answer))
    assert chris.attempt(attempt.id).state is AttemptState.PENDING


def test_contradiction_of_an_earlier_message_is_kept_beside_it(chris: Student) -> None:
    chris.declares("01")
    attempt = chris.opens_the_page()
    record_notification(chris.ports, chris.ports.gateway.says(b"paid", accepted(attempt)))
    record_notification(chris.ports, chris.ports.gateway.says(b"not", refused(attempt, "7001")))
    assert chris.attempt(attempt.id).state is AttemptState.PAID
    (aside,) = chris.ports.memory.aside.values()
    assert aside.anomaly is Anomaly.CONTRADICTS_EARLIER


def test_message_without_a_transaction_is_kept_under_its_digest(chris: Student) -> None:
    chris.declares("01")
    attempt = chris.opens_the_page()
    abandoned = refused(attempt, transaction="", outcome=Outcome.ABANDONED)
    record_notification(chris.ports, chris.ports.gateway.says(b"late", abandoned))
    (kept,) = chris.ports.memory.messages.values()
    assert kept.key == kept.digest
    assert chris.attempt(attempt.id).state is AttemptState.PENDING


def test_same_message_from_many_threads_has_one_effect(chris: Student) -> None:
    chris.declares("05")
    body = chris.ports.gateway.says(b"paid", accepted(chris.opens_the_page()))
    barrier = threading.Barrier(16)

    def deliver() -> None:
        barrier.wait()
        record_notification(chris.ports, body)

    with ThreadPoolExecutor(16) as threads:
        for done in [threads.submit(deliver) for _ in range(16)]:
            done.result()
    account = show_account(chris.ports, CHRIS.id)
    assert (len(account.payments), len(account.invoices)) == (1, 1)
    assert chris.ports.accounts.sequence(chris.ports.campaigns.current()).next_invoice == 9197


def test_lost_races_are_run_again(chris: Student, monkeypatch: pytest.MonkeyPatch) -> None:
    chris.declares("05")
    body = chris.ports.gateway.says(b"paid", accepted(chris.opens_the_page()))
    settle = chris.ports.store.commit
    lost = iter([True, True, False])

    def contended(*arguments: object) -> None:
        if next(lost):
            raise errors.ConcurrentUpdate
        settle(*arguments)  # type: ignore[arg-type]

    # No fake meets itself: the lost race is injected where DynamoDB would report it.
    monkeypatch.setattr(chris.ports.store, "commit", contended)
    record_notification(chris.ports, body)
    assert chris.registration.is_paid
    assert chris.ports.races == 2


def test_race_lost_to_the_same_message_in_other_hands_is_not_run_again(
    chris: Student, monkeypatch: pytest.MonkeyPatch
) -> None:
    chris.declares("05")
    body = chris.ports.gateway.says(b"paid", accepted(chris.opens_the_page()))
    settle = chris.ports.store.commit

    def beaten(*arguments: object) -> None:
        settle(*arguments)  # type: ignore[arg-type]
        raise errors.ConcurrentUpdate

    # The other hands settle between our read and our write, which no fake does by itself.
    monkeypatch.setattr(chris.ports.store, "commit", beaten)
    record_notification(chris.ports, body)
    assert chris.ports.races == 0
    assert chris.registration.is_paid


def test_message_nobody_could_apply_waits_for_the_next_reconciliation(
    chris: Student, monkeypatch: pytest.MonkeyPatch
) -> None:
    chris.declares("05")
    body = chris.ports.gateway.says(b"paid", accepted(chris.opens_the_page()))
    with monkeypatch.context() as crowded:
        crowded.setattr(apply_gateway_answer, "RACES", 0)
        record_notification(chris.ports, body)
    assert not chris.registration.is_paid
    chris.ports.move(minutes=2)
    assert reconcile_payments(chris.ports).applied == 1
    assert chris.registration.is_paid


def test_one_message_that_cannot_be_applied_does_not_stop_the_reconciliation_of_others(
    chris: Student, monkeypatch: pytest.MonkeyPatch
) -> None:
    chris.declares("05")
    attempt = chris.opens_the_page()
    other = chris.opens_the_page()
    monkeypatch.setattr(apply_gateway_answer, "RACES", 0)
    record_notification(chris.ports, chris.ports.gateway.says(b"stuck", refused(attempt)))
    chris.ports.move(hours=1)
    chris.ports.gateway.answers[other.reference] = accepted(other)
    reconcile_payments(chris.ports)
    assert chris.registration.is_paid


class TestReconciliation:
    def test_books_a_payment_whose_notification_was_lost(self, chris: Student) -> None:
        chris.declares("05")
        attempt = chris.opens_the_page()
        chris.ports.gateway.answers[attempt.reference] = accepted(attempt)
        chris.ports.move(minutes=21)
        report = reconcile_payments(chris.ports)
        assert (report.asked, report.paid) == (1, 1)
        assert chris.registration.is_paid

    def test_leaves_a_page_alone_that_can_still_be_paid(self, chris: Student) -> None:
        chris.declares("05")
        chris.opens_the_page()
        chris.ports.move(minutes=19)
        assert reconcile_payments(chris.ports).asked == 0

    def test_closes_an_abandoned_page_once_and_asks_no_more(self, chris: Student) -> None:
        chris.declares("05")
        attempt = chris.opens_the_page()
        chris.ports.move(minutes=21)
        assert reconcile_payments(chris.ports).closed == 1
        assert chris.attempt(attempt.id).state is AttemptState.CANCELLED
        assert reconcile_payments(chris.ports).asked == 0

    def test_finds_the_payment_that_followed_a_refusal_on_the_same_page(self, chris: Student) -> None:
        chris.declares("05")
        attempt = chris.opens_the_page()
        record_notification(chris.ports, chris.ports.gateway.says(b"refused", refused(attempt)))
        chris.ports.gateway.answers[attempt.reference] = accepted(attempt)
        chris.ports.move(minutes=21)
        reconcile_payments(chris.ports)
        assert chris.attempt(attempt.id).state is AttemptState.PAID

    def test_keeps_asking_while_the_answer_is_unclear_and_tells_after_an_hour(self, chris: Student) -> None:
        chris.declares("05")
        attempt = chris.opens_the_page()
        unclear = replace(accepted(attempt), outcome=Outcome.UNKNOWN, transaction="")
        chris.ports.gateway.answers[attempt.reference] = unclear
        chris.ports.move(minutes=21)
        assert reconcile_payments(chris.ports).unclear == 1
        assert chris.ports.alarms.raised == []
        chris.ports.move(hours=1)
        reconcile_payments(chris.ports)
        assert chris.ports.alarms.raised == [f"unanswered {attempt.id}"]
        assert chris.attempt(attempt.id).state is AttemptState.UNKNOWN

    def test_refusal_found_by_asking_is_shown_as_one(self, chris: Student) -> None:
        chris.declares("05")
        attempt = chris.opens_the_page()
        chris.ports.gateway.answers[attempt.reference] = refused(attempt)
        chris.ports.move(minutes=21)
        reconcile_payments(chris.ports)
        assert chris.attempt(attempt.id).state is AttemptState.REFUSED

    def test_run_that_meets_another_one_does_nothing_twice(
        self, chris: Student, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        chris.declares("05")
        attempt = chris.opens_the_page()
        chris.ports.move(minutes=21)
        stale = chris.ports.accounts.open_attempts(chris.ports.at)
        reconcile_payments(chris.ports)
        monkeypatch.setattr(chris.ports.accounts, "open_attempts", lambda _before: stale)
        reconcile_payments(chris.ports)
        assert chris.attempt(attempt.id).version == attempt.version + 1


# P10: the same facts in any order end alike.

Event = Callable[[Student, str], None]


def _notified(kind: str) -> Event:
    def notify(student: Student, attempt_id: str) -> None:
        attempt = student.attempt(attempt_id)
        answers: dict[str, Answer] = {
            "paid": accepted(attempt),
            "refused": refused(attempt, "6001"),
            "unclear": refused(attempt, "6002", Outcome.UNKNOWN),
        }
        body = student.ports.gateway.says(kind.encode(), answers[kind])
        record_notification(student.ports, body)

    return notify


def _returns(student: Student, attempt_id: str) -> None:
    show_attempt(student.ports, CHRIS.id, attempt_id)


def _reconciles(student: Student, attempt_id: str) -> None:
    reconcile_payments(student.ports)


EVENTS: dict[str, Event] = {
    "paid": _notified("paid"),
    "refused": _notified("refused"),
    "unclear": _notified("unclear"),
    "returns": _returns,
    "reconciles": _reconciles,
}


def _orders() -> list[tuple[str, ...]]:
    """Every order of the five events, with each of them delivered twice: up to six long."""
    orders: set[tuple[str, ...]] = set()
    for length in range(1, 6):
        for chosen in permutations(EVENTS, length):
            orders.add(chosen)
            if length == len(EVENTS):
                orders.update(
                    (*chosen[:at], doubled, *chosen[at:])
                    for doubled, at in product(EVENTS, range(length + 1))
                )
    return sorted(orders)


def _end_of(order: tuple[str, ...], ledger_paid: bool) -> tuple[object, ...]:  # noqa: FBT001 - the ledger says yes or no
    student = _fresh_student()
    attempt = student.opens_the_page()
    if ledger_paid:
        student.ports.gateway.answers[attempt.reference] = accepted(attempt)
    for position, name in enumerate(order):
        student.ports.move(minutes=(21 if position == len(order) // 2 else 0))
        EVENTS[name](student, attempt.id)
    student.ports.move(minutes=42)
    reconcile_payments(student.ports)
    account = show_account(student.ports, CHRIS.id)
    final = student.attempt(attempt.id)
    return (
        final.state,
        final.transaction,
        final.evidence,
        [(each.amount_cents, each.allocated_cents) for each in account.payments],
        [each.number for each in account.invoices],
        account.position(paris_day(student.ports.at)).balance_cents,
        student.registration.is_paid,
    )


def _fresh_student() -> Student:
    from chalicelib.campaigns.reader import load_shipped  # noqa: PLC0415 - one campaign for thousands of orders
    from tests.fakes.ports import enrol_student  # noqa: PLC0415 - the same

    ports = FakePorts(load_shipped("clermont-auvergne-inp-2022"))
    registration = enrol_student(ports, CHRIS, "I2223_Y1_1A", ports.campaigns.current().id)
    student = Student(ports, CHRIS, registration.id)
    student.declares("05")
    return student


def test_p10_any_order_of_the_same_events_ends_alike() -> None:
    ends: dict[tuple[frozenset[str], bool], set[str]] = {}
    for order in _orders():
        paid = "paid" in order
        ends.setdefault((frozenset(order), paid), set()).add(repr(_end_of(order, paid)))
    assert {events: found for events, found in ends.items() if len(found) > 1} == {}


def test_p10_a_payment_the_gateway_holds_is_booked_whatever_was_heard() -> None:
    for order in _orders():
        if "paid" not in order:
            end = _end_of(order, ledger_paid=True)
            assert end[0] is AttemptState.PAID, order
            assert end[3] == [(377000, 377000)], order


def test_state_after_a_day_without_news_is_settled(chris: Student) -> None:
    chris.declares("01")
    attempt = chris.opens_the_page()
    chris.ports.move(days=1)
    reconcile_payments(chris.ports)
    closed = chris.attempt(attempt.id)
    assert closed.closed_at == chris.ports.at
    assert chris.ports.at - attempt.started_at == timedelta(days=1)
