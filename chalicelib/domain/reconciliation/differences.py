"""What a run changes in the differences that are known, and what a person may say of one."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime

from chalicelib.domain.reconciliation.policies import Difference, Finding, Policy, difference_id
from chalicelib.domain.reconciliation.refusals import DifferenceChanged, DifferenceSettled, ExplanationMissing

LONGEST_EXPLANATION = 500
SHORTEST_EXPLANATION = 5


def confronted(
    series: str,
    policy: Policy,
    known: Mapping[str, Difference],
    findings: Iterable[Finding],
    day: date,
    may_settle: Callable[[Difference], bool],
) -> tuple[Difference, ...]:
    """Return the next versions of the differences that a run changes.

    `known` are those of the policy that are open, and those settled that are found again, by id. What is
    found no more is settled if this run would have found it: `may_settle`.
    """
    found = {difference_id(series, policy, each.kind, each.subject): each for each in findings}
    changed = [_found(series, policy, known.get(name), each, day) for name, each in found.items()]
    ended = (
        replace(each, settled_on=day, version=each.version + 1)
        for name, each in known.items()
        if name not in found and not each.is_settled and may_settle(each)
    )
    return (*(each for each in changed if each is not None), *ended)


def _found(
    series: str, policy: Policy, known: Difference | None, finding: Finding, day: date
) -> Difference | None:
    fresh = Difference(
        series, policy, finding.kind, finding.subject, finding.cents, day, finding.registration_id
    )
    if known is None:
        return fresh
    if known.is_settled:
        return replace(fresh, owner=known.owner, version=known.version + 1)
    if known.cents == finding.cents:
        return None
    return replace(fresh, found_on=known.found_on, owner=known.owner, version=known.version + 1)


def explained(difference: Difference, text: str, seen_cents: int, by: str, now: datetime) -> Difference:
    """Return the difference with a person's explanation; `seen_cents` is the amount that they saw.

    Raise `ExplanationMissing`, `DifferenceSettled`, `DifferenceChanged`.
    """
    said = " ".join(text.split())[:LONGEST_EXPLANATION]
    if len(said) < SHORTEST_EXPLANATION:
        raise ExplanationMissing
    if difference.is_settled:
        raise DifferenceSettled
    if difference.cents != seen_cents:
        raise DifferenceChanged(difference.cents)
    return replace(
        difference,
        explanation=said,
        explained_by=by,
        explained_at=now,
        owner=difference.owner or by,
        version=difference.version + 1,
    )


def taken_by(difference: Difference, owner: str) -> Difference:
    """Return the difference with who looks for its explanation; raise `DifferenceSettled`."""
    if difference.is_settled:
        raise DifferenceSettled
    return replace(difference, owner=owner, version=difference.version + 1)
