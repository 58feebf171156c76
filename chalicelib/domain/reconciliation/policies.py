"""Three policies that compare the books with another party, and the run of each about a day.

The sign of every amount is that of the books less the other party: positive if our books hold more than the
gateway or the bank, negative if they hold less. It is never lost: the amounts of two differences may cancel
out in a sum, and their number does not.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from chalicelib.domain.trail.audit import canonical_digest

MOST_KEPT = 500
"""How many findings a run keeps in its own row; each has its own row as a difference as well."""


class Policy(StrEnum):
    GATEWAY = "gateway"  # the gateway, and our attempts, debits and refunds, in both directions
    REMITTANCE = "remittance"  # remittances, and 5115
    BANK = "bank"  # bank statements, and 512


class FindingKind(StrEnum):
    """What a difference is; its subject is the id of what is named."""

    NOT_AT_GATEWAY = "not_at_gateway"  # a movement of ours that the gateway does not know, or refused
    GIVEN_BACK_THERE = "given_back_there"  # a payment given back at the gateway, and kept in our books
    NOT_GIVEN_BACK = "not_given_back"  # money given back in our books, and not at the gateway
    TAKEN_NOT_BOOKED = "taken_not_booked"  # an attempt or debit that the gateway took, and we did not book
    NOT_OURS = "not_ours"  # a line of the gateway's file with a reference that is none of ours
    LINE_NOT_BOOKED = "line_not_booked"  # a line of the file with a reference of ours, and no movement
    AMOUNT_OF_LINE = "amount_of_line"  # a line of the file with another amount than our movement
    NOT_IN_FILE = "not_in_file"  # of ours in the days of the file, and not in it, or told there as not taken
    OTHER_REMITTANCE = "other_remittance"  # a line of the file in another remittance than our movement
    NOT_REMITTED = "not_remitted"  # a movement without a remittance after two days
    REMITTANCE_AMOUNT = "remittance_amount"  # another amount than our movements
    REMITTANCE_COUNT = "remittance_count"  # the amount of our movements, and another number of them
    NOT_CREDITED = "not_credited"  # a remittance without a line of the bank after five days
    CARDS_BALANCE = "cards_balance"  # 5115 is not what is on its way
    LINE_UNEXPLAINED = "line_unexplained"  # a line of the bank that nothing explains
    LINE_SUSPENDED = "line_suspended"  # a line of the bank whose money is on 471
    NO_LINE = "no_line"  # money on 512 that no line of the bank shows
    BANK_BALANCE = "bank_balance"  # the statement's balance is not what 512 and the other findings tell


@dataclass(frozen=True)
class Finding:
    """One difference as a run found it, signed cents; `registration_id` leads to the file, "" without one."""

    kind: FindingKind
    subject: str
    cents: int
    registration_id: str = ""


@dataclass(frozen=True)
class Reconciliation:
    """One run of a policy about the Paris day `day`; never changed afterwards, never deleted.

    `checked` counts what was compared, `left` what was not for lack of time or of an answer. `found` and
    `found_cents` cover all findings, of which `findings` are the first. `unexplained` and `unexplained_cents`
    cover those that nobody had explained when it ended. `source` is the digest of the file that was
    compared, "" for a run that asked. `by` is a person's id, or SCHEDULE.
    """

    id: str
    series: str
    policy: Policy
    day: date
    at: datetime
    by: str
    checked: int
    left: int
    found: int
    found_cents: int
    findings: tuple[Finding, ...]
    unexplained: int
    unexplained_cents: int
    source: str = ""

    @property
    def is_complete(self) -> bool:
        return self.left == 0

    @property
    def closes(self) -> bool:
        """True if the day is closed: all was compared, and each difference has its explanation."""
        return self.is_complete and self.unexplained == 0


class DifferenceState(StrEnum):
    UNEXPLAINED = "unexplained"
    EXPLAINED = "explained"  # by a person, and still there
    SETTLED = "settled"  # found no more


@dataclass(frozen=True)
class Difference:
    """One difference from the run that first found it until one that finds it no more.

    `found_on` is the day from which it has its age. `owner` is the person who looks for its explanation.
    A difference that comes to another amount is unexplained again.
    """

    series: str
    policy: Policy
    kind: FindingKind
    subject: str
    cents: int
    found_on: date
    registration_id: str = ""
    owner: str = ""
    explanation: str = ""
    explained_by: str = ""
    explained_at: datetime | None = None
    settled_on: date | None = None
    version: int = 1

    @property
    def id(self) -> str:
        return difference_id(self.series, self.policy, self.kind, self.subject)

    @property
    def is_settled(self) -> bool:
        return self.settled_on is not None

    @property
    def is_explained(self) -> bool:
        return self.explained_at is not None

    @property
    def state(self) -> "DifferenceState":
        if self.is_settled:
            return DifferenceState.SETTLED
        return DifferenceState.EXPLAINED if self.is_explained else DifferenceState.UNEXPLAINED

    @property
    def is_unexplained(self) -> bool:
        return not (self.is_settled or self.is_explained)

    def age_days(self, today: date) -> int:
        return (today - self.found_on).days


def difference_id(series: str, policy: Policy, kind: FindingKind, subject: str) -> str:
    return canonical_digest([series, policy, kind, subject])[:32]


@dataclass(frozen=True)
class Unexplained:
    """The unexplained differences: their count, their sum in signed cents, the day of the oldest.

    `signed_cents` are the sums of each sign, without one that is 0: a sum of both may hide them.
    """

    count: int
    cents: int
    oldest_on: date | None
    signed_cents: tuple[int, ...] = ()


def unexplained_of(differences: Iterable[Difference]) -> Unexplained:
    found = [each for each in differences if each.is_unexplained]
    oldest = min((each.found_on for each in found), default=None)
    over = sum(each.cents for each in found if each.cents > 0)
    under = sum(each.cents for each in found if each.cents < 0)
    return Unexplained(len(found), over + under, oldest, tuple(each for each in (over, under) if each))
