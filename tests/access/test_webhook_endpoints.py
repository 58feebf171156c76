"""Endpoints over HTTP: what is shown, once or never, and what is refused."""

from typing import Any

import pytest

from chalicelib.domain.people import Role
from chalicelib.domain.webhooks.attempt import AttemptResult, Reply
from chalicelib.usecases.webhooks.deliver_event import deliver_event
from tests.access.conftest import OWN, Portal, Portals

ROOT = "/api/v1/staff/webhook-endpoints"
ORDER = {"name": "SI scolarité", "url": "https://si.ecole.test/evenements"}


@pytest.fixture
def admin(worlds: Portals) -> Portal:
    return worlds.of(Role.ADMINISTRATOR)


def call(world: Portal, method: str, path: str = "", sends: Any = None) -> Any:
    return world.ask(method, ROOT + path, world.enters(), sends, is_page=False)


def test_secret_is_shown_when_it_is_made_and_never_again(admin: Portal) -> None:
    made = call(admin, "POST", "", ORDER)
    body = made.json()
    assert (made.status_code, body["test"]["result"], body["test"]["status"]) == (201, "accepted", 204)
    assert body["secret"].startswith("whsec_")
    one = f"/{body['endpoint']['id']}"
    rolled = call(admin, "POST", f"{one}/secret").json()
    assert rolled["secret"] not in {body["secret"], ""}
    assert rolled["endpoint"]["former_until"]
    listed = call(admin, "GET")
    assert body["endpoint"]["id"] in listed.text
    assert "whsec_" not in listed.text + call(admin, "PUT", one, ORDER).text


def test_failed_test_event_says_how_it_failed(admin: Portal) -> None:
    admin.ports.receivers.answer = lambda _: Reply(AttemptResult.NAME_UNKNOWN)
    body = call(admin, "POST", "", ORDER | {"types": ["plan.stopped", "plan.stopped"]}).json()
    assert (body["test"]["result"], body["endpoint"]["types"]) == ("name_unknown", ["plan.stopped"])
    changed = call(admin, "PUT", f"/{body['endpoint']['id']}", ORDER | {"url": "https://si2.ecole.test/"})
    assert changed.json()["test"]["result"] == "name_unknown"
    assert changed.json()["endpoint"]["types"] == []
    assert call(admin, "POST", f"/{body['endpoint']['id']}/test").json()["status"] == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "http://si.ecole.test/"},
        {"url": "https://127.0.0.1/"},
        {"types": ["money.moved"]},
        {"name": ""},
        {"secret": "whsec_mine"},
    ],
)
def test_endpoint_that_is_not_saved(admin: Portal, wrong: Any) -> None:
    assert call(admin, "POST", "", ORDER | wrong).status_code == 422


def test_deliveries_are_listed_with_their_attempts_and_replayed(admin: Portal) -> None:
    held = admin.holdings[OWN]
    one, event_id = f"/{held['endpoint_id']}", held["event_id"]
    assert call(admin, "GET", f"{one}/deliveries").json() == {"items": [], "next": None}
    again = call(admin, "POST", f"{one}/deliveries/{event_id}/replay").json()
    assert (again["state"], again["sequence"], again["attempts"]) == ("waiting", 1, [])
    deliver_event(admin.ports, held["endpoint_id"], 1)
    page = call(admin, "GET", f"{one}/deliveries?limit=1").json()
    (delivery,) = page["items"]
    assert (delivery["state"], delivery["next_try_at"], page["next"]) == ("delivered", None, 1)
    assert [each["result"] for each in delivery["attempts"]] == ["accepted"]
    assert call(admin, "GET", f"{one}/deliveries?before=1").json()["items"] == []
    since = call(admin, "POST", f"{one}/replay", {"since": "2022-06-01T00:00:00+02:00"})
    assert since.json() == {"events": 1}
    for wrong in ("2022-06-01T00:00:00", "1656057600", 1656057600, "2022-06-01"):
        assert call(admin, "POST", f"{one}/replay", {"since": wrong}).status_code == 422
    later = call(admin, "POST", f"{one}/replay", {"since": "2032-06-01T00:00:00Z"})
    assert (later.status_code, later.json()["code"]) == (422, "endpoint_not_possible")


def test_endpoint_is_switched_and_removed(admin: Portal) -> None:
    one = f"/{admin.holdings[OWN]['endpoint_id']}"
    off = call(admin, "POST", f"{one}/state", {"state": "off"}).json()
    assert (off["state"], off["off_reason"]) == ("off", "by_hand")
    on = call(admin, "POST", f"{one}/state", {"state": "on"}).json()
    assert (on["state"], on["owner_id"]) == ("on", admin.person.id)
    assert call(admin, "DELETE", one).status_code == 204
    assert call(admin, "GET", f"{one}/deliveries").status_code == 404
