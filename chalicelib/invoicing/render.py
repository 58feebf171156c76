"""Facts → tagged PDF (PDF/UA-1 and PDF/A-3a). The same facts give the same bytes, on any day and machine.

People's text enters a template as data (`sys.inputs`), never as source: no name can become markup.
"""

import json
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from chalicelib.domain.books.statement import Statement
from chalicelib.domain.collection.evidence import EvidenceFile
from chalicelib.domain.corrections.credit_notes import CreditNote
from chalicelib.domain.invoices import Certificate, Invoice
from chalicelib.domain.rehearsal import is_rehearsed
from chalicelib.domain.treasury.rapprochement_paper import RapprochementPaper
from chalicelib.domain.treasury.slip_paper import SlipPaper
from chalicelib.invoicing.books_words import rapprochement_words, slip_words
from chalicelib.invoicing.evidence_words import evidence_words
from chalicelib.invoicing.facts import certificate_words, credit_note_words, invoice_words, statement_words
from chalicelib.invoicing.facturx import factur_x, marked_as_factur_x
from chalicelib.invoicing.legible import in_latin_letters, legible

TEMPLATE_VERSION = "3"
"""Part of every stored document's key: increment it with any change of the printed content."""

STANDARDS = ["ua-1", "a-3a"]
TEMPLATES = Path(__file__).parent
FONTS = TEMPLATES / "fonts"

_one_at_a_time = Lock()  # a compiler keeps its fonts and serves one document at a time


def render_invoice(invoice: Invoice) -> bytes:
    """Return the PDF; that of a third-party payer holds its Factur-X, but for a rehearsal, which is none."""
    if invoice.buyer is None or is_rehearsed(invoice.seller.name):
        return _render("invoice.typ", invoice_words(invoice), invoice.issued_on)
    xml = factur_x(invoice, invoice.buyer)
    return marked_as_factur_x(_render("invoice.typ", invoice_words(invoice), invoice.issued_on, xml))


def render_credit_note(note: CreditNote) -> bytes:
    return _render("credit_note.typ", credit_note_words(note), note.issued_on)


def render_certificate(certificate: Certificate) -> bytes:
    return _render("certificate.typ", certificate_words(certificate), certificate.issued_on)


def render_statement(statement: Statement) -> bytes:
    return _render("statement.typ", statement_words(statement), statement.issued_on)


def render_evidence(evidence: EvidenceFile) -> bytes:
    return _render("evidence.typ", evidence_words(evidence), evidence.issued_on)


def render_slip(paper: SlipPaper) -> bytes:
    return _render("slip.typ", slip_words(paper), paper.deposited_on)


def render_rapprochement(paper: RapprochementPaper) -> bytes:
    return _render("rapprochement.typ", rapprochement_words(paper), paper.found.closing_on)


def _render(template: str, words: dict[str, Any], day: date, xml: str = "") -> bytes:
    from typst import TypstError  # noqa: PLC0415 - 80 MB that only a request for a PDF needs

    facts = legible({**words, "day": [day.year, day.month, day.day]})
    try:
        return _compile(template, facts, day, xml)
    except TypstError:
        # PDF/A requires a glyph for every character: if the table of printed ones is wrong, print the rest.
        return _compile(template, in_latin_letters(facts), day, xml)


def _compile(template: str, facts: Any, day: date, xml: str) -> bytes:
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    with _one_at_a_time:
        return bytes(
            _compiler(template).compile(
                format="pdf",
                sys_inputs={"facts": json.dumps(facts, ensure_ascii=False), "xml": xml},
                pdf_standards=STANDARDS,
                timestamp=int(midnight.timestamp()),
            )
        )


@cache
def _compiler(template: str) -> Any:
    from typst import Compiler  # noqa: PLC0415 - as above

    return Compiler(TEMPLATES / template, root=TEMPLATES, ignore_system_fonts=True, font_paths=[FONTS])
