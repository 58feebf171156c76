"""Data deleted and data kept when a person is erased.

deleted at once         name, mail address, birth date, saved addresses, addresses given for payments, who
                        paid through a link, every free text about the person, all means of access, the text
                        of the gateway's messages
kept for 13 months      evidence of a payment or a mandate: consent, authentication, a card's last digits
kept for 10 years       invoices and credit notes with their client, and their PDF (C. com., art. L.123-22)
kept, without drawer    payments
kept                    orders, amounts, numbers, days and identifiers: they identify no person
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import TypeVar

from chalicelib.domain.account import Account
from chalicelib.domain.books.hand_letterings import HandLettering
from chalicelib.domain.causes import PaymentRunning, PlanRunning, SumOwed, SumToGiveBack
from chalicelib.domain.corrections.credit_notes import CreditNote
from chalicelib.domain.corrections.waiver import Waiver
from chalicelib.domain.errors import ErasureNotPossible
from chalicelib.domain.invoices import Client, Invoice
from chalicelib.domain.lists.comments import Comment
from chalicelib.domain.notifications import Notification, redact_body
from chalicelib.domain.payers.payer import Payer
from chalicelib.domain.payments import Attempt, Evidence, Payment
from chalicelib.domain.people import Address, Person
from chalicelib.domain.plan.instalments import DebitState, Mandate
from chalicelib.domain.plan.plan_requests import PlanRequest, PlanRequestState
from chalicelib.domain.refunds.refund import Refund
from chalicelib.domain.registration import Registration
from chalicelib.domain.role_changes import RoleChange, RoleChangeState
from chalicelib.domain.stored_cards import OVER
from chalicelib.domain.trail.undo import Before, LastAct

Row = TypeVar(
    "Row",
    Registration,
    Comment,
    LastAct,
    PlanRequest,
    Attempt,
    Mandate,
    Invoice,
    CreditNote,
    Refund,
    Payer,
    Payment,
    HandLettering,
    Waiver,
    RoleChange,
    Notification,
    Address,
)

NOBODY = "(effacé)"
_RUNNING = frozenset({DebitState.CLAIMED, DebitState.SENT, DebitState.UNKNOWN})


@dataclass(frozen=True)
class PersonalFile:
    """Every row about one person that holds personal data."""

    account: Account
    role_changes: tuple[RoleChange, ...] = ()
    notifications: tuple[Notification, ...] = ()

    @property
    def person(self) -> Person:
        return self.account.person


@dataclass(frozen=True)
class Redactions:
    """The next versions of rows, without the personal data in them."""

    registrations: tuple[Registration, ...] = ()
    comments: tuple[Comment, ...] = ()
    last_acts: tuple[LastAct, ...] = ()
    plan_requests: tuple[PlanRequest, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    mandates: tuple[Mandate, ...] = ()
    invoices: tuple[Invoice, ...] = ()
    credit_notes: tuple[CreditNote, ...] = ()
    refunds: tuple[Refund, ...] = ()
    payers: tuple[Payer, ...] = ()
    payments: tuple[Payment, ...] = ()
    letterings: tuple[HandLettering, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    role_changes: tuple[RoleChange, ...] = ()
    notifications: tuple[Notification, ...] = ()
    addresses: tuple[Address, ...] = ()

    def __bool__(self) -> bool:
        return any(self.counts.values())

    @property
    def versioned(
        self,
    ) -> tuple[
        Registration
        | Comment
        | LastAct
        | PlanRequest
        | Attempt
        | Mandate
        | Refund
        | Payer
        | Payment
        | HandLettering
        | Waiver
        | RoleChange,
        ...,
    ]:
        return (
            *self.registrations,
            *self.comments,
            *self.last_acts,
            *self.plan_requests,
            *self.attempts,
            *self.mandates,
            *self.refunds,
            *self.payers,
            *self.payments,
            *self.letterings,
            *self.waivers,
            *self.role_changes,
        )

    @property
    def counts(self) -> dict[str, int]:
        return {each.name: len(getattr(self, each.name)) for each in fields(self)}


def require_settled(account: Account) -> None:
    """Raise `ErasureNotPossible` while money may still move for this person."""
    if any(each.state not in OVER for each in account.instalments):
        raise PlanRunning
    if any(each.is_open for each in account.attempts) or any(e.state in _RUNNING for e in account.debits):
        raise PaymentRunning
    if any(each.is_live for each in account.refunds):
        raise PaymentRunning
    if any(each.is_running for each in account.payers):
        raise SumOwed(max(account.of_payers.owed_cents, *(_share(each) for each in account.payers)))
    balance_cents = account.position(date.max).balance_cents
    if balance_cents > 0:
        raise SumOwed(balance_cents)
    if balance_cents < 0:
        raise SumToGiveBack(-balance_cents)


def _share(payer: Payer) -> int:
    return payer.facts.share_cents if payer.is_running else 0


def is_settled(account: Account) -> bool:
    try:
        require_settled(account)
    except ErasureNotPossible:
        return False
    return True


def erased(person: Person, today: date) -> Person:
    """Return the anonymised person: no name, mail or role; account closed, due for review today."""
    return Person(
        id=person.id,
        email="",
        first_name="",
        last_name=NOBODY,
        roles=frozenset(),
        is_active=False,
        session_generation=person.session_generation + 1,
        review_on=today,
        erased_on=today,
        access_version=person.access_version + 1,
        version=person.version + 1,
    )


def redactions_of_erasure(file: PersonalFile) -> Redactions:
    """Return the rows redacted at once by an erasure; empty if nothing is left to redact."""
    account = file.account
    return Redactions(
        registrations=losing(account.registrations, _nameless),
        comments=losing(account.comments, _uncommented),
        last_acts=losing(account.last_acts, _unremembered),
        plan_requests=losing(account.plan_requests, _unasked),
        attempts=losing(account.attempts, _homeless),
        refunds=losing(account.refunds, _given_to_nobody),
        payers=losing(account.payers, _unreachable),
        payments=losing(account.every_payment, _undrawn),
        letterings=losing(account.letterings, _unexplained),
        waivers=losing(account.waivers, _given_up_by_nobody),
        role_changes=losing(file.role_changes, _unproposed),
        notifications=losing(file.notifications, redact_body),
        addresses=losing(account.person.addresses, _nowhere),
    )


def losing(rows: Iterable[Row], blank: Callable[[Row], Row]) -> tuple[Row, ...]:
    """Return the next version of each row that `blank` changes."""
    return tuple(_next_version(after) for row in rows if (after := blank(row)) != row)


def _next_version(row: Row) -> Row:
    """Return the row with its version incremented; addresses, invoices and notifications have no version."""
    version = getattr(row, "version", None)
    return row if version is None else replace(row, version=version + 1)  # type: ignore[call-arg]  # it has one


def attempt_over(attempt: Attempt) -> Attempt:
    return replace(_homeless(attempt), evidence=Evidence())


def mandate_over(mandate: Mandate) -> Mandate:
    """Remove the consent and its evidence.

    A mandate with a token is left as it is until its card is forgotten.
    """
    if mandate.token:
        return mandate
    return replace(mandate, card_expires="", card_last_digits="", consent="", evidence=Evidence())


def redact_client(invoice: Invoice) -> Invoice:
    buyer = replace(invoice.buyer, student=NOBODY) if invoice.buyer else None
    return replace(invoice, client=Client("", NOBODY, None), buyer=buyer)


def redact_credited(note: CreditNote) -> CreditNote:
    return replace(note, client=Client("", NOBODY, None), reason="")


def _nameless(registration: Registration) -> Registration:
    return replace(
        registration, holder=NOBODY, reason="", block_reason="", seen_steps=frozenset(), evidence=()
    )


def _uncommented(comment: Comment) -> Comment:
    return replace(comment, text="", follow_up_on=None)


def _unremembered(last: LastAct) -> LastAct:
    return replace(last, at=None, before=Before())


def _unasked(request: PlanRequest) -> PlanRequest:
    """Return the request without personal data; one that is binding and not started becomes WITHDRAWN."""
    is_dead = request.is_binding and not request.started
    state = PlanRequestState.WITHDRAWN if is_dead else request.state
    return replace(request, holder=NOBODY, reason="", stop_reason="", state=state)


def _homeless(attempt: Attempt) -> Attempt:
    link = replace(attempt.link, card_payer=None) if attempt.link else None
    return replace(attempt, address=None, request_hash="", link=link)


def _given_up_by_nobody(waiver: Waiver) -> Waiver:
    """Return the waiver without holder and reasons; its document and its people stay."""
    return replace(waiver, holder=NOBODY, reason="", decision_reason="")


def _given_to_nobody(refund: Refund) -> Refund:
    """Return the refund, which is over, without holder, account and reasons; its sheet is past."""
    sheet = replace(refund.sheet, holder=NOBODY)
    return replace(refund, sheet=sheet, iban="", reason="", decision_reason="", cancel_reason="")


def _unreachable(payer: Payer) -> Payer:
    """Return the payer, which owes nothing, without the address of its contact and free text."""
    return replace(payer, facts=replace(payer.facts, email=""), reason="")


def _undrawn(payment: Payment) -> Payment:
    """Return the payment without who drew its cheque."""
    return replace(payment, drawer=NOBODY if payment.drawer else "")


def _unexplained(lettering: HandLettering) -> HandLettering:
    return replace(lettering, undo_reason="")


def _nowhere(address: Address) -> Address:
    return Address("", "", "", "", "", "", id=address.id)


def _unproposed(change: RoleChange) -> RoleChange:
    waits = change.state is RoleChangeState.PROPOSED
    state = RoleChangeState.REFUSED if waits else change.state
    return replace(change, holder=NOBODY, reason="", state=state)
