"""The PDF of a credit note: a document of its own that cites its invoice and has the same mentions."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import outloud  # type: ignore[import-untyped] # ships no types
import pytest
from pypdf import PdfReader

from chalicelib.domain.corrections.credit_notes import CreditNote, credited_lines
from chalicelib.domain.invoices import Invoice
from chalicelib.domain.money import FeeLine
from chalicelib.invoicing.render import render_credit_note

MakeInvoice = Callable[..., Invoice]


def credit(invoice: Invoice, cents: int) -> CreditNote:
    return CreditNote(
        number=12,
        registration_id=invoice.registration_id,
        invoice_number=invoice.number,
        invoiced_on=invoice.issued_on,
        order_number=invoice.order_number,
        issued_on=date(2022, 10, 14),
        issued_by="00000000000000a1",
        reason="bourse notifiée\nen octobre",
        session=invoice.session,
        seller=invoice.seller,
        client=invoice.client,
        lines=credited_lines(invoice, (), {0: cents}),
        exemption_mention=invoice.exemption_mention,
    )


@pytest.fixture
def note(make_invoice: MakeInvoice) -> CreditNote:
    return credit(make_invoice(), 10000)


def words(pdf: bytes) -> str:
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return " ".join(text.split())


def test_credit_note_cites_its_invoice_and_says_why(note: CreditNote) -> None:
    shown = words(render_credit_note(note))
    assert "Avoir n° 12" in shown
    assert f"Facture n° {note.invoice_number} du {note.invoiced_on:%d/%m/%Y}" in shown
    assert "14/10/2022" in shown
    assert "bourse notifiée en octobre" in shown
    assert "Total TTC de l'avoir : 100,00" in shown


def test_credit_note_has_the_legal_mentions_of_its_invoice(note: CreditNote) -> None:
    shown = words(render_credit_note(note)).replace("\N{NO-BREAK SPACE}", " ")
    assert note.exemption_mention in shown
    assert "SIREN" in shown
    assert f"{note.client.first_name} {note.client.last_name}" in shown


def test_taxed_line_shows_its_tax_and_no_exemption(make_invoice: MakeInvoice) -> None:
    taxed = make_invoice(lines=(FeeLine("Certification", 2, 5000, Decimal(20)),))
    shown = words(render_credit_note(credit(taxed, 12000))).replace("\N{NO-BREAK SPACE}", " ")
    assert "Certification 2 50,00 0,00 20,00 100,00 120,00" in shown
    assert taxed.exemption_mention not in shown


def test_rehearsal_says_that_it_is_none(note: CreditNote) -> None:
    rehearsed = replace(note, seller=replace(note.seller, name=f"TEST – {note.seller.name}"))
    assert "TEST – avoir n° TEST-12 – sans valeur" in words(render_credit_note(rehearsed))


def test_credit_note_passes_the_accessibility_checker(note: CreditNote, tmp_path: Path) -> None:
    file = tmp_path / "avoir.pdf"
    file.write_bytes(render_credit_note(note))
    result = outloud.check(str(file))
    assert (result.verdict, result.errors, result.warnings) == ("pass", 0, 0)


def test_same_facts_give_the_same_bytes(note: CreditNote) -> None:
    assert render_credit_note(note) == render_credit_note(note)
