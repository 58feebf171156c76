"""The same suite for instalments and their debits, in memory and in DynamoDB."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.calendar import paris_day
from chalicelib.domain.campaign import Split
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.payments import Answer, Attempt, Outcome
from chalicelib.domain.plan.instalments import (
    Event,
    Instalment,
    InstalmentState,
    answered,
    claimed,
    dropped,
    held,
    let_go,
    moved,
)
from chalicelib.domain.plan.plans import schedule
from chalicelib.domain.registration import counted
from chalicelib.domain.settlement import settle
from tests.contract.begun_plans import (
    FIRST_DUE,
    MORNING,
    SIX,
    TERMS,
    TOTAL_CENTS,
    begun,
    debit_of,
    mail_of,
    payment_of,
    sent,
    someone,
)
from tests.contract.conftest import CAMPAIGN, Store, accepted, audit, new_attempt
from tests.fakes.ports import MANUAL_DAY


@pytest.fixture
def second(store: Store) -> Instalment:
    """The second instalment of a plan that has begun: the first one that the system debits."""
    return begun(store).instalments[1]


def test_instalments_are_read_in_the_order_of_their_ranks(store: Store) -> None:
    twelve = replace(SIX, split=Split.EQUAL, instalments=12)
    settled = begun(store)
    parts = schedule(twelve, TOTAL_CENTS, paris_day(MANUAL_DAY)).parts[6:]
    for part in parts:
        later = replace(
            settled.instalments[1], rank=part.rank, due_on=part.due_on, next_try_on=part.due_on, version=1
        )
        store.commit(Changes((later,)))
    assert [each.rank for each in store.account.instalments] == list(range(1, 13))


def test_due_is_what_falls_by_today_and_nothing_later(store: Store, second: Instalment) -> None:
    third = store.account.instalments[2]
    assert store.debits.due(FIRST_DUE - timedelta(days=1)) == ()
    assert store.debits.due(FIRST_DUE) == (second.id,)
    assert store.debits.due(third.due_on - timedelta(days=1)) == (second.id,)
    assert store.debits.due(third.due_on) == (second.id, third.id)


def test_due_of_many_students_is_complete(store: Store) -> None:
    students = [someone(store, number) for number in range(1, 21)]
    settled = [begun(store, student, f"{7000 + rank}") for rank, student in enumerate(students)]
    assert sorted(store.debits.due(FIRST_DUE)) == sorted(each.instalments[1].id for each in settled)


def test_instalment_is_claimed_once(store: Store, second: Instalment) -> None:
    store.commit(Changes((claimed(second, MORNING), debit_of(second))))
    with pytest.raises(ConcurrentUpdate):
        store.commit(Changes((claimed(second, MORNING), debit_of(second, 2))))
    assert store.account.debits == (debit_of(second),)
    assert store.account.instalment(second.id) == claimed(second, MORNING)
    assert store.debits.due(FIRST_DUE) == ()


def test_of_two_claims_for_one_registration_that_read_it_alike_one_is_written(
    store: Store, second: Instalment
) -> None:
    third, weighed = store.account.instalments[2], counted(store.account.registrations[0])
    store.commit(Changes((claimed(second, MORNING), debit_of(second), weighed)))
    with pytest.raises(ConcurrentUpdate):
        store.commit(Changes((claimed(third, MORNING), debit_of(third), weighed)))
    assert store.account.debits == (debit_of(second),)
    assert store.account.registrations == (weighed,)


def test_debit_of_one_number_is_written_once(store: Store, second: Instalment) -> None:
    store.commit(Changes((claimed(second, MORNING), debit_of(second))))
    free = moved(claimed(second, MORNING), Event.CLAIM_EXPIRED, MORNING)
    store.commit(Changes((free, dropped(debit_of(second)))))
    assert store.debits.due(FIRST_DUE) == (second.id,)
    with pytest.raises(ConcurrentUpdate):
        store.commit(Changes((claimed(free, MORNING), debit_of(second))))
    assert store.account.instalment(second.id) == free


def test_card_that_a_late_message_brings_is_kept_with_its_attempt(store: Store) -> None:
    begun(store)
    attempt, mandate = store.account.attempts[0], store.account.mandates[0]
    brought = replace(mandate, token="late", version=mandate.version + 1)
    store.commit(Changes((replace(attempt, version=attempt.version + 1), brought)))
    assert store.account.mandates == (brought,)
    with pytest.raises(ConcurrentUpdate):
        store.commit(Changes((replace(attempt, version=attempt.version + 2), brought)))


def test_conflict_waits_for_a_person_until_it_is_released(store: Store, second: Instalment) -> None:
    held_by_nobody = replace(second, state=InstalmentState.UNKNOWN, since=MORNING, version=second.version + 1)
    store.commit(Changes((held_by_nobody,)))
    assert store.debits.conflicts() == ()
    conflict = moved(held_by_nobody, Event.GIVE_UP, MORNING)
    store.commit(Changes((conflict,)))
    assert store.debits.conflicts() == (conflict,)
    store.commit(Changes((moved(conflict, Event.RELEASE, MORNING),)))
    assert store.debits.conflicts() == ()


def test_what_is_in_flight_is_found_by_age_until_it_is_answered(store: Store, second: Instalment) -> None:
    later = MORNING + timedelta(minutes=5)
    going, marked = sent(store, second)
    third = store.account.instalments[2]
    younger = claimed(third, MORNING + timedelta(minutes=1))
    store.commit(Changes((younger, debit_of(third))))
    assert store.debits.in_flight(MORNING) == ()
    assert store.debits.in_flight(MORNING + timedelta(minutes=1)) == (going,)
    assert store.debits.in_flight(later) == (going, younger)
    said = Answer(marked.reference, marked.amount_cents, Outcome.PAID, "00000", "9001", "8001")
    store.commit(Changes((*answered(going, marked, said, (3, 7), later), payment_of(marked))))
    assert store.debits.in_flight(later) == (younger,)


def test_answer_payment_mail_and_trace_are_one_write_and_happen_once(
    store: Store, second: Instalment
) -> None:
    going, marked = sent(store, second)
    said = Answer(marked.reference, marked.amount_cents, Outcome.PAID, "00000", "9001", "8001")
    paid, debit = answered(going, marked, said, (3, 7), MORNING)
    store.commit(Changes((paid, debit, payment_of(debit)), audit=audit("booked"), outbox=(mail_of(paid),)))
    after = store.account
    mails = (replace(mail_of(paid), id="other"),)
    with pytest.raises(ConcurrentUpdate):
        store.commit(Changes((paid, debit, payment_of(debit, "9002")), audit=audit("lost"), outbox=mails))
    assert store.account == after
    assert after.instalment(second.id) == paid
    assert after.debits == (debit,)
    assert [each.transaction for each in after.payments] == ["7001", "9001"]
    assert store.outbox.find("taken") == mail_of(paid)
    assert "booked" in store.audited
    assert "lost" not in store.audited
    assert store.outbox.find("other") is None


def test_transaction_already_booked_is_not_booked_by_a_debit_again(store: Store, second: Instalment) -> None:
    going, marked = sent(store, second)
    said = Answer(marked.reference, marked.amount_cents, Outcome.PAID, "00000", "7001", "8001")
    with pytest.raises(ConcurrentUpdate):
        store.commit(Changes((*answered(going, marked, said, (3, 7), MORNING), payment_of(marked, "7001"))))
    assert store.account.instalment(second.id) == going


def test_refused_one_is_due_again_on_the_day_of_its_next_try(store: Store, second: Instalment) -> None:
    going, marked = sent(store, second)
    said = Answer(marked.reference, marked.amount_cents, Outcome.REFUSED_SOFT, "00151")
    store.commit(Changes(answered(going, marked, said, (3, 7), MORNING)))
    assert store.debits.due(FIRST_DUE + timedelta(days=2)) == ()
    assert store.debits.due(FIRST_DUE + timedelta(days=3)) == (second.id,)


def test_debits_of_a_day_are_kept_whatever_became_of_them(store: Store, second: Instalment) -> None:
    _, marked = sent(store, second)
    tomorrow = replace(debit_of(store.account.instalments[2]), planned_on=FIRST_DUE + timedelta(days=1))
    store.commit(Changes((claimed(store.account.instalments[2], MORNING), tomorrow)))
    assert store.debits.of_day(FIRST_DUE) == (marked,)
    assert store.debits.of_day(FIRST_DUE + timedelta(days=1)) == (tomorrow,)
    assert store.debits.of_day(FIRST_DUE - timedelta(days=1)) == ()


def late_page(store: Store, second: Instalment) -> tuple[Instalment, Attempt]:
    """The second instalment, refused once, and the page on which the student pays it by hand."""
    going, marked = sent(store, second)
    said = Answer(marked.reference, marked.amount_cents, Outcome.REFUSED_SOFT, "00151")
    refused, debit = answered(going, marked, said, (3, 7), MORNING)
    store.commit(Changes((refused, debit)))
    terms = replace(TERMS, rank=2, subscriber="another")
    return refused, replace(new_attempt(2), amount_cents=second.amount_cents, terms=terms)


def test_late_one_is_not_due_while_its_page_is_open(store: Store, second: Instalment) -> None:
    retry_on = FIRST_DUE + timedelta(days=3)
    refused, page = late_page(store, second)
    holding = held(refused, page.id)
    store.commit(Changes((page, holding), unchanged=(store.account.registrations[0],)))
    assert store.account.instalment(second.id) == holding
    assert store.debits.due(retry_on) == ()
    closed = replace(page, closed_at=MORNING, version=2)
    store.commit(Changes((closed, let_go(holding, page.id))))
    assert store.debits.due(retry_on) == (second.id,)


def test_page_and_debit_of_one_instalment_do_not_both_begin(store: Store, second: Instalment) -> None:
    refused, page = late_page(store, second)
    again = claimed(refused, MORNING)
    store.commit(Changes((again, debit_of(second, 2))))
    with pytest.raises(ConcurrentUpdate):
        store.commit(Changes((page, held(refused, page.id)), unchanged=(store.account.registrations[0],)))
    assert store.account.attempt(page.id) is None
    assert store.account.instalment(second.id) == again


def test_attempt_does_not_close_over_an_instalment_that_has_moved(store: Store, second: Instalment) -> None:
    refused, page = late_page(store, second)
    holding = held(refused, page.id)
    store.commit(Changes((page, holding), unchanged=(store.account.registrations[0],)))
    with pytest.raises(ConcurrentUpdate):
        store.commit(Changes((replace(page, closed_at=MORNING, version=2), let_go(refused, page.id))))
    assert store.account.attempt(page.id) == page


def test_late_one_paid_by_hand_is_over_and_its_card_replaces_the_first(
    store: Store, second: Instalment
) -> None:
    refused, page = late_page(store, second)
    store.commit(Changes((page, held(refused, page.id)), unchanged=(store.account.registrations[0],)))
    said = replace(accepted(page, "7002"), amount_cents=page.amount_cents, token="new", token_expires="2912")
    settled = settle(store.account, page, said, CAMPAIGN, store.accounts.sequence(CAMPAIGN), MORNING)
    store.commit(settled.changes(audit()))
    account = store.account
    assert account.instalments[1].state is InstalmentState.PAID
    assert [(each.token, each.version) for each in account.mandates] == [("new", 2)]
    assert store.debits.due(FIRST_DUE + timedelta(days=3)) == ()
    with pytest.raises(ConcurrentUpdate):
        store.commit(settled.changes(audit()))
