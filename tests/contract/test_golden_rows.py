"""P29: rows of every release load for ever, and a row of a later release is left alone.

`tests/golden/<release>/<kind>.json` holds a row with every field and one with the required fields alone, as
that release wrote them. A kind whose fields change gets a new file; nothing there is ever changed or deleted.
"""

import json
from dataclasses import fields
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain import (
    identities,
    invoices,
    links,
    notifications,
    outbox,
    payments,
    people,
    registration,
    role_changes,
    second_factor,
    sessions,
    settlement,
)
from chalicelib.domain.books import chart, daily_sums, hand_letterings, journal, periods
from chalicelib.domain.brakes import brake
from chalicelib.domain.campaigns import versions
from chalicelib.domain.collection import disputes
from chalicelib.domain.corrections import correction, credit_notes, waiver
from chalicelib.domain.events import event
from chalicelib.domain.exports import batches, catch_up, returns
from chalicelib.domain.imports import student_import
from chalicelib.domain.lists import comments
from chalicelib.domain.payers import payer
from chalicelib.domain.payment_links import link
from chalicelib.domain.plan import instalments, plan_requests
from chalicelib.domain.programs import service_key
from chalicelib.domain.reconciliation import policies
from chalicelib.domain.refunds import refund, transfer_files
from chalicelib.domain.trail import audit, undo
from chalicelib.domain.treasury import (
    bank_movements,
    csv_mapping,
    lines,
    rapprochement,
    remittances,
    slips,
    statements,
)
from chalicelib.domain.webhooks import attempt, delivery, endpoint
from chalicelib.storage.rows.young_fields import BESIDE, YOUNG
from chalicelib.storage.table import (
    SHAPES,
    RowUnreadable,
    Table,
    dump,
    facts_of,
    load,
    shape_of,
)

GOLDEN = Path(__file__).parents[1] / "golden"
MODULES = (
    *(
        audit,
        batches,
        brake,
        catch_up,
        chart,
        correction,
        comments,
        credit_notes,
        daily_sums,
        disputes,
        journal,
        hand_letterings,
        periods,
        identities,
        instalments,
        invoices,
        link,
        links,
        notifications,
        outbox,
        payer,
        payments,
        people,
        plan_requests,
        refund,
        service_key,
        returns,
        waiver,
        undo,
        transfer_files,
        slips,
        csv_mapping,
        bank_movements,
        lines,
        policies,
        rapprochement,
        remittances,
        statements,
    ),
    *(registration, role_changes, second_factor, sessions, settlement, student_import),
    *(registration, role_changes, second_factor, sessions, settlement, versions),
    event,
    *(attempt, delivery, endpoint),
)
NAMES = {name: value for module in MODULES for name, value in vars(module).items() if isinstance(value, type)}
ROWS = sorted(GOLDEN.glob("*/[A-Z]*.json"))
KINDS = sorted({path.stem for path in ROWS})


def row_of(facts: Any, shape: int | None = 1) -> Any:
    text = facts if isinstance(facts, str) else json.dumps(facts)
    return Table("golden", "eu-west-3").row("PERSON#1", "KIND#1", facts=text, shape=shape)


def stored(value: Any) -> Any:
    return Table("golden", "eu-west-3").new("PERSON#1", "KIND#1", value)


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("which", ["full", "bare"])
@pytest.mark.parametrize("path", ROWS, ids=lambda path: f"{path.parent.name} {path.stem}")
def test_row_of_an_earlier_release_loads_and_loses_nothing(path: Path, which: str) -> None:
    golden = read(path)
    loaded = load(NAMES[path.stem], row_of(golden[which], golden["shape"]))
    assert kept(golden[which], facts_of(stored(loaded))) == golden[which]
    assert load(NAMES[path.stem], stored(loaded)) == loaded


def kept(golden: Any, written: Any) -> Any:
    """Leave out of what is written today what that release did not have: fields that got a default since."""
    if isinstance(golden, dict):
        return {name: kept(golden[name], written[name]) for name in golden}
    if isinstance(golden, list):
        return [kept(*pair) for pair in zip(golden, written, strict=True)]
    return written


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_today_is_in_the_latest_golden_row(kind: str) -> None:
    latest = read(max((path for path in ROWS if path.stem == kind), key=lambda path: path.parent.name))
    assert set(latest["full"]) == {field.name for field in fields(NAMES[kind])}
    assert latest["shape"] == shape_of(NAMES[kind])


LAST_RELEASE = "0.2.0"


@pytest.mark.parametrize("kind", sorted(YOUNG))
def test_last_release_reads_what_does_not_use_what_is_new(kind: str) -> None:
    """New code writes, old code reads and writes back: nothing is lost."""
    earlier = max(path for path in ROWS if path.stem == kind and path.parent.name <= LAST_RELEASE)
    written = json.loads(dump(load(NAMES[kind], row_of(read(earlier)["full"]))))
    assert set(written) <= set(read(earlier)["full"])
    assert load(NAMES[kind], row_of(written)) == load(NAMES[kind], row_of(read(earlier)["full"]))


@pytest.mark.parametrize("kind", sorted(BESIDE))
def test_last_release_reads_what_is_told_beside_the_facts_alone(kind: str) -> None:
    """It ignores the attribute: what it reads is the row without these fields, which are not lost."""
    latest = max(path for path in ROWS if path.stem == kind)
    earlier = max(path for path in ROWS if path.stem == kind and path.parent.name <= LAST_RELEASE)
    told = {name: read(latest)["full"][name] for name in BESIDE[kind]}
    row = stored(load(NAMES[kind], row_of(read(earlier)["full"] | told)))
    assert set(json.loads(row.facts)) <= set(read(earlier)["full"])
    assert json.loads(row.beside) == told
    assert YOUNG[kind] >= BESIDE[kind]


@pytest.mark.parametrize("kind", sorted(YOUNG))
def test_young_fields_are_those_that_the_last_release_lacks(kind: str) -> None:
    earlier = max(path for path in ROWS if path.stem == kind and path.parent.name <= LAST_RELEASE)
    assert {field.name for field in fields(NAMES[kind])} - set(read(earlier)["full"]) == YOUNG[kind]


def test_row_without_a_shape_is_of_the_first() -> None:
    golden = read(GOLDEN / "0.1.0" / "Registration.json")
    assert load(registration.Registration, row_of(golden["full"], None))


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*/enums.json")), ids=lambda path: path.parent.name)
def test_no_value_that_a_row_may_hold_was_dropped(path: Path) -> None:
    known = {
        name: {str(member.value) for member in value}
        for name, value in NAMES.items()
        if issubclass(value, StrEnum)
    }
    dropped = {name: set(values) - known.get(name, set(values)) for name, values in read(path).items()}
    assert {name: values for name, values in dropped.items() if values} == {}


class TestRowOfALaterRelease:
    """New code writes, old code reads: it refuses the row by name, so it never writes it back with a loss."""

    FULL = read(GOLDEN / "0.1.0" / "Registration.json")["full"]

    @pytest.mark.parametrize(
        "facts",
        [
            FULL | {"field_of_tomorrow": 1},
            FULL | {"status": "value_of_tomorrow"},
            {name: value for name, value in FULL.items() if name != "id"},
            "no JSON",
        ],
    )
    def test_unknown_field_value_or_form_is_refused_by_name(self, facts: Any) -> None:
        with pytest.raises(RowUnreadable, match=r"^Registration at PERSON#1 KIND#1, shape 1$"):
            load(registration.Registration, row_of(facts))

    def test_later_shape_is_refused_even_if_it_would_load(self) -> None:
        with pytest.raises(RowUnreadable, match="shape 2"):
            load(registration.Registration, row_of(self.FULL, 2))

    def test_reader_of_that_release_loses_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(SHAPES, "Registration", 2)
        assert load(registration.Registration, row_of(self.FULL, 2)).id == self.FULL["id"]
        table = Table("golden", "eu-west-3")
        assert table.new("p", "s", load(registration.Registration, row_of(self.FULL, 1))).shape == 2

    def test_others_are_read_and_operators_are_told(self) -> None:
        told: list[str] = []
        table = Table("golden", "eu-west-3", lambda what, error: told.append(f"{what}: {error}"))
        rows = [row_of(self.FULL), row_of(self.FULL | {"x": 1}), row_of(self.FULL)]
        assert len(list(table.readable(registration.Registration, rows))) == 2
        assert told == ["row unreadable: Registration at PERSON#1 KIND#1, shape 1"]
