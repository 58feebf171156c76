from chalicelib.domain.corrections.credit_notes import CreditedLine, CreditNote
from chalicelib.web.schemas import credit_notes as schemas


def credit_note_view(note: CreditNote, *, rendered: bool = False) -> schemas.CreditNoteView:
    return schemas.CreditNoteView(
        number=note.number,
        invoice=note.invoice_number,
        registration=note.registration_id,
        issued_on=note.issued_on,
        reason=note.reason,
        lines=[_line(line) for line in note.lines],
        excl_tax_cents=note.totals.excl_tax_cents,
        tax_cents=note.totals.tax_cents,
        total_cents=note.totals.total_cents,
        rendered=rendered,
    )


def _line(line: CreditedLine) -> schemas.CreditLineView:
    return schemas.CreditLineView(
        index=line.place,
        product=line.product,
        quantity=line.quantity,
        unit_price_cents=line.unit_price_cents,
        vat_rate=line.vat_rate,
        excl_tax_cents=line.excl_tax_cents,
        tax_cents=line.tax_cents,
        total_cents=line.total_cents,
    )
