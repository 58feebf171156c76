"""Which registration a line may pay, by what the bank tells of it: a score out of 100, and its reasons."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from chalicelib.domain.lists.folding import folded
from chalicelib.domain.owed import asked_cents
from chalicelib.domain.payments import Payment, PaymentMethod
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.domain.treasury.lines import LineDetail, Proposal, ProposalReason, StatementLine
from chalicelib.domain.treasury.references import people_named, people_named_apart

R = ProposalReason
SCORES = {R.REFERENCE: 60, R.RECEIPT: 30, R.INVOICE: 30, R.NAME: 30, R.AMOUNT_OWED: 30, R.AMOUNT_DUE: 20}
FULL = 100
MOST = 5
"""The most proposals of one part of a line."""
RECEIPT_WITHIN = timedelta(days=15)
"""Between the day on which accounting entered a transfer and that of the line that shows it."""
SHORTEST_NUMBER = 3
_FEES = re.compile(r"\b(frais|commissions?|cotisation|agios|interets debiteurs|tenue de compte)\b")

_REMITTANCE = re.compile(r"\bremises?\b.*\b(cb|cartes?)\b")


@dataclass(frozen=True)
class Clue:
    """What a line, or one transaction of a batch, tells about who paid it; `cents` came in."""

    text: str
    cents: int

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(folded(self.text).split())

    @cached_property
    def people(self) -> tuple[str, ...]:
        return people_named(self.text)

    @cached_property
    def numbers(self) -> frozenset[str]:
        return frozenset(word for word in self.words if word.isdecimal() and len(word) >= SHORTEST_NUMBER)


def clues_of(line: StatementLine) -> tuple[Clue, ...]:
    """Return what there is to look for: the line's text, or that of each transaction of a batch."""
    parts: Iterable[LineDetail] = (each for each in line.details if not each.is_fee and each.cents > 0)
    found = tuple(Clue(_text(each), each.cents) for each in parts)
    return found or (Clue(_text(line), line.open_cents),)


def payable_cents(file: RegistrationFile) -> int:
    """Return what the student's registration owes now: before any order the price of what is declared."""
    return asked_cents(file) if file.registration.is_accepted else 0


def proposals_for(clue: Clue, line: StatementLine, file: RegistrationFile) -> Iterator[Proposal]:
    """Yield the proposals of one registration: its own debt, those of its payers, money entered already."""
    registration = file.registration
    known = [R.REFERENCE] if registration.person_id in clue.people else []
    named = clue.words.issuperset(folded(registration.holder).split())
    known += [R.NAME] if named else []
    owed = payable_cents(file)
    due = {each.remaining_cents for each in file.instalments if each.remaining_cents}
    reasons = [*known, *_amount(clue.cents, owed, due)]
    if owed and known:
        yield _proposal(file, clue, owed, reasons)
    for payment in (*file.payments, *file.of_payers.payments):
        if is_shown_by(payment, clue.cents, line) and (known or str(payment.invoice_number) in clue.numbers):
            yield _proposal(file, clue, owed, [*known, R.RECEIPT], payment_id=payment.id)
    for payer in file.payers:
        number = payer.invoice_number or 0
        left = file.of_payers.of_invoice(number).owed_cents if number else 0
        told = [R.INVOICE] if str(number) in clue.numbers else []
        told += [R.NAME] if clue.words.issuperset(folded(payer.facts.name).split()) else []
        told += [R.AMOUNT_OWED] if clue.cents == left else []
        if left and len(told) > 1:
            yield _proposal(file, clue, left, told, invoice_number=number)


def credit_for(clue: Clue, files: Iterable[RegistrationFile]) -> Iterator[Proposal]:
    """Yield the latest accepted file of who owes nothing more but is named: the money is then a credit."""
    accepted = [each for each in files if each.registration.is_accepted]
    if accepted and accepted[-1].registration.person_id in clue.people:
        yield _proposal(accepted[-1], clue, 0, [R.REFERENCE])


def _amount(cents: int, owed: int, due: set[int]) -> list[ProposalReason]:
    if cents == owed:
        return [R.AMOUNT_OWED]
    return [R.AMOUNT_DUE] if cents in due else []


def is_shown_by(payment: Payment, cents: int, line: StatementLine) -> bool:
    """Return True if a line may be what the bank shows of a transfer that accounting entered by hand."""
    is_entered = payment.method is PaymentMethod.TRANSFER and not payment.line_id
    near = abs(payment.paid_on - line.booked_on) <= RECEIPT_WITHIN
    return is_entered and near and payment.amount_cents == cents and not payment.bounced_cents


def best_of(found: Iterable[Proposal]) -> tuple[Proposal, ...]:
    return tuple(sorted(found, key=lambda each: (-each.score, each.registration_id))[:MOST])


def certain(line: StatementLine, clues: tuple[Clue, ...], found: tuple[Proposal, ...]) -> Proposal | None:
    """Return the proposal that is booked without a person, None if there is none.

    The line is a transfer to the school, no money of its own that comes back. It has one reference, apart
    from other words, of a student one of whose registrations owes at least the amount, and accounting entered
    no such transfer, and nobody undid what the line was explained by.
    """
    if len(clues) > 1 or len(clues[0].people) != 1 or line.explanations or line.decided_by:
        return None
    if line.is_return or not people_named_apart(clues[0].text):
        return None
    if any(R.RECEIPT in each.reasons for each in found):
        return None
    able = [each for each in found if R.REFERENCE in each.reasons and not each.invoice_number]
    within = [each for each in able if clues[0].cents <= each.owed_cents]
    return within[0] if len(within) == 1 else None


def looks_like_fee(line: StatementLine) -> bool:
    """Return True if the bank's words are those of a fee: it is proposed, never booked by itself."""
    return line.cents < 0 and _FEES.search(folded(line.label)) is not None


def looks_like_remittance(line: StatementLine) -> bool:
    """Return True if the bank's words are those of a remittance of cards, which no registration explains."""
    return line.cents > 0 and _REMITTANCE.search(folded(line.label)) is not None


def _proposal(
    file: RegistrationFile,
    clue: Clue,
    owed: int,
    reasons: list[ProposalReason],
    *,
    payment_id: str = "",
    invoice_number: int = 0,
) -> Proposal:
    score = min(FULL, sum(SCORES[reason] for reason in reasons))
    return Proposal(
        registration_id=file.registration.id,
        holder=file.registration.holder,
        cents=clue.cents,
        owed_cents=owed,
        score=score,
        reasons=tuple(reasons),
        payment_id=payment_id,
        invoice_number=invoice_number,
    )


def _text(told: StatementLine | LineDetail) -> str:
    return " ".join(each for each in (told.label, told.counterparty, told.reference) if each)
