"""The one thing that a student has to do now, drawn from the state of a file."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from chalicelib.domain.calendar import opening, paris_day
from chalicelib.domain.causes import WindowReopens
from chalicelib.domain.credits import surplus_cents
from chalicelib.domain.errors import (
    AlreadyPaid,
    CoveredByCredit,
    NothingToPay,
    PlanBinding,
    QuittanceError,
    WindowClosed,
)
from chalicelib.domain.fees import (
    is_complete,
    owed_of_withdrawn,
    payable_lines,
    require_open_window,
    total_cents,
)
from chalicelib.domain.money import totals
from chalicelib.domain.owed import Withheld, owed_cents, received_cents, unplanned_cents, withheld_by_decision
from chalicelib.domain.payers.refusals import PayerAwaited
from chalicelib.domain.plan.instalment_pages import instalment_page, is_as_asked
from chalicelib.domain.plan.instalments import Instalment, InstalmentState
from chalicelib.domain.plan.plan_cards import instalment_that_needs_a_card, is_too_small
from chalicelib.domain.plan.plans import SMALLEST_PART_CENTS
from chalicelib.domain.refunds.coverage import going_cents
from chalicelib.domain.refunds.refund import RefundState
from chalicelib.domain.registration import RegistrationStatus
from chalicelib.domain.registration_file import RegistrationFile


class Todo(StrEnum):
    NO_FILE = "no_file"
    CHOOSE = "choose"
    PAY = "pay"
    PAY_REST = "pay_rest"
    PAY_KEPT = "pay_kept"  # what a file that was given up owes again
    CLOSED = "closed"  # the windows reopen
    OVER = "over"  # the windows are closed for good
    PLAN_REQUESTED = "plan_requested"
    PLAN_CHANGED = "plan_changed"  # its price is another since: nothing comes of this request
    PAY_FIRST = "pay_first"
    NEXT_DEBIT = "next_debit"
    LATE_DEBIT = "late_debit"  # its day passed without a try: the runs go on until one is made
    RETRY = "retry"
    PAY_INSTALMENT = "pay_instalment"
    NEW_CARD = "new_card"
    STOPPED = "stopped"
    REST_BESIDE_PLAN = "rest_beside_plan"  # no instalment stands for it: it is not debited
    SMALL_REST = "small_rest"  # nobody can pay it by card: accounting decides
    DEBIT_CHECKED = "debit_checked"
    RESUME = "resume"
    CONFIRMING = "confirming"
    CHECKING = "checking"
    PAYER_AWAITED = "payer_awaited"
    GIVE_IBAN = "give_iban"
    CREDIT_BACK = "credit_back"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    NOT_POSSIBLE = "not_possible"  # a refusal says why
    FREE = "free"
    WAIT_CHECK = "wait_check"
    COMPLETE = "complete"


@dataclass(frozen=True)
class NextStep:
    """What to do, or to wait for. What it does not concern is None or "".

    `until` is the end of a window, or the moment when the next one begins.
    """

    todo: Todo
    cents: int | None = None
    day: date | None = None
    until: datetime | None = None
    attempt_id: str = ""
    rank: int | None = None
    refusal: QuittanceError | None = None


Look = Callable[[RegistrationFile, datetime], NextStep | None]
_LATE = {InstalmentState.NEEDS_PAYER, InstalmentState.ARREARS}
_CHECKED = {InstalmentState.UNKNOWN, InstalmentState.CONFLICT}


def next_step(file: RegistrationFile | None, now: datetime) -> NextStep:
    """Return the first thing that holds: money in doubt, then what is late, then the way to the end."""
    if file is None:
        return NextStep(Todo.NO_FILE)
    looks: tuple[Look, ...] = (
        _attempt,
        _iban,
        _ended,
        _late,
        _plan,
        _choice,
        _request,
        _small_rest,
        _payment,
        _credit,
    )
    found = (look(file, now) for look in looks)
    return next((step for step in found if step), None) or _end(file)


def _attempt(file: RegistrationFile, _now: datetime) -> NextStep | None:
    """A payment that may still come: the one in doubt before one that is only open."""
    opened = [attempt for attempt in file.attempts if attempt.is_open]
    for todo, holds in (
        (Todo.CHECKING, lambda each: each.in_question),
        (Todo.CONFIRMING, lambda each: each.returned_at is not None),
        (Todo.RESUME, lambda each: each.link is None),
    ):
        for attempt in filter(holds, opened):
            return NextStep(todo, attempt.amount_cents, attempt_id=attempt.id)
    return None


def _iban(file: RegistrationFile, _now: datetime) -> NextStep | None:
    awaited = (each for each in file.refunds if each.state is RefundState.APPROVED and each.waits_for_iban)
    refund = next(awaited, None)
    return NextStep(Todo.GIVE_IBAN, refund.amount_cents) if refund else None


def _ended(file: RegistrationFile, now: datetime) -> NextStep | None:
    """A file that was refused or given up."""
    if file.registration.is_accepted:
        return None
    if rest := owed_of_withdrawn(file):
        return NextStep(Todo.PAY_KEPT, rest)
    if file.registration.status is RegistrationStatus.WITHDRAWN:
        return _credit(file, now) or NextStep(Todo.WITHDRAWN)
    return NextStep(Todo.REFUSED)


def _late(file: RegistrationFile, _now: datetime) -> NextStep | None:
    found = (each for each in file.instalments if each.state in _LATE and not is_too_small(each))
    late = next(found, None)
    return _of_instalment(Todo.PAY_INSTALMENT, late, late.due_on) if late else None


def _of_instalment(todo: Todo, instalment: Instalment, day: date) -> NextStep:
    return NextStep(todo, instalment.remaining_cents, day, rank=instalment.rank)


def _plan(file: RegistrationFile, now: datetime) -> NextStep | None:
    """A begun plan with a part that is not paid, or with a rest that none of its parts stands for."""
    beside = max(0, unplanned_cents(file))
    left = file.remaining_cents + beside
    if not file.has_started_plan or not left:
        return None
    if reason := withheld_by_decision(file):
        is_awaited = reason is Withheld.PAYER_AWAITED
        return NextStep(Todo.PAYER_AWAITED) if is_awaited else NextStep(Todo.STOPPED, left)
    if beside >= SMALLEST_PART_CENTS:
        return NextStep(Todo.REST_BESIDE_PLAN, beside)
    if wanted := instalment_that_needs_a_card(file):
        return _of_instalment(Todo.NEW_CARD, wanted, wanted.due_on)
    parts = (each for each in file.instalments if each.remaining_cents and not is_too_small(each))
    unpaid = next(parts, None)
    if unpaid is None:
        return NextStep(Todo.SMALL_REST, left)
    return _debit(unpaid, paris_day(now))


def _debit(instalment: Instalment, today: date) -> NextStep:
    if instalment.state in _CHECKED:
        return _of_instalment(Todo.DEBIT_CHECKED, instalment, instalment.due_on)
    todo = Todo.RETRY if instalment.tries else Todo.NEXT_DEBIT
    is_late = instalment.next_try_on < today
    return _of_instalment(Todo.LATE_DEBIT if is_late else todo, instalment, instalment.next_try_on)


def _choice(file: RegistrationFile, now: datetime) -> NextStep | None:
    registration = file.registration
    if registration.fee_situation_code is not None:
        return None
    if registration.status is RegistrationStatus.VALIDATED:
        return NextStep(Todo.COMPLETE)
    try:
        require_open_window(file.campaign, now)
    except WindowClosed as refusal:
        return _closed(refusal)
    return NextStep(Todo.CHOOSE, until=opening(file.campaign.windows, now).until)


def _closed(refusal: WindowClosed) -> NextStep:
    if isinstance(refusal, WindowReopens):
        return NextStep(Todo.CLOSED, until=refusal.reopens_at)
    return NextStep(Todo.OVER)


def _request(file: RegistrationFile, now: datetime) -> NextStep | None:
    request = file.plan_request
    if request is None or not request.is_binding or request.started:
        return None
    if not is_as_asked(file, request, paris_day(now)):
        return NextStep(Todo.PLAN_CHANGED, total_cents(file))
    if not request.is_payable:
        return NextStep(Todo.PLAN_REQUESTED, request.total_cents, paris_day(request.requested_at))
    try:
        return NextStep(Todo.PAY_FIRST, instalment_page(file, 1, "", now).amount_cents, rank=1)
    except QuittanceError as refusal:
        return NextStep(Todo.NOT_POSSIBLE, refusal=refusal)


def _small_rest(file: RegistrationFile, _now: datetime) -> NextStep | None:
    """What no card can pay, in and out of the windows; not if a payer is to lower it, or money is leaving."""
    rest = owed_cents(file)
    is_small = rest > 0 and rest + going_cents(file) < SMALLEST_PART_CENTS
    return NextStep(Todo.SMALL_REST, rest) if is_small and not file.awaited_payer else None


def _payment(file: RegistrationFile, now: datetime) -> NextStep | None:
    if file.has_started_plan:
        return None
    try:
        cents = totals(payable_lines(file, now)).total_cents
    except (AlreadyPaid, CoveredByCredit, NothingToPay, PlanBinding):
        return None
    except WindowClosed as refusal:
        return _closed(refusal)
    except PayerAwaited:
        return NextStep(Todo.PAYER_AWAITED)
    except QuittanceError as refusal:
        return NextStep(Todo.NOT_POSSIBLE, refusal=refusal)
    is_begun = file.registration.part_paid and received_cents(file) > 0
    todo = Todo.PAY_REST if is_begun else Todo.PAY
    return NextStep(todo, cents, until=opening(file.campaign.windows, now).until)


def _credit(file: RegistrationFile, _now: datetime) -> NextStep | None:
    surplus = surplus_cents(file)
    return NextStep(Todo.CREDIT_BACK, surplus) if surplus > 0 else None


def _end(file: RegistrationFile) -> NextStep:
    """Nothing is left to do: what is left is the check of the registrar, if anything."""
    if is_complete(file):
        return NextStep(Todo.COMPLETE)
    return NextStep(Todo.WAIT_CHECK if total_cents(file) else Todo.FREE)
