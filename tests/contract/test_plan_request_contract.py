"""The same suite for plan requests and the payment that begins a plan, in memory and in DynamoDB."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.plan.plan_requests import (
    PlanDecision,
    PlanRequest,
    PlanRequestState,
    decide,
    withdraw,
)
from tests.contract.begun_plans import (
    FIRST_DUE,
    approved,
    begun,
    first_page,
    first_payment,
    requested,
    someone,
)
from tests.contract.conftest import CAMPAIGN, CHRIS, FILE, Store, audit
from tests.fakes.ports import MANUAL_DAY


def pages(store: Store, state: PlanRequestState) -> Iterator[PlanRequest]:
    found, cursor = store.plan_requests.queue(CAMPAIGN.id, state, None)
    yield from found
    while cursor:
        found, cursor = store.plan_requests.queue(CAMPAIGN.id, state, cursor)
        yield from found


def test_request_reads_back_exactly(store: Store) -> None:
    asked = requested()
    store.commit(Changes((asked,), audit=audit(), unchanged=(FILE,)))
    assert store.account.plan_requests == (asked,)


def test_second_request_does_not_overwrite_the_first(store: Store) -> None:
    store.commit(Changes((requested(),), audit=audit(), unchanged=(FILE,)))
    with pytest.raises(ConcurrentUpdate):
        store.commit(Changes((replace(requested(), plan_code="paybox-3"),), audit=audit(), unchanged=(FILE,)))
    assert store.account.plan_requests == (requested(),)


def test_request_is_decided_only_over_the_version_that_was_read(store: Store) -> None:
    store.commit(Changes((requested(),), audit=audit(), unchanged=(FILE,)))
    withdrawn = withdraw(requested())
    store.commit(Changes((withdrawn,), audit=audit(), unchanged=(FILE,)))
    with pytest.raises(ConcurrentUpdate):
        store.commit(
            Changes(
                (decide(requested(), PlanDecision.APPROVE, "", "accountant", MANUAL_DAY),),
                audit=audit(),
                unchanged=(FILE,),
            )
        )
    assert store.account.plan_requests == (withdrawn,)


def test_request_for_a_file_that_has_changed_is_not_written(store: Store) -> None:
    store.commit(Changes((replace(FILE, fee_situation_code="01", version=2),), audit=audit()))
    with pytest.raises(ConcurrentUpdate):
        store.commit(Changes((requested(),), audit=audit(), unchanged=(FILE,)))
    assert store.account.plan_requests == ()


def test_decision_on_a_plan_its_mail_and_its_trace_are_one_write(store: Store) -> None:
    store.commit(Changes((requested(),), audit=audit(), unchanged=(FILE,)))
    mail = OutboxEntry("plan", Topic.PLAN_APPROVED, CHRIS.id, FILE.id, MANUAL_DAY)
    decided = decide(requested(), PlanDecision.APPROVE, "", "accountant", MANUAL_DAY)
    store.commit(Changes((decided,), audit=audit("decided"), outbox=(mail,), unchanged=(FILE,)))
    with pytest.raises(ConcurrentUpdate):
        store.commit(
            Changes((decided,), audit=audit(), outbox=(replace(mail, id="other"),), unchanged=(FILE,))
        )
    assert store.outbox.pending(MANUAL_DAY) == (mail,)
    assert store.audited[-1] == "decided"
    assert len(store.audited) == 2


def test_accountant_sees_one_state_oldest_request_first_page_by_page(store: Store) -> None:
    expected: list[str] = []
    for number in range(1, 54):
        asked = replace(
            requested(someone(store, number)), requested_at=MANUAL_DAY - timedelta(minutes=number)
        )
        store.commit(
            Changes(
                (asked,),
                audit=audit(),
                unchanged=(replace(FILE, id=asked.registration_id, person_id=asked.person_id),),
            )
        )
        expected.insert(0, asked.registration_id)
    approved(store)
    assert [each.registration_id for each in pages(store, PlanRequestState.REQUESTED)] == expected
    assert [each.registration_id for each in pages(store, PlanRequestState.APPROVED)] == [FILE.id]


def test_first_payment_writes_the_whole_plan(store: Store) -> None:
    settled = begun(store)
    account = store.account
    assert settled.mandate is not None
    assert account.plan_requests == (settled.plan_request,)
    assert account.mandates == (settled.mandate,)
    assert account.instalments == settled.instalments
    assert account.payments == (settled.payment,)
    assert account.attempts == (settled.attempt,)
    assert set(store.outbox.pending(MANUAL_DAY + timedelta(days=365))) == set(settled.outbox)
    assert store.outbox.pending(MANUAL_DAY) == settled.outbox[:1]


def test_first_payment_that_loses_writes_nothing_of_the_plan(store: Store) -> None:
    decided = approved(store)
    page = first_page()
    store.commit(Changes((page,), unchanged=(FILE,)))
    settled = first_payment(store, page)
    store.commit(Changes((withdraw(decided),), audit=audit(), unchanged=(FILE,)))
    before = store.account
    with pytest.raises(ConcurrentUpdate):
        store.commit(settled.changes(audit()))
    assert store.account == before
    assert store.debits.due(FIRST_DUE) == ()
    assert store.outbox.pending(MANUAL_DAY + timedelta(days=365)) == ()
