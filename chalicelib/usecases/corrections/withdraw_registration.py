from dataclasses import replace
from datetime import date

from chalicelib.domain.account import Account
from chalicelib.domain.corrections import withdrawals
from chalicelib.domain.corrections.correction import Correction
from chalicelib.domain.corrections.documents import Instruction, Numbers
from chalicelib.domain.corrections.recording import Draft
from chalicelib.domain.corrections.withdrawals import AskedWithdrawal
from chalicelib.domain.fees import require_as_read
from chalicelib.domain.people import Person
from chalicelib.domain.registration import tick_steps
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.corrections.correct_registration import (
    CorrectionRequest,
    Preview,
    Rule,
    correct_registration,
    preview_correction,
)
from chalicelib.usecases.registrations.ports import RegistrationPorts


def withdrawal_request(
    registration_id: str,
    asked: AskedWithdrawal,
    reason: str,
    key: str | None = None,
    seen_hash: str | None = None,
) -> CorrectionRequest:
    kept = "" if asked.kept_cents is None else str(asked.kept_cents)
    what = (asked.asked_on.isoformat(), kept)
    return CorrectionRequest(registration_id, Act.REGISTRATION_WITHDRAWN, what, reason, key, seen_hash)


def preview_withdrawal(ports: RegistrationPorts, request: CorrectionRequest, by: Person) -> Preview:
    """Return what the withdrawal would write, and write nothing."""
    return preview_correction(ports, request, _rule(ports, request), by)


def withdraw_registration(ports: RegistrationPorts, request: CorrectionRequest, by: Person) -> Correction:
    """Note that the student gives the registration up, and prepare what is to be given back."""
    return correct_registration(ports, request, _rule(ports, request), by)


def take_back_withdrawal(
    ports: RegistrationPorts,
    registration_id: str,
    reason: str,
    by: Person,
    seen_steps: frozenset[str] | None = None,
    seen_hash: str | None = None,
    earlier_steps: frozenset[str] | None = None,
) -> Correction:
    """Open a file again that was given up; steps and hash as for a decision."""
    request = CorrectionRequest(registration_id, Act.REGISTRATION_REOPENED, (), reason)

    def rule(account: Account, file: RegistrationFile, instruction: Instruction, numbers: Numbers) -> Draft:
        require_as_read(file, seen_hash)
        was = file.registration
        steps = (
            was.seen_steps if seen_steps is None else tick_steps(was, seen_steps, earlier_steps).seen_steps
        )
        seen = replace(file, registration=replace(was, seen_steps=steps))
        return withdrawals.take_back(account, seen, instruction, numbers, ports.now())

    return correct_registration(ports, request, rule, by)


def _rule(ports: RegistrationPorts, request: CorrectionRequest) -> Rule:
    asked_on, kept = request.asked
    asked = AskedWithdrawal(date.fromisoformat(asked_on), int(kept) if kept else None)
    return lambda account, file, instruction, numbers: withdrawals.withdraw(
        account, file, asked, instruction, numbers, ports.now()
    )
