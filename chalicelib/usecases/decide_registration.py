from chalicelib.domain import registration as rules
from chalicelib.domain.errors import NotFound
from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.registration import Decision, Registration, RegistrationStatus
from chalicelib.usecases.ports import Ports

_TOPICS = {
    Decision.VALIDATE: Topic.REGISTRATION_VALIDATED,
    Decision.REFUSE: Topic.REGISTRATION_REFUSED,
}


def decide_registration(ports: Ports, registration_id: str, decision: Decision, reason: str) -> Registration:
    """Write the registrar's decision and the mail that tells the student, together."""
    registration = ports.registrations.get(registration_id)
    decided = rules.decide(registration, decision, reason)
    if decided is not registration:
        topic = _TOPICS[decision]
        entry = OutboxEntry(
            id=f"{topic}-{registration_id}-{decided.version}",
            topic=topic,
            person_id=decided.person_id,
            registration_id=registration_id,
            created_at=ports.now(),
            reason=decided.reason,
        )
        ports.registrations.save(decided, entry)
    return decided


def tick_steps(ports: Ports, registration_id: str, seen_steps: frozenset[str]) -> Registration:
    """Note which previous steps' evidence the registrar has seen."""
    registration = ports.registrations.get(registration_id)
    known = {step.key for step in ports.campaigns.get(registration.campaign_id).previous_steps}
    if not seen_steps <= known:
        raise NotFound(f"Étape inconnue. Cette campagne connaît : {', '.join(sorted(known))}.")
    ticked = rules.tick_steps(registration, seen_steps)
    if ticked is not registration:
        ports.registrations.save(ticked)
    return ticked


def list_registrations(
    ports: Ports, status: RegistrationStatus, after: str | None
) -> tuple[tuple[Registration, ...], str | None]:
    """Return one page of the registrar's queue of the current campaign, and the next page's cursor."""
    found, cursor = ports.registrations.queue(ports.campaigns.current().id, status, after)
    return tuple(found), cursor
