"""The four stages of a registration, each with its state, and the sums of its money."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from chalicelib.domain.fees import is_complete, is_settled, total_cents
from chalicelib.domain.owed import received_cents, withheld_by_decision
from chalicelib.domain.plan.plan_cards import can_be_debited
from chalicelib.domain.registration import RegistrationStatus
from chalicelib.domain.registration_file import RegistrationFile


class Stage(StrEnum):
    SITUATION = "situation"
    PAYMENT = "payment"
    CHECK = "check"
    REGISTERED = "registered"


class StageState(StrEnum):
    DONE = "done"
    CURRENT = "current"
    LATER = "later"
    NOT_NEEDED = "not_needed"


def stages(file: RegistrationFile) -> tuple[tuple[Stage, StageState], ...]:
    """Return the stages in order; none of a file that was refused or given up is before the choice."""
    is_validated = file.registration.status is RegistrationStatus.VALIDATED
    done = {
        Stage.SITUATION: file.registration.fee_situation_code is not None or is_validated,
        Stage.PAYMENT: _is_paid(file),
        Stage.CHECK: is_validated,
        Stage.REGISTERED: is_complete(file),
    }
    current = next((stage for stage, is_done in done.items() if not is_done), None)
    return tuple((stage, _state(file, stage, done[stage], current)) for stage in Stage)


def _is_paid(file: RegistrationFile) -> bool:
    """Return True if nothing is left to pay; a begun plan is paid when its last part is.

    Money that came before any order may cover what is declared.
    """
    total = total_cents(file)
    if total is None:
        return False
    if not file.orders:
        return file.registration.is_accepted and total <= received_cents(file)
    return total <= 0 or is_settled(file)


def _state(file: RegistrationFile, stage: Stage, is_done: bool, current: Stage | None) -> StageState:  # noqa: FBT001 - of this module
    if not file.registration.is_accepted and not is_done:
        return StageState.LATER
    if stage is Stage.PAYMENT and is_done and not file.payments:
        return StageState.NOT_NEEDED
    if is_done:
        return StageState.DONE
    return StageState.CURRENT if stage is current else StageState.LATER


@dataclass(frozen=True)
class Money:
    """What a student owes in all and has paid, in cents, and the next debit, if one will be made."""

    due_cents: int | None
    paid_cents: int
    next_cents: int = 0
    next_on: date | None = None
    card: str = ""


def money(file: RegistrationFile) -> Money:
    """Return the sums of a file; `card` are the last digits of the card that is debited."""
    paid = received_cents(file)
    debits = (each for each in file.instalments if can_be_debited(each, file.mandate))
    coming = None if withheld_by_decision(file) else next(debits, None)
    if coming is None or file.mandate is None:
        return Money(total_cents(file), paid)
    return Money(
        total_cents(file), paid, coming.remaining_cents, coming.next_try_on, file.mandate.card_last_digits
    )
