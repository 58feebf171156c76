"""A path finds its route in the application as it did in API Gateway, which has one resource for all."""

from typing import Any

import pytest
from chalice.local import LambdaContext

import app
from chalicelib.functions.on_demand import OnDemand
from chalicelib.functions.routes import GREEDY, Found, Routes, routed

ROUTES = Routes(["/", "/me", "/files/{id}", "/files/{id}/pdf", "/files/new", "/{word}/pdf"])


def event(path: str, method: str = "GET", resource: str = GREEDY) -> dict[str, Any]:
    context = {"httpMethod": method, "resourcePath": resource, "path": f"/api{path}", "identity": {}}
    return {
        "path": path,
        "requestContext": context,
        "headers": {},
        "pathParameters": {"proxy": path[1:]},
        "multiValueQueryStringParameters": None,
        "stageVariables": {},
        "body": None,
        "isBase64Encoded": False,
    }


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/", Found("/", {})),
        ("/me", Found("/me", {})),
        ("/me/", Found("/me", {})),
        ("/files/new", Found("/files/new", {})),
        ("/files/7", Found("/files/{id}", {"id": "7"})),
        ("/files/a%2Fb", Found("/files/{id}", {"id": "a/b"})),
        ("/files/7/pdf", Found("/files/{id}/pdf", {"id": "7"})),
        ("/files/", None),
        ("/files//pdf", None),
        ("//me", None),
        ("/you", None),
    ],
)
def test_path_finds_its_route_the_more_concrete_one_first(path: str, found: Found | None) -> None:
    assert ROUTES.match(path) == found


def test_event_of_the_greedy_resource_becomes_that_of_the_route() -> None:
    told = routed(event("/files/7"), ROUTES)
    assert told["requestContext"]["resourcePath"] == "/files/{id}"
    assert told["pathParameters"] == {"id": "7"}
    assert routed(event("/me"), ROUTES)["pathParameters"] is None
    assert routed(event("/you"), ROUTES) == event("/you")


def test_event_of_a_resource_of_its_own_stays_as_it_is() -> None:
    own = event("/webhooks/paybox", "POST", "/webhooks/paybox")
    assert routed(own, ROUTES) == own


def test_functions_own_events_stay_as_they_are() -> None:
    assert routed({"Records": []}, ROUTES) == {"Records": []}


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> OnDemand:
    """The application as it is deployed, whatever front another test put before it."""
    monkeypatch.setattr(app.app, "__class__", OnDemand)
    monkeypatch.setitem(app.app.routes, GREEDY, {})
    monkeypatch.delitem(app.app.routes, GREEDY)
    return app.app


def test_deployed_application_finds_the_route_by_itself(served: OnDemand) -> None:
    answer = served(event("/api/v1/openapi.json"), LambdaContext("api", 512, 29_000))
    assert (answer["statusCode"], answer["body"][:10]) == (200, '{"openapi"')


def test_deployed_application_says_of_an_unknown_address_that_nothing_is_there(served: OnDemand) -> None:
    answer = served(event("/api/v1/nowhere"), LambdaContext("api", 512, 29_000))
    assert answer["statusCode"] == 404
    assert '"code":"not_found"' in answer["body"]
