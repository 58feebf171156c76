"""The card of a begun plan: why it cannot be debited on a day, and the one page that gives another."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum

from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.owed import debit_cents
from chalicelib.domain.plan.instalments import Instalment, InstalmentState, Mandate
from chalicelib.domain.plan.plans import SMALLEST_PART_CENTS
from chalicelib.domain.registration_file import RegistrationFile

TOKEN_AWAITED = timedelta(minutes=15)
"""The delay of the mail that asks for another card: a late notification may still bring the token."""

_UNPAID = frozenset({InstalmentState.DUE, InstalmentState.NEEDS_PAYER, InstalmentState.ARREARS})


class CardLack(StrEnum):
    """The reason for which a mandate cannot be debited on a day."""

    NO_TOKEN = "no_token"
    EXPIRES_BEFORE = "card_expires_before"


_TOPICS = {CardLack.NO_TOKEN: Topic.CARD_NOT_KEPT, CardLack.EXPIRES_BEFORE: Topic.CARD_ENDS_EARLY}


def lack_on(mandate: Mandate, day: date) -> CardLack | None:
    """Return why the mandate cannot be debited on `day`, None if it can.

    A card is valid to the end of its month. A token without its month cannot be debited at all.
    """
    if not (mandate.token and mandate.card_expires):
        return CardLack.NO_TOKEN
    return CardLack.EXPIRES_BEFORE if mandate.card_expires < f"{day:%y%m}" else None


def plan_lack(mandate: Mandate | None, instalments: Iterable[Instalment]) -> CardLack | None:
    """Return why not all debits to come can be made; None if they can, and without any to come."""
    days = [each.next_try_on for each in instalments if each.state is InstalmentState.DUE]
    return lack_on(mandate, max(days)) if mandate and days else None


def is_too_small(instalment: Instalment) -> bool:
    """Return True if what is left of it is less than a card can pay: accounting takes care of it."""
    return instalment.state in _UNPAID and 0 < instalment.remaining_cents < SMALLEST_PART_CENTS


def can_be_debited(instalment: Instalment, mandate: Mandate | None) -> bool:
    """Return True if the instalment waits for a debit that the mandate's card allows on its day."""
    is_due = instalment.state is InstalmentState.DUE and instalment.remaining_cents >= SMALLEST_PART_CENTS
    return is_due and mandate is not None and lack_on(mandate, instalment.next_try_on) is None


def file_lack(file: RegistrationFile) -> CardLack | None:
    """Return why not all debits to come of the file's plan can be made."""
    return plan_lack(file.mandate, file.instalments)


def instalment_for_new_card(file: RegistrationFile) -> Instalment | None:
    """Return the next instalment if the student may pay it now, which gives the plan another card, else None.

    It is the lowest rank neither paid nor in flight. Not while the plan is stopped or the registration is
    refused, withdrawn or blocked, nor for more than is owed.
    """
    request, registration = file.plan_request, file.registration
    if request is None or request.is_stopped or registration.blocked or not registration.is_accepted:
        return None
    unpaid = next((each for each in file.instalments if each.state in _UNPAID), None)
    if unpaid is None:
        return None
    return unpaid if debit_cents(file, unpaid) >= SMALLEST_PART_CENTS else None


def instalment_that_needs_a_card(file: RegistrationFile) -> Instalment | None:
    """Return the instalment to pay with another card if not all debits to come can be made, else None."""
    return instalment_for_new_card(file) if file_lack(file) else None


def is_payable_now(file: RegistrationFile, instalment: Instalment) -> bool:
    """Return True if the student may pay it by hand: after a refusal, or to give another card."""
    return instalment.is_payable_by_hand or instalment == instalment_for_new_card(file)


def card_warning(
    mandate: Mandate, instalments: Iterable[Instalment], about: str, now: datetime
) -> tuple[OutboxEntry, ...]:
    """Return the mail that asks for another card, if the debits to come need one; `about` is the event."""
    lack = plan_lack(mandate, instalments)
    if lack is None:
        return ()
    warning = OutboxEntry(
        id=f"{_TOPICS[lack]}-{about}",
        topic=_TOPICS[lack],
        person_id=mandate.person_id,
        registration_id=mandate.registration_id,
        created_at=now,
        not_before=now + TOKEN_AWAITED if lack is CardLack.NO_TOKEN else None,
    )
    return (warning,)


def topic_now(file: RegistrationFile) -> Topic | None:
    """Return which warning about the card is true when it is delivered, None if no card is asked for."""
    lack = file_lack(file)
    return _TOPICS[lack] if lack and instalment_that_needs_a_card(file) else None
