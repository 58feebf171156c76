"""Conversion of a whole file into the response of the API."""

from chalicelib.api.account_views import invoice_view, order_view, payment_view
from chalicelib.api.list_views import list_entry
from chalicelib.api.payer_views import payer_view
from chalicelib.api.plan_views import staff_instalment
from chalicelib.api.views import plan_request_view
from chalicelib.domain.languages import Language
from chalicelib.domain.lists.comments import Comment
from chalicelib.domain.payers.payer import Payer
from chalicelib.domain.payments import Attempt
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.domain.trail.undo import LastAct
from chalicelib.usecases.lists.show_registration import WholeFile
from chalicelib.web.schemas import files as schemas
from chalicelib.web.schemas.accounts import AccountTotals


def whole_file(shown: WholeFile, language: Language) -> schemas.WholeFileView:
    file, account = shown.file, shown.account
    return schemas.WholeFileView(
        registration=list_entry(shown.entry, file.campaign, language),
        identity=_identity(shown),
        orders=[order_view(account, each) for each in file.orders],
        invoices=[invoice_view(account, each) for each in file.invoices],
        payments=[payment_view(each) for each in file.payments],
        totals=AccountTotals.model_validate(shown.position, from_attributes=True),
        credit_cents=shown.credit.amount_cents if shown.credit else 0,
        attempts=[_attempt(each) for each in file.attempts],
        plan_request=plan_request_view(file.plan_request),
        instalments=[staff_instalment(account, each) for each in file.instalments],
        messages=_messages(shown),
        undoable=_undoable(shown.undoable),
        payers=[payer_view(each, _owed_by(file, each)) for each in file.payers],
        comment=comment_view(shown.comment),
        history=[schemas.HistoryEntry.model_validate(each, from_attributes=True) for each in shown.history],
    )


def _owed_by(file: RegistrationFile, payer: Payer) -> int:
    return file.of_payers.of_invoice(payer.invoice_number).owed_cents


def comment_view(comment: Comment) -> schemas.CommentView:
    return schemas.CommentView.model_validate(comment, from_attributes=True)


def _messages(shown: WholeFile) -> list[schemas.MessageView]:
    sent = [
        schemas.MessageView(topic=each.topic, sent_at=each.sent_at, to=each.to, rank=each.rank, failed=False)
        for each in shown.mails
    ]
    failed = [
        schemas.MessageView(topic=each.topic, sent_at=each.given_up_at, to="", rank=each.rank, failed=True)
        for each in shown.given_up
        if each.given_up_at
    ]
    return [*sent, *failed]


def _undoable(last: LastAct | None) -> schemas.UndoableAct | None:
    until = last.until() if last else None
    if last is None or last.at is None or until is None:
        return None
    return schemas.UndoableAct(act=last.act, by=last.by, at=last.at, until=until, version=last.version)


def _identity(shown: WholeFile) -> schemas.IdentityView:
    person = shown.account.person
    return schemas.IdentityView(
        person_id=person.id,
        first_name=person.first_name,
        last_name=person.last_name,
        email=person.email,
        birth_on=person.birth_on,
        is_active=person.is_active,
        numbers={each.provider: each.shown for each in shown.numbers},
    )


def _attempt(attempt: Attempt) -> schemas.AttemptView:
    return schemas.AttemptView(
        id=attempt.id,
        reference=attempt.reference,
        started_at=attempt.started_at,
        amount_cents=attempt.amount_cents,
        state=attempt.state,
        refusal_code=attempt.refusal_code,
        card=attempt.evidence.card_last_digits or None,
    )
