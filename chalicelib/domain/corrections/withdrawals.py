"""A student gives up a registration: money back but the fee kept; and the act that takes that back."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from chalicelib.domain.account import Account
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.corrections.correction import CorrectionKind
from chalicelib.domain.corrections.documents import Instruction, Numbers
from chalicelib.domain.corrections.recording import Draft, correction_mail, finished
from chalicelib.domain.corrections.refusals import (
    CorrectionOfEnded,
    CorrectionOfWithdrawn,
    CorrectionUnreasoned,
    KeptAboveReceived,
    KeptFixed,
    KeptMissing,
    ReopeningPaidOut,
    WithdrawalInFuture,
)
from chalicelib.domain.corrections.restating import require_correctable, restate
from chalicelib.domain.money import FeeLine
from chalicelib.domain.outbox import Topic
from chalicelib.domain.payers.shares import asked_by_price, named_taken_back
from chalicelib.domain.refunds.coverage import LEAVING, held_cents
from chalicelib.domain.registration import RegistrationStatus, counted
from chalicelib.domain.registration_file import RegistrationFile


@dataclass(frozen=True)
class AskedWithdrawal:
    """The day of the student's request, and what the registrar decided to keep; None: the campaign's fee."""

    asked_on: date
    kept_cents: int | None = None


def withdraw(
    account: Account,
    file: RegistrationFile,
    asked: AskedWithdrawal,
    instruction: Instruction,
    numbers: Numbers,
    now: datetime,
) -> Draft:
    """Return the file as given up: it owes what is kept, its plan ends, the rest is to be given back.

    Asked for before the year starts the campaign's fee is kept, later what the registrar names; never more
    than was received. A payer that was not invoiced is taken back; the invoice of another stays, until
    accounting credits it.
    """
    registration = file.registration
    _require_withdrawable(file)
    if not instruction.reason.strip():
        raise CorrectionUnreasoned
    if asked.asked_on > paris_day(now):
        raise WithdrawalInFuture
    require_correctable(file)
    kept = kept_cents(file, asked)
    ended = replace(
        counted(registration),
        status=RegistrationStatus.WITHDRAWN,
        reason=instruction.reason,
        kept_cents=kept,
        provisional_until=None,
    )
    # What is owed is lowered to what is kept, never ordered; a rest that was written off comes on top.
    lines = (FeeLine("", 1, kept + registration.written_off_cents),)
    then, changes = restate(account, file, ended, lines, instruction, numbers, now)
    changes = replace(changes, rows=(*changes.rows, *named_taken_back(file, instruction.reason)))
    mail = correction_mail(Topic.REGISTRATION_WITHDRAWN, file, then, instruction.reason, now)
    return finished(CorrectionKind.WITHDRAWAL, file, then, changes, instruction, (mail,), now)


def is_before_year(campaign: Campaign, day: date) -> bool:
    """Return True if the year has not started on that day; False if the campaign does not tell its start."""
    return campaign.year_starts_on is not None and day < campaign.year_starts_on


def kept_cents(file: RegistrationFile, asked: AskedWithdrawal) -> int:
    """Return what is kept of the money received for what was invoiced."""
    received = received_of_charged_cents(file)
    if is_before_year(file.campaign, asked.asked_on):
        if asked.kept_cents is not None:
            raise KeptFixed(file.campaign.withdrawal_fee_cents)
        return min(file.campaign.withdrawal_fee_cents, received)
    if asked.kept_cents is None:
        raise KeptMissing
    if asked.kept_cents > received:
        raise KeptAboveReceived(received)
    return asked.kept_cents


def received_of_charged_cents(file: RegistrationFile) -> int:
    """Return what was received for what was invoiced, and is not on its way back, in cents."""
    return min(file.charged_cents, held_cents(file))


def _require_withdrawable(file: RegistrationFile) -> None:
    if file.registration.status is RegistrationStatus.WITHDRAWN:
        raise CorrectionOfWithdrawn
    if not file.registration.is_accepted:
        raise CorrectionOfEnded


def take_back(
    account: Account, file: RegistrationFile, instruction: Instruction, numbers: Numbers, now: datetime
) -> Draft:
    """Return the file of a withdrawal as open again: it owes its situation, refunds not yet approved lapse.

    Its plan is over: what is left is paid by hand. What payers gave up meanwhile is of its price again.
    Raise while an approved refund is on its way.
    """
    if not instruction.reason.strip():
        raise CorrectionUnreasoned
    if any(each.state in LEAVING for each in file.refunds):
        raise ReopeningPaidOut
    require_correctable(file)
    registration = file.registration
    opened = replace(counted(registration), status=RegistrationStatus.PRE_REGISTERED, reason="", kept_cents=0)
    lines = file.programme.tariffs.get(registration.fee_situation_code or "", ())
    then, changes = restate(account, file, opened, lines, instruction, numbers, now)
    changes = replace(changes, rows=(*changes.rows, *asked_by_price(file)))
    mail = correction_mail(Topic.REGISTRATION_REOPENED, file, then, instruction.reason, now)
    return finished(CorrectionKind.REOPENING, file, then, changes, instruction, (mail,), now)
