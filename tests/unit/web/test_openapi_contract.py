"""The OpenAPI document is a contract: what the last release promised holds, or the change is explained."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import app  # noqa: F401 - declares every operation
from chalicelib.api.openapi import document
from tests.unit.web.openapi_contract import breaks

LAST_RELEASE = Path(__file__).parents[2] / "schemas" / "openapi-0.2.0.json"
PAY = "POST /api/v1/registrations/{registration_id}/card-payments: request.address"
EXPLAINED = {
    "GET /api/v1/account: answer 200.credit_notes[]: object is no null": "there were none before",
    "GET /api/v1/staff/audit: after: string is no null": "a cursor names its list now",
    "GET /api/v1/account: answer 200.refunds[]: object is no null": "there were none before",
    f"{PAY}.phone: minLength is 4": "the gateway refuses what is no number",
    f"{PAY}.phone: maxLength is 30": "no number is longer",
    f"{PAY}.phone_country_code: another pattern": "only codes of a country are taken",
    f"{PAY}.zip_code: maxLength is 16": "no postal code is longer",
}
"""What a program of that release must change, and why."""


def released() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(LAST_RELEASE.read_text(encoding="utf-8"))
    return found


def test_document_breaks_nothing_of_the_last_release_unexplained() -> None:
    assert set(breaks(released(), document())) == set(EXPLAINED)
    assert document()["info"]["version"] == released()["info"]["version"]


def test_document_breaks_nothing_of_itself() -> None:
    assert breaks(document(), document()) == []


def schemas(changed: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = changed["components"]["schemas"]
    return found


def renames(changed: dict[str, Any]) -> None:
    told = schemas(changed)["CardPayment"]["properties"]
    told["sum_cents"] = told.pop("amount_cents")


def demands(changed: dict[str, Any]) -> None:
    schemas(changed)["NewCardPayment"]["required"].append("rest")


def retypes(changed: dict[str, Any]) -> None:
    schemas(changed)["CardPayment"]["properties"]["amount_cents"]["type"] = "number"


def shortens(changed: dict[str, Any]) -> None:
    schemas(changed)["NewSession"]["properties"]["email"]["maxLength"] = 10


def moves(changed: dict[str, Any]) -> None:
    changed["paths"]["/api/v1/session"] = changed["paths"].pop("/api/v1/auth/sessions")


def answers_otherwise(changed: dict[str, Any]) -> None:
    answers = changed["paths"]["/api/v1/auth/sessions"]["post"]["responses"]
    answers["200"] = answers.pop("201")


def asks_in_the_query(changed: dict[str, Any]) -> None:
    parameter = {"name": "why", "in": "query", "required": True, "schema": {"type": "string"}}
    changed["paths"]["/api/v1/invoices"]["get"]["parameters"].append(parameter)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (renames, "amount_cents: is gone"),
        (demands, "request.rest: is required now"),
        (retypes, "number is no integer"),
        (shortens, "maxLength is 10"),
        (moves, "is gone"),
        (answers_otherwise, "answer 201: is gone"),
        (asks_in_the_query, "parameter why: is required now"),
    ],
)
def test_change_that_breaks_a_program_is_found(change: Callable[[dict[str, Any]], None], where: str) -> None:
    changed = copy.deepcopy(document())
    change(changed)
    assert any(each.endswith(where) for each in breaks(document(), changed))
