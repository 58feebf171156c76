"""Questions about a student's evidence to its sources; an answer is evidence, never a decision."""

from dataclasses import replace
from datetime import timedelta

from chalicelib.domain.causes import FileDecided
from chalicelib.domain.changes import Changes
from chalicelib.domain.evidence import numbers
from chalicelib.domain.evidence.checks import TO_COME, EvidenceCheck, Source, Verdict
from chalicelib.domain.evidence.findings import Finding, cvec_finding, grant_finding
from chalicelib.domain.evidence.next_looks import after_no_answer, after_no_grant
from chalicelib.domain.evidence.periods import year_start
from chalicelib.domain.evidence.recorded import with_check
from chalicelib.domain.evidence.refusals import ConsentMissing, EvidenceChecked, SourceOff
from chalicelib.domain.evidence.standing import check_of, is_final
from chalicelib.domain.imports.comparison import INE
from chalicelib.domain.limits import EVIDENCE
from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.people import Person
from chalicelib.domain.registration import Registration, RegistrationStatus
from chalicelib.domain.trail.audit import SCHEDULE, Act
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.evidence.ports import EvidencePorts, SourceRefused, SourceUnavailable
from chalicelib.usecases.limits.limit_tries import count_try
from chalicelib.usecases.races import again

ASKED_LATELY = timedelta(hours=1)
"""For this long the same number gets the answer that it had."""


def check_cvec(
    ports: EvidencePorts, person_id: str, registration_id: str, typed: str, birth_name: str = ""
) -> Registration:
    """Check the attestation of the CVEC by its number; a valid one ticks its step.

    `birth_name` is needed where it is not the account's name. Without an answer the number is kept, and asked
    again later.
    """
    wanted = _wanted(ports, Source.CVEC, numbers.cvec_number(typed), birth_name=birth_name.strip())
    return _check(ports, person_id, registration_id, wanted)


def check_grant(
    ports: EvidencePorts, person_id: str, registration_id: str, typed: str, *, consents: bool
) -> Registration:
    """Check the student's grant by the INE, which needs their consent."""
    if not consents:
        raise ConsentMissing
    wanted = replace(_wanted(ports, Source.GRANT, numbers.ine(typed)), consented_at=ports.now())
    return _check(ports, person_id, registration_id, wanted)


def ask_again(ports: EvidencePorts, entry: OutboxEntry) -> None:
    """Ask once more about a check that waits; do nothing if it no longer does, or if the source is off."""
    account = ports.accounts.account(entry.person_id)
    registration = account.registration(entry.registration_id)
    check = check_of(registration, Source(entry.reason))
    if check is None or check.next_ask_at is None or check.next_ask_at > ports.now():
        return
    if not _is_on(ports, check.source) or not registration.is_accepted or account.person.erased_on:
        return
    _record(
        ports, account.person, registration.id, _asked(ports, account.person, registration, check), SCHEDULE
    )


def _wanted(ports: EvidencePorts, source: Source, number: str, birth_name: str = "") -> EvidenceCheck:
    if not _is_on(ports, source):
        raise SourceOff
    return EvidenceCheck(source, number, Verdict.WAITING, ports.now(), birth_name=birth_name)


def _is_on(ports: EvidencePorts, source: Source) -> bool:
    return (ports.cvec_source if source is Source.CVEC else ports.grant_source) is not None


def _check(ports: EvidencePorts, person_id: str, registration_id: str, wanted: EvidenceCheck) -> Registration:
    account = ports.accounts.account(person_id)
    registration = account.registration(registration_id)
    current = check_of(registration, wanted.source)
    if current and _is_known(current, wanted):
        return registration
    _require_open(registration, current)
    count_try(ports, EVIDENCE, f"{person_id} {wanted.source}")
    asked = _asked(ports, account.person, registration, wanted)
    return _record(ports, account.person, registration_id, asked, person_id)


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


def _asked(
    ports: EvidencePorts, person: Person, registration: Registration, check: EvidenceCheck
) -> EvidenceCheck:
    """Ask the source; return the check with its answer, or waiting for the next question."""
    now, begins_on = ports.now(), year_start(ports.campaigns.get(registration.campaign_id))
    try:
        found = _finding(ports, person, check, begins_on.year, registration)
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


def _finding(
    ports: EvidencePorts, person: Person, check: EvidenceCheck, year: int, registration: Registration
) -> Finding:
    if check.source is Source.CVEC and ports.cvec_source:
        name = check.birth_name or person.last_name
        answer = ports.cvec_source.attestation(check.number, name, year)
        return cvec_finding(person, answer, known_ine(ports, person.id))
    if check.source is Source.GRANT and ports.grant_source:
        begins_on = year_start(ports.campaigns.get(registration.campaign_id))
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


def _record(
    ports: EvidencePorts, person: Person, registration_id: str, check: EvidenceCheck, by: str
) -> Registration:
    """Write the check on the registration as it is by now; the question was asked outside of any commit."""

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
