"""What an account asks today: what is ordered, and what is declared and not ordered yet."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from chalicelib.domain.account import Account, Position
from chalicelib.domain.owed import asked_cents, price_cents, received_cents
from chalicelib.domain.registration_file import RegistrationFile


def position_of(account: Account, files: Iterable[RegistrationFile], today: date) -> Position:
    """Return the totals of the journal; the position leaves out what waits to pay what is not ordered yet."""
    position = account.position(today)
    waiting = sum(min(price_cents(file), received_cents(file)) for file in _not_ordered(files))
    return replace(position, not_asked_cents=position.not_asked_cents - waiting)


def not_ordered_cents(files: Iterable[RegistrationFile]) -> int:
    """Return what is asked beside the position: the price of what is not ordered less what was received."""
    return sum(asked_cents(file) for file in _not_ordered(files))


def _not_ordered(files: Iterable[RegistrationFile]) -> Iterable[RegistrationFile]:
    return (file for file in files if file.registration.is_accepted and not file.orders)
