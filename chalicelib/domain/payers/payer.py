"""A third-party payer of one registration, and its standing."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from chalicelib.domain.campaign import PostalAddress
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.languages import Language
from chalicelib.domain.payers.refusals import PayerChanged
from chalicelib.domain.trail.audit import canonical_digest


class PayerKind(StrEnum):
    COMPANY = "company"
    OPCO = "opco"  # the fund of a branch that pays for training
    PUBLIC = "public"  # a public body: its invoices go through Chorus Pro


class PayerState(StrEnum):
    NAMED = "named"  # waits for accounting's invoice
    WITHDRAWN = "withdrawn"  # taken back before its invoice
    INVOICED = "invoiced"
    PAID = "paid"
    GIVEN_UP = "given_up"  # its whole invoice was credited: the student owes the share again


@dataclass(frozen=True)
class PayerFacts:
    """What the registrar knows of a payer: `share_cents` is the part of the registration that it pays.

    Its mails are in `language`; its invoice is a document, and stays French.

    `siret` has 14 digits. `service_code` and `engagement` are the two references of Chorus Pro;
    `needs_engagement` is set where the payer refuses an invoice without the second.
    """

    kind: PayerKind
    name: str
    address: PostalAddress
    siret: str
    email: str
    share_cents: int
    service_code: str = ""
    engagement: str = ""
    needs_engagement: bool = False
    language: Language = Language.FR


@dataclass(frozen=True)
class Payer:
    """A payer of a registration; the last of several is the one that counts.

    `is_after_order` is set if it was named after the student's order: its share is then taken off the order
    by a credit note, in the commit of its invoice. Otherwise the student's order is drawn without the share.
    `reminders` counts the rungs of the ladder that its invoice is past.
    """

    id: str
    registration_id: str
    facts: PayerFacts
    named_by: str
    named_at: datetime
    is_after_order: bool = False
    state: PayerState = PayerState.NAMED
    reason: str = ""
    order_number: int | None = None
    invoice_number: int | None = None
    due_on: date | None = None
    reminders: int = 0
    version: int = 1
    postponed_cents: int = 0
    """What it gave up while the file was refused: the student is asked for it once the file is open again."""

    @property
    def person_id(self) -> str:
        return person_of(self.registration_id)

    @property
    def is_named(self) -> bool:
        return self.state is PayerState.NAMED

    @property
    def is_running(self) -> bool:
        """True while it is to be invoiced, or owes a part of its invoice."""
        return self.state in {PayerState.NAMED, PayerState.INVOICED}

    @property
    def seen_hash(self) -> str:
        """Return the hash that an act proves to have seen this version of this payer by."""
        return canonical_digest([self.id, self.version])[:16]


def require_as_read(payer: Payer | None, seen: str | int | None) -> None:
    """Raise `PayerChanged` unless the payer is the one that was read, None if there was none.

    `seen` is its `seen_hash`, or its version alone, which tells it from no other payer.
    """
    if seen not in ({payer.seen_hash, payer.version} if payer else {None}):
        raise PayerChanged


def payer_id(registration_id: str, ordinal: int) -> str:
    return f"{registration_id}-p{ordinal}"
