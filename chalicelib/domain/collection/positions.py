"""What an account asks today: what is ordered, and what is declared and not ordered yet."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from chalicelib.domain.account import Account, Position
from chalicelib.domain.owed import asked_cents, price_cents, received_cents
from chalicelib.domain.plan.unbegun import WHOLE, asked_of
from chalicelib.domain.registration_file import RegistrationFile


def position_of(account: Account, files: Iterable[RegistrationFile], today: date) -> Position:
    """Return the totals of the journal; the position leaves out what waits to pay what is not ordered yet.

    It leaves out too what a plan that has not begun lets wait.
    """
    position, known = account.position(today), tuple(files)
    paid = sum(min(price_cents(file), received_cents(file)) for file in _not_ordered(known))
    ordered = (file for file in known if file.registration.is_accepted and file.orders)
    later = sum(_waiting_cents(file, today) for file in ordered)
    return replace(position, not_asked_cents=position.not_asked_cents + later - paid)


def asked_by_transfer_cents(account: Account, files: Iterable[RegistrationFile], today: date) -> int:
    """Return what is to pay today by transfer, of what is ordered and what is declared, in cents.

    Nothing of a plan that has not begun: the page of its first instalment begins it, which no transfer does.
    """
    known = tuple(files)
    begun_by_card = [file for file in known if file.registration.is_accepted and _begins_by_card(file, today)]
    by_card = sum(asked_cents(file) - _waiting_cents(file, today) for file in begun_by_card if file.orders)
    ordered = position_of(account, known, today).position_cents - by_card
    return max(0, ordered) + not_ordered_cents(file for file in known if file not in begun_by_card)


def not_ordered_cents(files: Iterable[RegistrationFile]) -> int:
    """Return what is asked beside the position: the price of what is not ordered less what was received."""
    return sum(asked_cents(file) for file in _not_ordered(files))


def _waiting_cents(file: RegistrationFile, today: date) -> int:
    return asked_of(file, today).waiting_cents(asked_cents(file))


def _begins_by_card(file: RegistrationFile, today: date) -> bool:
    return asked_of(file, today) is not WHOLE


def _not_ordered(files: Iterable[RegistrationFile]) -> Iterable[RegistrationFile]:
    return (file for file in files if file.registration.is_accepted and not file.orders)
