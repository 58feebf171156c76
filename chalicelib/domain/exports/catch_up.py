"""The run that writes the entries of documents of releases without a journal, once for all accounts."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class JournalCatchUp:
    """How far the run is in a campaign: the persons up to the id `after` have all their entries.

    `failed` are the ids of those whose account could not be read or written: each run tries them again.
    """

    campaign_id: str
    after: str = ""
    is_done: bool = False
    failed: tuple[str, ...] = ()
    version: int = 0

    def moved(self, after: str, failed: tuple[str, ...], *, is_done: bool) -> "JournalCatchUp":
        """Return the next version, the same value if nothing moved."""
        moved = replace(self, after=after, failed=failed, is_done=is_done)
        return self if moved == self else replace(moved, version=self.version + 1)
