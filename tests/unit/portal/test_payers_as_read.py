"""A page kept open acts on the third-party payer that it tells, and takes what it tells, or is refused."""

from dataclasses import replace
from typing import Any

import httpx
import pytest

from chalicelib.domain.payers.payer import Payer
from tests.unit.portal.conftest import Browser, serve
from tests.unit.portal.test_page_rooms import COMPANY, PAYER
from tests.unit.portal.test_page_stories import ISIMA, read

CHANGED = "a changé entre-temps"
REST_CHANGED = "ce n'est plus le montant que vous avez vu"
API = f"/api/v1{PAYER}"
GIVEN: dict[str, Any] = {
    "kind": "company",
    "name": "ACME",
    "siret": "73282932000074",
    "email": "payer@demo.test",
    "address": {"line1": "2 rue de la Démonstration", "city": "Clermont-Ferrand"},
    "amount_cents": 20000,
}


@pytest.fixture(autouse=True)
def declared(registrar: Browser) -> None:
    declares(registrar, "01")


def declares(browser: Browser, code: str) -> None:
    memory = browser.ports.memory.registrations_by_id
    was = memory[ISIMA]
    memory[ISIMA] = replace(was, fee_situation_code=code, version=was.version + 1)


def asks(browser: Browser, method: str, path: str, **body: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {browser.http.cookies['quittance']}"}
    return browser.http.request(method, path, json=body or None, headers=headers)


def names(browser: Browser, **given: Any) -> dict[str, Any]:
    answer = asks(browser, "PUT", API, **GIVEN | given)
    assert answer.status_code == 200, answer.text
    named: dict[str, Any] = answer.json()
    return named


def replaces(browser: Browser) -> None:
    assert asks(browser, "POST", f"{API}/withdrawal", reason="erreur").status_code == 200
    names(browser, name="BETA", amount_cents=40000)


def payers(browser: Browser) -> list[tuple[str, str, int]]:
    return [(each.facts.name, each.state, each.facts.share_cents) for each in _of(browser)]


def _of(browser: Browser) -> tuple[Payer, ...]:
    return browser.ports.accounts.account("0000000000000001").payers


class TestPayer:
    def test_kept_page_withdraws_no_other_payer(self, registrar: Browser) -> None:
        names(registrar)
        page = registrar.get(PAYER)
        replaces(registrar)
        moved = registrar.send(page, f"{PAYER}/withdrawal", reason="Convention rompue")
        assert (moved.status_code, CHANGED in read(moved)) == (409, True)
        assert payers(registrar) == [("ACME", "withdrawn", 20000), ("BETA", "named", 40000)]
        assert "Retirer BETA" in read(moved)
        assert ">Convention rompue</textarea>" in moved.text
        registrar.send(moved, f"{PAYER}/withdrawal", reason="Convention rompue")
        assert payers(registrar)[-1] == ("BETA", "withdrawn", 40000)

    def test_kept_question_invoices_no_other_payer(self, registrar: Browser) -> None:
        names(registrar)
        registrar.acts_as("accountant")
        asked = registrar.get(f"{PAYER}/invoice")
        assert "Facturer 200,00 € à ACME" in read(asked)
        replaces(registrar)
        moved = registrar.send(asked, f"{PAYER}/invoice")
        assert (moved.status_code, CHANGED in read(moved)) == (409, True)
        assert "<dt>Prend en charge</dt><dd>400,00 €</dd>" in read(moved)
        assert payers(registrar)[-1] == ("BETA", "named", 40000)
        registrar.send(registrar.get(f"{PAYER}/invoice"), f"{PAYER}/invoice")
        assert payers(registrar)[-1] == ("BETA", "invoiced", 40000)

    def test_kept_form_replaces_no_other_payer(self, registrar: Browser) -> None:
        names(registrar)
        page = registrar.get(PAYER)
        asked = registrar.send(page, f"{PAYER}/check", amount="300,00")
        replaces(registrar)
        for kept, action in ((page, f"{PAYER}/check"), (asked, f"{PAYER}/confirmation")):
            moved = registrar.send(kept, action, amount="300,00")
            assert (moved.status_code, CHANGED in read(moved)) == (409, True)
            assert 'value="300,00"' in moved.text
        assert payers(registrar)[-1] == ("BETA", "named", 40000)
        registrar.send(registrar.send(moved, f"{PAYER}/check"), f"{PAYER}/confirmation")
        assert payers(registrar)[-1] == ("ACME", "named", 30000)

    def test_form_that_tells_no_payer_changes_nothing(self, registrar: Browser) -> None:
        names(registrar)
        page = registrar.get(PAYER)
        assert registrar.send(page, f"{PAYER}/withdrawal", reason="erreur", seen="").status_code == 409
        registrar.acts_as("accountant")
        asked = registrar.get(f"{PAYER}/invoice")
        assert registrar.send(asked, f"{PAYER}/invoice", seen="").status_code == 409
        assert payers(registrar) == [("ACME", "named", 20000)]


class TestWhole:
    def test_confirmation_takes_the_whole_that_it_tells(self, registrar: Browser) -> None:
        asked = registrar.send(registrar.get(PAYER), f"{PAYER}/check", **COMPANY | {"amount": ""})
        assert "<dt>Dû par l'étudiant</dt><dd>601,00 € → 0,00 €</dd>" in read(asked)
        declares(registrar, "05")
        moved = registrar.send(asked, f"{PAYER}/confirmation")
        assert (moved.status_code, REST_CHANGED in read(moved)) == (409, True)
        assert payers(registrar) == []
        assert "<dt>Dû par l'étudiant</dt><dd>3 770,00 € → 0,00 €</dd>" in read(moved)
        registrar.send(moved, f"{PAYER}/confirmation")
        assert payers(registrar) == [("Démonstration", "named", 377000)]

    def test_confirmation_takes_nothing_that_the_student_paid(
        self, registrar: Browser, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked = registrar.send(registrar.get(PAYER), f"{PAYER}/check", **COMPANY | {"amount": ""})
        student = serve(registrar.ports, monkeypatch)
        student.log_in("student@demo.test")
        student.pays()
        moved = registrar.send(asked, f"{PAYER}/confirmation")
        assert (moved.status_code, REST_CHANGED in read(moved)) == (409, True)
        assert payers(registrar) == []
        assert "<dt>Dû par l'étudiant</dt><dd>0,00 €</dd>" in read(moved)

    def test_share_is_the_sum_that_the_confirmation_told(self, registrar: Browser) -> None:
        asked = registrar.send(registrar.get(PAYER), f"{PAYER}/check", **COMPANY | {"amount": ""})
        assert 'name="share" value="601,00"' in asked.text
        registrar.send(asked, f"{PAYER}/confirmation", share="600,00")
        assert payers(registrar) == [("Démonstration", "named", 60000)]

    def test_confirmation_that_tells_nothing_is_shown_first(self, registrar: Browser) -> None:
        asked = registrar.send(registrar.get(PAYER), f"{PAYER}/check", **COMPANY)
        assert registrar.send(asked, f"{PAYER}/confirmation", owed_seen="").status_code == 409
        assert payers(registrar) == []


class TestApi:
    def test_acts_tell_the_payer_that_they_read(self, registrar: Browser) -> None:
        seen = names(registrar)["seen_hash"]
        (shown,) = asks(registrar, "GET", f"/api/v1/staff/registrations/{ISIMA}").json()["payers"]
        assert shown["seen_hash"] == seen
        replaces(registrar)
        for method, path, body in (
            ("PUT", API, GIVEN | {"seen_hash": seen}),
            ("POST", f"{API}/withdrawal", {"reason": "erreur", "seen_hash": seen}),
        ):
            refused = asks(registrar, method, path, **body)
            assert (refused.status_code, refused.json()["code"]) == (409, "payer_not_named")
            assert CHANGED in refused.json()["detail"]
        registrar.acts_as("accountant")
        refused = asks(registrar, "POST", f"{API}/invoice", seen_hash=seen)
        assert (refused.status_code, CHANGED in refused.json()["detail"]) == (409, True)
        (listed,) = asks(registrar, "GET", "/api/v1/staff/payers").json()["items"]
        invoiced = asks(registrar, "POST", f"{API}/invoice", seen_hash=listed["seen_hash"])
        assert (invoiced.status_code, invoiced.json()["name"]) == (201, "BETA")

    def test_naming_tells_what_it_read_that_is_owed(self, registrar: Browser) -> None:
        shown = asks(registrar, "GET", f"/api/v1/staff/registrations/{ISIMA}").json()["registration"]
        declares(registrar, "05")
        whole = GIVEN | {"amount_cents": None, "owed_seen_cents": shown["rest_cents"]}
        refused = asks(registrar, "PUT", API, **whole)
        assert (refused.status_code, refused.json()["code"]) == (409, "rest_changed")
        assert names(registrar, **whole | {"owed_seen_cents": 377000})["amount_cents"] == 377000
