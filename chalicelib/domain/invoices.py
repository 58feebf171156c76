"""Orders and invoices: numbered and immutable, made of facts that do not change afterwards."""

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from chalicelib.domain.campaign import PostalAddress
from chalicelib.domain.money import FeeLine, Totals, totals


@dataclass(frozen=True)
class Sequence:
    """The next document numbers of a seller, and the last day one was drawn: dates follow numbers.

    `version` counts the draws: 0 before the first.
    """

    series: str
    next_order: int
    next_invoice: int
    last_drawn_on: date | None = None
    version: int = 0

    def draw_on(self, day: date) -> date:
        """Return the date for a document drawn on `day`.

        Not before the last one, so the sequence is chronological.
        """
        return max(day, self.last_drawn_on or day)

    def drawn(self, day: date) -> "Sequence":
        return replace(
            self,
            next_order=self.next_order + 1,
            next_invoice=self.next_invoice + 1,
            last_drawn_on=day,
            version=self.version + 1,
        )


@dataclass(frozen=True)
class Order:
    """The order of one registration: the whole amount owed, independent of how it is paid."""

    number: int
    registration_id: str
    ordered_on: date
    lines: tuple[FeeLine, ...]
    financed_cents: int
    invoiced_cents: int

    @cached_property
    def totals(self) -> Totals:
        return totals(self.lines)


@dataclass(frozen=True)
class Seller:
    """The school as its invoices must name it (CGI ann. II art. 242 nonies A)."""

    name: str
    address: PostalAddress
    siren: str


@dataclass(frozen=True)
class Client:
    first_name: str
    last_name: str
    address: PostalAddress | None


@dataclass(frozen=True)
class Buyer:
    """What an invoice to a third-party payer prints beside its client, who is the payer.

    `student` is whom it pays for, `registration` the number of that file. `siret` has 14 digits;
    `service_code` and `engagement` are its references for Chorus Pro, "" if it gave none. `iban`, `bic`
    and `vat_number` are the school's, "" if the campaign has none.
    """

    payer_id: str
    student: str
    siret: str
    service_code: str
    engagement: str
    due_on: date
    iban: str
    bic: str
    vat_number: str = ""


@dataclass(frozen=True)
class Invoice:
    """One numbered invoice with every fact its PDF prints; the PDF is rendered later and stored once.

    `session` is "<programme code> - <programme label>", `label` the manual's "Paiement en ligne";
    `paid_cents` and `settled_on` are the amount paid and the day of settlement when it was issued. `buyer`
    is set on the invoice of a third-party payer.
    """

    number: int
    registration_id: str
    order_number: int
    issued_on: date
    label: str
    session: str
    seller: Seller
    client: Client
    lines: tuple[FeeLine, ...]
    exemption_mention: str
    paid_cents: int
    settled_on: date | None
    buyer: Buyer | None = None

    @cached_property
    def totals(self) -> Totals:
        return totals(self.lines)


@dataclass(frozen=True)
class CertifiedPayment:
    """One payment as the certificate lists it; `label` names the means of payment."""

    paid_on: date
    label: str
    amount_cents: int


@dataclass(frozen=True)
class Certificate:
    """The amounts, with tax, that a student has paid for one programme by the day `issued_on`."""

    seller: Seller
    client: Client
    session: str
    payments: tuple[CertifiedPayment, ...]
    total_paid_cents: int
    total_due_cents: int
    issued_on: date


@dataclass(frozen=True)
class StoredDocument:
    """A stored PDF: `key`, its digest in hex, its size in bytes."""

    key: str
    sha256: str
    size_bytes: int
