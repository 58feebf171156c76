import hashlib
from contextlib import suppress
from datetime import datetime

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.limits import Limit
from chalicelib.storage.table import Row, Table, conflicts_as_concurrent_update, load


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class DynamoLimits:
    """One counter a window, incremented by the table itself; keys are digests, so no address is in clear."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def take(self, limit: Limit, key: str, now: datetime) -> int:
        counter, row = self._counter(limit, key, now), self._table.row
        ends_at = row.purge_at.set(limit.ends_at(now))
        counter.update(actions=[row.version.add(1), row.facts.set("{}"), ends_at])
        return int(counter.version)

    def give_back(self, limit: Limit, key: str, now: datetime) -> None:
        """Decrement the counter; do nothing if the window has changed since or was cleared."""
        version = self._table.row.version
        self._move(self._counter(limit, key, now), version.add(-1), version > 0)

    def clear(self, limit: Limit, key: str, now: datetime) -> None:
        self._move(self._counter(limit, key, now), self._table.row.version.set(0), self._table.present)

    def remember(self, account: str, network: str, until: datetime) -> None:
        known = self._table.new(
            f"KNOWN#{account}", f"NETWORK#{_digest(network)}", until, purge_at=int(until.timestamp())
        )
        self._table.put(known)

    def is_known(self, account: str, network: str, now: datetime) -> bool:
        row = self._table.get(f"KNOWN#{account}", f"NETWORK#{_digest(network)}")
        return row is not None and now < load(datetime, row)

    def _move(self, counter: Row, action: Action, condition: Condition) -> None:
        with suppress(ConcurrentUpdate), conflicts_as_concurrent_update():
            counter.update(actions=[action], condition=condition)

    def _counter(self, limit: Limit, key: str, now: datetime) -> Row:
        return self._table.row(f"LIMIT#{limit.name}#{_digest(key)}#{limit.window_of(now)}", "COUNT")
