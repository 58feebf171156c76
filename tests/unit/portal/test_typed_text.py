"""What somebody typed comes back to them, and to nobody else, where their identity had to be proved first."""

import re
from collections.abc import Callable
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


class Counting:
    """The browser's sealer, and how often it was asked to open something."""

    def __init__(self, browser: Browser) -> None:
        self._inner, self.opens = browser.ports.sealer, 0
        browser.ports.sealer = self

    def seal(self, text: str, context: str) -> str:
        return self._inner.seal(text, context)

    def open(self, sealed: str, context: str) -> str:
        self.opens += 1
        return self._inner.open(sealed, context)


def kept(browser: Browser) -> str:
    return browser.http.cookies.get("quittance-typed") or ""


def keep(browser: Browser, changed: str) -> None:
    """Change what the browser keeps."""
    (cookie,) = (each for each in browser.http.cookies.jar if each.name == "quittance-typed")
    cookie.value = changed


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


def test_key_is_not_asked_before_the_log_in_nor_for_what_is_over(registrar: Browser) -> None:
    counting = Counting(registrar)
    is_refused(registrar, RECENT)
    registrar.get("/security")
    assert kept(registrar)
    registrar.ports.at += KEPT_FOR
    registrar.get("/security")
    assert not kept(registrar)
    assert counting.opens == 0


@pytest.mark.parametrize(
    "change",
    [
        lambda _: "changed",
        lambda _: "9" * 5000 + ".mark.sealed",
        lambda cookie: cookie.rpartition(".")[2],
        lambda cookie: "9" + cookie,
        lambda cookie: cookie[:-1],
    ],
)
def test_what_cannot_be_opened_is_forgotten_at_once(registrar: Browser, change: Callable[[str], str]) -> None:
    asked = is_refused(registrar, RECENT)
    keep(registrar, change(kept(registrar)))
    counting = Counting(registrar)
    assert not is_shown(proves(registrar, asked))
    assert not kept(registrar)
    assert counting.opens <= 1


def test_end_and_log_in_cannot_be_changed(registrar: Browser) -> None:
    asked = is_refused(registrar, RECENT)
    until, rest = kept(registrar).split(".", 1)
    keep(registrar, f"{int(until) + 1}.{rest}")
    registrar.ports.at += KEPT_FOR
    assert not is_shown(proves(registrar, asked))


def test_pages_do_not_wait_for_a_key_that_is_down(registrar: Browser) -> None:
    asked = is_refused(registrar, RECENT)
    registrar.ports.sealer = SealerDown()
    assert proves(registrar, asked).status_code == 200
    assert not kept(registrar)


def test_what_another_person_typed_is_asked_about_once(registrar: Browser) -> None:
    asked = is_refused(registrar, RECENT)
    counting = Counting(registrar)
    proves(registrar, asked, email="accountant@demo.test")
    registrar.get("/security")
    assert counting.opens == 1
    assert not kept(registrar)


def test_label_that_a_release_dropped_is_left_out(
    registrar: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = is_refused(registrar, RECENT)
    monkeypatch.delitem(LABELS, "code")
    back = proves(registrar, asked)
    assert back.status_code == 200
    assert SHOWN in back.text


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
