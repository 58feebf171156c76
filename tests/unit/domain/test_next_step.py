"""What a student is told to do next, over every state of a file; the stages and the money beside it."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from chalicelib.campaigns.reader import load_shipped
from chalicelib.domain.calendar import PARIS
from chalicelib.domain.guidance.next_step import NextStep, Todo, next_step
from chalicelib.domain.guidance.stages import Money, Stage, StageState, money, stages
from chalicelib.domain.invoices import Order
from chalicelib.domain.languages import Language
from chalicelib.domain.money import FeeLine
from chalicelib.domain.payers.payer import Payer, PayerFacts, PayerKind
from chalicelib.domain.payments import Attempt, Evidence, Payment, PaymentMethod
from chalicelib.domain.plan.instalments import Instalment, InstalmentState, Mandate
from chalicelib.domain.plan.plan_requests import PlanRequest, PlanRequestState
from chalicelib.domain.plan.plans import schedule
from chalicelib.domain.refunds.refund import Refund, RefundMethod, RefundState, Sheet
from chalicelib.domain.registration import Registration, RegistrationStatus
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.portal.words.next_step import told_step, told_when

CAMPAIGN = load_shipped("clermont-auvergne-inp-2022")
NOW = datetime(2022, 6, 24, 10, tzinfo=PARIS)
JULY = datetime(2022, 7, 25, 10, tzinfo=PARIS)
LATER = datetime(2022, 11, 2, 10, tzinfo=PARIS)
ENDS = datetime(2022, 7, 23, tzinfo=PARIS)
REOPENS = datetime(2022, 8, 18, tzinfo=PARIS)
TENTH = date(2022, 7, 10)
ID, HOLDER = "0000000000000001-1", "0000000000000001"
FEES = (FeeLine("Droits de scolarité", 1, 60100),)
PARTS = schedule(CAMPAIGN.plans["paybox-3"], 60100, NOW.date())
NEW = RegistrationFile(Registration(ID, HOLDER, CAMPAIGN.id, "I2223_Y1_1A", "TESTCD Chris"), CAMPAIGN)


def registered(file: RegistrationFile, **changes: Any) -> RegistrationFile:
    return replace(file, registration=replace(file.registration, **changes))


def tried(**changes: Any) -> RegistrationFile:
    """A file with one attempt to pay all of it."""
    attempt = Attempt("a1", ID, HOLDER, "ref", 60100, "01", FEES, NOW, "hash")
    return replace(CHOSEN, attempts=(replace(attempt, **changes),))


def received(file: RegistrationFile, cents: int, allocated: int) -> RegistrationFile:
    payment = Payment("p1", ID, PaymentMethod.CARD, cents, allocated, NOW, transaction="7001")
    return replace(file, payments=(payment,))


def ordered(file: RegistrationFile) -> RegistrationFile:
    order = Order(9357, ID, NOW.date(), FEES, 60100, 60100)
    return replace(registered(file, order_number=9357), orders=(order,))


def asked(state: PlanRequestState, **changes: Any) -> RegistrationFile:
    request = PlanRequest(
        ID, HOLDER, CAMPAIGN.id, "TESTCD Chris", "paybox-3", 60100, PARTS.hash, NOW, state=state
    )
    return replace(CHOSEN, plan_request=replace(request, **changes))


def started(*, mandate: Mandate | None = None, stopped: bool = False, **second: Any) -> RegistrationFile:
    """A plan whose first part is paid; `second` changes its second part."""
    at = NOW if stopped else None
    file = received(ordered(asked(PlanRequestState.APPROVED, started=True, stopped_at=at)), 20031, 20031)
    first, *others = (
        Instalment(ID, HOLDER, part.rank, part.due_on, part.amount_cents, PARTS.hash, part.due_on)
        for part in PARTS.parts
    )
    paid = replace(first, state=InstalmentState.PAID)
    rest = (replace(others[0], **second), *others[1:])
    return replace(file, instalments=(paid, *rest), mandate=mandate or MANDATE)


def all_but_cents(state: InstalmentState = InstalmentState.DUE) -> RegistrationFile:
    """A plan of which 38 cents are left: a correction made its last part small."""
    file = started(state=InstalmentState.PAID)
    *paid, last = file.instalments
    small = replace(last, credited_cents=last.amount_cents - 38, state=state)
    return replace(received(file, 60062, 60062), instalments=(*paid, small))


def finished(credited: int = 0) -> RegistrationFile:
    """A plan whose parts are all paid, of an order that is `credited` cents less than they are."""
    file = started(state=InstalmentState.PAID)
    *paid, last = file.instalments
    noted = replace(file.registration, written_off_cents=credited)
    last = replace(last, state=InstalmentState.PAID)
    return replace(received(file, 60100, 60100 - credited), registration=noted, instalments=(*paid, last))


def dearer(file: RegistrationFile, cents: int) -> RegistrationFile:
    """A plan that is begun, of an order of so much more."""
    lines = (FeeLine("Droits de scolarité", 1, cents),)
    more = Order(9358, ID, NOW.date(), lines, cents, cents)
    return replace(file, orders=(*file.orders, more))


def refunded(**changes: Any) -> RegistrationFile:
    sheet = Sheet("TESTCD Chris", ID, "p1", RefundMethod.TRANSFER, 5000, 0, 0, 0, 1)
    refund = Refund(
        "r1",
        ID,
        HOLDER,
        "p1",
        RefundMethod.TRANSFER,
        5000,
        "",
        sheet,
        "x",
        "x",
        NOW,
        "hash",
        RefundState.APPROVED,
    )
    return replace(PAID, refunds=(replace(refund, **changes),))


def small_beside_a_refund(cents: int) -> RegistrationFile:
    """49 cents are owed, and an approved refund of so much leaves."""
    file = refunded(amount_cents=cents, iban="FR7630006000011234567890189")
    (payment,) = received(file, 60051, 60051).payments
    leaving = replace(payment, refunding_cents=cents)
    return registered(replace(file, payments=(leaving,)), part_paid=True)


def covered() -> RegistrationFile:
    facts = PayerFacts(
        PayerKind.COMPANY, "Démonstration", CAMPAIGN.school.address, "7" * 14, "x@demo.test", 60100
    )
    payer = Payer("p", ID, facts, "x", NOW, is_after_order=True)
    return replace(registered(ordered(CHOSEN), part_paid=True), payers=(payer,))


CHOSEN = registered(NEW, fee_situation_code="01")
FREE = registered(NEW, fee_situation_code="02")
UNDER_WAY = registered(ordered(CHOSEN), part_paid=True)
PAID = received(ordered(CHOSEN), 60100, 60100)
MANDATE = Mandate(ID, HOLDER, "sub", "token", "2512", "44", "", PARTS.hash, NOW, Evidence())
REFUSED, WITHDRAWN = RegistrationStatus.REFUSED, RegistrationStatus.WITHDRAWN
VALIDATED = RegistrationStatus.VALIDATED
STATE = InstalmentState

TABLE: list[tuple[RegistrationFile | None, datetime, NextStep]] = [
    (None, NOW, NextStep(Todo.NO_FILE)),
    (NEW, NOW, NextStep(Todo.CHOOSE, until=ENDS)),
    (NEW, JULY, NextStep(Todo.CLOSED, until=REOPENS)),
    (NEW, LATER, NextStep(Todo.OVER)),
    (registered(NEW, status=VALIDATED), NOW, NextStep(Todo.COMPLETE)),
    (CHOSEN, NOW, NextStep(Todo.PAY, 60100, until=ENDS)),
    (CHOSEN, JULY, NextStep(Todo.CLOSED, until=REOPENS)),
    (received(CHOSEN, 10000, 0), NOW, NextStep(Todo.PAY, 50100, until=ENDS)),
    (received(CHOSEN, 60100, 0), NOW, NextStep(Todo.WAIT_CHECK)),
    (received(CHOSEN, 70100, 0), NOW, NextStep(Todo.CREDIT_BACK, 10000)),
    (
        received(registered(ordered(CHOSEN), part_paid=True), 10000, 10000),
        NOW,
        NextStep(Todo.PAY_REST, 50100, until=ENDS),
    ),
    (registered(ordered(CHOSEN), part_paid=True), NOW, NextStep(Todo.PAY, 60100, until=ENDS)),
    (tried(), NOW, NextStep(Todo.RESUME, 60100, attempt_id="a1")),
    (tried(refusal_code="00151"), NOW, NextStep(Todo.RESUME, 60100, attempt_id="a1")),
    (tried(returned_at=NOW), NOW, NextStep(Todo.CONFIRMING, 60100, attempt_id="a1")),
    (tried(in_question=True), NOW, NextStep(Todo.CHECKING, 60100, attempt_id="a1")),
    (tried(closed_at=NOW), NOW, NextStep(Todo.PAY, 60100, until=ENDS)),
    (asked(PlanRequestState.REQUESTED), NOW, NextStep(Todo.PLAN_REQUESTED, 60100, date(2022, 6, 24))),
    (asked(PlanRequestState.REQUESTED, schedule_hash="other"), NOW, NextStep(Todo.PLAN_CHANGED, 60100)),
    (asked(PlanRequestState.APPROVED, schedule_hash="other"), NOW, NextStep(Todo.PLAN_CHANGED, 60100)),
    (
        asked(PlanRequestState.APPROVED, schedule_hash="other", total_cents=50100),
        NOW,
        NextStep(Todo.PLAN_CHANGED, 60100),
    ),
    (asked(PlanRequestState.REFUSED), NOW, NextStep(Todo.PAY, 60100, until=ENDS)),
    (asked(PlanRequestState.APPROVED), NOW, NextStep(Todo.PAY_FIRST, 20031, rank=1)),
    (started(), NOW, NextStep(Todo.NEXT_DEBIT, 20031, TENTH, rank=2)),
    (started(), JULY, NextStep(Todo.LATE_DEBIT, 20031, TENTH, rank=2)),
    (started(), datetime(2022, 7, 10, 23, 59, tzinfo=PARIS), NextStep(Todo.NEXT_DEBIT, 20031, TENTH, rank=2)),
    (
        started(tries=1, next_try_on=date(2022, 7, 13)),
        JULY,
        NextStep(Todo.LATE_DEBIT, 20031, date(2022, 7, 13), rank=2),
    ),
    (
        started(tries=1, next_try_on=date(2022, 7, 13)),
        NOW,
        NextStep(Todo.RETRY, 20031, date(2022, 7, 13), rank=2),
    ),
    (started(state=STATE.NEEDS_PAYER), NOW, NextStep(Todo.PAY_INSTALMENT, 20031, TENTH, rank=2)),
    (started(state=STATE.ARREARS), NOW, NextStep(Todo.PAY_INSTALMENT, 20031, TENTH, rank=2)),
    (started(state=STATE.UNKNOWN), NOW, NextStep(Todo.DEBIT_CHECKED, 20031, TENTH, rank=2)),
    (started(state=STATE.CONFLICT), NOW, NextStep(Todo.DEBIT_CHECKED, 20031, TENTH, rank=2)),
    (started(state=STATE.SENT), NOW, NextStep(Todo.NEXT_DEBIT, 20031, TENTH, rank=2)),
    (started(mandate=replace(MANDATE, token="")), NOW, NextStep(Todo.NEW_CARD, 20031, TENTH, rank=2)),
    (started(stopped=True), NOW, NextStep(Todo.STOPPED, 40069)),
    (registered(started(), blocked=True), NOW, NextStep(Todo.STOPPED, 40069)),
    (replace(started(), payers=covered().payers), NOW, NextStep(Todo.PAYER_AWAITED)),
    (all_but_cents(), NOW, NextStep(Todo.SMALL_REST, 38)),
    (all_but_cents(STATE.NEEDS_PAYER), NOW, NextStep(Todo.SMALL_REST, 38)),
    (all_but_cents(STATE.ARREARS), NOW, NextStep(Todo.SMALL_REST, 38)),
    (received(CHOSEN, 60050, 0), NOW, NextStep(Todo.SMALL_REST, 50)),
    (received(CHOSEN, 60050, 0), LATER, NextStep(Todo.SMALL_REST, 50)),
    (received(CHOSEN, 60000, 0), NOW, NextStep(Todo.PAY, 100, until=ENDS)),
    (received(UNDER_WAY, 60001, 60001), JULY, NextStep(Todo.SMALL_REST, 99)),
    (received(covered(), 60050, 60050), NOW, NextStep(Todo.PAYER_AWAITED)),
    (small_beside_a_refund(50), NOW, NextStep(Todo.SMALL_REST, 49)),
    (small_beside_a_refund(51), JULY, NextStep(Todo.CLOSED, until=REOPENS)),
    (finished(), NOW, NextStep(Todo.WAIT_CHECK)),
    (dearer(started(), 100), NOW, NextStep(Todo.REST_BESIDE_PLAN, 100)),
    (dearer(started(), 99), NOW, NextStep(Todo.NEXT_DEBIT, 20031, TENTH, rank=2)),
    (dearer(started(stopped=True), 100), NOW, NextStep(Todo.STOPPED, 40169)),
    (dearer(finished(), 10000), NOW, NextStep(Todo.REST_BESIDE_PLAN, 10000)),
    (registered(dearer(finished(), 10000), status=VALIDATED), NOW, NextStep(Todo.REST_BESIDE_PLAN, 10000)),
    (dearer(finished(), 99), NOW, NextStep(Todo.SMALL_REST, 99)),
    (registered(finished(), status=VALIDATED), NOW, NextStep(Todo.COMPLETE)),
    (finished(credited=9931), NOW, NextStep(Todo.CREDIT_BACK, 9931)),
    (
        registered(started(credited_cents=20031 - 38), written_off_cents=20031 - 38),
        NOW,
        NextStep(Todo.NEXT_DEBIT, 20038, date(2022, 8, 10), rank=3),
    ),
    (covered(), NOW, NextStep(Todo.PAYER_AWAITED)),
    (refunded(), NOW, NextStep(Todo.GIVE_IBAN, 5000)),
    (refunded(iban="FR7630006000011234567890189"), NOW, NextStep(Todo.WAIT_CHECK)),
    (registered(CHOSEN, status=REFUSED, reason="Pièces."), NOW, NextStep(Todo.REFUSED)),
    (registered(CHOSEN, status=WITHDRAWN), NOW, NextStep(Todo.WITHDRAWN)),
    (registered(received(CHOSEN, 60100, 0), status=WITHDRAWN), NOW, NextStep(Todo.CREDIT_BACK, 60100)),
    (registered(ordered(CHOSEN), status=WITHDRAWN), NOW, NextStep(Todo.PAY_KEPT, 60100)),
    (FREE, NOW, NextStep(Todo.FREE)),
    (registered(FREE, status=VALIDATED), NOW, NextStep(Todo.COMPLETE)),
    (PAID, NOW, NextStep(Todo.WAIT_CHECK)),
    (registered(PAID, status=VALIDATED), NOW, NextStep(Todo.COMPLETE)),
    (received(PAID, 70100, 60100), NOW, NextStep(Todo.CREDIT_BACK, 10000)),
]


@pytest.mark.parametrize(("file", "now", "step"), TABLE)
def test_state_has_one_next_step(file: RegistrationFile | None, now: datetime, step: NextStep) -> None:
    assert next_step(file, now) == step


@pytest.mark.parametrize(
    "file",
    [
        registered(CHOSEN, programme_code="GONE"),
        received(asked(PlanRequestState.APPROVED), 50000, 0),
    ],
)
def test_what_prevents_the_next_step_says_why(file: RegistrationFile) -> None:
    step = next_step(file, NOW)
    assert step.todo is Todo.NOT_POSSIBLE
    assert step.refusal is not None
    assert told_step(step, Language.FR).sentence


def test_every_step_is_reached_and_told_in_each_language() -> None:
    steps = [step for _, _, step in TABLE]
    assert {step.todo for step in steps} | {Todo.NOT_POSSIBLE} == set(Todo)
    for step in steps:
        for language in Language:
            told = told_step(step, language)
            assert told.sentence
            assert bool(told.button) == bool(told.path)
            assert "{" not in told.path
            assert "None" not in told.path
            assert bool(told_when(step, language, "d")) == bool(step.until or step.day), step


def test_who_has_to_act_gets_a_button() -> None:
    waits = {Todo.NO_FILE, Todo.CLOSED, Todo.OVER, Todo.WITHDRAWN, Todo.FREE, Todo.WAIT_CHECK}
    assert {step.todo for _, _, step in TABLE if not told_step(step, Language.FR).button} == waits


DONE, CURRENT, LATER_ON, NOT_NEEDED = (
    StageState.DONE,
    StageState.CURRENT,
    StageState.LATER,
    StageState.NOT_NEEDED,
)


@pytest.mark.parametrize(
    ("file", "states"),
    [
        (NEW, (CURRENT, LATER_ON, LATER_ON, LATER_ON)),
        (CHOSEN, (DONE, CURRENT, LATER_ON, LATER_ON)),
        (FREE, (DONE, NOT_NEEDED, CURRENT, LATER_ON)),
        (received(CHOSEN, 60000, 0), (DONE, CURRENT, LATER_ON, LATER_ON)),
        (received(CHOSEN, 60100, 0), (DONE, DONE, CURRENT, LATER_ON)),
        (started(), (DONE, CURRENT, LATER_ON, LATER_ON)),
        (registered(started(), status=VALIDATED), (DONE, CURRENT, DONE, LATER_ON)),
        (registered(finished(), status=VALIDATED), (DONE, DONE, DONE, DONE)),
        (registered(dearer(finished(), 1), status=VALIDATED), (DONE, CURRENT, DONE, LATER_ON)),
        (PAID, (DONE, DONE, CURRENT, LATER_ON)),
        (registered(PAID, status=VALIDATED), (DONE, DONE, DONE, DONE)),
        (registered(CHOSEN, status=REFUSED), (DONE, LATER_ON, LATER_ON, LATER_ON)),
        (registered(received(CHOSEN, 60100, 0), status=REFUSED), (DONE, LATER_ON, LATER_ON, LATER_ON)),
        (registered(PAID, status=REFUSED), (DONE, DONE, LATER_ON, LATER_ON)),
    ],
)
def test_stages_say_how_far_a_file_is(file: RegistrationFile, states: tuple[StageState, ...]) -> None:
    assert stages(file) == tuple(zip(Stage, states, strict=True))


@pytest.mark.parametrize(
    ("file", "sums"),
    [
        (NEW, Money(None, 0)),
        (CHOSEN, Money(60100, 0)),
        (PAID, Money(60100, 60100)),
        (registered(NEW, status=REFUSED), Money(None, 0)),
        (registered(CHOSEN, status=REFUSED), Money(0, 0)),
        (registered(received(CHOSEN, 80000, 0), status=WITHDRAWN), Money(0, 80000)),
        (registered(ordered(CHOSEN), status=WITHDRAWN), Money(60100, 0)),
        (started(), Money(60100, 20031, 20031, TENTH, "44")),
        (started(stopped=True), Money(60100, 20031)),
        (all_but_cents(), Money(60100, 60062)),
    ],
)
def test_money_names_the_next_debit_that_will_be_made(file: RegistrationFile, sums: Money) -> None:
    assert money(file) == sums
