"""What people type into reasons, references and days: unseen characters, new lines, moments for days."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from chalicelib.domain.errors import NotFound
from chalicelib.web import schemas
from chalicelib.web.parsing import cents_of, invoice_number, rank_of, seen_number
from chalicelib.web.schemas.campaigns import LoadQuery
from chalicelib.web.schemas.collection import BouncedPayment, DisputeStep, NewReceipt
from chalicelib.web.schemas.credit_notes import NewCreditNote
from chalicelib.web.schemas.decisions import ManyDecisions
from chalicelib.web.schemas.models import Body, Query
from chalicelib.web.schemas.plans import PlanAct, PlansQuery
from chalicelib.web.schemas.refunds import RefundClosing, RefundRequest
from chalicelib.web.schemas.registrations import BlockRequest
from chalicelib.web.schemas.texts import Day

CHEQUE = {"method": "cheque", "amount_cents": 60100, "reference": "4711", "received_on": "2022-06-24"}
REASONED: tuple[tuple[type[Body], dict[str, Any]], ...] = (
    (BouncedPayment, {"amount_cents": 1}),
    (DisputeStep, {"stage": "won"}),
    (NewCreditNote, {"amount_cents": 1}),
    (ManyDecisions, {"ids": ["x"], "decision": "refuse"}),
    (PlanAct, {}),
    (RefundRequest, {"amount_cents": 1, "refundable_seen_cents": 1, "method": "card"}),
    (RefundClosing, {}),
    (BlockRequest, {"blocked": True}),
)
EACH = pytest.mark.parametrize(("schema", "given"), REASONED, ids=lambda each: getattr(each, "__name__", ""))


def read(schema: type[Body], given: dict[str, Any], reason: str) -> str:
    asked: Any = schema.model_validate(given | {"reason": reason}, strict=False)
    said: str = asked.reason
    return said


@EACH
def test_a_reason_holds_nothing_that_turns_or_hides_text(schema: type[Body], given: dict[str, Any]) -> None:
    assert (
        read(schema, given, "rendu \u202efdp.exe\u2066\u200b\ufeff deux\u00adfois")
        == "rendu fdp.exe deuxfois"
    )
    assert read(schema, given, "نام\u200cها") == "نام\u200cها"


@EACH
def test_a_reason_without_a_visible_character_is_none(schema: type[Body], given: dict[str, Any]) -> None:
    assert read(schema, given, " \u200b\u202e\u00ad\u200c\u2060 ") == ""


@EACH
@pytest.mark.parametrize("letter", "\x00\x08\x1b\x7f")
def test_a_reason_holds_no_control_character(schema: type[Body], given: dict[str, Any], letter: str) -> None:
    with pytest.raises(ValidationError):
        read(schema, given, f"a{letter}b")


@EACH
def test_a_new_line_counts_as_the_browser_counts_it(schema: type[Body], given: dict[str, Any]) -> None:
    """A form sends CR and LF for each line that `maxlength` counts as one character."""
    assert read(schema, given, "a\r\n" * 249 + "b" * 2) == "a\n" * 249 + "b" * 2
    with pytest.raises(ValidationError):
        read(schema, given, "a\r\n" * 251)


def test_references_are_seen_as_they_are() -> None:
    told = NewReceipt.model_validate(CHEQUE | {"reference": "47\u200b11", "bank": "B\u202eN"})
    assert (told.reference, told.bank) == ("4711", "BN")
    with pytest.raises(ValidationError):
        NewReceipt.model_validate(CHEQUE | {"reference": "\u200b"})


@pytest.mark.parametrize(
    "given",
    [1656028800, 1656028800.0, "1656028800", "2022-06-24T00:00:00", "2022-06-24T00:00:00Z", "24/06/2022",
     "2022-6-24", "2022-06-31", "20220624", "2022-W25-5", "", None, True, "２０２２-06-24"],
)  # fmt: skip
def test_a_day_is_written_year_month_day(given: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Day).validate_python(given)
    with pytest.raises(ValidationError):
        NewReceipt.model_validate(CHEQUE | {"received_on": given})
    if given is not None:
        with pytest.raises(ValidationError):
            BouncedPayment.model_validate({"amount_cents": 1, "reason": "x", "evidence_due_on": given})
        with pytest.raises(ValidationError):
            PlansQuery.model_validate({"first_on": given})
        with pytest.raises(ValidationError):
            LoadQuery.model_validate({"holds_on": given})


def _asked_days(base: type[BaseModel]) -> Iterator[tuple[str, Any]]:
    """Yield the name and the type of each field of a request that holds a day."""
    for each in base.__subclasses__():
        yield from _asked_days(each)
        for name, told in each.model_fields.items():
            if re.search(r"\bdate\b", str(told.annotation)):
                kind = Annotated[told.annotation, *told.metadata] if told.metadata else told.annotation
                yield f"{each.__name__}.{name}", kind


def test_no_request_reads_a_number_as_a_day() -> None:
    for module in pkgutil.iter_modules(schemas.__path__, f"{schemas.__name__}."):
        importlib.import_module(module.name)
    found = [*_asked_days(Body), *_asked_days(Query)]
    assert len(found) > 5
    for name, kind in found:
        for given in (0, "1656028800"):
            with pytest.raises(ValidationError):
                pytest.fail(f"{name}: {TypeAdapter(kind).validate_python(given)}")


def test_a_number_in_an_address_is_written_one_way() -> None:
    assert (invoice_number("9196"), rank_of("2"), invoice_number("0")) == (9196, 2, 0)
    for text in ("09196", "00", "+1", "1_0", "٣", "9" * 5000):
        with pytest.raises(NotFound):
            invoice_number(text)


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("1 234,50 €", 123450),
        ("€1,234.50", 123450),
        ("€1,234,567.5", 123456750),
        ("12.5", 1250),
        ("1,5", 150),
        ("1,234", None),
        ("1,23.4", None),
        ("1.234,50", None),
    ],
)
def test_amount_is_read_as_either_language_writes_it(typed: str, cents: int | None) -> None:
    """Three digits after one mark alone are thousands in one language and a mistake in the other: refused."""
    assert cents_of(typed) == cents


@pytest.mark.parametrize("typed", ["", "-1", "1.5", "x", "٣", "9" * 10, "9" * 5_000])
def test_number_that_a_form_saw_is_short_digits_or_nothing(typed: str) -> None:
    assert seen_number("0") == 0
    assert seen_number("60100") == 60100
    assert seen_number(typed) == 0
    assert seen_number(typed, otherwise=-1) == -1
