"""The change of a file's situation by the registrar, before or after invoices and payments."""

from dataclasses import replace
from datetime import datetime

from chalicelib.domain.account import Account
from chalicelib.domain.corrections.correction import CorrectionKind
from chalicelib.domain.corrections.documents import Instruction, Numbers
from chalicelib.domain.corrections.recording import Draft, correction_mail, finished
from chalicelib.domain.corrections.refusals import CorrectionOfEnded, CorrectionUnreasoned, SituationUnchanged
from chalicelib.domain.corrections.restating import require_correctable, restate
from chalicelib.domain.outbox import Topic
from chalicelib.domain.payers.shares import require_shares_within
from chalicelib.domain.registration import counted
from chalicelib.domain.registration_file import RegistrationFile


def change_situation(
    account: Account,
    file: RegistrationFile,
    code: str,
    instruction: Instruction,
    numbers: Numbers,
    now: datetime,
) -> Draft:
    """Return the file that owes the tariff of situation `code`.

    The registrar may set any situation that the programme prices. The decision on the file stays, and so do
    third-party payers: raise `PayerAboveTariff` if they take more than the tariff.
    """
    registration = file.registration
    if not registration.is_accepted:
        raise CorrectionOfEnded
    lines = file.programme.fee_lines(code)
    if registration.fee_situation_code == code:
        raise SituationUnchanged
    if not instruction.reason.strip():
        raise CorrectionUnreasoned
    require_correctable(file)
    require_shares_within(file, code)
    changed = replace(counted(registration), fee_situation_code=code, provisional_until=None)
    then, changes = restate(account, file, changed, lines, instruction, numbers, now)
    mail = correction_mail(Topic.FEE_SITUATION_CHANGED, file, then, instruction.reason, now)
    return finished(CorrectionKind.FEE_SITUATION, file, then, changes, instruction, (mail,), now)
