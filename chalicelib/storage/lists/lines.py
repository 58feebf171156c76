"""The lines of registrations: kept as rows, and whole in the memory of a process."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import RLock
from typing import Any
from uuid import uuid4

from pydantic import TypeAdapter, ValidationError

from chalicelib.domain.errors import ConcurrentUpdate, NotFound
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.lists.lines import LineBook, RegistrationLine, line_of, partial_line
from chalicelib.domain.registration import Registration
from chalicelib.storage.accounts import DynamoAccounts
from chalicelib.storage.identities import DynamoIdentities
from chalicelib.storage.lists.marks import MARKED, lines_key, mark_of
from chalicelib.storage.registrations import DynamoRegistrations
from chalicelib.storage.table import Row, Table, instant, load

AT_ONCE = 20
"""The most accounts that one reading projects: each is two queries and a transaction."""
OVERLAP = timedelta(minutes=1)
"""How far before the last reading "changed since" looks: a transaction takes its time, the index is late."""
TRUSTED = timedelta(hours=1)
"""How long a process trusts what it holds; then it reads the campaign whole again."""
HEAD = "HEAD"
"""The row of a campaign that is written anew with each of its lines: who knows it has nothing to read."""
FORM = 3
"""What a projection tells, kept as its row's version: one more with each amount that lines tell anew.

A line of a lower form is shown as it is, and projected again by the readings that follow the release.
"""
COMPLETE = f"COMPLETE#{FORM}"
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_KEYED = {"person_id", "campaign_id"}
"""The fields that the keys of a row tell."""
_LINES = TypeAdapter(RegistrationLine)
_FOUND_BY = ("student_number", "ine")
"""The identities whose subject is a number that lists show."""


class _Shelf:
    """What a process holds of one campaign."""

    def __init__(self, begun: datetime) -> None:
        self.begun = begun
        self.lines: dict[str, RegistrationLine] = {}
        self.places: dict[str, str] = {}
        self.outdated: set[str] = set()
        self.until = BEGINNING
        self.head = ""
        self.changed_at = begun
        self.unprojected: dict[str, Registration] | None = None
        """The registrations without a line of this form; None until they have been looked for."""

    def lacks(self, registration_id: str) -> bool:
        return registration_id not in self.places or registration_id in self.outdated


class DynamoRegistrationLines:
    """Lines are in a partition of their person, and in one queue a campaign by the moment of projection.

    A reading that finds nothing changed is two reads by key.

    A process reads a campaign whole once, and then what has changed since. Marked accounts are projected
    again when the lists are read; the rest waits for the next reading.
    """

    def __init__(self, table: Table, now: Callable[[], datetime]) -> None:
        self._table = table
        self._now = now
        self._shelves: dict[str, _Shelf] = {}
        self._failed: set[str] = set()
        self._lock = RLock()

    def of_campaign(self, campaign_id: str) -> LineBook:
        with self._lock:
            shelf = self._shelf(campaign_id)
            waiting = self._project_marked()
            if self._may_have_changed(campaign_id, shelf):
                self._read_changed(campaign_id, shelf)
            if shelf.unprojected is None or shelf.unprojected:
                waiting += self._complete(campaign_id, shelf)
            return LineBook(tuple(shelf.lines.values()), waiting)

    def _shelf(self, campaign_id: str) -> _Shelf:
        now, shelf = self._now(), self._shelves.get(campaign_id)
        if shelf is None or now - shelf.begun > TRUSTED:
            shelf = self._shelves[campaign_id] = _Shelf(now)
        return shelf

    def line(self, registration_id: str) -> RegistrationLine:
        """Project the person's lines if they are marked; a lost race leaves it to the next reading."""
        person_id = person_of(registration_id)
        mark = self._table.get(MARKED, person_id)
        lines = tuple(self._lines_of(person_id))
        if mark:
            with self._lock, suppress(ConcurrentUpdate):
                self._keep(person_id, lines, mark)
        for line in lines:
            if line.id == registration_id:
                return line
        raise NotFound

    def heal(self, campaign_id: str) -> int:
        """Mark the accounts with a line that is missing or behind its registration; return how many.

        It reads every registration and line of the campaign.
        """
        shelf = _Shelf(self._now())
        self._read_changed(campaign_id, shelf)
        behind = {
            each.person_id
            for each in self._registrations(campaign_id)
            if each.id not in shelf.lines or shelf.lines[each.id].version < each.version
        }
        for person_id in sorted(behind):
            self._table.put(mark_of(self._table, person_id))
        return len(behind)

    def _project_marked(self) -> int:
        """Project the marked accounts, at most AT_ONCE; return how many are left."""
        most = AT_ONCE + len(self._failed) + 1
        marks = self._table.row.query(MARKED, consistent_read=True, limit=most)
        found = [each for each in marks if each.facts not in self._failed]
        for mark in found[:AT_ONCE]:
            self._try_to_project(mark)
        return max(0, len(found) - AT_ONCE)

    def _try_to_project(self, mark: Row) -> None:
        """Project one account; report one that cannot be read, once for each change of it."""
        try:
            self._project(mark.sk, mark)
        except ConcurrentUpdate:
            return
        except Exception as error:  # noqa: BLE001 - one bad account empties no list
            self._failed.add(mark.facts)
            self._table.report("lines not projected", error)

    def _project(self, person_id: str, mark: Row | None) -> None:
        self._keep(person_id, tuple(self._lines_of(person_id)), mark)

    def _keep(self, person_id: str, lines: Sequence[RegistrationLine], mark: Row | None) -> None:
        """Write lines, read after `mark`, and end the mark in one transaction.

        Raise `ConcurrentUpdate` if the account was marked anew: what was read may be outdated.
        """
        table, now = self._table, self._now()
        with table.transaction() as write:
            for line in lines:
                write.save(self._row_of(line, now))
            for campaign_id in {line.campaign_id for line in lines}:
                write.save(table.new(lines_key(campaign_id), HEAD, uuid4().hex))
            if mark:
                write.delete(mark, condition=table.row.facts == mark.facts)
            else:
                write.condition_check(table.row, MARKED, person_id, condition=table.absent)
        for line in lines:
            self._shelve(line, f"{instant(now)}#{line.id}")

    def _lines_of(self, person_id: str) -> Iterator[RegistrationLine]:
        identities = DynamoIdentities(self._table).of_person(person_id)
        named = tuple((each.provider, each.shown) for each in identities if each.provider in _FOUND_BY)
        account = DynamoAccounts(self._table).account(person_id)
        for registration in account.registrations:
            yield line_of(account, registration, named)

    def _row_of(self, line: RegistrationLine, now: datetime) -> Row:
        place = f"{instant(now)}#{line.id}"
        queue = lines_queue(line.campaign_id)
        key = lines_key(line.person_id)
        return self._table.new(
            key, f"LINE#{line.id}", _compact(line), version=FORM, queue_pk=queue, queue_sk=place
        )

    def _shelve(self, line: RegistrationLine, place: str) -> None:
        """Keep a line unless a later one is kept already."""
        shelf = self._shelves.get(line.campaign_id)
        if shelf and shelf.places.get(line.id, "") <= place:
            shelf.lines[line.id], shelf.places[line.id] = line, place
            shelf.outdated.discard(line.id)

    def _may_have_changed(self, campaign_id: str, shelf: _Shelf) -> bool:
        """Return False if the campaign's head is the one known, and the index has caught up with it."""
        head, now = self._table.get(lines_key(campaign_id), HEAD), self._now()
        if head and head.facts != shelf.head:
            shelf.head, shelf.changed_at = head.facts, now
        return now - shelf.changed_at < OVERLAP

    def _read_changed(self, campaign_id: str, shelf: _Shelf) -> None:
        row, since, now = self._table.row, instant(shelf.until - OVERLAP), self._now()
        for each in row.by_queue.query(lines_queue(campaign_id), row.queue_sk > since):
            place = str(each.queue_sk)
            if shelf.places.get(place.partition("#")[2], "") < place and (line := _loaded(each, campaign_id)):
                shelf.lines[line.id], shelf.places[line.id] = line, place
                (shelf.outdated.discard if each.version >= FORM else shelf.outdated.add)(line.id)
        shelf.until = now

    def _complete(self, campaign_id: str, shelf: _Shelf) -> int:
        """Project what has no line yet, or an outdated one: registrations of earlier releases.

        Return how many are left.
        Once none is left a row says so, and no process looks for them again.
        """
        key = lines_key(campaign_id)
        if shelf.unprojected is None:
            if self._table.get(key, COMPLETE):
                shelf.unprojected = {}
                return 0
            shelf.unprojected = {each.id: each for each in self._registrations(campaign_id)}
        found = {name: each for name, each in shelf.unprojected.items() if shelf.lacks(name)}
        for registration in tuple(found.values())[:AT_ONCE]:
            self._project_unmarked(registration)
        shelf.unprojected = {name: each for name, each in found.items() if shelf.lacks(name)}
        without = {name: each for name, each in shelf.unprojected.items() if name not in shelf.places}
        shelf.lines |= {name: partial_line(each) for name, each in without.items()}
        if not shelf.unprojected:
            self._table.put(self._table.new(key, COMPLETE, campaign_id))
        return len(shelf.unprojected)

    def _project_unmarked(self, registration: Registration) -> None:
        try:
            self._project(registration.person_id, None)
        except ConcurrentUpdate:
            return
        except Exception as error:  # noqa: BLE001 - the same
            self._table.report("lines not projected", error)

    def _registrations(self, campaign_id: str) -> Iterator[Registration]:
        return DynamoRegistrations(self._table).of_campaign(campaign_id)


def lines_queue(campaign_id: str) -> str:
    return f"LINES#OF#{campaign_id}"


def _compact(line: RegistrationLine) -> dict[str, Any]:
    """Return what a line says beyond its defaults: a campaign is read whole, so each byte counts."""
    told: dict[str, Any] = _LINES.dump_python(line, mode="json", exclude_defaults=True, exclude=_KEYED)
    return told


def _loaded(row: Row, campaign_id: str) -> RegistrationLine | None:
    """Return the line of a row; None if another release wrote what this one does not know."""
    told = load(dict, row)
    keys = {"person_id": person_of(str(told.get("id"))), "campaign_id": campaign_id}
    try:
        return _LINES.validate_python({**told, **keys}, extra="forbid")
    except ValidationError:
        return None
