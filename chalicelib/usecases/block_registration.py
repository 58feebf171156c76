from chalicelib.domain import registration as rules
from chalicelib.domain.registration import Registration
from chalicelib.usecases.ports import Ports


def block_registration(ports: Ports, registration_id: str, blocked: bool, reason: str) -> Registration:  # noqa: FBT001 - the mark
    """Set or lift accounting's block."""
    registration = ports.registrations.get(registration_id)
    marked = rules.block(registration, blocked, reason if blocked else "")
    if marked is not registration:
        ports.registrations.save(marked)
    return marked
