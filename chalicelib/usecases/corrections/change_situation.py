from chalicelib.domain.corrections import situations
from chalicelib.domain.corrections.correction import Correction
from chalicelib.domain.people import Person
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.corrections.correct_registration import (
    CorrectionRequest,
    Preview,
    Rule,
    correct_registration,
    preview_correction,
)
from chalicelib.usecases.registrations.ports import RegistrationPorts


def situation_request(
    registration_id: str, code: str, reason: str, key: str | None = None, seen_hash: str | None = None
) -> CorrectionRequest:
    return CorrectionRequest(registration_id, Act.FEE_SITUATION_CHANGED, (code,), reason, key, seen_hash)


def preview_situation(ports: RegistrationPorts, request: CorrectionRequest, by: Person) -> Preview:
    """Return what the change of situation would write, and write nothing."""
    return preview_correction(ports, request, _rule(ports, request), by)


def change_situation(ports: RegistrationPorts, request: CorrectionRequest, by: Person) -> Correction:
    """Set the situation of a file, before or after money."""
    return correct_registration(ports, request, _rule(ports, request), by)


def _rule(ports: RegistrationPorts, request: CorrectionRequest) -> Rule:
    (code,) = request.asked
    return lambda account, file, instruction, numbers: situations.change_situation(
        account, file, code, instruction, numbers, ports.now()
    )
