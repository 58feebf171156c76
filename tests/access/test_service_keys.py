"""The matrix of routes gains the keys: with every scope one reads what its owner may and imports students."""

from datetime import timedelta

import httpx
import pytest

from chalicelib.domain.changes import Changes
from chalicelib.domain.people import Person, Role
from chalicelib.domain.programs.service_key import ACTS, ALLOWED, KEY, Scope, ServiceKey, digest
from tests.access.conftest import ANOTHERS, Portal, Portals
from tests.access.route_access import TABLE, RouteAccess
from tests.access.test_matrix import declared

TOKEN = "qtc_test_00000000000000ee-secret"
COVERED = frozenset[object]().union(*ALLOWED.values())
API = sorted(key for key, door in TABLE.items() if " /api/v1/" in key and isinstance(door, RouteAccess))


def with_key(world: Portal, networks: tuple[str, ...] = ("0.0.0.0/0", "::/0")) -> Portal:
    at = world.ports.at
    key = ServiceKey(
        "00000000000000ee",
        "SI",
        world.person.id,
        tuple(Scope),
        networks,
        at,
        at + timedelta(days=1),
        digest(TOKEN),
    )
    world.ports.store.commit(Changes((key,)))
    return world


def asks(world: Portal, key: str) -> httpx.Response:
    door = TABLE[key]
    assert isinstance(door, RouteAccess)
    method, path = key.split(" ", 1)
    address = path.format(**world.holdings[ANOTHERS]) + door.query
    return world.ask(method, address, TOKEN, door.sends, is_page=False, file=door.file, yaml=door.yaml)


@pytest.mark.parametrize("role", [Role.REGISTRAR, Role.ACCOUNTANT, Role.ADMINISTRATOR, Role.AUDITOR])
def test_key_with_every_scope_reads_what_its_owner_may(worlds: Portals, role: Role) -> None:
    world = with_key(worlds.of(role))
    refused: dict[str, tuple[int, str]] = {}
    for key in API:
        action, door = declared(key)["action"], TABLE[key]
        assert isinstance(door, RouteAccess)
        answer = asks(world, key)
        world.ports.at += timedelta(seconds=1)
        if action not in COVERED or not (key.startswith("GET ") or action in ACTS):
            refused[key] = (answer.status_code, answer.json()["code"])
        elif role in door.roles:
            assert answer.status_code not in {401, 403}, key
            assert answer.status_code < 500, key
        else:
            assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), key
    assert set(refused.values()) == {(403, "key_beyond_scope")}


def test_key_is_nobody_on_a_page(worlds: Portals) -> None:
    world = with_key(worlds.of(Role.AUDITOR))
    answer = world.ask("GET", "/staff/audit", TOKEN, None, is_page=True)
    assert answer.headers["location"].startswith("/login")


def test_limits_are_told_and_kept(worlds: Portals) -> None:
    world = with_key(worlds.of(Role.AUDITOR))
    answer = asks(world, "GET /api/v1/events")
    assert answer.headers["ratelimit-policy"] == '"key";q=300;w=60'
    assert answer.headers["ratelimit"].startswith('"key";r=299;t=')
    for _ in range(KEY.most - 1):
        world.ports.limits.take(KEY, "00000000000000ee", world.ports.at)
    answer = asks(world, "GET /api/v1/events")
    assert (answer.status_code, answer.json()["code"]) == (429, "key_too_fast")
    assert 0 < int(answer.headers["retry-after"]) <= 60


def test_key_of_another_network_and_key_of_who_left_are_told_in_both_languages(worlds: Portals) -> None:
    world = with_key(worlds.of(Role.AUDITOR), ("192.0.2.0/24",))
    answer = asks(world, "GET /api/v1/events")
    assert (answer.status_code, answer.json()["code"]) == (403, "key_elsewhere")
    owner: Person = world.person
    del world.ports.memory.people[owner.id]
    found = {
        language: world.http.get(
            "/api/v1/events", headers={"Authorization": f"Bearer {TOKEN}", "Accept-Language": language}
        )
        for language in ("fr", "en")
    }
    assert {each.status_code for each in found.values()} == {401}
    assert "n'est pas valable" in found["fr"].json()["detail"].replace("’", "'")
    assert "is not valid" in found["en"].json()["detail"]


def test_made_over_http_shown_once_and_read_with(worlds: Portals) -> None:
    world = worlds.of(Role.AUDITOR)
    order = {"name": "SI", "scopes": ["read:events"], "networks": ["0.0.0.0/0", "::/0"], "days": 30}
    made = world.ask("POST", "/api/v1/me/service-keys", world.enters(), order, is_page=False)
    assert made.status_code == 201
    token = made.json()["token"]
    listed = world.ask("GET", "/api/v1/staff/service-keys", world.enters(), None, is_page=False)
    assert token not in listed.text
    assert world.ask("GET", "/api/v1/events", token, None, is_page=False).status_code == 200
    order["scopes"] = ["move:money"]
    wrong = world.ask("POST", "/api/v1/me/service-keys", world.enters(), order, is_page=False)
    assert wrong.status_code == 422
