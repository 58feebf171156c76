import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.limits import Limit
from chalicelib.storage.table import Row, Table, conflicts_as_concurrent_update, load


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _known(account: str, place: str) -> tuple[str, str]:
    return f"KNOWN#{account}", f"NETWORK#{_digest(place)}"


class DynamoLimits:
    """One counter a window, incremented by the table itself; keys are digests, so no address is in clear."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def take(self, limit: Limit, key: str, now: datetime) -> int:
        counter, row = self._counter(limit, key, now), self._table.row
        ends_at = row.purge_at.set(limit.ends_at(now))
        counter.update(actions=[row.version.add(1), row.facts.set("{}"), ends_at])
        return int(counter.version)

    def give_back(self, limit: Limit, key: str, now: datetime, tries: int = 1) -> bool:
        """Lower the counter; change nothing if the window has changed since or was cleared."""
        version = self._table.row.version
        return self._move(self._counter(limit, key, now), version.add(-tries), version >= tries)

    def clear(self, limit: Limit, key: str, now: datetime) -> None:
        self._move(self._counter(limit, key, now), self._table.row.version.set(0), self._table.present)

    def remember(self, account: str, place: str, until: datetime) -> None:
        pk, sk = _known(account, place)
        self._table.put(self._table.new(pk, sk, until, purge_at=int(until.timestamp())))

    def known(self, account: str, places: Sequence[str], now: datetime) -> Mapping[str, datetime]:
        wanted = {_known(account, place): place for place in places}
        rows = self._table.batch(wanted)
        until = {wanted[row.pk, row.sk]: load(datetime, row) for row in rows}
        return {place: until[place] for place in places if place in until and now < until[place]}

    def _move(self, counter: Row, action: Action, condition: Condition) -> bool:
        with suppress(ConcurrentUpdate), conflicts_as_concurrent_update():
            counter.update(actions=[action], condition=condition)
            return True
        return False

    def _counter(self, limit: Limit, key: str, now: datetime) -> Row:
        return self._table.row(f"LIMIT#{limit.name}#{_digest(key)}#{limit.window_of(now)}", "COUNT")
