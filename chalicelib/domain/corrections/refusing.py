"""The registrar refuses a file with money in, or takes that back: its refund is proposed, or lapses."""

from dataclasses import replace
from datetime import datetime

from chalicelib.domain.account import Account
from chalicelib.domain.changes import Changes
from chalicelib.domain.corrections.correction import CorrectionKind
from chalicelib.domain.corrections.documents import Instruction
from chalicelib.domain.corrections.recording import Draft, finished
from chalicelib.domain.corrections.refusals import KeptAboveReceived
from chalicelib.domain.corrections.restating import written
from chalicelib.domain.credits import to_give_back
from chalicelib.domain.invoices import Sequence
from chalicelib.domain.payers.owed_again import owe_postponed
from chalicelib.domain.refunds.coverage import held_cents
from chalicelib.domain.refunds.proposals import propose, without_prepared
from chalicelib.domain.registration import Registration
from chalicelib.domain.registration_file import RegistrationFile


def refuse(
    file: RegistrationFile, refused: Registration, kept_cents: int, instruction: Instruction, now: datetime
) -> Draft:
    """Return the refusal with a prepared refund of all that the file holds but what is kept.

    `refused` is the registration's next version. Its documents and its plan stay, so that the decision can be
    taken back. Nothing is prepared while a payment is disputed: accounting decides then.
    """
    held = held_cents(file)
    if kept_cents > held:
        raise KeptAboveReceived(held)
    then = without_prepared(replace(file, registration=replace(refused, kept_cents=kept_cents)), now)
    credit = to_give_back(then)
    if credit and not any(payment.is_disputed for payment in file.payments):
        then = propose(then, credit, instruction.proposing, now)
    return finished(CorrectionKind.REFUSAL, file, then, written(file, then), instruction, (), now)


def reopen(
    account: Account,
    file: RegistrationFile,
    opened: Registration,
    instruction: Instruction,
    sequence: Sequence,
    now: datetime,
) -> Draft:
    """Return the file with its refusal taken back; its prepared refunds lapse.

    What third-party payers gave up meanwhile is owed by the student now.
    """
    started = without_prepared(replace(file, registration=replace(opened, kept_cents=0)), now)
    then, asked = owe_postponed(account, started, sequence, now)
    rows = (*written(file, then).rows, *asked.rows)
    return finished(CorrectionKind.REOPENING, file, then, Changes(rows), instruction, asked.outbox, now)
