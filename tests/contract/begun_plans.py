"""Plans on their way: requested, approved, begun, and one debit sent."""

from dataclasses import replace
from datetime import date

from chalicelib.domain.calendar import paris_day
from chalicelib.domain.changes import Changes
from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.payments import Attempt, Payment, PaymentMethod, PlanTerms
from chalicelib.domain.plan.instalments import (
    Debit,
    Event,
    Instalment,
    claimed,
    marked_sent,
    moved,
)
from chalicelib.domain.plan.plan_requests import (
    PlanDecision,
    PlanRequest,
    decide,
    request,
)
from chalicelib.domain.plan.plans import schedule
from chalicelib.domain.registration import Registration
from chalicelib.domain.sessions import Credentials
from chalicelib.domain.settlement import Settlement, settle
from tests.contract.conftest import CAMPAIGN, CHRIS, FILE, Store, accepted, audit, new_attempt
from tests.fakes.ports import MANUAL_DAY

SIX = CAMPAIGN.plans["paybox-6"]
TOTAL_CENTS = 377000
FIRST_DUE = date(2022, 7, 10)
MORNING = MANUAL_DAY.replace(month=7, day=10, hour=0, minute=30)
AGREED = schedule(SIX, TOTAL_CENTS, paris_day(MANUAL_DAY))
TERMS = PlanTerms(1, SIX.code, AGREED.hash, "subscriber", AGREED.last_due_on, "J'autorise")


def requested(registration: Registration = FILE) -> PlanRequest:
    return request(registration, None, AGREED, at_threshold=False, now=MANUAL_DAY)


def approved(store: Store, registration: Registration = FILE) -> PlanRequest:
    """A request on its way through both hands."""
    asked = requested(registration)
    store.commit(Changes((asked,), audit=audit(), unchanged=(registration,)))
    decided = decide(asked, PlanDecision.APPROVE, "", "accountant", MANUAL_DAY)
    store.commit(Changes((decided,), audit=audit(), unchanged=(registration,)))
    return decided


def first_page(registration: Registration = FILE) -> Attempt:
    page = replace(new_attempt(), amount_cents=AGREED.parts[0].amount_cents, terms=TERMS)
    attempt_id = f"{registration.id}-{1:016x}"
    return replace(page, id=attempt_id, registration_id=registration.id, person_id=registration.person_id)


def first_payment(store: Store, page: Attempt, transaction: str = "7001") -> Settlement:
    """What the acceptance of the first instalment makes of the account."""
    said = replace(
        accepted(page, transaction), amount_cents=page.amount_cents, token="token", token_expires="2812"
    )
    account = store.accounts.account(page.person_id)
    return settle(account, page, said, CAMPAIGN, store.accounts.sequence(CAMPAIGN), MANUAL_DAY)


def begun(store: Store, registration: Registration = FILE, transaction: str = "7001") -> Settlement:
    """A plan whose first part is paid, so that five wait for their days."""
    approved(store, registration)
    page = first_page(registration)
    store.commit(Changes((page,), unchanged=(registration,)))
    settled = first_payment(store, page, transaction)
    store.commit(settled.changes(audit()))
    return settled


def someone(store: Store, number: int) -> Registration:
    person_id = f"{number:016x}"
    person = replace(CHRIS, id=person_id, email=f"student{number}@demo.test")
    store.enrol(person, Credentials(person_id, "hash"))
    registration = replace(FILE, id=f"{person_id}-1", person_id=person_id)
    store.add(registration)
    return registration


def debit_of(instalment: Instalment, number: int = 1) -> Debit:
    debit_id = f"{instalment.id}-{number}"
    return Debit(
        id=debit_id,
        instalment_id=instalment.id,
        person_id=instalment.person_id,
        reference=f"1999888-32-{debit_id}",
        question=number,
        amount_cents=instalment.amount_cents,
        schedule_hash=instalment.schedule_hash,
        planned_on=FIRST_DUE,
        claimed_at=MORNING,
    )


def payment_of(debit: Debit, transaction: str = "9001") -> Payment:
    return Payment(
        id=f"{debit.person_id}-t{transaction}",
        registration_id=FILE.id,
        method=PaymentMethod.CARD,
        amount_cents=debit.amount_cents,
        allocated_cents=debit.amount_cents,
        received_at=MORNING,
        attempt_id=debit.id,
        transaction=transaction,
        rank=2,
    )


def mail_of(instalment: Instalment) -> OutboxEntry:
    return OutboxEntry("taken", Topic.DEBIT_TAKEN, instalment.person_id, FILE.id, MORNING)


def sent(store: Store, instalment: Instalment) -> tuple[Instalment, Debit]:
    holding, debit = claimed(instalment, MORNING), debit_of(instalment)
    store.commit(Changes((holding, debit)))
    going, marked = moved(holding, Event.MARK_SENT, MORNING), marked_sent(debit, MORNING)
    store.commit(Changes((going, marked)))
    return going, marked
