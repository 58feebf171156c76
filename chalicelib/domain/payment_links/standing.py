"""The state of a link to pay, read from the attempts that were started by it."""

from datetime import date
from enum import StrEnum

from chalicelib.domain.payment_links.link import PaymentLink
from chalicelib.domain.payments import Attempt
from chalicelib.domain.registration_file import RegistrationFile


class LinkState(StrEnum):
    OPEN = "open"
    PAYING = "paying"  # an attempt of it is open
    PAID = "paid"
    REVOKED = "revoked"
    EXPIRED = "expired"


LIVE = {LinkState.OPEN, LinkState.PAYING}
"""The states in which a link may still be paid."""


def uses(file: RegistrationFile, link: PaymentLink) -> tuple[Attempt, ...]:
    """Return the attempts that were started by the link, oldest first."""
    own = (each for each in file.attempts if each.link and each.link.link_id == link.id)
    return tuple(sorted(own, key=lambda each: each.started_at))


def uses_by(file: RegistrationFile, link: PaymentLink, browser: str) -> tuple[Attempt, ...]:
    """Return the attempts of the link that a browser left with, oldest first."""
    return tuple(each for each in uses(file, link) if is_by(each, browser))


def is_by(attempt: Attempt, browser: str) -> bool:
    """Return True if the browser left for the gateway with the attempt."""
    return bool(browser) and attempt.link is not None and attempt.link.browser == browser


def paid_use(file: RegistrationFile, link: PaymentLink) -> Attempt | None:
    """Return the attempt of the link that was paid, None if none was."""
    return next((each for each in uses(file, link) if each.transaction), None)


def open_use(file: RegistrationFile, link: PaymentLink) -> Attempt | None:
    """Return the attempt of the link that may still be paid, None if none may."""
    return next((each for each in uses(file, link) if each.is_open), None)


def state_of(file: RegistrationFile, link: PaymentLink, today: date) -> LinkState:
    """Return the state; a paid link stays paid after it is revoked or expires."""
    if paid_use(file, link):
        return LinkState.PAID
    if link.revoked_at:
        return LinkState.REVOKED
    if open_use(file, link):
        return LinkState.PAYING
    return LinkState.EXPIRED if today > link.until else LinkState.OPEN
