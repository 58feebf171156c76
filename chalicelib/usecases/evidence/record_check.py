from chalicelib.domain.changes import Changes
from chalicelib.domain.evidence.checks import EvidenceCheck
from chalicelib.domain.evidence.recorded import with_check
from chalicelib.domain.evidence.standing import check_of, is_final
from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.people import Person
from chalicelib.domain.registration import Registration
from chalicelib.domain.trail.audit import SCHEDULE, Act
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.evidence.ports import EvidencePorts
from chalicelib.usecases.races import again


def record_check(
    ports: EvidencePorts, person: Person, registration_id: str, check: EvidenceCheck, by: str
) -> Registration:
    """Write the check on the registration as it is by now."""

    def record() -> Registration:
        registration = ports.registrations.get(registration_id)
        if _is_overtaken(check_of(registration, check.source), check, by):
            return registration
        checked = with_check(registration, check, ports.campaigns.get(registration.campaign_id))
        entry = audited(
            ports,
            by,
            Act.EVIDENCE_CHECKED,
            person.id,
            registration_id,
            source=check.source,
            verdict=check.verdict,
        )
        ports.store.commit(Changes((checked,), outbox=next_question(checked, check), audit=entry))
        return checked

    return again(record, ports.pause)


def _is_overtaken(current: EvidenceCheck | None, check: EvidenceCheck, by: str) -> bool:
    """Return True if the answer is not to be kept: another tab got one for good, or gave another number."""
    if current is None:
        return False
    if by == SCHEDULE:
        return current.is_verified or current.number != check.number
    return is_final(current)


def next_question(registration: Registration, check: EvidenceCheck) -> tuple[OutboxEntry, ...]:
    """Return what has a check asked at its time, written with the registration; nothing if it is over."""
    if check.next_ask_at is None:
        return ()
    entry = OutboxEntry(
        id=f"{Topic.CHECK_EVIDENCE}-{registration.id}-{registration.version}-{check.source}",
        topic=Topic.CHECK_EVIDENCE,
        person_id=registration.person_id,
        registration_id=registration.id,
        created_at=check.asked_at,
        not_before=check.next_ask_at,
        reason=check.source,
    )
    return (entry,)
