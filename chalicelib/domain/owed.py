"""The amount a registration still owes, and the reasons not to debit an instalment that is due."""

from dataclasses import replace
from datetime import date
from enum import StrEnum

from chalicelib.domain.money import FeeLine, totals
from chalicelib.domain.payments import Attempt
from chalicelib.domain.plan.instalments import DebitState, Instalment
from chalicelib.domain.plan.plans import SMALLEST_PART_CENTS
from chalicelib.domain.registration import Registration, RegistrationStatus
from chalicelib.domain.registration_file import RegistrationFile


class Withheld(StrEnum):
    """The reason for which a due instalment is not debited: it stays due, and the next run checks again."""

    REGISTRATION_REFUSED = "registration_refused"
    REGISTRATION_WITHDRAWN = "registration_withdrawn"
    REGISTRATION_BLOCKED = "registration_blocked"
    PLAN_STOPPED = "plan_stopped"
    MORE_THAN_IS_OWED = "more_than_is_owed"
    PAYER_AWAITED = "payer_awaited"
    ANOTHER_TODAY = "another_today"
    BELOW_MINIMUM = "below_minimum"
    EARLIER_FIRST = "earlier_first"
    DEBITS_STOPPED = "debits_stopped"


_BY_STATUS = {
    RegistrationStatus.REFUSED: Withheld.REGISTRATION_REFUSED,
    RegistrationStatus.WITHDRAWN: Withheld.REGISTRATION_WITHDRAWN,
}


def price_cents(file: RegistrationFile) -> int:
    """Return the ordered amount less credit notes, before any order the price of the declared situation.

    Nothing is declared, or it costs nothing: 0. A file that has ended owes what was ordered alone.
    """
    if file.orders or not file.registration.is_accepted:
        return file.charged_cents
    return totals(file.programme.tariffs.get(file.registration.fee_situation_code or "", ())).total_cents


def received_cents(file: RegistrationFile) -> int:
    """Return all money kept, in cents: received less what was given back or taken back."""
    return sum(payment.kept_cents for payment in file.payments)


def owed_cents(file: RegistrationFile) -> int:
    """Return the price less all money kept, in cents; negative if overpaid."""
    return price_cents(file) - received_cents(file)


def asked_cents(file: RegistrationFile) -> int:
    """Return what is asked of the student in all, in cents: nothing of a file that was refused."""
    return 0 if file.registration.status is RegistrationStatus.REFUSED else max(0, owed_cents(file))


def unclaimed_cents(file: RegistrationFile, instalment: Instalment) -> int:
    """Return the amount owed less what other debits and pages in flight may bring, in cents.

    An open page counts with its whole amount, also if other money paid its instalment meanwhile.
    """
    debited = (other for other in file.instalments if other.id != instalment.id and other.may_be_taken)
    paged = (page for page in file.attempts if page.is_open and page.id not in instalment.open_pages)
    coming = sum(other.remaining_cents for other in debited) + sum(page.amount_cents for page in paged)
    return owed_cents(file) - coming


def unplanned_cents(file: RegistrationFile) -> int:
    """Return the part of the debt that no instalment stands for, in cents."""
    return file.charged_cents - sum(each.allocated_cents for each in file.payments) - file.remaining_cents


def owing(registration: Registration, file: RegistrationFile) -> Registration:
    """Return the file's registration: part paid if something is owed that no instalment stands for."""
    return replace(registration, part_paid=registration.has_order and unplanned_cents(file) > 0)


def rest_cents(file: RegistrationFile) -> int:
    """Return the amount owed less what debits, and pages of instalments and links, may bring, in cents."""
    debited = sum(each.remaining_cents for each in file.instalments if each.may_be_taken)
    paged = sum(page.amount_cents for page in file.attempts if page.is_open and (page.rank or page.link))
    return owed_cents(file) - debited - paged


def debit_cents(file: RegistrationFile, instalment: Instalment) -> int:
    """Return the amount to ask for an instalment: what is left of it, at most what is still owed.

    0 while another debit or page may bring a part of it: it is not taken in part for that.
    """
    cents = min(instalment.remaining_cents, owed_cents(file))
    return cents if cents <= unclaimed_cents(file, instalment) else 0


def owed_lines(file: RegistrationFile, attempt: Attempt) -> tuple[FeeLine, ...]:
    """Return the lines of the declared situation; none for a file that was refused or given up."""
    if not file.registration.is_accepted:
        return ()
    code = file.registration.fee_situation_code or ""
    kept = attempt.lines if attempt.fee_situation_code == code else ()
    priced = tuple(line for line in kept if line.unit_price_cents > 0)  # a credit was deducted, not ordered
    return file.programme.tariffs.get(code, priced)


def withheld(file: RegistrationFile, instalment: Instalment, today: date) -> Withheld | None:
    """Return why the instalment may not be debited on this Paris day, None if it may.

    Amounts of other instalments in flight at the gateway count as received. One instalment a day is debited.
    """
    return withheld_by_decision(file) or _by_amount(file, instalment) or _by_day(file, instalment, today)


def withheld_by_decision(file: RegistrationFile) -> Withheld | None:
    """Return the decision of the staff by which nothing of the file is debited, None without one."""
    if reason := _BY_STATUS.get(file.registration.status):
        return reason
    if file.registration.blocked:
        return Withheld.REGISTRATION_BLOCKED
    if file.plan_request and file.plan_request.is_stopped:
        return Withheld.PLAN_STOPPED
    return Withheld.PAYER_AWAITED if file.awaited_payer else None


def _by_amount(file: RegistrationFile, instalment: Instalment) -> Withheld | None:
    cents = debit_cents(file, instalment)
    if cents >= SMALLEST_PART_CENTS:
        return None
    return Withheld.BELOW_MINIMUM if cents > 0 else Withheld.MORE_THAN_IS_OWED


def _by_day(file: RegistrationFile, instalment: Instalment, today: date) -> Withheld | None:
    if any(
        debit.planned_on == today
        for debit in file.debits
        if debit.instalment_id != instalment.id and debit.state is not DebitState.DROPPED
    ):
        return Withheld.ANOTHER_TODAY
    return None
