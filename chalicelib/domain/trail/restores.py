"""What a restored table does to the trail: its chain is shorter than heads that were stored meanwhile.

An operator says so (`TABLE_RESTORED`); from then on the heads of the lost part are void, and the verification
tells of the restore instead of tampering. The record says how much is missing, so it hides nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from chalicelib.domain.trail.audit import Act, AuditRecord, Head, hash_of


@dataclass(frozen=True)
class Restore:
    """One restore, as its record tells it.

    `kept` records stood in the restored table; the heads up to record `fits` belong to them. Heads up to
    record `known` and day `until` were stored for the lost part, if `known` is above `fits`.
    """

    record: AuditRecord
    kept: int
    fits: int
    known: int
    until: date

    @property
    def missing(self) -> int:
        """Return how many sealed records are lost at least: no head knows what was sealed after it."""
        return max(0, self.known - self.kept)

    def voids(self, head: Head) -> bool:
        return self.fits < head.number <= self.known and head.day <= self.until


def details_of(kept: int, fits: int, heads: Mapping[date, Head], today: date) -> dict[str, object]:
    """Return the details of a restore's audit entry."""
    known = max((head.number for head in heads.values()), default=0)
    return {"kept": kept, "fits": fits, "known": known, "until": max(heads, default=today)}


def restores_in(records: Iterable[AuditRecord]) -> tuple[Restore, ...]:
    """Return the restores that a chain tells of, without records that do not fit their hash."""
    return tuple(
        Restore(
            record,
            int(record.details["kept"]),
            int(record.details["fits"]),
            int(record.details["known"]),
            date.fromisoformat(record.details["until"]),
        )
        for record in records
        if record.act == Act.TABLE_RESTORED and record.hash == hash_of(record)
    )


def standing(heads: Mapping[date, Head], restores: Iterable[Restore]) -> Mapping[date, Head]:
    """Return the heads that no restore voids."""
    told = tuple(restores)
    return {day: head for day, head in heads.items() if not any(each.voids(head) for each in told)}
