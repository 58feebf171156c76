"""The boxes of a file's page are ticked over those that it showed."""

import re

import httpx
import pytest

from chalicelib.domain.registration import RegistrationStatus
from tests.unit.portal.conftest import Browser, Page
from tests.unit.portal.test_decisions_as_read import DECISION, FILE, asks, changed, declares, status
from tests.unit.portal.test_page_stories import ISIMA, read

STEPS = f"{FILE}/seen-steps"
MOVED = "D'autres justificatifs ont été cochés"
LIST = "/staff/registrations"


def seen(browser: Browser) -> frozenset[str]:
    return browser.ports.registrations.get(ISIMA).seen_steps


def boxes(page: httpx.Response) -> set[str]:
    return set(re.findall('name="step" value="([^"]*)" checked', page.text))


@pytest.fixture(autouse=True)
def declared(browser: Browser) -> None:
    declares(browser, "02")


@pytest.mark.parametrize("act", ["steps", "validate", "refuse"])
def test_kept_page_shows_the_ticks_of_today_with_its_own(registrar: Browser, act: str) -> None:
    changed(registrar, seen_steps=frozenset({"evidence"}))
    page = registrar.get(FILE)
    changed(registrar, seen_steps=frozenset({"evidence", "cvec"}))
    given = {"decision": act, "reason": "Lu", "step": ["administrative_registration"]}
    moved = registrar.send(page, DECISION, **given)
    assert (moved.status_code, MOVED in read(moved), ">Lu</textarea>" in moved.text) == (409, True, True)
    assert "<dt>Étapes vues</dt>" in moved.text
    assert boxes(moved) == {"cvec", "administrative_registration"}
    assert (seen(registrar), status(registrar)) == ({"evidence", "cvec"}, RegistrationStatus.PRE_REGISTERED)
    steps = ["cvec", "administrative_registration"]
    done = registrar.send(moved, DECISION, decision=act, reason="Lu", step=steps)
    if act == "validate":
        assert "Valider quand même" in done.text
        done = registrar.send(done, DECISION, step=steps)
    assert (done.url.path, seen(registrar)) == (LIST, set(steps))


def test_kept_question_takes_no_tick_away(registrar: Browser) -> None:
    asked = registrar.send(registrar.get(FILE), DECISION, decision="validate", step="evidence")
    assert "Valider quand même" in asked.text
    changed(registrar, seen_steps=frozenset({"cvec"}))
    moved = registrar.send(asked, DECISION, step="evidence")
    assert (moved.status_code, boxes(moved)) == (409, {"cvec", "evidence"})


@pytest.mark.parametrize("path", [DECISION, STEPS])
def test_form_sent_twice_is_done(registrar: Browser, path: str) -> None:
    fields = {**Page(registrar.get(FILE)).form(DECISION).fields, "decision": "steps"}
    for _ in range(2):
        done = registrar.http.post(path, data={**fields, "step": "cvec"}, follow_redirects=True)
        assert done.url.path == LIST
    assert seen(registrar) == {"cvec"}


def test_other_forms_of_the_page_leave_the_boxes_as_they_are(registrar: Browser) -> None:
    changed(registrar, seen_steps=frozenset({"cvec"}))
    refused = registrar.send(registrar.get(FILE), f"{FILE}/provisional", until="2020-01-01")
    assert (refused.status_code, boxes(refused)) == (409, {"cvec"})


def test_form_without_the_ticks_that_it_read_ticks_as_before(registrar: Browser) -> None:
    changed(registrar, seen_steps=frozenset({"cvec"}))
    told = {"seen_steps": ["evidence"]}
    assert asks(registrar, "PUT", STEPS, **told).json()["seen_steps"] == ["evidence"]


def test_program_tells_the_ticks_that_it_read(registrar: Browser) -> None:
    changed(registrar, seen_steps=frozenset({"cvec"}))
    told = {"seen_steps": ["evidence"], "earlier_steps": []}
    for method, path, body in (("PUT", STEPS, told), ("POST", DECISION, {**told, "decision": "validate"})):
        moved = asks(registrar, method, path, **body)
        assert (moved.status_code, moved.json()["code"]) == (409, "registration_moved")
        assert "D’autres justificatifs" in moved.json()["detail"].replace("'", "’")
        done = asks(registrar, method, path, **{**body, "earlier_steps": sorted(seen(registrar))})
        assert done.json()["seen_steps"] == ["evidence"]
        changed(registrar, seen_steps=frozenset({"cvec"}))
