"""The checks of a registration's evidence at its sources: verdicts, never decisions (evidence.md, rule 2)."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from chalicelib.domain.evidence.identity import Compared


class Source(StrEnum):
    CVEC = "cvec"
    GRANT = "grant"


class Verdict(StrEnum):
    """What an answer shows; `WAITING` without an answer."""

    WAITING = "waiting"
    VERIFIED = "verified"
    GRANT_HOLDER = "grant_holder"
    NOT_VALID = "not_valid"
    NOT_FOUND = "not_found"
    PROVISIONAL = "provisional"
    OUT_OF_PERIOD = "out_of_period"
    OTHER_PERSON = "other_person"


VERIFIED = frozenset({Verdict.VERIFIED, Verdict.GRANT_HOLDER})
FINAL = VERIFIED | {Verdict.PROVISIONAL}
"""The verdicts after which the student gives no other number: the registrar decides."""
TO_COME = frozenset({Verdict.NOT_FOUND, Verdict.PROVISIONAL})
"""The verdicts of a grant of which a final one may come: it is looked for again in September."""


@dataclass(frozen=True)
class EvidenceCheck:
    """The check of one number at one source.

    `number` is the attestation's number or the INE, erased with the account; `birth_name` is the one that the
    student gave where it is not the account's. `consented_at` is when the student allowed the question.
    `state` is the code of the CVEC, `level` that of the grant, which is valid from `from_on` to `until_on`.
    `differs` is what of the identity is not that of the account. `tries` counts the questions without an
    answer; `next_ask_at` is the moment from which it is asked again, None if it is not.
    """

    source: Source
    number: str = field(repr=False)
    verdict: Verdict
    asked_at: datetime
    consented_at: datetime | None = None
    state: int | None = None
    level: str = ""
    from_on: date | None = None
    until_on: date | None = None
    differs: tuple[Compared, ...] = ()
    birth_name: str = field(default="", repr=False)
    tries: int = 0
    next_ask_at: datetime | None = None

    @property
    def is_verified(self) -> bool:
        return self.verdict in VERIFIED


def is_unanswered(check: EvidenceCheck) -> bool:
    """Return True if the source was asked often enough without an answer: somebody looks at the evidence."""
    return check.verdict is Verdict.WAITING and check.next_ask_at is None


def shown_state(check: EvidenceCheck) -> str:
    """Return what the student is told: an answer about somebody else is for the registrar alone."""
    is_for_staff = check.verdict in {Verdict.OTHER_PERSON, Verdict.OUT_OF_PERIOD} or is_unanswered(check)
    return "to_be_seen" if is_for_staff else check.verdict.value
