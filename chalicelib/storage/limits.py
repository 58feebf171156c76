import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action

from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.limits import Limit
from chalicelib.domain.sessions import Credentials
from chalicelib.storage.keys import email_key
from chalicelib.storage.table import Row, Table, conflicts_as_concurrent_update, load


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _known(account: str, place: str) -> tuple[str, str]:
    return f"KNOWN#{account}", f"NETWORK#{_digest(place)}"


def _still_known(
    rows: Mapping[tuple[str, str], Row], account: str, places: Sequence[str], now: datetime
) -> Mapping[str, datetime]:
    found = ((place, rows.get(_known(account, place))) for place in places)
    until = {place: load(datetime, row) for place, row in found if row}
    return {place: moment for place, moment in until.items() if now < moment}


def _part(limit: Limit, key: str, now: datetime) -> str:
    """Return the attribute that counts a window of an inner limit, in the row of the outer one."""
    return f"part_{_digest(f'{limit.name} {key}')[:16]}_{limit.window_of(now)}"


def _below(counter: Path, most: int) -> Condition:
    room: Condition = counter.does_not_exist() | (counter < most)
    return room


class DynamoLimits:
    """One counter a window, incremented by the table itself; keys are digests, so no address is in clear.

    Tries that count under two limits are one row, the outer window's: one write counts both. No row is
    counted in a transaction: those that many count in, as a campus does, would conflict.
    """

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
        return self._move(self._counter(limit, key, now), version >= tries, version.add(-tries))

    def clear(self, limit: Limit, key: str, now: datetime) -> None:
        self._move(self._counter(limit, key, now), self._table.present, self._table.row.version.set(0))

    def take_within(self, inner: Limit, key: str, outer: Limit, outer_key: str, now: datetime) -> int | Limit:
        counter, row, name = self._counter(outer, outer_key, now), self._table.row, _part(inner, key, now)
        part, ends_at = Path(name), row.purge_at.set(outer.ends_at(now))
        connection = row._get_connection()  # noqa: SLF001 - a model knows its own attributes alone
        try:
            with conflicts_as_concurrent_update():
                counted = connection.update_item(
                    counter.pk,
                    counter.sk,
                    actions=[row.version.add(1), part.add(1), row.facts.set("{}"), ends_at],
                    condition=_below(part, inner.most) & _below(Path(row.version), outer.most),
                    return_values="UPDATED_NEW",
                )
        except ConcurrentUpdate:
            full = self._table.get(counter.pk, counter.sk)
            return outer if full and full.version >= outer.most else inner
        return int(counted["Attributes"][name]["N"])

    def give_back_within(
        self, inner: Limit, key: str, outer: Limit, outer_key: str, now: datetime, tries: int
    ) -> bool:
        part, version = Path(_part(inner, key, now)), self._table.row.version
        is_counted = (part >= tries) & (version >= 1)
        counter = self._counter(outer, outer_key, now)
        return self._move(counter, is_counted, part.add(-tries), version.add(-1))

    def clear_within(self, inner: Limit, key: str, outer: Limit, outer_key: str, now: datetime) -> None:
        part, version = Path(_part(inner, key, now)), self._table.row.version
        self._move(self._counter(outer, outer_key, now), self._table.present, part.remove(), version.set(0))

    def remember(self, account: str, place: str, until: datetime) -> None:
        pk, sk = _known(account, place)
        self._table.put(self._table.new(pk, sk, until, purge_at=int(until.timestamp())))

    def known(self, account: str, places: Sequence[str], now: datetime) -> Mapping[str, datetime]:
        rows = self._table.batch(_known(account, place) for place in places)
        return _still_known({(row.pk, row.sk): row for row in rows}, account, places, now)

    def credentials_and_known(
        self, email: str, account: str, places: Sequence[str], now: datetime
    ) -> tuple[Credentials | None, Mapping[str, datetime]]:
        own = (email_key(email), "CREDENTIALS")
        keys = (own, *(_known(account, place) for place in places))
        rows = {(row.pk, row.sk): row for row in self._table.batch(keys)}
        credentials = load(Credentials, rows[own]) if own in rows else None
        return credentials, _still_known(rows, account, places, now)

    def _move(self, counter: Row, condition: Condition, *actions: Action) -> bool:
        with suppress(ConcurrentUpdate), conflicts_as_concurrent_update():
            counter.update(actions=list(actions), condition=condition)
            return True
        return False

    def _counter(self, limit: Limit, key: str, now: datetime) -> Row:
        return self._table.row(f"LIMIT#{limit.name}#{_digest(key)}#{limit.window_of(now)}", "COUNT")
