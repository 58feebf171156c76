"""The floor of an answer says the same bytes, by the mandated libraries alone."""

import json
from typing import Any

import pytest

from infra.bench.bare import Models, answering, facts_of
from infra.bench.local_app import context

FACTS = '{"id": "a", "parts": [{"cents": 1}], "paid_at": null, "years": {"2022": 1}}'
PAGE = '<p class="{{x}}">Droits &amp; d&#39;inscription</p>\n<p>{% if %}</p>'


def event(path: str = "/dossier") -> dict[str, Any]:
    told = {"httpMethod": "GET", "resourcePath": path, "path": path, "identity": {}}
    return {
        "requestContext": told,
        "headers": {"host": "h"},
        "pathParameters": None,
        "multiValueQueryStringParameters": None,
        "stageVariables": {},
        "body": None,
        "isBase64Encoded": False,
    }


@pytest.mark.parametrize(
    ("body", "kind"), [(PAGE, "text/html; charset=utf-8"), ('{"items": []}', "application/json")]
)
def test_floor_makes_the_calls_and_answers_with_the_same_bytes(body: str, kind: str) -> None:
    answer = {"statusCode": 200, "headers": {"Content-Type": kind}, "multiValueHeaders": {}, "body": body}
    made: list[str] = []
    floor = answering(event(), answer, ([FACTS, '"2022-06-24"'], [FACTS]), lambda: made.append("call"))
    told = floor(event(), context())
    assert (told["statusCode"], told["body"], made) == (200, body, ["call"])


def test_facts_are_those_of_the_rows_that_calls_read_and_put() -> None:
    row = {"pk": {"S": "p"}, "facts": {"S": FACTS}}
    calls: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
        ("GetItem", {"Key": {}}, {"Item": row}),
        ("Query", {}, {"Items": [row, {"pk": {"S": "q"}}]}),
        ("BatchGetItem", {}, {"Responses": {"table": [row]}}),
        ("PutItem", {"Item": row}, {}),
        ("TransactWriteItems", {"TransactItems": [{"Put": {"Item": row}}, {"ConditionCheck": {}}]}, {}),
        ("UpdateItem", {"Key": {}}, {}),
    ]
    assert facts_of(calls) == ([FACTS] * 3, [FACTS] * 2)


def test_rows_of_the_same_fields_have_one_model() -> None:
    models, told = Models(), json.loads(FACTS)
    assert models.of(told) is models.of({**told, "id": "b"})
    assert models.of(told).model_validate_json(FACTS).model_dump(mode="json") == told
