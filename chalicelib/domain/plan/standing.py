"""The instalments of a plan that stand: a recut cancels some, and ranks count those too."""

from collections.abc import Iterable

from chalicelib.domain.plan.instalments import Instalment, InstalmentState


def standing(instalments: Iterable[Instalment]) -> tuple[Instalment, ...]:
    """Return the instalments without cancelled ones, by rank."""
    kept = (each for each in instalments if each.state is not InstalmentState.CANCELLED)
    return tuple(sorted(kept, key=lambda each: each.rank))


def place_of(rank: int, instalments: Iterable[Instalment]) -> int:
    """Return the place of a rank among the instalments that stand: ranks count cancelled ones too."""
    return 1 + sum(each.rank < rank for each in standing(instalments))
