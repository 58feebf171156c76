"""Reminders of a payer's invoice that is late, by the ladder of the campaign."""

from dataclasses import replace
from datetime import date, datetime

from chalicelib.domain.changes import Changes
from chalicelib.domain.outbox import Topic
from chalicelib.domain.payers.invoicing import payer_mail
from chalicelib.domain.payers.payer import Payer, PayerState
from chalicelib.domain.registration_file import RegistrationFile


def payer_reminder(file: RegistrationFile, payer: Payer, today: date, now: datetime) -> Changes | None:
    """Return the payer's next version and the mail of the reminder that is due, None if none is.

    Each rung is used once; of several due after an outage the highest. A payer is reminded whatever became
    of the registration: its invoice stands until it is credited.
    """
    if payer.state is not PayerState.INVOICED or payer.due_on is None:
        return None
    days = (today - payer.due_on).days
    reached = [each for each in file.campaign.reminders if each.after_days <= days]
    if len(reached) <= payer.reminders:
        return None
    told = replace(payer, reminders=len(reached), version=payer.version + 1)
    cents = file.of_payers.of_invoice(payer.invoice_number).owed_cents
    mail = payer_mail(Topic.PAYER_REMINDER, told, file, now, cents=cents)
    return Changes((told,), outbox=(replace(mail, reason=reached[-1].text.value),))
