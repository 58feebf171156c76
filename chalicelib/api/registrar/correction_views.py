from chalicelib.domain.books.journal import JournalEntry
from chalicelib.domain.corrections.correction import Correction
from chalicelib.usecases.corrections.correct_registration import Preview
from chalicelib.web.schemas import corrections as schemas


def correction_view(done: Correction) -> schemas.CorrectionView:
    return schemas.CorrectionView(
        kind=done.kind,
        fee_situation=done.fee_situation_code,
        owed_before_cents=done.owed_before_cents,
        owed_after_cents=done.owed_after_cents,
        received_cents=done.received_cents,
        order_cents=done.order_cents,
        credit_note_cents=done.credit_note_cents,
        to_give_back_cents=done.to_give_back_cents,
        kept_cents=done.kept_cents,
        debits=[schemas.DebitChangeView.model_validate(each, from_attributes=True) for each in done.debits],
        order=done.order_number,
        invoice=done.invoice_number,
        credit_notes=done.credit_notes,
        refunds=done.refunds,
    )


def preview_view(preview: Preview) -> schemas.CorrectionView:
    """Return the correction as it would be: without the numbers that only the act draws."""
    return correction_view(preview.draft.correction).model_copy(
        update={
            "order": None,
            "invoice": None,
            "credit_notes": (),
            "refunds": (),
            "seen_hash": preview.hash,
            "entries": [_entry(each) for each in preview.entries],
            "letters": preview.letters,
        }
    )


def _entry(entry: JournalEntry) -> schemas.EntryView:
    postings = [schemas.PostingView(account=each.account, cents=each.cents) for each in entry.postings]
    return schemas.EntryView(event=entry.event, postings=postings)
