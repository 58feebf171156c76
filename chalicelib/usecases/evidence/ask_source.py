from dataclasses import replace
from datetime import date

from chalicelib.domain.evidence.checks import TO_COME, EvidenceCheck, Source
from chalicelib.domain.evidence.findings import Finding, cvec_finding, grant_finding
from chalicelib.domain.evidence.next_looks import after_no_answer, after_no_grant
from chalicelib.domain.evidence.periods import year_start
from chalicelib.domain.evidence.refusals import SourceOff
from chalicelib.domain.evidence.sources import SourceRefused, SourceUnavailable
from chalicelib.domain.identities import INE
from chalicelib.domain.people import Person
from chalicelib.domain.registration import Registration
from chalicelib.usecases.evidence.ports import EvidencePorts


def is_on(ports: EvidencePorts, source: Source) -> bool:
    return (ports.cvec_source if source is Source.CVEC else ports.grant_source) is not None


def ask_source(
    ports: EvidencePorts, person: Person, registration: Registration, check: EvidenceCheck
) -> EvidenceCheck:
    """Ask the source; return the check with its answer, or waiting for the next question."""
    now, begins_on = ports.now(), year_start(ports.campaigns.get(registration.campaign_id))
    try:
        found = _finding(ports, person, check, begins_on)
    except SourceUnavailable as unavailable:
        return _unanswered(ports, check, unavailable.retry_in)
    except SourceRefused as refused:
        ports.alarms.raise_failure("source of evidence refuses the school", refused)
        return _unanswered(ports, check, None)
    is_to_come = check.source is Source.GRANT and found.verdict in TO_COME
    return replace(
        check,
        verdict=found.verdict,
        asked_at=now,
        state=found.state,
        level=found.level,
        from_on=found.from_on,
        until_on=found.until_on,
        differs=found.differs,
        tries=0,
        next_ask_at=after_no_grant(now, begins_on) if is_to_come else None,
    )


def _finding(ports: EvidencePorts, person: Person, check: EvidenceCheck, begins_on: date) -> Finding:
    if check.source is Source.CVEC and ports.cvec_source:
        name = check.birth_name or person.last_name
        answer = ports.cvec_source.attestation(check.number, name, begins_on.year)
        return cvec_finding(person, answer, known_ine(ports, person.id))
    if check.source is Source.GRANT and ports.grant_source:
        return grant_finding(person, ports.grant_source.grant(check.number), begins_on)
    raise SourceOff


def known_ine(ports: EvidencePorts, person_id: str) -> str:
    """Return the INE of the school's file, "" if it told none."""
    known = ports.identities.of_person(person_id)
    return next((each.subject for each in known if each.provider == INE), "")


def _unanswered(ports: EvidencePorts, check: EvidenceCheck, retry_in: int | None) -> EvidenceCheck:
    """Return the check with one more question without an answer; an earlier verdict stays."""
    tries = check.tries + 1
    return replace(
        check, asked_at=ports.now(), tries=tries, next_ask_at=after_no_answer(ports.now(), tries, retry_in)
    )
