"""The data of a document as finished French text; the templates only place it."""

import re
from decimal import Decimal
from typing import Any

from babel import Locale
from babel.numbers import format_currency, format_decimal

from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.journal import MoneyEvent
from chalicelib.domain.books.statement import Movement, Statement
from chalicelib.domain.campaign import PostalAddress
from chalicelib.domain.corrections.credit_notes import CreditedLine, CreditNote
from chalicelib.domain.invoices import Buyer, Certificate, Client, Invoice, Seller
from chalicelib.domain.money import FeeLine
from chalicelib.domain.rehearsal import is_rehearsed

FRENCH = Locale("fr")
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
CENT = Decimal("0.01")
FRENCH_DAY = "%d/%m/%Y"
EVENTS = {
    MoneyEvent.INVOICE: "Facture",
    MoneyEvent.CREDIT_NOTE: "Avoir",
    MoneyEvent.PAYMENT: "Règlement",
    MoneyEvent.REFUND: "Remboursement",
    MoneyEvent.BOUNCE: "Règlement rejeté par la banque",
    MoneyEvent.UNDONE: "Règlement affecté par erreur, annulé",
    MoneyEvent.CHARGEBACK: "Paiement contesté, repris par la banque",
    MoneyEvent.REINSTATEMENT: "Paiement rétabli",
    MoneyEvent.SET_OFF: "Imputation",
    MoneyEvent.WRITE_OFF: "Remise d'un reste minime",
    MoneyEvent.REMISSION: "Remise gracieuse",
    MoneyEvent.UNCOLLECTABLE: "Admission en non-valeur",
}
MEANS = {Book.CARDS: "carte", Book.CHEQUES: "chèque", Book.BANK: "banque"}
SHORT_NAMES = {"HK": "Hong Kong", "MO": "Macao"}


def invoice_words(invoice: Invoice) -> dict[str, Any]:
    exempt = any(not line.vat_rate for line in invoice.lines)
    return {
        **parties(invoice.seller, invoice.client),
        "title": _invoice_title(invoice),
        "about": [
            ["Date", invoice.issued_on.strftime(FRENCH_DAY)],
            ["Libellé", invoice.label],
            ["Nom de la session", invoice.session],
            ["Client", _full_name(invoice.client)],
            ["Commande", f"n° {invoice.order_number}"],
            *(_payer_rows(invoice, invoice.buyer) if invoice.buyer else ()),
        ],
        "lines": [_line(line) for line in invoice.lines],
        "note": f"* {invoice.exemption_mention}" if exempt else "",
        "totals": [
            ["Total HT", euros(invoice.totals.excl_tax_cents)],
            ["Total TVA", euros(invoice.totals.tax_cents)],
            ["Total TTC", euros(invoice.totals.total_cents)],
        ],
        "settlement": [
            [f"Réglé au {invoice.issued_on:{FRENCH_DAY}}", euros(invoice.paid_cents)],
            ["Reste à payer à cette date", euros(invoice.totals.total_cents - invoice.paid_cents)],
        ],
        "settled": f"Facture soldée le {invoice.settled_on:{FRENCH_DAY}}." if invoice.settled_on else "",
    }


def _payer_rows(invoice: Invoice, buyer: Buyer) -> list[list[str]]:
    """Return what the invoice of a third-party payer says besides: whom for, its references, how to pay."""
    rows = [
        ["Étudiant", f"{buyer.student}, dossier {invoice.registration_id}"],
        ["SIRET du client", _grouped_siret(buyer.siret)],
        ["Code service", buyer.service_code],
        ["N° d'engagement", buyer.engagement],
        ["À régler avant le", buyer.due_on.strftime(FRENCH_DAY)],
        ["IBAN de l'école", NO_BREAK_SPACE.join(re.findall(".{1,4}", buyer.iban))],
        ["BIC", buyer.bic],
    ]
    return [row for row in rows if row[1]]


def credit_note_words(note: CreditNote) -> dict[str, Any]:
    exempt = any(not line.vat_rate for line in note.lines)
    invoiced = f"Facture n° {note.invoice_number} du {note.invoiced_on:{FRENCH_DAY}}"
    return {
        **parties(note.seller, note.client),
        "title": _credit_note_title(note),
        "about": [
            ["Date", note.issued_on.strftime(FRENCH_DAY)],
            ["Facture d'origine", invoiced],
            ["Nom de la session", note.session],
            ["Client", _full_name(note.client)],
            ["Commande", f"n° {note.order_number}"],
            ["Motif", " ".join(note.reason.split())],
        ],
        "statement": f"Cet avoir réduit la {invoiced[0].lower()}{invoiced[1:]} du montant ci-dessous.",
        "lines": [_credited_line(line) for line in note.lines],
        "note": f"* {note.exemption_mention}" if exempt else "",
        "totals": [
            ["Total HT", euros(note.totals.excl_tax_cents)],
            ["Total TVA", euros(note.totals.tax_cents)],
            ["Total TTC de l'avoir", euros(note.totals.total_cents)],
        ],
    }


def certificate_words(certificate: Certificate) -> dict[str, Any]:
    issued_on = certificate.issued_on.strftime(FRENCH_DAY)
    return {
        **parties(certificate.seller, certificate.client),
        "title": f"{_mark(certificate.seller)}Attestation de paiement",
        "about": [
            ["Date", issued_on],
            ["Nom de la session", certificate.session],
            ["Client", _full_name(certificate.client)],
        ],
        "statement": (
            f"{certificate.seller.name} atteste avoir reçu de {_full_name(certificate.client)}, à la date du "
            f"{issued_on}, les versements suivants pour l'inscription désignée ci-dessus."
        ),
        "payments": [
            [payment.paid_on.strftime(FRENCH_DAY), payment.label, amount(payment.amount_cents)]
            for payment in certificate.payments
        ],
        "totals": [
            ["Total dû", euros(certificate.total_due_cents)],
            ["Total réglé", euros(certificate.total_paid_cents)],
            ["Reste à payer", euros(certificate.total_due_cents - certificate.total_paid_cents)],
        ],
    }


def statement_words(statement: Statement) -> dict[str, Any]:
    as_of = statement.as_of.strftime(FRENCH_DAY)
    return {
        **parties(statement.seller, statement.client),
        "title": f"{_mark(statement.seller)}Relevé de compte",
        "about": [
            ["Établi le", statement.issued_on.strftime(FRENCH_DAY)],
            ["Client", _full_name(statement.client)],
            ["Arrêté au", f"{as_of} au soir, toutes inscriptions, montants TTC"],
        ],
        "movements": [_movement(each) for each in statement.movements],
        "note": "" if statement.movements else "Aucun mouvement à cette date.",
        "totals": [
            ["Total dû", euros(statement.debit_cents)],
            ["Total reçu", euros(statement.credit_cents)],
            [_balance_word(statement.balance_cents), euros(abs(statement.balance_cents))],
        ],
    }


def _balance_word(cents: int) -> str:
    return "Reste dû" if cents >= 0 else "En votre faveur"


def _movement(movement: Movement) -> list[str]:
    return [
        movement.day.strftime(FRENCH_DAY),
        _event_word(movement),
        amount(movement.debit_cents) if movement.debit_cents else "",
        amount(movement.credit_cents) if movement.credit_cents else "",
        amount(movement.balance_cents),
    ]


def _event_word(movement: Movement) -> str:
    word = EVENTS[movement.event]
    if movement.event is MoneyEvent.WRITE_OFF:
        return word
    if movement.book is None:
        return f"{word} n° {movement.subject}"
    return f"{word} ({MEANS[movement.book]})"


def _invoice_title(invoice: Invoice) -> str:
    """Return the title; a rehearsal's has a number that no invoice has, and says that it is none."""
    if is_rehearsed(invoice.seller.name):
        return f"TEST – facture n° TEST-{invoice.number} – sans valeur"
    return f"Facture n° {invoice.number}"


def _credit_note_title(note: CreditNote) -> str:
    if is_rehearsed(note.seller.name):
        return f"TEST – avoir n° TEST-{note.number} – sans valeur"
    return f"Avoir n° {note.number}"


def _credited_line(line: CreditedLine) -> list[str]:
    return [
        line.product if line.vat_rate else f"{line.product} *",
        str(line.quantity),
        amount(line.unit_price_cents),
        _rate(line.discount_percent),
        _rate(line.vat_rate),
        amount(line.excl_tax_cents),
        amount(line.total_cents),
    ]


def _mark(seller: Seller) -> str:
    return "TEST – sans valeur – " if is_rehearsed(seller.name) else ""


def euros(cents: int) -> str:
    """Write 377000 as « 3 770,00 € » with non-breaking spaces."""
    return _spaced(format_currency(Decimal(cents) * CENT, "EUR", locale=FRENCH))


def amount(cents: int) -> str:
    return _spaced(format_decimal(Decimal(cents) * CENT, "#,##0.00", locale=FRENCH))


def _spaced(figures: str) -> str:
    """Widen the thin spaces between thousands: at 10 points they are invisible."""
    return figures.replace("\N{NARROW NO-BREAK SPACE}", NO_BREAK_SPACE)


def _rate(percent: Decimal) -> str:
    return str(format_decimal(percent, "#,##0.00##", locale=FRENCH))


def _line(line: FeeLine) -> list[str]:
    return [
        line.product if line.vat_rate else f"{line.product}*",
        "1",  # an invoice is for one registration
        str(line.quantity),
        amount(line.unit_price_cents),
        _rate(line.discount_percent),
        _rate(line.vat_rate),
        amount(line.total_excl_tax_cents),
    ]


def parties(seller: Seller, client: Client) -> dict[str, Any]:
    return {
        "seller": {
            "name": seller.name,
            "lines": [*_postal_lines(seller.address), f"SIREN {_grouped(seller.siren)}"],
        },
        "client": {
            "name": _full_name(client),
            "lines": _postal_lines(client.address, home=seller.address.country) if client.address else [],
        },
    }


def _full_name(client: Client) -> str:
    return f"{client.first_name} {client.last_name}".strip()


def _postal_lines(address: PostalAddress, home: str | None = None) -> list[str]:
    """Return the lines of a postal address; the country only if it differs from `home`."""
    lines = [*address.lines, f"{address.zip_code} {address.city}"]
    if address.country != (home or address.country):
        lines.append(_country(address.country).upper())
    return lines


def _country(code: str) -> str:
    return SHORT_NAMES.get(code) or str(FRENCH.territories.get(code, code))


def _grouped_siret(siret: str) -> str:
    return NO_BREAK_SPACE.join((_grouped(siret[:9]), siret[9:]))


def _grouped(siren: str) -> str:
    return NO_BREAK_SPACE.join((siren[:3], siren[3:6], siren[6:]))
