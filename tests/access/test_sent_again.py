"""What a program sends again, by its idempotency key or with what it read, is done once."""

from dataclasses import dataclass
from typing import Any

import pytest

from chalicelib.domain.people import Role
from tests.access.conftest import ANOTHERS, OWN, Portal, Portals

ENDPOINTS = "/staff/webhook-endpoints"
KEYS = "/me/service-keys"
ENDPOINT = {"name": "SI scolarité", "url": "https://si.ecole.test/evenements"}
SERVICE_KEY = {"name": "SI", "scopes": ["read:events"], "networks": ["127.0.0.1"], "days": 30}


@dataclass(frozen=True)
class Program:
    """A program in one session."""

    portal: Portal
    token: str

    def sends(self, method: str, path: str, body: Any = None, key: str = "") -> Any:
        headers = {"Authorization": f"Bearer {self.token}"} | ({"Idempotency-Key": key} if key else {})
        address = f"/api/v1{path.format(**self.portal.holdings[OWN])}"
        return self.portal.http.request(method, address, json=body, headers=headers)

    def code(self, method: str, path: str, body: Any = None) -> tuple[int, str]:
        answer = self.sends(method, path, body)
        return answer.status_code, answer.json().get("code")


def program(worlds: Portals, role: Role) -> Program:
    portal = worlds.of(role)
    return Program(portal, portal.enters())


@pytest.mark.parametrize(
    ("role", "path", "body"),
    [
        (Role.ADMINISTRATOR, ENDPOINTS, ENDPOINT),
        (Role.AUDITOR, KEYS, SERVICE_KEY),
    ],
)
def test_same_key_and_body_find_what_they_made(worlds: Portals, role: Role, path: str, body: Any) -> None:
    caller = program(worlds, role)
    first, again = (caller.sends("POST", path, body, key="k-1") for _ in range(2))
    assert (first.status_code, again.json()) == (201, first.json())
    other, without = caller.sends("POST", path, body, key="k-2"), caller.sends("POST", path, body)
    assert len({each.text for each in (first, other, without)}) == 3


def test_endpoint_is_changed_and_its_secret_rotated_as_it_was_read(worlds: Portals) -> None:
    admin = program(worlds, Role.ADMINISTRATOR)
    read = admin.sends("POST", ENDPOINTS, ENDPOINT).json()["endpoint"]
    one, elsewhere = f"{ENDPOINTS}/{read['id']}", ENDPOINT | {"url": "https://si2.ecole.test/"}
    changed = admin.sends("PUT", one, elsewhere | {"version": read["version"]}).json()["endpoint"]
    assert changed["version"] == read["version"] + 1
    assert admin.code("PUT", one, ENDPOINT | {"version": read["version"]}) == (409, "endpoint_moved")
    rotation = f"{one}/secret?version={changed['version']}"
    first, again = (admin.sends("POST", rotation).json() for _ in range(2))
    assert first == again
    assert admin.sends("POST", f"{one}/secret").json()["secret"] != first["secret"]
    assert admin.code("POST", rotation) == (409, "endpoint_moved")


def test_key_is_rolled_as_it_was_read(worlds: Portals) -> None:
    owner = program(worlds, Role.AUDITOR)
    read = owner.sends("POST", KEYS, SERVICE_KEY).json()["key"]
    roll = f"{KEYS}/{read['id']}/roll?seen_hash={read['seen_hash']}"
    first, again = (owner.sends("POST", roll).json() for _ in range(2))
    assert first == again
    assert owner.sends("POST", f"{KEYS}/{read['id']}/roll").json()["token"] != first["token"]
    assert owner.code("POST", roll) == (409, "key_moved")


def test_roles_are_proposed_once(worlds: Portals) -> None:
    admin = program(worlds, Role.ADMINISTRATOR)
    person_id = admin.portal.holdings[ANOTHERS]["person_id"]
    path, body = f"/staff/people/{person_id}/role-changes", {"roles": ["auditor"], "reason": "renfort"}
    first, again = (admin.sends("POST", path, body, key="k-1") for _ in range(2))
    assert (first.status_code, again.json()) == (201, first.json())
