"""The table: a row has its keys, its version, its queue, and its facts as JSON."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import PutError, TransactWriteError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.transactions import TransactWrite

from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.storage.rows.plain_model import PlainModel
from chalicelib.storage.rows.young_fields import BESIDE, YOUNG

Kind = TypeVar("Kind")
Report = Callable[[str, Exception], None]
PAGE = 50
SHAPES: dict[str, int] = {}
"""The shape number of each kind of row that is not at its first: docs/decisions/0011-shapes.md."""
_LOST_RACES = {"ConditionalCheckFailed", "TransactionConflict"}
_LOST_RACE_CODES = {"ConditionalCheckFailedException", "TransactionConflictException"}


def shape_of(kind: Any) -> int:
    return SHAPES.get(getattr(kind, "__name__", ""), 1)


def _ignore(_what: str, _error: Exception) -> None:
    """Report nothing."""


class QueueIndex(GlobalSecondaryIndex["Row"]):  # type: ignore[no-untyped-call]  # pynamodb types it not
    """Rows that wait in a queue: the index is sparse and holds no other rows."""

    class Meta:
        index_name = "by_queue"
        projection = AllProjection()

    queue_pk = UnicodeAttribute(hash_key=True)
    queue_sk = UnicodeAttribute(range_key=True)


class RowUnreadable(ValueError):
    """A row that this release cannot load. `log_name` has its kind and key, never its content."""

    def __init__(self, row: "Row", kind: Any) -> None:
        name = getattr(kind, "__name__", str(kind))
        self.log_name = f"{name} {_loggable(row.pk, row.sk)}"
        super().__init__(f"{getattr(kind, '__name__', kind)} at {row.pk} {row.sk}, shape {row.shape}")


def _loggable(pk: str, sk: str) -> str:
    """Return a key as a log may hold it: a person's partition holds ids, other keys may hold an address."""
    if pk.startswith("PERSON#"):
        return f"{pk} {sk}"
    return f"{pk.partition('#')[0]} sha256:{hashlib.sha256(f'{pk} {sk}'.encode()).hexdigest()[:16]}"


class Row(PlainModel):
    class Meta:
        table_name = "unbound"
        region = "unbound"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    facts = UnicodeAttribute()
    beside = UnicodeAttribute(null=True)  # the fields of BESIDE, as JSON of the same form
    version = NumberAttribute(default=1)
    shape = NumberAttribute(null=True)  # rows without one are older than the attribute: shape 1
    queue_pk = UnicodeAttribute(null=True)
    queue_sk = UnicodeAttribute(null=True)
    purge_at = NumberAttribute(null=True)  # epoch seconds, for the table's own late clean-up
    by_queue = QueueIndex()


class Table:
    """Reads and conditional writes of rows of the table `name`."""

    def __init__(self, name: str, region: str, report: Report = _ignore) -> None:
        """`report` is called for each row that `readable` skips."""
        self.report = report
        meta = type("Meta", (), {"table_name": name, "region": region, "max_pool_connections": 64})
        self.row: type[Row] = type("BoundRow", (Row,), {"Meta": meta})

    def get(self, pk: str, sk: str) -> Row | None:
        try:
            row = self.row.get(pk, sk, consistent_read=True)
        except self.row.DoesNotExist:
            return None
        return row if row.version else None

    def batch(self, keys: Iterable[tuple[str, str]]) -> Iterator[Row]:
        """Yield the rows found under many keys, tombstones excluded, in any order."""
        found = self.row.batch_get(list(dict.fromkeys(keys)), consistent_read=True)
        return (row for row in found if row.version)

    def partition(self, pk: str, beginning: str | None = None) -> Iterable[Row]:
        """Return the rows under `pk`, tombstones excluded: all of them, or those with `sk` beginning so."""
        condition = self.row.sk.startswith(beginning) if beginning else None
        return (row for row in self.row.query(pk, condition, consistent_read=True) if row.version)

    def queue(self, queue_pk: str, before: str | None = None) -> Iterable[Row]:
        condition = self.row.queue_sk < before if before else None
        return self.row.by_queue.query(queue_pk, condition)

    def places(self, queue_pk: str, before: str) -> Iterable[str]:
        """Return the sort keys in a queue without the facts: many rows may wait for one day."""
        row = self.row
        found = row.by_queue.query(queue_pk, row.queue_sk < before, attributes_to_get=["queue_sk"])
        return (str(each.queue_sk) for each in found)

    def page(self, queue_pk: str, after: str | None) -> tuple[Sequence[Row], str | None]:
        """Return one page of a queue, and the cursor of the next page."""
        condition = self.row.queue_sk > after if after else None
        found = list(self.row.by_queue.query(queue_pk, condition, limit=PAGE + 1))
        page = found[:PAGE]
        return page, page[-1].queue_sk if len(found) > PAGE else None

    def readable(self, kind: type[Kind], rows: Iterable[Row]) -> Iterator[Kind]:
        """Load the rows of many people; a row that cannot be loaded is reported and skipped."""
        return (loaded for _, loaded in self.with_rows(kind, rows))

    def with_rows(self, kind: type[Kind], rows: Iterable[Row]) -> Iterator[tuple[Row, Kind]]:
        """Do the same, and yield each row with its loaded value."""
        for row in rows:
            try:
                loaded = load(kind, row)
            except RowUnreadable as error:
                self.report("row unreadable", error)
            else:
                yield row, loaded

    def new(self, pk: str, sk: str, facts: Any, **attributes: Any) -> Row:
        beside, shape = dump_beside(facts), shape_of(type(facts))
        return self.row(pk, sk, facts=dump(facts), beside=beside, shape=shape, **attributes)

    def tombstone(self, pk: str, sk: str, at: datetime) -> Row:
        """Return version 0 of an ended row, which the table deletes after `at`.

        Nothing is deleted in a partition that holds money, so the portal's role needs no right to do so.
        """
        return self.new(pk, sk, None, version=0, purge_at=int(at.timestamp()))

    def put(self, row: Row, condition: Condition | None = None) -> None:
        with conflicts_as_concurrent_update():
            row.save(condition=condition)

    @contextmanager
    def transaction(self) -> Iterator[TransactWrite]:
        connection = self.row._get_connection().connection  # noqa: SLF001 - pynamodb shares it no other way
        with conflicts_as_concurrent_update(), TransactWrite(connection=connection) as write:
            yield write

    @property
    def absent(self) -> Condition:
        return self.row.pk.does_not_exist()

    @property
    def present(self) -> Condition:
        return self.row.pk.exists()

    def at_version(self, version: int) -> Condition:
        return self.row.version == version

    def follows(self, version: int) -> Condition:
        """Require the version before: for version 1 no row, or a tombstone."""
        before: Condition = self.at_version(version - 1) if version > 1 else self.absent | self.at_version(0)
        return before


@contextmanager
def conflicts_as_concurrent_update() -> Iterator[None]:
    """Raise `ConcurrentUpdate` for a failed condition or a conflict between writers.

    Let other errors pass.
    """
    try:
        yield
    except TransactWriteError as error:
        reasons = {reason.code for reason in error.cancellation_reasons if reason}
        if reasons and reasons <= _LOST_RACES:
            raise ConcurrentUpdate(", ".join(sorted(reasons))) from error
        raise
    except (PutError, UpdateError) as error:
        if error.cause_response_code in _LOST_RACE_CODES:
            raise ConcurrentUpdate(str(error.cause_response_code)) from error
        raise


_ADAPTERS: dict[Any, TypeAdapter[Any]] = {}


def _adapter(kind: Any) -> TypeAdapter[Any]:
    """Return the adapter of a kind, built when first needed: building is slow, and imports must be fast."""
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


def instant(moment: datetime) -> str:
    """Write a moment in UTC, so that text order is time order."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def dump(facts: Any) -> str:
    """Write facts as JSON, without the fields in `YOUNG` that have their default and those of `BESIDE`."""
    return _adapter(type(facts)).dump_json(facts, exclude=_fields(facts, _is_silent)).decode()


def dump_beside(facts: Any) -> str | None:
    """Write the fields of `BESIDE` that say something as JSON, None if there are none."""
    found = _fields(facts, _is_beside)
    return _adapter(type(facts)).dump_json(facts, include=found).decode() if found else None


def facts_of(row: "Row") -> Any:
    """Return the facts of a row as JSON values, with those written beside them."""
    facts = json.loads(row.facts)
    return _merged(facts, json.loads(row.beside)) if row.beside else facts


def _merged(facts: Any, beside: Any) -> Any:
    if not isinstance(beside, dict):
        return beside
    return {**facts, **{name: _merged(facts.get(name), value) for name, value in beside.items()}}


def _fields(facts: Any, is_chosen: Callable[[Any, Any], bool]) -> dict[str, Any]:
    """Return the chosen fields as pydantic includes or excludes them, those of nested facts included."""
    if not is_dataclass(facts):
        return {}
    found: dict[str, Any] = {}
    for each in fields(facts):
        if is_chosen(facts, each):
            found[each.name] = True
        elif nested := _fields(getattr(facts, each.name), is_chosen):
            found[each.name] = nested
    return found


def _is_silent(facts: Any, field: Any) -> bool:
    name = type(facts).__name__
    is_young = field.name in YOUNG.get(name, ()) and getattr(facts, field.name) == field.default
    return is_young or field.name in BESIDE.get(name, ())


def _is_beside(facts: Any, field: Any) -> bool:
    is_told = getattr(facts, field.name) != field.default
    return is_told and field.name in BESIDE.get(type(facts).__name__, ())


def load(kind: type[Kind], row: Row) -> Kind:
    """Return the facts of a row; raise `RowUnreadable` for an unknown field, value or shape."""
    if (row.shape or 1) > shape_of(kind):
        raise RowUnreadable(row, kind)
    try:
        text = json.dumps(facts_of(row)) if row.beside else row.facts
        loaded: Kind = _adapter(kind).validate_json(text, extra="forbid")
    except ValidationError:
        raise RowUnreadable(row, kind) from None
    return loaded
