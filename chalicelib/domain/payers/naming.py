"""The registrar names a third-party payer, changes what is known of it, or takes it back."""

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.account import Account
from chalicelib.domain.changes import Changes
from chalicelib.domain.corrections.credit_notes import left_cents
from chalicelib.domain.corrections.issuing import require_no_debit
from chalicelib.domain.corrections.refusals import RestChanged
from chalicelib.domain.fees import quote
from chalicelib.domain.invoices import Sequence
from chalicelib.domain.money import totals
from chalicelib.domain.owed import asked_cents
from chalicelib.domain.payers.owed_again import owe_again, postponed
from chalicelib.domain.payers.payer import Payer, PayerFacts, PayerState, payer_id
from chalicelib.domain.payers.refusals import (
    EngagementMissing,
    PayerAboveOwed,
    PayerNotNamed,
    PayerOfClosedFile,
    PayerOfTaxedFees,
    PayerPlanAsked,
    PayerRunning,
    PayerShareDeducted,
    PayerUnreasoned,
)
from chalicelib.domain.registration import counted
from chalicelib.domain.registration_file import RegistrationFile


@dataclass(frozen=True)
class Naming:
    """What one of the staff says of a payer, and who it is.

    `owed_seen_cents` is what they saw that the student owed, None if unknown.
    """

    facts: PayerFacts
    by: str
    owed_seen_cents: int | None = None


WHOLE = 0
"""The share of a payer that takes all that the student owes."""


def known(file: RegistrationFile, facts: PayerFacts) -> PayerFacts:
    """Return the facts with the share in cents; raise unless they are complete."""
    if facts.needs_engagement and not facts.engagement:
        raise EngagementMissing
    share_cents = facts.share_cents
    if share_cents == WHOLE:
        share_cents = most_cents(_without_named(file))
    return replace(facts, share_cents=share_cents)


def _without_named(file: RegistrationFile) -> RegistrationFile:
    return replace(file, payers=tuple(each for each in file.payers if each is not file.named_payer))


def name_payer(file: RegistrationFile, naming: Naming, now: datetime) -> Changes:
    """Return the payer of a registration, in place of one that is named and not invoiced.

    Nothing may be on its way meanwhile: no page, no debit, no plan over the whole that has not begun. A
    begun plan and an order stay until the payer's invoice lowers them; nothing is asked of the student
    before that. Raise `RestChanged` if the student owes another amount than was seen.
    """
    earlier, others = file.named_payer, _without_named(file)
    _require_possible(others)
    if naming.owed_seen_cents not in {None, asked_cents(file)}:
        raise RestChanged(asked_cents(file))
    facts = known(file, naming.facts)
    _require_share(file, others, earlier, facts.share_cents)
    payer = Payer(
        id=earlier.id if earlier else payer_id(file.registration.id, len(file.payers) + 1),
        registration_id=file.registration.id,
        facts=facts,
        named_by=naming.by,
        named_at=now,
        is_after_order=earlier.is_after_order if earlier else file.registration.has_order,
        version=earlier.version + 1 if earlier else 1,
    )
    return Changes((payer, counted(file.registration)))


def take_back_payer(
    account: Account, file: RegistrationFile, reason: str, sequence: Sequence, now: datetime
) -> Changes:
    """Return the payer as withdrawn before its invoice: the student owes its share again.

    Where the student's order was drawn without the share, a new order and invoice ask for it.
    """
    payer = file.named_payer
    if payer is None:
        raise PayerNotNamed
    if not reason.strip():
        raise PayerUnreasoned
    file.require_no_open_attempt()
    cents = file.share_cents(payer)
    taken_back = replace(payer, state=PayerState.WITHDRAWN, reason=reason, version=payer.version + 1)
    withdrawn = postponed(file, taken_back, cents)
    again = owe_again(account, file, payer, cents, sequence, now)
    return replace(again, rows=(withdrawn, *again.rows))


def most_cents(file: RegistrationFile) -> int:
    """Return the greatest share that a payer may be named for: what the student owes without it.

    Of an order it is what one of its invoices holds, without a rest that was written off: the share is taken
    off it by a credit note.
    """
    if not file.registration.has_order:
        return totals(quote(file)).total_cents
    held = max((left_cents(each, file.credit_notes) for each in file.invoices), default=0)
    return min(held, file.charged_cents)


def _require_possible(file: RegistrationFile) -> None:
    if not file.registration.is_accepted:
        raise PayerOfClosedFile
    if file.payer and file.payer.is_running:
        raise PayerRunning(file.payer.facts.name)
    file.require_no_open_attempt()
    require_no_debit(file)
    if file.has_binding_plan and not file.has_started_plan:
        raise PayerPlanAsked
    lines = (*(line for order in file.orders for line in order.lines), *quote(file))
    if any(line.vat_rate for line in lines):
        raise PayerOfTaxedFees


def _require_share(
    file: RegistrationFile, others: RegistrationFile, earlier: Payer | None, cents: int
) -> None:
    if earlier and file.registration.has_order and not earlier.is_after_order:
        if cents != earlier.facts.share_cents:
            raise PayerShareDeducted
    elif not 0 < cents <= most_cents(others):
        raise PayerAboveOwed(most_cents(others))
