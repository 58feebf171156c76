"""Titles (titres): what was invoiced or credited, liquidated for the agent comptable."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from chalicelib.domain.account import Account
from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.journal import JournalEntry, MoneyEvent
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.corrections.credit_notes import CreditNote
from chalicelib.domain.errors import NotFound
from chalicelib.domain.exports.layouts import AccountingExport
from chalicelib.domain.invoices import Invoice
from chalicelib.domain.registration import Registration

LIQUIDATED = frozenset({MoneyEvent.INVOICE, MoneyEvent.CREDIT_NOTE})
MOST_TITLES = 200
"""Titles of one list: each reads the account of its debtor."""


@dataclass(frozen=True)
class Title:
    """One title, or one reduction of a title: amounts in cents, signed as they change what is owed.

    `basis` is the rule or decision that sets the price. `account` is ours of the fees.
    """

    entry: int
    document: int
    is_reduction: bool
    issued_on: date
    debtor_id: str
    debtor: str
    address: str
    subject: str
    basis: str
    registration_id: str
    excl_tax_cents: int
    tax_cents: int
    total_cents: int
    account: str


@dataclass(frozen=True)
class TitleOrder:
    """A list of titles about to be frozen, with its numbered slip (bordereau)."""

    id: str
    school: str
    export: AccountingExport
    titles: tuple[Title, ...]
    accounting_on: date | None
    made_at: datetime

    @property
    def total_cents(self) -> int:
        return sum(each.total_cents for each in self.titles)


def liquidated(entries: Iterable[JournalEntry]) -> Iterator[JournalEntry]:
    return (each for each in entries if each.event in LIQUIDATED)


def title_of(entry: JournalEntry, account: Account, campaign: Campaign) -> Title:
    """Return the title of an entry; raise `NotFound` if the account lacks its document."""
    document = _document(entry, account)
    cents = {each.book: each.cents for each in entry.postings}
    registration = account.registration(entry.registration_id)
    client, buyer = document.client, getattr(document, "buyer", None)
    return Title(
        entry=entry.number,
        document=document.number,
        is_reduction=entry.event is MoneyEvent.CREDIT_NOTE,
        issued_on=entry.dated_on,
        debtor_id=buyer.payer_id if buyer else entry.person_id,
        debtor=f"{client.last_name} {client.first_name}".strip(),
        address=_written(document),
        subject=document.session,
        basis=_basis(document, registration, campaign),
        registration_id=entry.registration_id,
        excl_tax_cents=-cents.get(Book.FEES, 0),
        tax_cents=-cents.get(Book.TAX, 0),
        total_cents=cents.get(Book.RECEIVABLE, 0),
        account=next((each.account for each in entry.postings if each.book is Book.FEES), ""),
    )


def _basis(document: Invoice | CreditNote, registration: Registration, campaign: Campaign) -> str:
    """Return the reason of a reduction, the rule that sets a price, else the tariff that has it."""
    if isinstance(document, CreditNote) and document.reason:
        return document.reason
    situation = registration.fee_situation_code or ""
    if source := campaign.source(registration.programme_code, situation):
        return source.fr
    label = campaign.fee_situation_label(situation).fr if situation else ""
    return " – ".join(filter(None, (f"Tarif de la campagne {campaign.label.fr}", label)))


def _document(entry: JournalEntry, account: Account) -> Invoice | CreditNote:
    number = int(entry.subject)
    if entry.event is MoneyEvent.INVOICE:
        return account.any_invoice(number)
    for note in account.every_credit_note:
        if note.number == number:
            return note
    raise NotFound


def _written(document: Invoice | CreditNote) -> str:
    address = document.client.address
    return ", ".join((*address.lines, f"{address.zip_code} {address.city}")) if address else ""
