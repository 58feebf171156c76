"""The control server's page: what a person reads there, and what each button does."""

from datetime import datetime
from pathlib import Path

import pytest
from chalice.app import ScheduledEventConfig
from flask import Flask, request
from flask.testing import FlaskClient

from chalicelib.domain.calendar import PARIS
from chalicelib.functions import background
from infra.local import evidence, paybox, resources
from infra.local.accounts import PASSWORD
from infra.local.control import create_control
from infra.local.control_page import NIGHT, next_tenth
from infra.local.resources import Names
from infra.local.serving import serve
from tests.infra.test_control import MAIL_FROM, SmallStack


@pytest.fixture
def stack(names: Names, aws: str, tmp_path: Path) -> SmallStack:
    resources.allow_mail_from(MAIL_FROM)
    return SmallStack(names, aws, tmp_path)


@pytest.fixture
def control(stack: SmallStack) -> FlaskClient:
    return create_control(stack).test_client()


def test_page_shows_clock_cards_and_a_mail_with_its_link(control: FlaskClient, stack: SmallStack) -> None:
    stack.application.to_queue = ["http://127.0.0.1:8000/password?token=1 <b>"]
    done = control.post("/act", data={"schedule": "publish_outbox"}, follow_redirects=True)
    assert "ran to its end" in done.text
    assert "24/06/2022 10:" in done.text
    assert "1111222233334444" in done.text
    assert '<a href="http://127.0.0.1:8000/password?token=1" rel="noopener" target="_blank"' in done.text
    assert "<b>" not in done.text
    assert "Nothing has reached the gateway." in done.text


def test_buttons_move_the_clock_and_begin_again(control: FlaskClient, stack: SmallStack) -> None:
    control.post("/act", data={"now": "2022-07-10T00:30"})
    assert stack.clock.now().astimezone(PARIS).strftime("%d/%m/%Y %H:%M") == "10/07/2022 00:30"
    control.post("/act", data={"reset": "yes"})
    assert stack.clock.now().astimezone(PARIS).strftime("%d/%m/%Y") == "24/06/2022"


class Recorder:
    """Functions that note what they are asked to run."""

    def __init__(self) -> None:
        self.ran: list[str] = []

    def run(self, name: str) -> None:
        self.ran.append(name)


def test_nights_in_between_run_what_each_needs_before_it(control: FlaskClient, stack: SmallStack) -> None:
    stack.functions = recorder = Recorder()  # type: ignore[assignment]
    control.post("/act", data={"nights": "yes"})
    assert recorder.ran == list(NIGHT)
    ours = {each.name for each in background.app.event_sources if isinstance(each, ScheduledEventConfig)}
    assert set(NIGHT) <= ours
    assert NIGHT.index("number_journal") < NIGHT.index("reconcile_days") < NIGHT.index("publish_outbox")


@pytest.mark.parametrize(
    ("form", "status"), [({"now": "tomorrow"}, 422), ({}, 422), ({"schedule": "x"}, 404)]
)
def test_unknown_moment_or_schedule_is_told_in_a_sentence(
    control: FlaskClient, form: dict[str, str], status: int
) -> None:
    answer = control.post("/act", data=form)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")


def test_form_of_another_site_moves_nothing(control: FlaskClient, stack: SmallStack) -> None:
    before = stack.clock.now().date()
    answer = control.post("/act", data={"now": "2030-01-01T00:00"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, stack.clock.now().date()) == (403, before)


@pytest.mark.parametrize(
    ("now", "tenth"),
    [
        ("2022-06-24T10:00", "2022-07-10"),
        ("2022-07-10T00:29", "2022-07-10"),
        ("2022-07-10T00:30", "2022-08-10"),
        ("2022-12-31T10:00", "2023-01-10"),
    ],
)
def test_next_tenth(now: str, tenth: str) -> None:
    found = next_tenth(datetime.fromisoformat(now).replace(tzinfo=PARIS))
    assert found.isoformat()[:16] == f"{tenth}T00:30"


def test_fault_is_ordered_from_the_gateway(control: FlaskClient, stack: SmallStack, tmp_path: Path) -> None:
    with paybox.serve(paybox.create_app(state_dir=tmp_path, now=stack.clock.now)) as address:
        stack.ports = stack.ports._replace(paybox=int(address.rpartition(":")[2]))

        page = control.post(
            "/act", data={"fault": "the next notification is lost"}, follow_redirects=True
        ).text
        assert "The simulator follows from now on." in page
        assert '"notification": true' in page

        assert "None is ordered." in control.post("/act", data={"fault": "none"}, follow_redirects=True).text


def test_fault_is_ordered_from_the_services_of_the_state(control: FlaskClient, stack: SmallStack) -> None:
    with evidence.serve(evidence.create_app(now=stack.clock.now)) as address:
        stack.ports = stack.ports._replace(evidence=int(address.rpartition(":")[2]))

        page = control.post("/act", data={"state_fault": "both are down"}, follow_redirects=True).text

        assert '"effect": "provider_down"' in page
        assert "PREPA0000071" in page
        assert "220000071PR" in page


def test_button_of_an_account_logs_in_at_the_portal(control: FlaskClient, stack: SmallStack) -> None:
    portal = Flask("portal")
    asked = []

    @portal.post("/api/v1/auth/sessions")
    def sessions() -> dict[str, str]:
        asked.append(request.get_json())
        return {"token": "t0ken"}

    with serve(portal) as address:
        stack.ports = stack.ports._replace(portal=int(address.rpartition(":")[2]))
        answer = control.post("/log-in", data={"email": "student@demo.test"})
    assert asked == [{"email": "student@demo.test", "password": PASSWORD}]
    assert (answer.status_code, answer.location) == (303, f"{address}/")
    assert "quittance=t0ken; HttpOnly; Path=/; SameSite=Lax" in answer.headers["Set-Cookie"]


def test_log_in_that_the_portal_refuses_is_told(control: FlaskClient, stack: SmallStack) -> None:
    with serve(Flask("portal")) as address:
        stack.ports = stack.ports._replace(portal=int(address.rpartition(":")[2]))
        assert control.post("/log-in", data={"email": "student@demo.test"}).status_code == 404


def test_only_the_demos_accounts_log_in_and_from_this_page_alone(control: FlaskClient) -> None:
    assert control.post("/log-in", data={"email": "else@demo.test"}).status_code == 422
    elsewhere = control.post(
        "/log-in", data={"email": "student@demo.test"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert elsewhere.status_code == 403
