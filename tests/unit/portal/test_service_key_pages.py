"""Service keys in the browser: made, shown once, rolled and revoked; an administrator sees all."""

import re

import pytest

from chalicelib.domain.access import RULES
from chalicelib.domain.people import Role
from chalicelib.domain.programs.service_key import ALLOWED, Scope
from chalicelib.pages.programs.service_keys import SCOPES
from tests.unit.portal.conftest import Browser
from tests.unit.portal.sign_in_steps import read

OWN, ALL = "/security/service-keys", "/staff/service-keys"
ORDER = {"name": "SI", "scopes": "read:events", "networks": "192.0.2.0/24\n2001:db8::/48", "days": "30"}
TOKEN = re.compile(r"<code>(qtc_test_[^<]+)</code>")


def makes(browser: Browser, **form: str) -> str:
    """Make a key; return its token, "" if none is shown."""
    shown = browser.send(browser.get(OWN), OWN, **(ORDER | form))
    found = TOKEN.search(shown.text)
    return found[1] if found else ""


def test_token_is_shown_once_and_the_key_is_in_both_lists(browser: Browser) -> None:
    browser.log_in("auditor@demo.test")
    assert "Il n'y a pas encore de clé" in read(browser.get(OWN))
    token = makes(browser)
    assert token
    for path in (OWN, ALL):
        page = browser.get(path)
        assert token not in page.text
        for told in ("SI", "read:events", "192.0.2.0/24", "2001:db8::/48", "jamais", "Valable"):
            assert told in read(page), (path, told)


def test_rolled_key_has_another_token_and_says_how_long_the_former_is_valid(browser: Browser) -> None:
    browser.log_in("auditor@demo.test")
    token = makes(browser)
    (key,) = browser.ports.memory.service_keys.values()
    rolled = browser.send(browser.get(OWN), f"{OWN}/{key.id}/roll")
    found = TOKEN.search(rolled.text)
    assert found
    assert found[1] != token
    assert "L'ancienne reste valable jusqu'au" in read(rolled)


def test_revoked_key_opens_nothing_and_can_no_longer_be_rolled(browser: Browser) -> None:
    browser.log_in("auditor@demo.test")
    makes(browser)
    (key,) = browser.ports.memory.service_keys.values()
    kept = browser.get(OWN)
    gone = browser.send(kept, f"{OWN}/{key.id}/revocation")
    assert "Révoquée" in read(gone)
    assert "elle n'ouvre plus rien" in read(gone)
    assert f"{key.id}/roll" not in gone.text
    assert browser.send(kept, f"{OWN}/{key.id}/roll").status_code == 404


def test_administrator_ends_a_key_of_somebody_else_and_the_auditor_only_reads(browser: Browser) -> None:
    browser.log_in("auditor@demo.test")
    makes(browser)
    (key,) = browser.ports.memory.service_keys.values()
    browser.acts_as("administrator")
    assert read(browser.get(OWN)).count("192.0.2.0/24") == 1  # the example of the form alone
    page = browser.get(ALL)
    owner = browser.ports.memory.people[key.owner_id]
    assert f"{owner.first_name} {owner.last_name}" in read(page)
    ended = browser.send(page, f"{ALL}/{key.id}/revocation")
    assert "Révoquée" in read(ended)
    browser.acts_as("auditor")
    makes(browser)
    assert "/revocation" not in browser.get(ALL).text


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"name": ""}, "il manque quelque chose"),
        ({"scopes": "move:money"}, "il manque quelque chose"),
        ({"networks": " \n "}, "il manque quelque chose"),
        ({"networks": "10.0.0.0/8 " * 21}, "il manque quelque chose"),
        ({"days": "-1"}, "il manque quelque chose"),
        ({"days": "²"}, "il manque quelque chose"),
        ({"days": "366"}, "365 jours au plus"),
        ({"networks": "10.0.0.1/8"}, "n'est pas un réseau"),
        ({"networks": "<b>x</b>"}, "<b>x</b> n'est pas un réseau"),
        ({"scopes": "read:journal"}, "Vos rôles ne permettent pas"),
    ],
)
def test_order_that_is_not_possible_keeps_what_was_typed(
    browser: Browser, form: dict[str, str], told: str
) -> None:
    browser.log_in("administrator@demo.test")
    shown = browser.send(browser.get(OWN), OWN, **(ORDER | form))
    assert shown.status_code == 422
    assert told in read(shown)
    assert "<b>x" not in shown.text
    assert browser.ports.memory.service_keys == {}
    assert 'role="alert"' in shown.text
    assert f'value="{form.get("days", "30")}"' in shown.text


@pytest.mark.parametrize("role", [each for each in Role if each is not Role.STUDENT])
def test_form_offers_what_the_roles_allow(browser: Browser, role: Role) -> None:
    browser.log_in(f"{role}@demo.test")
    offered = set(re.findall(r'name="scopes" value="([^"]+)"', browser.get(OWN).text))
    allowed = {
        scope.value for scope in Scope if all(role in RULES[action].roles for action in ALLOWED[scope])
    }
    assert offered == allowed


def test_every_scope_has_its_words() -> None:
    assert set(SCOPES) == set(Scope)
