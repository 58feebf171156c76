"""A transfer of ours that came back: the refund failed after all, and its amount is a credit again."""

from dataclasses import replace
from datetime import datetime

from chalicelib.domain.changes import Changes
from chalicelib.domain.refunds.booking import refund_mail
from chalicelib.domain.refunds.preparation import payment_of
from chalicelib.domain.refunds.refund import RETURNED, Refund, RefundState
from chalicelib.domain.refunds.refusals import RefundNotReady
from chalicelib.domain.registration import counted
from chalicelib.domain.registration_file import RegistrationFile


def returned(file: RegistrationFile, refund: Refund, now: datetime) -> Changes:
    """Return the rows and the mail; raise `RefundNotReady` unless the transfer was done.

    What it lowered stays owed as it is: the amount is a credit, which the next set-off allocates.
    """
    if refund.by_card or refund.state is not RefundState.DONE:
        raise RefundNotReady
    payment = payment_of(file, refund.payment_id)
    back = replace(
        payment,
        refunded_cents=payment.refunded_cents - refund.amount_cents,
        transferred_cents=payment.transferred_cents - refund.amount_cents,
        version=payment.version + 1,
    )
    failed = replace(
        refund, state=RefundState.REFUSED, code=RETURNED, ended_at=now, version=refund.version + 1
    )
    return Changes((failed, back, counted(file.registration)), outbox=(refund_mail(failed, now),))
