"""P14: every door of the portal, before everybody, for their own and for another's; none without an entry."""

import inspect
from typing import Any

import httpx
import pytest

import app
from chalicelib.api.openapi import document
from chalicelib.domain.access import RULES, Action, Reach, Rule
from chalicelib.domain.people import Role
from chalicelib.domain.sessions import RECENT, Stage
from tests.access.conftest import ANOTHERS, NOBODY, OWN, Portals
from tests.access.route_access import TABLE, PublicRoute, RouteAccess

NAMES_AN_OBJECT = (
    *("{registration_id}", "{person_id}", "{payment_id}", "{booked_payment_id}"),
    *("{number}", "{note_number}", "{change_id}", "{entry_id}", "{campaign_id}", "{waiver_id}", "{key_id}"),
)
DOORS = {key: door for key, door in TABLE.items() if isinstance(door, RouteAccess)}
STREET = {key: street for key, street in TABLE.items() if isinstance(street, PublicRoute)}
EVERY_ROUTE = {
    f"{method} {path}" for path, methods in app.app.routes.items() for method in methods if method != "HEAD"
}
"""HEAD has the view of GET (tests/unit/portal/test_headers.py)."""


def declared(key: str) -> dict[str, Any]:
    """What a route's view says of itself where it is registered."""
    method, path = key.split(" ", 1)
    view = app.app.routes[path][method].view_function
    told = dict(inspect.getclosurevars(view).nonlocals)
    operation = told.get("operation")
    return {"action": operation.action, "public": operation.public} if operation else told


def rule_of(key: str) -> Rule:
    return RULES[declared(key)["action"]]


def is_page(key: str) -> bool:
    return " /api/v1/" not in key


def owners(key: str) -> tuple[str, ...]:
    """Return the owners to request a route for; a route that names no object is requested once."""
    return (OWN, ANOTHERS) if any(name in key for name in NAMES_AN_OBJECT) else (OWN,)


def may(door: RouteAccess, who: str, owner: str) -> bool:
    reaches = {Reach.ALL: {OWN, ANOTHERS}, Reach.OWN: {OWN}, Reach.OTHERS: {ANOTHERS}}
    return who in door.roles and owner in reaches[door.reach]


def asked(
    worlds: Portals, key: str, who: str, owner: str = OWN, *, stage: Stage = Stage.OPEN
) -> httpx.Response:
    world, door = worlds.of(who), DOORS[key]
    token = "" if who == NOBODY else world.enters(stage)
    method, path = key.split(" ", 1)
    address = path.format(**world.holdings[owner]) + door.query
    return world.ask(
        method,
        address,
        token,
        door.sends,
        is_page=is_page(key),
        file=door.file,
        yaml=door.yaml,
    )


def test_every_route_has_an_entry_and_every_entry_a_route() -> None:
    assert set(TABLE) == EVERY_ROUTE


@pytest.mark.parametrize("key", sorted(DOORS))
def test_table_says_what_the_rules_say(key: str) -> None:
    rule = rule_of(key)
    assert not declared(key)["public"]
    assert (DOORS[key].roles, DOORS[key].reach) == (rule.roles, rule.reach)


@pytest.mark.parametrize("key", sorted(STREET))
def test_what_is_open_to_everybody_says_so(key: str) -> None:
    assert declared(key).get("public", True)


def test_every_action_is_behind_some_door() -> None:
    assert {declared(key)["action"] for key in DOORS} == set(Action)


@pytest.mark.parametrize("key", sorted(DOORS))
def test_cells_of_the_route(worlds: Portals, key: str) -> None:
    """Each person before the route, for their own and another's; every cell that is wrong is told."""
    found = {
        (who, owner): wrong
        for who in (NOBODY, *Role)
        for owner in owners(key)
        if (wrong := wrong_in(key, who, owner, asked(worlds, key, who, owner)))
    }
    assert found == {}


def wrong_in(key: str, who: str, owner: str, answer: httpx.Response) -> str:
    """Return what is wrong with the answer to one cell, empty when nothing is."""
    door, status, location = DOORS[key], answer.status_code, answer.headers.get("location", "")
    if who == NOBODY:
        is_right = asks_to_log_in(key, answer)
    elif may(door, who, owner):
        led_away = location.startswith(("/login", "/second-factor"))
        is_right = status < 500 and status not in {401, 403, 404} and not led_away
    elif who not in door.roles or door.reach is Reach.OTHERS:
        is_right = status == 403
    else:
        is_right = status == 404  # another's does not exist
    return "" if is_right else f"{status} {location} {answer.text[:200]}"


@pytest.mark.parametrize("key", sorted(key for key in DOORS if not is_page(key)))
def test_answer_has_a_form_that_the_document_names(worlds: Portals, key: str) -> None:
    """A program made from the document reads each answer, files too."""
    method, path = key.split(" ", 1)
    owner = ANOTHERS if DOORS[key].reach is Reach.OTHERS else OWN
    answer = asked(worlds, key, min(DOORS[key].roles), owner)
    told = document()["paths"][path][method.lower()]["responses"][str(answer.status_code)]
    named = set(told.get("content", {}))
    given = answer.headers.get("content-type", "").partition(";")[0]
    assert given in named if answer.content else not named


def asks_to_log_in(key: str, answer: httpx.Response) -> bool:
    if is_page(key):
        return answer.status_code == 303 and answer.headers["location"].startswith("/login?next=/")
    return answer.status_code == 401 and answer.json()["code"] == "session_missing"


@pytest.mark.parametrize("key", sorted(DOORS))
@pytest.mark.parametrize("stage", [Stage.SECOND_FACTOR, Stage.ENROLMENT])
def test_session_without_its_second_factor_opens_no_door(worlds: Portals, key: str, stage: Stage) -> None:
    answer = asked(worlds, key, min(DOORS[key].roles), stage=stage)
    if is_page(key):
        assert answer.headers["location"].startswith("/second-factor?next=/")
    else:
        assert answer.status_code == 401


@pytest.mark.parametrize("key", sorted(key for key in DOORS if rule_of(key).is_recent))
def test_high_value_act_asks_again_who_it_is(worlds: Portals, key: str) -> None:
    who = min(DOORS[key].roles)
    world, door = worlds.of(who), DOORS[key]
    token = world.enters()
    world.ports.at += RECENT
    method, path = key.split(" ", 1)
    address = path.format(**world.holdings[ANOTHERS])
    answer = world.ask(
        method, address, token, door.sends, is_page=is_page(key), file=door.file, yaml=door.yaml
    )
    if is_page(key):
        assert answer.headers["location"].startswith("/login?again=1&next=/")
    else:
        assert (answer.status_code, answer.json()["code"]) == (401, "reauthentication_needed")
        assert "max_age=900" in answer.headers["www-authenticate"]


@pytest.mark.parametrize("key", sorted(STREET))
def test_street_answers_a_stranger(worlds: Portals, key: str) -> None:
    world, street = worlds.of(NOBODY), STREET[key]
    method, path = key.split(" ", 1)
    form = method == "POST" and (is_page(key) or path.endswith("/auth/cas/callback"))
    address = path.format(**world.holdings[OWN])
    if form:
        content = {"content-type": "application/x-www-form-urlencoded"}
        answer = world.http.request(method, address, content=b"a=b", headers=content)
    else:
        answer = world.http.request(method, address, json=street.sends)
    assert answer.status_code == street.status


def test_second_factor_is_set_up_by_a_recent_identity_alone(worlds: Portals) -> None:
    world, path = worlds.of(Role.STUDENT), "/second-factor/enrolment"
    token = world.enters()
    assert world.ask("GET", path, token, None, is_page=True).status_code == 200
    world.ports.at += RECENT
    again = world.ask("GET", path, token, None, is_page=True)
    assert again.headers["location"].startswith("/login?again=1&next=/")
