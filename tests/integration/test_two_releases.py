"""P29 in mid-run: while a release shifts, debits are made by it and by the last one in turn, on one table.

The last release is this code with its eyes: it reads and writes the fields of its golden rows alone, refuses
a row that uses another, and does not look beside the facts. What else it did otherwise is not played.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest
from pydantic import BaseModel, ConfigDict, TypeAdapter

from chalicelib.domain.changes import Changes
from chalicelib.domain.plan.instalments import InstalmentState
from chalicelib.storage import table as storage
from chalicelib.storage.table import RowUnreadable
from chalicelib.usecases.debits.debit_instalment import debit_instalment
from chalicelib.usecases.debits.reconcile_debits import reconcile_debits
from infra.local.resources import Names
from tests.contract.test_golden_rows import GOLDEN, LAST_RELEASE, ROWS, read
from tests.fakes.gateway import Behaviour
from tests.integration.real_engine import engine_ports
from tests.integration.test_parallel_debits import CAMPAIGN, TENTH, due_instalment

ADAPTER = storage._adapter  # noqa: SLF001 - what a release knows of a kind
KNOWN = {
    kind: set(
        read(max(path for path in ROWS if path.stem == kind and path.parent.name <= LAST_RELEASE))["full"]
    )
    for kind in {path.stem for path in ROWS if path.parent.name <= LAST_RELEASE}
}


class Nothing(BaseModel):
    """Refuses every field, to raise what a strict reader raises."""

    model_config = ConfigDict(extra="forbid")


class LastRelease:
    """The adapter of a kind, as the last release had it."""

    def __init__(self, kind: Any) -> None:
        self._adapter: TypeAdapter[Any] = ADAPTER(kind)
        self._known = KNOWN[kind.__name__]
        self._beside = BESIDE.get(kind.__name__, frozenset())

    def validate_json(self, text: str, **strictness: Any) -> Any:
        told = {name: value for name, value in json.loads(text).items() if name not in self._beside}
        if unknown := told.keys() - self._known:
            Nothing.model_validate(dict.fromkeys(unknown))
        return self._adapter.validate_json(json.dumps(told), **strictness)

    def dump_json(self, facts: Any, **_: Any) -> bytes:
        told = json.loads(self._adapter.dump_json(facts))
        return json.dumps({name: value for name, value in told.items() if name in self._known}).encode()


BESIDE = dict(storage.BESIDE)


@contextmanager
def last_release() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(storage, "BESIDE", {})
        patch.setattr(
            storage, "_adapter", lambda kind: LastRelease(kind) if kind.__name__ in KNOWN else ADAPTER(kind)
        )
        yield


@pytest.fixture
def ports(names: Names) -> Any:
    made = engine_ports(names, CAMPAIGN)
    made.names = names
    return made


def rows(ports: Any) -> dict[tuple[str, str], dict[str, Any]]:
    pages = boto3.client("dynamodb").get_paginator("scan").paginate(TableName=ports.names.table)
    return {
        (item["pk"]["S"], item["sk"]["S"]): json.loads(item["facts"]["S"])
        for page in pages
        for item in page["Items"]
        if item.get("facts", {}).get("S", "").startswith("{")
    }


def taken(ports: Any) -> list[str]:
    return sorted(each.reference for each in ports.gateway.captures)


def state(ports: Any, instalment_id: str) -> InstalmentState:
    found = ports.accounts.account(instalment_id.partition("-")[0]).instalment(instalment_id)
    return InstalmentState(found.state)


def test_golden_rows_of_the_last_release_are_those_that_debits_need() -> None:
    assert {
        "Instalment",
        "Debit",
        "Mandate",
        "Registration",
        "PlanRequest",
        "Payment",
        "Invoice",
    } <= KNOWN.keys()
    assert GOLDEN.joinpath(LAST_RELEASE).is_dir()


def test_debits_of_a_day_are_made_by_two_releases_in_turn_each_once_and_no_field_is_lost(ports: Any) -> None:
    due = [due_instalment(ports, rank) for rank in range(1, 7)]
    ports.at = TENTH
    before = rows(ports)
    for _round in range(2):
        for place, instalment_id in enumerate(due):
            with last_release() if place % 2 else nullcontext():
                debit_instalment(ports, instalment_id, TENTH.date())

    assert [state(ports, each) for each in due] == [InstalmentState.PAID] * 6
    assert taken(ports) == sorted(f"{ports.gateway.reference(each)}-1" for each in due)
    after = rows(ports)
    lost = {key: facts.keys() - after[key].keys() for key, facts in before.items() if key in after}
    assert {key: names for key, names in lost.items() if names} == {}


@pytest.mark.parametrize("begins_new", [True, False])
def test_debit_that_one_release_has_sent_is_settled_by_the_other(ports: Any, *, begins_new: bool) -> None:
    instalment_id = due_instalment(ports, 1)
    ports.at = TENTH
    ports.gateway.script.append(Behaviour.LOSE_ANSWER)
    with nullcontext() if begins_new else last_release():
        debit_instalment(ports, instalment_id, TENTH.date())
    assert state(ports, instalment_id) is InstalmentState.UNKNOWN
    ports.at += timedelta(minutes=6)
    with last_release() if begins_new else nullcontext():
        assert reconcile_debits(ports).settled == 1
        debit_instalment(ports, instalment_id, TENTH.date())

    assert state(ports, instalment_id) is InstalmentState.PAID
    assert taken(ports) == [f"{ports.gateway.reference(instalment_id)}-1"]


def test_row_that_uses_what_is_new_is_left_alone_by_the_last_release_and_delays_nobody(ports: Any) -> None:
    new, plain = (due_instalment(ports, rank) for rank in (1, 2))
    ports.at = TENTH
    account = ports.accounts.account(new.partition("-")[0])
    instalment = account.instalment(new)
    moved = replace(instalment, moves=1, version=instalment.version + 1)
    ports.store.commit(Changes((moved,), unchanged=(account.registration(moved.registration_id),)))
    before = rows(ports)
    with last_release():
        with pytest.raises(RowUnreadable):
            debit_instalment(ports, new, TENTH.date())
        debit_instalment(ports, plain, TENTH.date())
    assert state(ports, plain) is InstalmentState.PAID
    kept = {key: facts for key, facts in before.items() if account.person.id in key[0]}
    assert kept.items() <= rows(ports).items()
    debit_instalment(ports, new, TENTH.date())

    assert state(ports, new) is InstalmentState.PAID
    assert taken(ports) == sorted(f"{ports.gateway.reference(each)}-1" for each in (new, plain))
