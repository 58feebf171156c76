"""A kept page of a file decides nothing where the student has declared another situation since."""

import re
from dataclasses import replace
from typing import Any

import httpx
import pytest

from chalicelib.domain.registration import RegistrationStatus
from chalicelib.usecases.collection.receive_payment import receive_payment
from tests.unit.portal.conftest import Browser, enrol
from tests.unit.portal.test_page_stories import ISIMA, read
from tests.usecases.conftest import ACCOUNTANT
from tests.usecases.test_received_at_the_desk import CHEQUE

FILE = f"/staff/registrations/{ISIMA}"
DECISION = f"{FILE}/decision"
BLOCK = f"{FILE}/block"
DECISIONS = "/staff/registrations/decisions"
MOVED = "ne sont plus ce que vous avez lu"


@pytest.fixture(autouse=True)
def declared(browser: Browser) -> None:
    declares(browser, "05")


def declares(browser: Browser, code: str, registration_id: str = ISIMA) -> None:
    changed(browser, registration_id, fee_situation_code=code)


def changed(browser: Browser, registration_id: str = ISIMA, **values: Any) -> None:
    memory = browser.ports.memory.registrations_by_id
    was = memory[registration_id]
    memory[registration_id] = replace(was, **values, version=was.version + 1)


def pays(browser: Browser) -> None:
    """Accounting enters a cheque of 601,00 €."""
    receive_payment(browser.ports, ISIMA, CHEQUE, ACCOUNTANT, None)


def status(browser: Browser, registration_id: str = ISIMA) -> RegistrationStatus:
    return browser.ports.registrations.get(registration_id).status


def ticks(page: httpx.Response, registration_id: str) -> str:
    """Return what the browser sends for a box that is ticked in the list."""
    (box,) = re.findall(f'type="checkbox" name="id" value="({registration_id}[^"]*)"', page.text)
    return str(box)


def asks(registrar: Browser, method: str, path: str, **body: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {registrar.http.cookies['quittance']}"}
    return registrar.http.request(method, f"/api/v1{path}", json=body or None, headers=headers)


class TestFile:
    @pytest.mark.parametrize("decision", ["validate", "refuse"])
    def test_kept_page_is_shown_again_with_what_is_declared_now(
        self, registrar: Browser, decision: str
    ) -> None:
        page = registrar.get(FILE)
        declares(registrar, "02")
        steps = [each.key for each in registrar.ports.campaigns.current().previous_steps]
        moved = registrar.send(page, DECISION, decision=decision, reason="Pièces lues", step=steps)
        assert moved.status_code == 409
        assert status(registrar) is RegistrationStatus.PRE_REGISTERED
        assert MOVED in read(moved)
        assert "<dt>Montant dû</dt><dd>0,00 €</dd>" in read(moved)
        assert ">Pièces lues</textarea>" in moved.text
        assert moved.text.count("checked") == len(steps)
        registrar.send(moved, DECISION, decision=decision, reason="Pièces lues", step=steps)
        assert status(registrar) is not RegistrationStatus.PRE_REGISTERED

    def test_nothing_is_asked_of_a_page_whose_file_has_changed(self, registrar: Browser) -> None:
        page = registrar.get(FILE)
        declares(registrar, "02")
        moved = registrar.send(page, DECISION, decision="validate")
        assert (moved.status_code, MOVED in read(moved)) == (409, True)
        assert "Valider quand même" not in moved.text

    def test_kept_question_validates_no_other_situation(self, registrar: Browser) -> None:
        asked = registrar.send(registrar.get(FILE), DECISION, decision="validate", reason="Lu")
        assert "<dt>Reste à recevoir</dt><dd>3 770,00 €</dd>" in read(asked)
        declares(registrar, "02")
        moved = registrar.send(asked, DECISION)
        assert (moved.status_code, MOVED in read(moved)) == (409, True)
        assert ">Lu</textarea>" in moved.text
        assert status(registrar) is RegistrationStatus.PRE_REGISTERED

    @pytest.mark.parametrize("keeps", ["page", "question"])
    def test_kept_page_validates_although_money_came(self, registrar: Browser, keeps: str) -> None:
        page, fields = registrar.get(FILE), {"decision": "validate"}
        if keeps == "question":
            page = registrar.send(page, DECISION, **fields)
        pays(registrar)
        done = registrar.send(page, DECISION, **fields)
        if keeps == "page":  # what is missing is asked about as it is today
            assert "<dt>Reste à recevoir</dt><dd>3 169,00 €</dd>" in read(done)
            done = registrar.send(done, DECISION)
        assert status(registrar) is RegistrationStatus.VALIDATED

    def test_kept_page_takes_back_no_other_refusal(self, registrar: Browser) -> None:
        refused = {"decision": "refuse", "reason": "Pièce illisible"}
        registrar.send(registrar.get(FILE), DECISION, **refused)
        page = registrar.get(FILE)
        changed(registrar, reason="Fraude")
        moved = registrar.send(page, DECISION, decision="reopen", reason="Erreur")
        assert (moved.status_code, MOVED in read(moved), "Motif : Fraude" in read(moved)) == (409, True, True)
        assert ">Erreur</textarea>" in moved.text
        assert status(registrar) is RegistrationStatus.REFUSED
        for _ in range(2):
            done = registrar.send(moved, DECISION, decision="reopen", reason="Erreur")
            assert done.url.path == "/staff/registrations"
        assert status(registrar) is RegistrationStatus.PRE_REGISTERED

    def test_kept_page_lifts_no_other_block(self, registrar: Browser) -> None:
        registrar.acts_as("accountant")
        changed(registrar, blocked=True, block_reason="Litige")
        page = registrar.get(FILE)
        changed(registrar, block_reason="Fraude")
        moved = registrar.send(page, BLOCK)
        assert (moved.status_code, "n'est plus celui que vous avez lu" in read(moved)) == (409, True)
        assert "par la comptabilité : Fraude" in read(moved)
        assert registrar.ports.registrations.get(ISIMA).blocked
        for _ in range(2):
            assert "Le blocage est levé" in registrar.send(moved, BLOCK).text

    def test_question_is_of_today_where_the_form_tells_nothing(self, registrar: Browser) -> None:
        asked = registrar.send(registrar.get(FILE), DECISION, decision="validate", seen="")
        declares(registrar, "02")
        assert registrar.send(asked, DECISION).status_code == 409


class TestMany:
    def test_file_that_moved_is_refused_alone(self, registrar: Browser) -> None:
        other = f"{enrol(registrar.ports, 2, 'other@demo.test', 'P2223_Y3_3A', last_name='TESTGC').id}-1"
        declares(registrar, "01", other)
        queue = registrar.get("/staff/registrations")
        ids = [ticks(queue, each) for each in (ISIMA, other)]
        asked = registrar.send(queue, DECISIONS, id=ids, decision="validate")
        assert "Valider 2 dossiers" in asked.text
        carried = re.findall('type="hidden" name="id" value="([^"]*)"', asked.text)
        assert carried == ids
        declares(registrar, "02")
        done = registrar.send(asked, DECISIONS, id=carried, decision="validate")
        assert "1 sur 2" in done.text
        assert MOVED in read(done)
        assert status(registrar) is RegistrationStatus.PRE_REGISTERED
        assert status(registrar, other) is RegistrationStatus.VALIDATED

    def test_list_that_is_read_no_more_is_refused_after_its_question(self, registrar: Browser) -> None:
        queue = registrar.get("/staff/registrations")
        declares(registrar, "02")
        asked = registrar.send(queue, DECISIONS, id=ticks(queue, ISIMA), decision="validate")
        assert "0 sur 1" in registrar.send(asked, DECISIONS, decision="validate").text
        assert status(registrar) is RegistrationStatus.PRE_REGISTERED

    def test_question_is_of_today_where_the_box_tells_nothing(self, registrar: Browser) -> None:
        queue = registrar.get("/staff/registrations")
        asked = registrar.send(queue, DECISIONS, id=ISIMA, decision="validate")
        declares(registrar, "02")
        assert "0 sur 1" in registrar.send(asked, DECISIONS, decision="validate").text
        asked = registrar.send(queue, DECISIONS, id=ISIMA, decision="validate")
        assert "1 sur 1" in registrar.send(asked, DECISIONS, decision="validate").text


class TestApi:
    def test_decision_tells_what_it_read(self, registrar: Browser) -> None:
        (listed,) = asks(registrar, "GET", "/staff/registrations").json()["items"]
        shown = asks(registrar, "GET", FILE).json()["registration"]
        assert listed["seen_hash"] == shown["seen_hash"]
        declares(registrar, "02")
        told = {"decision": "validate", "seen_hash": listed["seen_hash"]}
        moved = asks(registrar, "POST", DECISION, **told)
        assert (moved.status_code, moved.json()["code"]) == (409, "registration_moved")
        told["seen_hash"] = asks(registrar, "GET", FILE).json()["registration"]["seen_hash"]
        assert asks(registrar, "POST", DECISION, **told).json()["status"] == "validated"

    def test_block_tells_what_it_read(self, registrar: Browser) -> None:
        registrar.acts_as("accountant")
        changed(registrar, blocked=True, block_reason="Litige")
        (listed,) = asks(registrar, "GET", "/staff/registrations").json()["items"]
        changed(registrar, block_reason="Fraude")
        told = {"blocked": False, "block_hash": listed["block_hash"]}
        moved = asks(registrar, "PUT", BLOCK, **told)
        assert (moved.status_code, moved.json()["code"]) == (409, "registration_moved")
        told["block_hash"] = asks(registrar, "GET", FILE).json()["registration"]["block_hash"]
        assert asks(registrar, "PUT", BLOCK, **told).json()["blocked"] is False

    def test_decision_on_many_tells_it_of_each(self, registrar: Browser) -> None:
        (listed,) = asks(registrar, "GET", "/staff/registrations").json()["items"]
        declares(registrar, "02")
        told = {"ids": [ISIMA], "decision": "validate"}
        seen = {ISIMA: listed["seen_hash"]}
        (moved,) = asks(registrar, "POST", DECISIONS, **told, seen_hashes=seen).json()["items"]
        assert (moved["done"], moved["code"]) == (False, "registration_moved")
        assert asks(registrar, "POST", DECISIONS, **told).json()["done"] == 1, "nothing is told: as before"
