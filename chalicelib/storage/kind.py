"""The storage of a class of the domain, as data."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple


class Place(NamedTuple):
    """A partition key and a sort key, of the table or of its queue index."""

    pk: str
    sk: str


def no_queue(_row: Any) -> Place | None:
    return None


def first(_row: Any) -> int:
    """Return 1, the version of a row that is never rewritten."""
    return 1


def counted(row: Any) -> int:
    version: int = row.version
    return version


@dataclass(frozen=True)
class Kind:
    """The storage of one class of the domain.

    There are several `places` if a row is found in several ways. From `purge_at` on the table may delete the
    row. A row with `is_deleted` is deleted when it ends; any other leaves a tombstone.
    """

    places: Callable[[Any], tuple[Place, ...]]
    queue: Callable[[Any], Place | None] = no_queue
    version: Callable[[Any], int] = first
    facts: Callable[[Any], Any] = lambda row: row
    purge_at: Callable[[Any], datetime | None] = lambda _row: None
    is_deleted: bool = False
