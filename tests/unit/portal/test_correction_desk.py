"""The registrar's pages of corrections: a form, what would be written, and the act that was seen."""

import re
from datetime import date

import pytest

from tests.unit.portal.conftest import CARD, Browser, Page, without_spaces

FILE = "/staff/registrations/0000000000000001-1"
SITUATION = f"{FILE}/fee-situation"
REASON = "bourse notifiée en octobre"


def read(page: object) -> str:
    text = re.sub(r"<[^>]*>", " ", page.text)  # type: ignore[attr-defined]
    return re.sub(r" ([.,])", r"\1", without_spaces(text)).replace("’", "'")


@pytest.fixture
def mid_plan(student: Browser) -> Browser:
    """Two of three parts are taken; the registrar is logged in."""
    student.starts_the_plan()
    student.is_debited(date(2022, 7, 10))
    student.log_in("registrar@demo.test")
    return student


def previewed(browser: Browser, code: str = "02", reason: str = REASON) -> object:
    return browser.send(browser.get(SITUATION), SITUATION, code=code, reason=reason)


def test_form_leads_to_a_preview_and_the_preview_to_the_act(mid_plan: Browser) -> None:
    assert SITUATION in mid_plan.get(FILE).text
    form = mid_plan.get(SITUATION)
    assert "Reçu 400,62 €" in read(form)
    shown = previewed(mid_plan)
    said = read(shown)
    Page(shown)  # type: ignore[arg-type]  # every element is closed
    assert "Changer la situation de TESTCD Chris ?" in said
    assert "Dû 601,00 € 0,00 €" in said
    assert "À rendre 0,00 € 400,62 €" in said
    assert "10/08/2022 200,38 € → annulée" in said
    assert "Un avoir de 601,00 €" in said
    assert said.count("Un remboursement de 200,31 € à préparer, sur la carte") == 2
    assert "Avoir 706 601,00 €" in said
    assert "Situation changée, par mail à l'étudiant" in said
    assert "0,00 € dus, 400,62 € à rendre" in said
    assert mid_plan.ports.memory.credit_notes == {}
    done = mid_plan.send(shown, SITUATION)  # type: ignore[arg-type]
    assert "La situation est changée" in read(done)
    assert list(mid_plan.ports.memory.credit_notes) == [1]


def test_confirmation_sent_twice_is_one_act(mid_plan: Browser) -> None:
    shown = previewed(mid_plan)
    for _ in range(2):
        assert "La situation est changée" in read(mid_plan.send(shown, SITUATION))  # type: ignore[arg-type]
    assert list(mid_plan.ports.memory.credit_notes) == [1]


def test_what_has_moved_since_is_read_again_and_the_input_is_kept(mid_plan: Browser) -> None:
    first, second = previewed(mid_plan), previewed(mid_plan, code="05")
    mid_plan.send(first, SITUATION)  # type: ignore[arg-type]
    refused = mid_plan.send(second, SITUATION)  # type: ignore[arg-type]
    assert refused.status_code == 409
    assert "Le dossier a changé depuis que vous l'avez lu" in read(refused)
    assert Page(refused).form(SITUATION).fields["code"] == "05"
    assert f">{REASON}</textarea>" in refused.text


@pytest.mark.parametrize(
    ("code", "reason", "status", "said"),
    [
        ("02", "", 422, "Cet acte demande un motif"),
        ("", REASON, 422, "Choisissez une situation"),
        ("01", REASON, 409, "Ce dossier a déjà cette situation"),
        ("99", REASON, 422, "situation"),
    ],
)
def test_refused_input_is_kept_with_its_sentence(
    mid_plan: Browser, code: str, reason: str, status: int, said: str
) -> None:
    refused = previewed(mid_plan, code, reason)
    assert refused.status_code == status  # type: ignore[attr-defined]
    assert said in read(refused)
    assert mid_plan.ports.memory.credit_notes == {}


def test_dearer_situation_shows_the_order_and_keeps_the_plan(mid_plan: Browser) -> None:
    said = read(previewed(mid_plan, "05"))
    assert "Une commande et une facture de 3 169,00 €" in said
    assert "200,38 €, inchangée" in said
    assert "Reste à payer 200,38 € 3 369,38 €" in said


def test_cards_page_stays_closed_to_others(student: Browser) -> None:
    student.declares("01")
    student.is_charged(student.opens_the_payment(), **CARD)
    student.acts_as("accountant")
    assert student.get(SITUATION).status_code == 403
    assert SITUATION not in student.get(FILE).text
