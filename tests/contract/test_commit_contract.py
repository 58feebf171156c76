"""One suite for every kind of row: the conditions of a commit, in memory and in the table."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chalicelib.correlation import correlated
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.notifications import Notification, NotificationState
from chalicelib.domain.outbox import OutboxEntry
from chalicelib.domain.registration import Registration
from chalicelib.domain.sessions import Credentials, Login
from chalicelib.storage.kinds import COMMON, ROOMS, every_kind, kind_of
from chalicelib.storage.table import Row, load
from tests.contract.conftest import FILE, Store, audit
from tests.fakes.row_types import require_types
from tests.fakes.store import SHELVES

GOLDEN = Path(__file__).parents[1] / "golden"


def golden(kind: type) -> Any:
    """Return the newest golden row of a kind, with every field."""
    path = max(GOLDEN.glob(f"*/{kind.__name__}.json"))
    facts = json.dumps(json.loads(path.read_text())["full"])
    return load(kind, Row("PERSON#1", "KIND#1", facts=facts, shape=1))


def sample(kind: type) -> Any:
    return at(Login("golden@demo.test", golden(Credentials)) if kind is Login else golden(kind), 1)


def at(row: Any, version: int) -> Any:
    """Return `row` at a version, where it has any; a message is at its second once it is applied."""
    if isinstance(row, Login):
        return replace(row, credentials=replace(row.credentials, version=version))
    if isinstance(row, Notification):
        states = (NotificationState.RECEIVED, NotificationState.APPLIED)
        return replace(row, state=states[version - 1])
    return replace(row, version=version) if hasattr(row, "version") else row


KINDS = every_kind()
ALL = sorted(KINDS, key=lambda kind: kind.__name__)
VERSIONED = [kind for kind in ALL if KINDS[kind].version(at(sample(kind), 2)) != 1]


def test_fake_and_table_know_the_same_kinds() -> None:
    assert SHELVES.keys() == KINDS.keys()


def test_kind_is_found_by_the_module_of_its_class() -> None:
    assert {kind: kind_of(kind) for kind in ALL} == KINDS
    modules = {kind.__module__.removeprefix("chalicelib.domain.") for kind in KINDS.keys() - COMMON.keys()}
    assert modules == ROOMS.keys()
    with pytest.raises(KeyError):
        kind_of(Changes)


@pytest.mark.parametrize("wrong", [{"person_id": None}, {"version": "1"}, {"id": "None-1"}], ids=str)
def test_fake_refuses_what_the_table_could_not_read(wrong: dict[str, Any]) -> None:
    require_types(golden(Registration))
    with pytest.raises(AssertionError, match=f"Registration.{next(iter(wrong))} is"):
        require_types(replace(golden(Registration), **wrong))


def test_fake_refuses_an_entry_of_the_trail_that_tells_nothing() -> None:
    with pytest.raises(AssertionError, match=r"AuditEntry\.details is"):
        require_types(replace(audit("1"), details={"order": "None"}))


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_first_version_is_written_once(store: Store, kind: type) -> None:
    store.commit(Changes((sample(kind),)))
    with pytest.raises(ConcurrentUpdate):
        store.commit(Changes((sample(kind),)))


def test_rows_for_later_runs_keep_the_correlation_id_of_the_first_that_wrote_them(store: Store) -> None:
    entry = replace(golden(OutboxEntry), id="entry-1", not_before=None, given_up_at=None, correlation_id="")
    with correlated("request-1"):
        store.commit(Changes(outbox=(replace(entry, version=1),)))
        store.outbox.add(replace(entry, id="entry-2", version=1))
    kept = store.outbox.find("entry-1")
    with correlated("request-2"):
        store.commit(Changes((replace(kept, version=2),)))
    assert [store.outbox.find(each).correlation_id for each in ("entry-1", "entry-2")] == ["request-1"] * 2


@pytest.mark.parametrize("kind", VERSIONED, ids=lambda kind: kind.__name__)
def test_later_version_is_written_over_the_one_before_it_alone(store: Store, kind: type) -> None:
    first = sample(kind)
    with pytest.raises(ConcurrentUpdate):
        store.commit(Changes((at(first, 2),)))
    store.commit(Changes((first,)))
    store.commit(Changes((at(first, 2),)))
    with pytest.raises(ConcurrentUpdate):
        store.commit(Changes((at(first, 2),)))


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_row_ends_once_and_may_begin_again(store: Store, kind: type) -> None:
    row = sample(kind)
    with pytest.raises(ConcurrentUpdate):
        store.commit(Changes(audit=audit("early"), ended=(row,)))
    store.commit(Changes((row,)))
    store.commit(Changes(audit=audit("ends"), ended=(row,)))
    with pytest.raises(ConcurrentUpdate):
        store.commit(Changes(audit=audit("again"), ended=(row,)))
    store.commit(Changes((row,), audit=audit("begins")))


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_one_row_that_another_wrote_stops_all_of_it(store: Store, kind: type) -> None:
    other = replace(FILE, id=f"{FILE.person_id}-9")
    store.commit(Changes((sample(kind),)))
    with pytest.raises(ConcurrentUpdate):
        store.commit(Changes((other, sample(kind)), audit=audit("lost")))
    assert other not in store.account.registrations
    assert "lost" not in store.audited


@pytest.mark.parametrize("version", [0, 2])
def test_registration_that_is_not_as_it_was_read_stops_all_of_it(store: Store, version: int) -> None:
    changed = replace(FILE, version=version)
    with pytest.raises(ConcurrentUpdate):
        store.commit(Changes((sample(Registration),), unchanged=(changed,)))
    store.commit(Changes((sample(Registration),), unchanged=(FILE,)))
