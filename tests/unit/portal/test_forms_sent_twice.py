"""A form that is sent again makes nothing twice, and a kept one undoes nothing."""

import re

import httpx
import pytest

from chalicelib.domain.people import Role
from chalicelib.domain.role_changes import RoleChangeState
from tests.unit.portal.conftest import Browser
from tests.unit.portal.sign_in_steps import read
from tests.unit.portal.test_payment_link_pages import ISIMA
from tests.unit.portal.test_service_key_pages import ORDER as KEY_ORDER
from tests.unit.portal.test_service_key_pages import OWN as KEYS
from tests.unit.portal.test_service_key_pages import TOKEN
from tests.unit.portal.test_webhook_endpoint_pages import LIST as ENDPOINTS
from tests.unit.portal.test_webhook_endpoint_pages import ORDER, URL, the_only

FORM_IS_OPEN = '<details class="before" open>\n<summary><h2>Modifier'
SECRET = re.compile(r"whsec_[\w+/=-]+")
ADDRESS = re.compile(r"/pay\?token=[\w-]+")
LINK = {"share": "amount", "amount": "300,00", "until": "2022-07-10"}
PERSON = "/staff/people/0000000000000001"
ROLES = {"role": "auditor", "reason": "remplace une collègue"}


def shown_by(pattern: re.Pattern[str], *answers: httpx.Response) -> set[str]:
    """Return what the answers show of secrets, the same one counted once, nothing as an empty text."""
    found = (pattern.search(read(each)) for each in answers)
    return {each[0] if each else "" for each in found}


def presses(browser: Browser, path: str, action: str, **form: str) -> list[httpx.Response]:
    """Send the form of one page three times."""
    kept = browser.get(path)
    return [browser.send(kept, action, **form) for _ in range(3)]


class TestEndpoint:
    @pytest.fixture
    def desk(self, browser: Browser) -> Browser:
        browser.log_in("administrator@demo.test")
        return browser

    @pytest.fixture
    def path(self, desk: Browser) -> str:
        desk.send(desk.get(ENDPOINTS), ENDPOINTS, **ORDER)
        return the_only(desk)

    def test_is_added_once_and_each_answer_shows_its_secret(self, desk: Browser) -> None:
        answers = presses(desk, ENDPOINTS, ENDPOINTS, **ORDER)
        the_only(desk)
        (secret,) = shown_by(SECRET, *answers)
        assert secret
        assert len(desk.ports.receivers.sent) == 1
        other = presses(desk, ENDPOINTS, ENDPOINTS, **ORDER)
        assert shown_by(SECRET, *other).isdisjoint({secret, ""})
        assert len(desk.ports.memory.endpoints) == 2

    def test_kept_page_puts_no_older_address_back(self, desk: Browser, path: str) -> None:
        kept = desk.get(path)
        desk.send(desk.get(path), f"{path}/change", **ORDER | {"url": f"{URL}/2"})
        refused = desk.send(kept, f"{path}/change", **ORDER | {"name": "Autre"})
        (endpoint,) = desk.ports.memory.endpoints.values()
        assert (endpoint.name, endpoint.url) == ("SI", f"{URL}/2")
        assert refused.status_code == 409
        assert "n'est plus celui que vous avez lu" in read(refused)
        assert f'value="{URL}/2"' in refused.text
        assert FORM_IS_OPEN in refused.text
        again = desk.send(refused, f"{path}/change", name="Autre")
        assert again.status_code == 200
        (endpoint,) = desk.ports.memory.endpoints.values()
        assert (endpoint.name, endpoint.url) == ("Autre", f"{URL}/2")

    def test_change_that_is_not_saved_comes_back_as_it_was_typed(self, desk: Browser, path: str) -> None:
        wrong = ORDER | {"name": "Autre", "url": "http://si.example.test", "types": "payment.booked"}
        answer = desk.send(desk.get(path), f"{path}/change", **wrong)
        assert answer.status_code == 422
        assert FORM_IS_OPEN in answer.text
        assert all(f'value="{each}"' in answer.text for each in ("Autre", "http://si.example.test"))
        assert 'value="payment.booked" checked' in answer.text
        assert FORM_IS_OPEN not in desk.get(path).text

    def test_changed_twice_by_one_page_is_changed_once(self, desk: Browser, path: str) -> None:
        answers = presses(desk, path, f"{path}/change", **ORDER | {"url": f"{URL}/2"})
        assert {each.status_code for each in answers} == {200}
        (endpoint,) = desk.ports.memory.endpoints.values()
        assert endpoint.version == 2

    def test_secret_is_made_once_and_the_one_before_signs_as_promised(self, desk: Browser, path: str) -> None:
        (before,) = desk.ports.memory.endpoints.values()
        kept = desk.get(path)
        answers = presses(desk, path, f"{path}/secret")
        (secret,) = shown_by(SECRET, *answers)
        assert secret
        (endpoint,) = desk.ports.memory.endpoints.values()
        assert endpoint.former_secret == before.secret
        desk.send(desk.get(path), f"{path}/secret")
        refused = desk.send(kept, f"{path}/secret")
        assert refused.status_code == 409
        assert shown_by(SECRET, refused) == {""}


class TestServiceKey:
    @pytest.fixture
    def owner(self, browser: Browser) -> Browser:
        browser.log_in("auditor@demo.test")
        return browser

    def test_is_made_once_and_each_answer_shows_it(self, owner: Browser) -> None:
        answers = presses(owner, KEYS, KEYS, **KEY_ORDER)
        assert len(owner.ports.memory.service_keys) == 1
        (token,) = shown_by(TOKEN, *answers)
        assert token
        assert shown_by(TOKEN, *presses(owner, KEYS, KEYS, **KEY_ORDER)).isdisjoint({token, ""})

    def test_kept_form_of_a_key_that_was_rolled_or_revoked_is_refused(self, owner: Browser) -> None:
        kept = owner.get(KEYS)
        owner.send(kept, KEYS, **KEY_ORDER)
        (key,) = owner.ports.memory.service_keys.values()
        for act in ("roll", "revocation"):
            owner.send(owner.get(KEYS), f"{KEYS}/{key.id}/{act}")
            refused = owner.send(kept, KEYS, **KEY_ORDER)
            assert refused.status_code == 409
            assert shown_by(TOKEN, refused) == {""}
        assert len(owner.ports.memory.service_keys) == 1

    def test_is_rolled_once_and_the_one_before_is_valid_as_promised(self, owner: Browser) -> None:
        owner.send(owner.get(KEYS), KEYS, **KEY_ORDER)
        (before,) = owner.ports.memory.service_keys.values()
        kept = owner.get(KEYS)
        answers = presses(owner, KEYS, f"{KEYS}/{before.id}/roll")
        (token,) = shown_by(TOKEN, *answers)
        assert token
        (key,) = owner.ports.memory.service_keys.values()
        assert key.former_hash == before.token_hash
        owner.send(owner.get(KEYS), f"{KEYS}/{key.id}/roll")
        refused = owner.send(kept, f"{KEYS}/{key.id}/roll")
        assert refused.status_code == 409
        assert "n'est plus celle que vous avez lue" in read(refused)
        assert shown_by(TOKEN, refused) == {""}


class TestPaymentLink:
    @pytest.mark.parametrize(
        ("email", "path"),
        [
            ("student@demo.test", "/payment-links"),
            ("accountant@demo.test", f"/staff/registrations/{ISIMA}/payment-links"),
        ],
    )
    def test_is_made_once_and_each_answer_shows_its_address(
        self, student: Browser, email: str, path: str
    ) -> None:
        student.declares("01")
        student.log_in(email)
        answers = presses(student, path, path, **LINK)
        (address,) = shown_by(ADDRESS, *answers)
        assert address
        (link,) = student.ports.memory.payment_links.values()
        other = student.send(student.get(path), path, **LINK)
        assert shown_by(ADDRESS, other).isdisjoint({address, ""})
        assert link.amount_cents == 300_00

    def test_other_amount_of_the_same_form_is_another_link(self, student: Browser) -> None:
        student.declares("01")
        kept = student.get("/payment-links")
        answers = [student.send(kept, "/payment-links", **LINK | {"amount": each}) for each in ("300", "200")]
        assert len(shown_by(ADDRESS, *answers)) == 2

    def test_program_that_sends_its_key_again_gets_the_same_link(self, student: Browser) -> None:
        student.declares("01")
        headers = {"Authorization": f"Bearer {student.http.cookies['quittance']}", "Idempotency-Key": "k-1"}
        path, body = f"/api/v1/registrations/{ISIMA}/payment-links", {"until": "2022-07-10"}
        first, again = (student.http.post(path, json=body, headers=headers) for _ in range(2))
        assert (first.status_code, again.json()) == (201, first.json())
        student.http.delete(f"{path}/{first.json()['id']}", headers=headers)
        over = student.http.post(path, json=body, headers=headers)
        assert (over.status_code, over.json()["code"]) == (409, "payment_link_not_possible")
        assert "annulé" in over.json()["detail"]
        assert "url" not in over.json()

    def test_kept_form_of_a_revoked_link_shows_no_address(self, student: Browser) -> None:
        student.declares("01")
        kept = student.get("/payment-links")
        made = student.send(kept, "/payment-links", **LINK)
        (link,) = student.ports.memory.payment_links.values()
        student.send(made, f"/payment-links/{link.id}/revocation")
        again = student.send(kept, "/payment-links", **LINK)
        assert shown_by(ADDRESS, again) == {""}
        assert again.status_code == 409
        assert "annulé" in read(again)


def test_roles_are_proposed_once_by_one_page(browser: Browser) -> None:
    browser.log_in("administrator@demo.test")
    answers = presses(browser, PERSON, f"{PERSON}/roles", **ROLES)
    assert ["est proposé" in read(each) for each in answers] == [True] * 3
    (change,) = browser.ports.role_changes.waiting()
    assert change.roles == {Role.AUDITOR}


def test_kept_page_proposes_no_roles_again_that_were_decided_on(browser: Browser) -> None:
    browser.log_in("administrator@demo.test")
    kept = browser.get(PERSON)
    proposed = browser.send(kept, f"{PERSON}/roles", **ROLES)
    (change,) = browser.ports.role_changes.waiting()
    browser.send(proposed, f"/staff/people/role-changes/{change.id}/decision", decision="refuse")
    assert browser.send(kept, f"{PERSON}/roles", **ROLES).status_code == 409
    (change,) = browser.ports.memory.role_changes.values()
    assert change.state is RoleChangeState.REFUSED
