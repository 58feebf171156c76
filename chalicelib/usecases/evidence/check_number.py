from datetime import timedelta

from chalicelib.domain.causes import FileDecided
from chalicelib.domain.evidence.checks import EvidenceCheck, Verdict
from chalicelib.domain.evidence.refusals import EvidenceChecked, SourceOff
from chalicelib.domain.evidence.standing import check_of, is_final
from chalicelib.domain.limits import EVIDENCE
from chalicelib.domain.registration import Registration, RegistrationStatus
from chalicelib.usecases.evidence.ask_source import ask_source, is_on
from chalicelib.usecases.evidence.ports import EvidencePorts
from chalicelib.usecases.evidence.record_check import record_check
from chalicelib.usecases.limits.limit_tries import count_try

ASKED_LATELY = timedelta(hours=1)
"""For this long the same number gets the answer that it had."""


def check_number(
    ports: EvidencePorts, person_id: str, registration_id: str, wanted: EvidenceCheck
) -> Registration:
    """Ask a source about a number, and record the answer; the question is outside of any commit."""
    account = ports.accounts.account(person_id)
    registration = account.registration(registration_id)
    if not is_on(ports, wanted.source):
        raise SourceOff
    current = check_of(registration, wanted.source)
    if current and _is_known(current, wanted):
        return registration
    _require_open(registration, current)
    count_try(ports, EVIDENCE, f"{person_id} {wanted.source}")
    asked = ask_source(ports, account.person, registration, wanted)
    return record_check(ports, account.person, registration_id, asked, person_id)


def _is_known(current: EvidenceCheck, wanted: EvidenceCheck) -> bool:
    """Return True if the same was asked lately, or has its answer for good."""
    is_same = (current.number, current.birth_name) == (wanted.number, wanted.birth_name)
    is_fresh = wanted.asked_at - current.asked_at < ASKED_LATELY
    return is_same and (is_final(current) or (is_fresh and current.verdict is not Verdict.WAITING))


def _require_open(registration: Registration, current: EvidenceCheck | None) -> None:
    if registration.status is not RegistrationStatus.PRE_REGISTERED:
        raise FileDecided
    if is_final(current):
        raise EvidenceChecked
