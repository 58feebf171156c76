"""What an answer of a source shows of a person."""

from dataclasses import dataclass
from datetime import date

from chalicelib.domain.evidence.answers import CvecAttestation, CvecUnknown, GrantFound, GrantNotFound
from chalicelib.domain.evidence.checks import Verdict
from chalicelib.domain.evidence.identity import Compared, differences
from chalicelib.domain.evidence.periods import covers
from chalicelib.domain.identities import as_read
from chalicelib.domain.people import Person

GRANT_HOLDER_STATE = 71
VALID_STATES = frozenset({70, GRANT_HOLDER_STATE, 73, 75, 76, 98})


@dataclass(frozen=True)
class Finding:
    """What one answer shows, before it is stored with its number and times."""

    verdict: Verdict
    state: int | None = None
    level: str = ""
    from_on: date | None = None
    until_on: date | None = None
    differs: tuple[Compared, ...] = ()


def cvec_finding(person: Person, answer: CvecAttestation | CvecUnknown, ine: str = "") -> Finding:
    """Return what an attestation shows; one of another person shows nothing else, not even its state.

    `ine` is the student's, "" if the school does not know it: it is compared where both are known.
    """
    if isinstance(answer, CvecUnknown):
        return Finding(Verdict.NOT_FOUND)
    is_other_ine = bool(ine and answer.ine) and as_read(ine) != as_read(answer.ine)
    if differs := differences(person, answer.identity) + (Compared.INE,) * is_other_ine:
        return Finding(Verdict.OTHER_PERSON, differs=differs)
    if answer.state not in VALID_STATES:
        return Finding(Verdict.NOT_VALID, state=answer.state)
    is_holder = answer.state == GRANT_HOLDER_STATE
    return Finding(Verdict.GRANT_HOLDER if is_holder else Verdict.VERIFIED, state=answer.state)


def grant_finding(person: Person, answer: GrantFound | GrantNotFound, begins_on: date) -> Finding:
    """Return what a grant shows for the academic year that begins on `begins_on`."""
    if isinstance(answer, GrantNotFound) or not answer.is_holder:
        return Finding(Verdict.NOT_FOUND)
    if differs := differences(person, answer.identity):
        return Finding(Verdict.OTHER_PERSON, differs=differs)
    period = covers(answer, begins_on)
    if period is None:
        return Finding(Verdict.OUT_OF_PERIOD, level=answer.level, from_on=answer.starts_on)
    verdict = Verdict.PROVISIONAL if answer.is_provisional else Verdict.GRANT_HOLDER
    return Finding(verdict, level=answer.level, from_on=period[0], until_on=period[1])
