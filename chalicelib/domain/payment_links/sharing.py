"""The amounts of links: what one may be made for, and what it asks for when it is opened."""

from datetime import date, datetime

from chalicelib.domain.fees import payable_lines
from chalicelib.domain.money import FeeLine, totals
from chalicelib.domain.payment_links.link import LONGEST, PaymentLink, WantedLink
from chalicelib.domain.payment_links.refusals import (
    LinkAboveOwed,
    LinkLeavesTooLittle,
    LinkMisdated,
    LinksTooMany,
    LinkTooSmall,
    OtherPaymentOpen,
)
from chalicelib.domain.payment_links.standing import LinkState, state_of
from chalicelib.domain.payments import PAGE_OVER_AFTER, Attempt
from chalicelib.domain.plan.plans import SMALLEST_PART_CENTS
from chalicelib.domain.registration_file import RegistrationFile

MOST_LINKS = 5
"""How many links of one registration may be usable at once."""
OTHERS = "Payé par ailleurs"
"""The line that takes off what the payer of a share does not pay."""
_USABLE = frozenset({LinkState.OPEN, LinkState.PAYING})


def require_makeable(file: RegistrationFile, wanted: WantedLink, now: datetime, today: date) -> None:
    """Raise why no such link can be made: the rules of paying at once, and bounds of amount and day.

    The amount is at most what is owed now. It is bounded again when it is paid.
    """
    owed = totals(payable_lines(file, now)).total_cents
    usable = [each for each in file.payment_links if state_of(file, each, today) in _USABLE]
    if len(usable) >= MOST_LINKS:
        raise LinksTooMany(MOST_LINKS)
    if not today <= wanted.until <= today + LONGEST:
        raise LinkMisdated(today + LONGEST)
    if wanted.amount_cents is None:
        return
    if wanted.amount_cents < SMALLEST_PART_CENTS:
        raise LinkTooSmall
    if wanted.amount_cents > owed:
        raise LinkAboveOwed(owed)
    if 0 < owed - wanted.amount_cents < SMALLEST_PART_CENTS:
        raise LinkLeavesTooLittle(owed - wanted.amount_cents)


def share_lines(file: RegistrationFile, link: PaymentLink, now: datetime) -> tuple[FeeLine, ...]:
    """Return the lines that the link asks for now; raise why nothing can be paid by it.

    It asks for its amount, at most what is owed less what the open attempts of others may bring: of two that
    start at once, together they never ask for more than is owed.
    """
    lines = payable_lines(file, now)
    owed, free = totals(lines).total_cents, free_cents(file, now, None)
    cents = min(link.amount_cents or free, free)
    return (*lines, FeeLine(OTHERS, 1, cents - owed)) if cents < owed else lines


def free_cents(file: RegistrationFile, now: datetime, own: Attempt | None) -> int:
    """Return what is owed less what open attempts other than `own` may bring.

    Raise `OtherPaymentOpen` while they leave too little to pay, else why nothing can be paid.
    """
    owed = totals(payable_lines(file, now)).total_cents
    others = [each for each in file.attempts if each.is_open and (own is None or each.id != own.id)]
    free = owed - sum(each.amount_cents for each in others)
    if free < SMALLEST_PART_CENTS:
        raise OtherPaymentOpen(max(each.opened_at for each in others) + PAGE_OVER_AFTER)
    return free
