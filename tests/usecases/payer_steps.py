"""The steps of stories about third-party payers."""

from dataclasses import replace
from datetime import date

from chalicelib.domain.campaign import PostalAddress
from chalicelib.domain.collection.receipts import ReceivedMoney
from chalicelib.domain.corrections.credit_notes import CreditNote
from chalicelib.domain.fees import total_cents
from chalicelib.domain.invoices import Invoice
from chalicelib.domain.payers.payer import Payer, PayerFacts, PayerKind
from chalicelib.domain.payments import Payment, PaymentMethod
from chalicelib.usecases.collection.receive_payment import receive_payment
from chalicelib.usecases.corrections.issue_credit_note import CreditOrder, issue_credit_note
from chalicelib.usecases.payers.invoice_payer import invoice_payer
from chalicelib.usecases.payers.name_payer import name_payer
from tests.usecases.conftest import ACCOUNTANT, REGISTRAR, Student

COMPANY = PayerFacts(
    kind=PayerKind.COMPANY,
    name="Société de démonstration",
    address=PostalAddress(("2 rue de la Démonstration",), "63000", "Clermont-Ferrand", "FR"),
    siret="73282932000074",
    email="payer@demo.test",
    share_cents=40000,
)
PUBLIC = replace(
    COMPANY, kind=PayerKind.PUBLIC, service_code="DRH", engagement="EJ-2022-1", needs_engagement=True
)
REASON = "le contrat d'apprentissage est rompu"


def names(student: Student, facts: PayerFacts = COMPANY, **changed: object) -> Payer:
    facts = replace(facts, **changed)  # type: ignore[arg-type]
    named = student.file.named_payer
    seen = named.seen_hash if named else None
    return name_payer(student.ports, student.registration_id, facts, REGISTRAR, seen)


def invoices(student: Student) -> Invoice:
    return invoice_payer(student.ports, student.registration_id, ACCOUNTANT)


def is_paid_by(student: Student, cents: int, number: int | None = None, reference: str = "VIR 1") -> Payment:
    payer = student.file.payer
    received = ReceivedMoney(
        PaymentMethod.TRANSFER,
        cents,
        reference,
        date(2022, 6, 24),
        invoice_number=number or (payer.invoice_number if payer else None) or 1,
    )
    return receive_payment(student.ports, student.registration_id, received, ACCOUNTANT, None)


def gives_up(student: Student, cents: int) -> CreditNote:
    payer = student.file.payer
    order = CreditOrder((payer.invoice_number if payer else None) or 1, cents, REASON)
    return issue_credit_note(student.ports, order, ACCOUNTANT)


def owed_in_all(student: Student) -> int:
    """Return what the student and the payers owe together, whatever is paid of it."""
    return (total_cents(student.file) or 0) + student.file.of_payers.charged_cents
