from chalicelib.domain.evidence import numbers
from chalicelib.domain.evidence.checks import EvidenceCheck, Source, Verdict
from chalicelib.domain.registration import Registration
from chalicelib.usecases.evidence.check_number import check_number
from chalicelib.usecases.evidence.ports import EvidencePorts


def check_cvec(
    ports: EvidencePorts, person_id: str, registration_id: str, typed: str, birth_name: str = ""
) -> Registration:
    """Check the attestation of the CVEC by its number; a valid one ticks its step.

    `birth_name` is needed where it is not the account's name. Without an answer the number is kept, and asked
    again later.
    """
    number = numbers.cvec_number(typed)
    wanted = EvidenceCheck(Source.CVEC, number, Verdict.WAITING, ports.now(), birth_name=birth_name.strip())
    return check_number(ports, person_id, registration_id, wanted)
