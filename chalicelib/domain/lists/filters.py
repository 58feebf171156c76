"""Filters and orders of the lists of registrations; amounts owed before the order are the campaign's."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from operator import attrgetter

from chalicelib.domain.campaign import Campaign
from chalicelib.domain.evidence.standing import Standing, grant_situations, is_grant_shown, standing_of
from chalicelib.domain.lists.lines import RegistrationLine
from chalicelib.domain.lists.search import Hit
from chalicelib.domain.money import totals
from chalicelib.domain.plan.plan_requests import PlanRequestState
from chalicelib.domain.registration import RegistrationStatus, seen_hash


@dataclass(frozen=True)
class Tariffs:
    """The price of each situation of each programme, in cents, and the situations of grant holders."""

    prices: Mapping[tuple[str, str | None], int]
    grants: frozenset[str]


class Paid(StrEnum):
    """How much of what a registration owes was received."""

    NONE = "none"
    PART = "part"
    ALL = "all"
    OVER = "over"
    NOTHING_OWED = "nothing_owed"


class Anomaly(StrEnum):
    """A condition of a file that the staff must look at or decide."""

    TO_DECIDE = "to_decide"
    PLAN_REQUESTED = "plan_requested"
    OVERPAID = "overpaid"
    VALIDATED_UNPAID = "validated_unpaid"
    PAID_NOT_VALIDATED = "paid_not_validated"
    CREDIT = "credit"
    REFUSED_DEBIT = "refused_debit"
    ARREARS = "arrears"
    IN_QUESTION = "in_question"
    BLOCKED = "blocked"
    PROVISIONAL_OVERDUE = "provisional_overdue"
    FOLLOW_UP = "follow_up"
    EVIDENCE_VERIFIED = "evidence_verified"
    EVIDENCE_HELD = "evidence_held"
    GRANT_APPEARED = "grant_appeared"


class Sort(StrEnum):
    NAME = "name"
    NAME_LAST = "-name"
    PROGRAMME = "programme"
    PROGRAMME_LAST = "-programme"
    SITUATION = "situation"
    SITUATION_LAST = "-situation"
    PAID = "paid"
    PAID_LAST = "-paid"
    REST = "rest"
    REST_LAST = "-rest"

    @property
    def is_descending(self) -> bool:
        return self.value.startswith("-")


@dataclass(frozen=True)
class Entry:
    """One line of a list on a day, with what it owes in all, as `fees.total_cents` says of the file."""

    hit: Hit
    owed_cents: int | None
    today: date
    is_grant_declared: bool = False

    @property
    def line(self) -> RegistrationLine:
        return self.hit.line

    @property
    def seen_hash(self) -> str:
        """Return the hash that a decision on the file proves to have seen this line by."""
        line = self.line
        return seen_hash(
            line.id, line.status, line.reason, line.fee_situation_code, self.owed_cents, line.paid_cents
        )

    @property
    def rest_cents(self) -> int:
        """Return what is still to be received; nothing of a file that has ended."""
        if self.owed_cents is None or self.line.is_ended:
            return 0
        return max(0, self.owed_cents - self.line.paid_cents)

    @property
    def give_back_cents(self) -> int:
        """Return what `credits.to_give_back` says of the file, in cents."""
        line, held = self.line, self.line.paid_cents - self.line.reserved_cents
        if line.is_ended:
            return max(0, held - line.left_cents)
        return max(0, min(line.credit_cents, held - (self.owed_cents or 0)))

    @property
    def paid(self) -> Paid:
        line = self.line
        if line.paid_cents > (self.owed_cents or 0):
            return Paid.OVER
        if not self.owed_cents:
            return Paid.NOTHING_OWED
        if not line.paid_cents:
            return Paid.NONE
        return Paid.ALL if line.paid_cents == self.owed_cents else Paid.PART

    @property
    def is_on_plan(self) -> bool:
        """True while a plan that has begun has nothing refused, and stands for all that is owed."""
        line = self.line
        is_begun = line.is_settled and line.paid_cents > 0
        return line.plan == PlanRequestState.APPROVED and is_begun and not line.is_refused_debit

    @property
    def is_provisional_overdue(self) -> bool:
        """True if the notification of a grant should have come by now."""
        until = self.line.provisional_until
        return until is not None and until < self.today and not self.line.is_ended

    @property
    def evidence(self) -> Standing:
        return standing_of(dict(self.line.verdicts), is_grant_declared=self.is_grant_declared)

    @property
    def has_unused_grant(self) -> bool:
        """True if a source shows a grant, and the file is of another situation: its money is to correct."""
        if not self.line.verdicts:
            return False
        is_of_another = self.line.fee_situation_code is not None and not self.is_grant_declared
        return is_of_another and not self.line.is_ended and is_grant_shown(dict(self.line.verdicts))

    def has(self, anomaly: Anomaly) -> bool:
        return _ANOMALIES[anomaly](self)


DECISIVE = (
    "status",
    "programme_code",
    "fee_situation_code",
    "ordered_cents",
    "shared_cents",
    "reserved_cents",
    "paid_cents",
    "credit_cents",
    "kept_cents",
    "arrears_cents",
    "plan",
    "is_settled",
    "is_blocked",
    "is_refused_debit",
    "is_in_arrears",
    "is_in_question",
    "provisional_until",
    "follow_up_on",
    "verdicts",
)
"""The fields of a line that its anomalies and amounts are decided by."""
_decisive: Callable[[RegistrationLine], tuple[object, ...]] = attrgetter(*DECISIVE)
_ANOMALIES: Mapping[Anomaly, Callable[[Entry], bool]] = {
    Anomaly.TO_DECIDE: lambda entry: (
        entry.line.status is RegistrationStatus.PRE_REGISTERED and entry.line.fee_situation_code is not None
    ),
    Anomaly.PLAN_REQUESTED: lambda entry: entry.line.plan == PlanRequestState.REQUESTED,
    Anomaly.OVERPAID: lambda entry: entry.paid is Paid.OVER,
    Anomaly.VALIDATED_UNPAID: lambda entry: (
        entry.line.status is RegistrationStatus.VALIDATED and entry.rest_cents > 0 and not entry.is_on_plan
    ),
    Anomaly.PAID_NOT_VALIDATED: lambda entry: (
        entry.line.status is RegistrationStatus.PRE_REGISTERED and _is_paid(entry.paid)
    ),
    Anomaly.CREDIT: lambda entry: entry.give_back_cents > 0,
    Anomaly.REFUSED_DEBIT: lambda entry: entry.line.is_refused_debit,
    Anomaly.ARREARS: lambda entry: entry.line.is_in_arrears,
    Anomaly.IN_QUESTION: lambda entry: entry.line.is_in_question,
    Anomaly.BLOCKED: lambda entry: entry.line.is_blocked,
    Anomaly.PROVISIONAL_OVERDUE: lambda entry: entry.is_provisional_overdue,
    Anomaly.FOLLOW_UP: lambda entry: (
        entry.line.follow_up_on is not None and entry.line.follow_up_on <= entry.today
    ),
    Anomaly.EVIDENCE_VERIFIED: lambda entry: _is_open(entry) and entry.evidence is Standing.VERIFIED,
    Anomaly.EVIDENCE_HELD: lambda entry: _is_open(entry) and entry.evidence is Standing.HELD,
    Anomaly.GRANT_APPEARED: lambda entry: entry.has_unused_grant,
}


def alike(lines: Iterable[RegistrationLine]) -> Sequence[tuple[RegistrationLine, int]]:
    """Return one line of each set that no anomaly tells apart, and their number: few of 10,000 differ."""
    found: dict[tuple[object, ...], list[RegistrationLine]] = {}
    for line in lines:
        found.setdefault(_decisive(line), []).append(line)
    return [(some[0], len(some)) for some in found.values()]


def _is_paid(paid: Paid) -> bool:
    return paid is Paid.ALL or paid is Paid.OVER


def _is_open(entry: Entry) -> bool:
    return (
        entry.line.status is RegistrationStatus.PRE_REGISTERED and entry.line.fee_situation_code is not None
    )


_VALUES: Mapping[str, Callable[[Entry], str]] = {
    "name": lambda _: "",
    "programme": lambda entry: entry.line.programme_code,
    "situation": lambda entry: entry.line.fee_situation_code or "",
    "paid": lambda entry: f"{entry.line.paid_cents:012}",
    "rest": lambda entry: f"{entry.rest_cents:012}",
}


@dataclass(frozen=True)
class Filter:
    """What a list is narrowed to: everything that is None lets all pass."""

    status: RegistrationStatus | None = None
    programme: str | None = None
    situation: str | None = None
    paid: Paid | None = None
    anomaly: Anomaly | None = None
    sort: Sort = Sort.NAME

    def admits(self, entry: Entry) -> bool:
        line = entry.line
        return (
            self.status in {None, line.status}
            and self.programme in {None, line.programme_code}
            and self.situation in {None, line.fee_situation_code}
            and (self.paid is None or entry.paid is self.paid)
            and (self.anomaly is None or entry.has(self.anomaly))
        )


def tariffs_of(campaign: Campaign) -> Tariffs:
    prices: dict[tuple[str, str | None], int] = {
        (programme.code, code): totals(lines).total_cents
        for programme in campaign.programmes.values()
        for code, lines in programme.tariffs.items()
    }
    return Tariffs(prices, grant_situations(campaign))


def entry_of(hit: Hit, tariffs: Tariffs, today: date) -> Entry:
    line = hit.line
    declared = line.fee_situation_code in tariffs.grants
    return Entry(hit, _owed_cents(line, tariffs), today, declared)


def _owed_cents(line: RegistrationLine, tariffs: Tariffs) -> int | None:
    if line.ordered_cents is not None:
        return line.ordered_cents
    price = tariffs.prices.get((line.programme_code, line.fee_situation_code))
    if price is None:
        return None
    return 0 if line.is_ended else max(0, price - line.shared_cents)


def place_of(entry: Entry, sort: Sort) -> str:
    """Return the position of an entry in a list as text: its order, and the cursor after it."""
    value = _VALUES[sort.value.removeprefix("-")](entry)
    return f"{value}#{entry.line.name}#{entry.line.id}"


def ordered(entries: Iterable[Entry], sort: Sort) -> tuple[Entry, ...]:
    return tuple(sorted(entries, key=lambda each: place_of(each, sort), reverse=sort.is_descending))


def after(entries: tuple[Entry, ...], sort: Sort, cursor: str) -> tuple[Entry, ...]:
    """Return the ordered entries behind a cursor; the entry of the cursor may have left the list."""
    if sort.is_descending:
        return tuple(each for each in entries if place_of(each, sort) < cursor)
    return tuple(each for each in entries if place_of(each, sort) > cursor)
