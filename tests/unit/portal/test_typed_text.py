"""What somebody typed comes back to them, and to nobody else, where their identity had to be proved first."""

import re
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from chalicelib.domain.changes import Changes
from chalicelib.domain.identities import Identity
from chalicelib.domain.sessions import IDLE_LIFETIME, RECENT
from chalicelib.pages.frame.typed import KEPT_FOR, LABELS
from tests.fakes.ports import SealerDown
from tests.unit.portal.conftest import PASSWORD, Browser, Page, without_spaces
from tests.unit.portal.sign_in_steps import code_of, secret_on
from tests.unit.portal.test_central_server_stories import arrives, leaves

TEXT = "Bourse notifiée le 20 juin,\nlettre jointe <b>au</b> dossier"
SHOWN = "Bourse notifiée le 20 juin,\nlettre jointe &lt;b&gt;au&lt;/b&gt; dossier"
TEMPLATES = Path("chalicelib/portal/templates")
NOT_KEPT = {"password", "current", "iban"}


def correction(browser: Browser) -> tuple[httpx.Response, str]:
    """Open the page that corrects a situation."""
    student = browser.ports.memory.registrations_by_id
    path = f"/staff/registrations/{next(iter(student))}/fee-situation"
    return browser.get(path), path


def is_refused(browser: Browser, after: timedelta, text: str = TEXT) -> httpx.Response:
    """Send a correction that long after its page was opened."""
    page, path = correction(browser)
    browser.ports.at += after
    return browser.send(page, path, code="05", reason=text)


def proves(browser: Browser, page: httpx.Response, **given: str) -> httpx.Response:
    return browser.send(page, "/login", password=PASSWORD, **given)


def is_shown(page: httpx.Response) -> bool:
    return "vous aviez saisi" in page.text and "copiez-le" in page.text


@pytest.mark.parametrize("after", [RECENT, IDLE_LIFETIME])
def test_what_was_typed_is_shown_on_the_same_page_after_the_log_in(
    registrar: Browser, after: timedelta
) -> None:
    asked = is_refused(registrar, after)
    assert "vous sera montré ensuite" in without_spaces(asked.text)
    assert "Bourse" not in asked.text + str(asked.url)
    back = proves(registrar, asked, email="registrar@demo.test")
    assert back.url.path.endswith("/fee-situation")
    assert SHOWN in back.text
    assert ">05<" in back.text
    _, path = correction(registrar)
    taken = registrar.send(back, path, code="05", reason="Autre")
    assert not is_shown(taken)
    assert not is_shown(registrar.get("/security"))


def test_second_factor_does_not_lose_it(registrar: Browser) -> None:
    asked = is_refused(registrar, RECENT)
    registrar.ports.requires_second_factor = True
    page = proves(registrar, asked)
    assert page.url.path == "/second-factor/enrolment"
    assert not is_shown(page)
    codes = registrar.send(page, "/second-factor/enrolment", code=code_of(registrar, secret_on(page)))
    assert codes.status_code == 200
    assert SHOWN in correction(registrar)[0].text


def test_central_server_does_not_lose_it(registrar: Browser) -> None:
    (owner,) = {each.person_id for each in registrar.ports.memory.sessions.values()}
    registrar.ports.store.commit(Changes((Identity("cas", "desk", owner, registrar.ports.now()),)))
    is_refused(registrar, RECENT)
    leaves(registrar, f"?next={correction(registrar)[1]}&renew=1")
    assert SHOWN in arrives(registrar, "desk").text


def test_it_is_not_shown_before_the_log_in_nor_to_another_person(registrar: Browser) -> None:
    asked = is_refused(registrar, RECENT)
    assert not is_shown(registrar.get("/security"))
    assert not is_shown(proves(registrar, asked, email="accountant@demo.test"))
    assert not is_shown(registrar.get("/security"))


def test_it_is_over_after_a_quarter_of_an_hour_and_after_a_log_out(registrar: Browser) -> None:
    for is_left in (False, True):
        asked = is_refused(registrar, RECENT)
        if is_left:
            registrar.send(registrar.get("/security"), "/logout")
            assert not registrar.http.cookies.get("quittance-typed")
        else:
            registrar.ports.at += KEPT_FOR
        assert not is_shown(proves(registrar, asked))


def test_nothing_is_kept_of_a_form_of_another_site_nor_too_much(registrar: Browser) -> None:
    page, path = correction(registrar)
    fields = Page(page).form(path).fields | {"code": "05", "reason": TEXT}
    registrar.ports.at += RECENT
    nothing = {"form_token": fields["form_token"]}
    for given in (fields | {"form_token": "x"}, fields | {"reason": "é" * 3000}, nothing):
        registrar.http.post(path, data=given)
        assert not registrar.http.cookies.get("quittance-typed")
    registrar.ports.sealer = SealerDown()
    assert registrar.http.post(path, data=fields).status_code == 303
    assert not registrar.http.cookies.get("quittance-typed")


def test_session_that_nobody_knows_any_more_keeps_nothing(registrar: Browser) -> None:
    page, path = correction(registrar)
    registrar.ports.memory.sessions.clear()
    asked = registrar.send(page, path, code="05", reason=TEXT)
    assert "est à ressaisir" in without_spaces(asked.text)
    assert not registrar.http.cookies.get("quittance-typed")


def test_what_cannot_be_opened_is_left(registrar: Browser) -> None:
    registrar.http.cookies.set("quittance-typed", "changed")
    assert registrar.get("/security").status_code == 200


def test_every_field_that_somebody_types_into_is_kept_but_secrets() -> None:
    """Choices are made again; a new field gets its label, or is named here as a secret."""
    names = set()
    for template in TEMPLATES.rglob("*.html"):
        forms = re.findall(r'<form[^>]*method="post".*?</form>', template.read_text("utf-8"), re.DOTALL)
        for tag, given in re.findall(r"<(textarea|input)\b([^>]*)>", "".join(forms)):
            kind, name = (re.search(rf'{each}="([^"]*)"', given) for each in ("type", "name"))
            is_choice = kind and kind[1] in {"hidden", "file", "checkbox", "radio"}
            if name and (tag == "textarea" or not is_choice):
                names.add(re.sub(r"_\{\{.*\}\}$", "", name[1]))
    dynamic = {name for name in names if "{{" in name}
    assert len(dynamic) == 1  # `line-1` of a credit note, `opening` and `closing` of a statement
    assert names - dynamic - NOT_KEPT - set(LABELS) == set()
