"""The rows of a student as an import writes them: new ones, and the next versions of those there are."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from chalicelib.domain.calendar import months_after
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.evidence.checks import EvidenceCheck, Source, Verdict
from chalicelib.domain.identifiers import ordinal_of
from chalicelib.domain.identities import as_read
from chalicelib.domain.imports.comparison import allows_other, brings_cvec
from chalicelib.domain.imports.students import Student, StudentLine
from chalicelib.domain.languages import Language
from chalicelib.domain.people import Person, Role
from chalicelib.domain.registration import Registration


def review_day(campaign: Campaign) -> date:
    """Return the day on which the account of a student who never pays is reviewed."""
    return months_after(campaign.ends_on, campaign.retention.never_paid_months)


def review_day_of_staff(campaign: Campaign, today: date) -> date:
    """Return the same of a member of the staff; a year from today where no campaign is loaded yet."""
    return review_day(campaign) if campaign.id else months_after(today, 12)


def imported_person(person_id: str, told: StudentLine, campaign: Campaign) -> Person:
    return Person(
        id=person_id,
        email=told.email,
        first_name=told.first_name,
        last_name=told.last_name,
        roles=frozenset({Role.STUDENT}),
        birth_on=told.birth_on,
        review_on=review_day(campaign),
        language=told.language or Language.FR,
    )


def corrected_person(person: Person, told: StudentLine, campaign: Campaign) -> Person:
    """Return the person as the file tells of them; another mail address ends every session.

    The same person is returned if nothing changes.
    """
    corrected = replace(
        person,
        email=told.email,
        first_name=told.first_name,
        last_name=told.last_name,
        birth_on=told.birth_on,
        language=told.language or person.language,
        review_on=person.review_on or review_day(campaign),
        session_generation=person.session_generation + (told.email != person.email),
    )
    return person if corrected == person else replace(corrected, version=person.version + 1)


def is_renamed(person: Person, told: StudentLine) -> bool:
    """Return True if people read another name: one in other capitals is the same."""
    before = (as_read(person.last_name), as_read(person.first_name))
    return before != (as_read(told.last_name), as_read(told.first_name))


def corrected_registrations(
    student: Student, registrations: Sequence[Registration], campaign: Campaign, now: datetime
) -> Iterator[Registration]:
    """Yield the next versions of those that change: another name, other situations before any order, a CVEC.

    `registrations` are all those of the person, of every campaign.
    """
    lines = {(campaign.id, line.programme): line for line in student.lines}
    for each in registrations:
        line = lines.get((each.campaign_id, each.programme_code))
        is_other = line is not None and allows_other(each, line)
        allowed = line.situations if line and is_other else each.allowed_situations
        brought = cvec_of(line, now) if line and brings_cvec(each, line) else ()
        evidence = (*each.evidence, *brought)
        corrected = replace(
            each, holder=holder_of(student.told), allowed_situations=allowed, evidence=evidence
        )
        if corrected != each:
            yield replace(corrected, version=each.version + 1)


def new_registrations(
    student: Student,
    person_id: str,
    registrations: Sequence[Registration],
    campaign: Campaign,
    now: datetime,
) -> Iterator[Registration]:
    """Yield a registration for each programme of the file in which the person has none in this campaign."""
    known = {each.programme_code for each in registrations if each.campaign_id == campaign.id}
    last = max((ordinal_of(each.id) for each in registrations), default=0)
    added = (line for line in student.lines if line.programme not in known)
    for ordinal, line in enumerate(added, start=last + 1):
        yield Registration(
            id=f"{person_id}-{ordinal}",
            person_id=person_id,
            campaign_id=campaign.id,
            programme_code=line.programme,
            holder=holder_of(line),
            allowed_situations=line.situations,
            evidence=cvec_of(line, now),
        )


def cvec_of(line: StudentLine, now: datetime) -> tuple[EvidenceCheck, ...]:
    """Return the check that asks for the number of a line as soon as it is written; none without a number."""
    if not line.cvec:
        return ()
    return (
        EvidenceCheck(
            Source.CVEC, line.cvec, Verdict.WAITING, now, birth_name=line.birth_name, next_ask_at=now
        ),
    )


def holder_of(told: StudentLine) -> str:
    return f"{told.last_name} {told.first_name}"
