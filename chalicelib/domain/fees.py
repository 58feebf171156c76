"""The price of a registration, the conditions for paying it now, and its completion."""

from datetime import datetime

from chalicelib.domain.calendar import opening
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.causes import CampaignOver, PlanStarted, RegistrationRefusedFor, WindowReopens
from chalicelib.domain.credits import unallocated_cents
from chalicelib.domain.decisions import RegistrationMoved
from chalicelib.domain.errors import (
    AlreadyPaid,
    CoveredByCredit,
    FeeSituationMissing,
    NothingToPay,
    PaymentUnclear,
    PlanBinding,
    ProgrammeNotPriced,
    RegistrationRefused,
    RestTooSmall,
)
from chalicelib.domain.money import FeeLine, totals
from chalicelib.domain.owed import owed_cents, price_cents, received_cents, rest_cents, unplanned_cents
from chalicelib.domain.payers.refusals import PayerAwaited
from chalicelib.domain.plan.plans import SMALLEST_PART_CENTS
from chalicelib.domain.refunds.coverage import going_cents
from chalicelib.domain.refunds.refusals import RefundOnItsWay
from chalicelib.domain.registration import Registration, RegistrationStatus, seen_hash
from chalicelib.domain.registration_file import RegistrationFile

REST = "Reste à payer"
"""The only line of a page for the rest left by an earlier payment."""
CREDIT = "Déjà reçu"
"""The line that deducts a credit from what is owed."""


def require_open_window(campaign: Campaign, now: datetime) -> None:
    state = opening(campaign.windows, now)
    if state.is_open:
        return
    if state.until:
        raise WindowReopens(state.until)
    raise CampaignOver


def quote(file: RegistrationFile) -> tuple[FeeLine, ...]:
    """Return the lines that the declared situation costs the student."""
    registration = file.registration
    if registration.fee_situation_code is None:
        raise FeeSituationMissing
    file.campaign.programme(registration.programme_code)
    return file.programme.fee_lines(registration.fee_situation_code)


def shown_quote(file: RegistrationFile) -> tuple[FeeLine, ...]:
    """Return what was ordered, else what the declared situation costs: a new tariff changes no order."""
    registration, campaign = file.registration, file.campaign
    code = registration.fee_situation_code
    if file.orders:
        return tuple(line for order in file.orders for line in order.lines)
    if code and registration.programme_code not in campaign.programmes:
        raise ProgrammeNotPriced
    return quote(file)


def payable_lines(file: RegistrationFile, now: datetime) -> tuple[FeeLine, ...]:
    """Return the lines to pay at once; raise the refusal that prevents paying this registration now."""
    registration, campaign = file.registration, file.campaign
    if rest := owed_of_withdrawn(file):
        return _payable_of_withdrawn(file, rest)
    if file.has_started_plan:
        raise PlanStarted
    if registration.is_paid:
        raise AlreadyPaid
    require_accepted(registration)
    require_not_awaited(file)
    if file.has_unclear_attempt:
        raise PaymentUnclear
    if file.has_binding_plan:
        raise PlanBinding
    require_open_window(campaign, now)
    if registration.part_paid:
        return _rest_of(file)
    lines = quote(file)
    if totals(lines).total_cents == 0:
        raise NothingToPay
    return _less_credit(lines, unallocated_cents(file.payments))


def _rest_of(file: RegistrationFile) -> tuple[FeeLine, ...]:
    rest, going = owed_cents(file), going_cents(file)
    if rest < SMALLEST_PART_CENTS and going:
        raise RefundOnItsWay(going)
    return _payable((FeeLine(REST, 1, rest),))


def owed_of_withdrawn(file: RegistrationFile) -> int:
    """Return what a file that was given up owes again, since the bank took back what it was kept of; or 0."""
    if file.registration.status is not RegistrationStatus.WITHDRAWN:
        return 0
    return max(0, owed_cents(file))


def _payable_of_withdrawn(file: RegistrationFile, rest: int) -> tuple[FeeLine, ...]:
    """Return the line that pays it, in and out of the windows."""
    if file.has_unclear_attempt:
        raise PaymentUnclear
    return _payable((FeeLine(REST, 1, rest),))


def rest_lines(file: RegistrationFile, now: datetime) -> tuple[FeeLine, ...]:
    """Return the line that pays the rest of a begun plan at once, in and out of the windows.

    Without a begun plan, and of a file that was given up, the same as `payable_lines`.
    """
    if not file.has_started_plan or owed_of_withdrawn(file):
        return payable_lines(file, now)
    require_accepted(file.registration)
    require_not_awaited(file)
    if file.has_unclear_attempt:
        raise PaymentUnclear
    cents = rest_cents(file)
    if cents <= 0:
        raise AlreadyPaid
    return _payable((FeeLine(REST, 1, cents),))


def _less_credit(lines: tuple[FeeLine, ...], credit: int) -> tuple[FeeLine, ...]:
    """Return the lines, and a negative one for money received before anything was owed."""
    if credit >= totals(lines).total_cents:
        raise CoveredByCredit(credit)
    return _payable((*lines, FeeLine(CREDIT, 1, -credit)) if credit else lines)


def _payable(lines: tuple[FeeLine, ...]) -> tuple[FeeLine, ...]:
    total = totals(lines).total_cents
    if total < SMALLEST_PART_CENTS:
        raise RestTooSmall(total)
    return lines


def total_cents(file: RegistrationFile) -> int | None:
    """Return `price_cents`; None before a situation is declared, and if the campaign no longer prices it."""
    is_priced = file.registration.fee_situation_code in file.programme.tariffs
    return price_cents(file) if file.orders or is_priced else None


def seen_hash_of(file: RegistrationFile) -> str:
    """Return what `Entry.seen_hash` says of the file in lists."""
    registration = file.registration
    return seen_hash(
        registration.id,
        registration.status,
        registration.reason,
        registration.fee_situation_code,
        total_cents(file),
        received_cents(file),
    )


def require_as_read(file: RegistrationFile, seen: str | None) -> None:
    """Raise `RegistrationMoved` unless the file is as it was read; None: what was read is not known."""
    if seen not in {None, seen_hash_of(file)}:
        raise RegistrationMoved


def require_validated_as_read(file: RegistrationFile, seen: str | None) -> None:
    """Raise likewise, unless all that changed is that money came: a validation gives none of it back."""
    today, _, received = seen_hash_of(file).rpartition("-")
    read, _, cents = (seen or "").rpartition("-")
    is_more = read == today and cents.isascii() and cents.isdigit() and int(cents) < int(received)
    if not is_more:
        require_as_read(file, seen)


def require_accepted(registration: Registration) -> None:
    """Raise `RegistrationRefused` for a file that the registrar refused, or that was given up."""
    if registration.is_accepted:
        return
    if registration.reason:
        raise RegistrationRefusedFor(registration.reason)
    raise RegistrationRefused


def require_not_awaited(file: RegistrationFile) -> None:
    """Raise `PayerAwaited` until the invoice of a payer named after the order lowers it."""
    if file.awaited_payer:
        raise PayerAwaited(file.awaited_payer.facts.name)


def is_complete(file: RegistrationFile) -> bool:
    """Return True if the registrar validated the file and nothing is left to pay."""
    registration = file.registration
    if registration.status is not RegistrationStatus.VALIDATED:
        return False
    return is_settled(file) if registration.is_paid else total_cents(file) == 0


def is_settled(file: RegistrationFile) -> bool:
    """Return True if nothing is left to pay of what was ordered, by debits or otherwise."""
    return file.registration.is_paid and file.remaining_cents == 0 and unplanned_cents(file) <= 0
