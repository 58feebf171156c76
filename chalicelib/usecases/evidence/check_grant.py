from chalicelib.domain.evidence import numbers
from chalicelib.domain.evidence.checks import EvidenceCheck, Source, Verdict
from chalicelib.domain.evidence.refusals import ConsentMissing
from chalicelib.domain.registration import Registration
from chalicelib.usecases.evidence.check_number import check_number
from chalicelib.usecases.evidence.ports import EvidencePorts


def check_grant(
    ports: EvidencePorts, person_id: str, registration_id: str, typed: str, *, consents: bool
) -> Registration:
    """Check the student's grant by the INE, which needs their consent."""
    if not consents:
        raise ConsentMissing
    now = ports.now()
    wanted = EvidenceCheck(Source.GRANT, numbers.ine(typed), Verdict.WAITING, now, consented_at=now)
    return check_number(ports, person_id, registration_id, wanted)
