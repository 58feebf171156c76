"""Counters of tries and known places in memory, as `storage/limits.py` keeps them in the table."""

from __future__ import annotations

from threading import RLock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from chalicelib.domain.limits import Limit


class Counters:
    """The bench's counters, and the fakes' of the tests; many threads may count."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._tries: dict[tuple[str, str, int], int] = {}
        self._places: dict[tuple[str, str], datetime] = {}

    def take(self, limit: Limit, key: str, now: datetime) -> int:
        counted = (limit.name, key, limit.window_of(now))
        with self._lock:
            self._tries[counted] = self._tries.get(counted, 0) + 1
            return self._tries[counted]

    def give_back(self, limit: Limit, key: str, at: datetime, tries: int = 1) -> bool:
        counted = (limit.name, key, limit.window_of(at))
        with self._lock:
            if self._tries.get(counted, 0) < tries:
                return False
            self._tries[counted] -= tries
            return True

    def clear(self, limit: Limit, key: str, now: datetime) -> None:
        with self._lock:
            self._tries.pop((limit.name, key, limit.window_of(now)), None)

    def take_within(self, inner: Limit, key: str, outer: Limit, outer_key: str, now: datetime) -> int | Limit:
        with self._lock:
            for limit, of in ((outer, outer_key), (inner, key)):
                if self._tries.get((limit.name, of, limit.window_of(now)), 0) >= limit.most:
                    return limit
            self.take(outer, outer_key, now)
            return self.take(inner, key, now)

    def give_back_within(
        self, inner: Limit, key: str, outer: Limit, outer_key: str, at: datetime, tries: int
    ) -> bool:
        with self._lock:
            if not self._tries.get((outer.name, outer_key, outer.window_of(at))):
                return False
            return self.give_back(inner, key, at, tries) and self.give_back(outer, outer_key, at)

    def clear_within(self, inner: Limit, key: str, outer: Limit, outer_key: str, now: datetime) -> None:
        self.clear(inner, key, now)
        self.clear(outer, outer_key, now)

    def remember(self, account: str, place: str, until: datetime) -> None:
        self._places[account, place] = until

    def known(self, account: str, places: Collection[str], now: datetime) -> dict[str, datetime]:
        found = {place: self._places.get((account, place)) for place in places}
        return {place: until for place, until in found.items() if until and now < until}
