"""The same suite for plan requests and the payment that begins a plan, in memory and in DynamoDB."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.plan_requests import (
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
    store.plan_requests.save(asked, FILE, audit())
    assert store.account.plan_requests == (asked,)


def test_second_request_does_not_overwrite_the_first(store: Store) -> None:
    store.plan_requests.save(requested(), FILE, audit())
    with pytest.raises(ConcurrentUpdate):
        store.plan_requests.save(replace(requested(), plan_code="paybox-3"), FILE, audit())
    assert store.account.plan_requests == (requested(),)


def test_request_is_decided_only_over_the_version_that_was_read(store: Store) -> None:
    store.plan_requests.save(requested(), FILE, audit())
    withdrawn = withdraw(requested())
    store.plan_requests.save(withdrawn, FILE, audit())
    with pytest.raises(ConcurrentUpdate):
        store.plan_requests.save(decide(requested(), PlanDecision.APPROVE, "", "accountant"), FILE, audit())
    assert store.account.plan_requests == (withdrawn,)


def test_request_for_a_file_that_has_changed_is_not_written(store: Store) -> None:
    store.registrations.save(replace(FILE, fee_situation_code="01", version=2), audit())
    with pytest.raises(ConcurrentUpdate):
        store.plan_requests.save(requested(), FILE, audit())
    assert store.account.plan_requests == ()


def test_decision_on_a_plan_its_mail_and_its_trace_are_one_write(store: Store) -> None:
    store.plan_requests.save(requested(), FILE, audit())
    mail = OutboxEntry("plan", Topic.PLAN_APPROVED, CHRIS.id, FILE.id, MANUAL_DAY)
    decided = decide(requested(), PlanDecision.APPROVE, "", "accountant")
    store.plan_requests.save(decided, FILE, audit("decided"), mail)
    with pytest.raises(ConcurrentUpdate):
        store.plan_requests.save(decided, FILE, audit(), replace(mail, id="other"))
    assert store.outbox.pending(MANUAL_DAY) == (mail,)
    assert store.audited[-1] == "decided"
    assert len(store.audited) == 2


def test_accountant_sees_one_state_oldest_request_first_page_by_page(store: Store) -> None:
    expected: list[str] = []
    for number in range(1, 54):
        asked = replace(
            requested(someone(store, number)), requested_at=MANUAL_DAY - timedelta(minutes=number)
        )
        store.plan_requests.save(
            asked, replace(FILE, id=asked.registration_id, person_id=asked.person_id), audit()
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
    store.accounts.start(page, FILE)
    settled = first_payment(store, page)
    store.plan_requests.save(withdraw(decided), FILE, audit())
    before = store.account
    with pytest.raises(ConcurrentUpdate):
        store.accounts.settle(settled, None, audit())
    assert store.account == before
    assert store.debits.due(FIRST_DUE) == ()
    assert store.outbox.pending(MANUAL_DAY + timedelta(days=365)) == ()
