"""A plan without a usable card on the pages: what student and accounting read, and the page that mends it."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.plan.instalments import InstalmentState
from tests.unit.portal.conftest import CARD, Browser, Page, without_spaces
from tests.unit.portal.test_plan_pages import ISIMA, read, rows

BUTTON = "Régler l'échéance du 10/07/2022 avec une autre carte"
DESK = f"/staff/instalments/{ISIMA}"


@pytest.fixture
def cardless(student: Browser) -> Browser:
    """The first part is paid, and nothing told its token."""
    student.starts_the_plan()
    has(student, token="")
    return student


def has(student: Browser, **changes: Any) -> None:
    rows_of = student.ports.memory.mandates
    rows_of[ISIMA] = replace(rows_of[ISIMA], **changes)


def test_home_and_menu_3_lead_to_the_one_page_by_one_sentence_and_one_button(cardless: Browser) -> None:
    for path, button in (("/", "Régler avec une autre carte"), ("/pay-plan", BUTTON)):
        page = cardless.get(path)
        assert read(page).count("votre carte n'a pas pu être conservée") == 1
        assert read(page).count(button) == 1
        assert page.text.count('href="/pay-plan/2"') == 1


def test_plan_announces_no_debit_that_cannot_be_made(cardless: Browser) -> None:
    page = cardless.get("/pay-plan")
    assert [line[-1] for line in rows(page)] == ["Réglée", "Attend une autre carte", "Attend une autre carte"]
    assert "selon l'échéancier ci-dessus : <strong>0,00 €</strong>" in read(page)
    paid = next(iter(cardless.ports.memory.attempts))
    receipt = read(cardless.get(f"/payments/{paid}"))
    assert "Prochains prélèvements" not in receipt
    assert "votre carte n'a pas pu être conservée" in receipt


def test_page_says_what_its_card_will_pay_and_then_all_is_well(cardless: Browser) -> None:
    page = cardless.get("/pay-plan/2")
    text = read(page)
    assert "Vous payez cette échéance dès maintenant, avec une carte qui sera conservée." in text
    assert "La carte que vous utilisez servira aussi aux échéances suivantes." in text
    assert "200,38 € le 10/08/2022" in text
    assert cardless.get("/pay-plan/3").status_code == 409
    cardless.is_charged(cardless.opens(2), "7002", **(CARD | {"token": "token-2"}))
    assert "avec une autre carte" not in cardless.get("/").text
    assert rows(cardless.get("/pay-plan"))[2][-1] == "Prélèvement à venir"


def test_card_that_ends_early_is_told_with_the_same_button(student: Browser) -> None:
    student.starts_the_plan()
    has(student, card_expires="2207")
    page = student.get("/pay-plan")
    assert "Votre carte expire avant votre dernière échéance" in read(page)
    assert BUTTON in read(page)
    assert [line[-1] for line in rows(page)][1:] == ["Prélèvement à venir", "Attend une autre carte"]


def test_signed_return_keeps_the_card_and_leads_its_own_student_to_the_receipt(student: Browser) -> None:
    student.starts_the_plan()
    has(student, token="")
    (attempt,) = student.ports.memory.attempts.values()
    body, answer = next(iter(student.ports.gateway.messages.items()))
    student.ports.gateway.messages[b"back"] = answer
    assert body != b"back"
    page = student.get(f"/payments/return/effectue?Ref={attempt.reference}&signed=back")
    assert page.url.path == f"/payments/{attempt.id}"
    assert "Prochains prélèvements" in page.text
    assert student.ports.memory.mandates[ISIMA].token == "token-1"


def test_accounting_reads_which_plans_have_no_card_and_why(cardless: Browser) -> None:
    cardless.acts_as("accountant")
    assert "Sans carte" in read(cardless.get("/staff/plan-requests?state=approved"))
    assert "Cet échéancier n'a pas de carte : aucune n'a été conservée." in read(cardless.get(DESK))
    has(cardless, token="token-1", card_expires="2207")
    assert "Carte trop courte" in read(cardless.get("/staff/plan-requests?state=approved"))
    assert "La carte de cet échéancier expire avant la dernière échéance." in read(cardless.get(DESK))


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("no_token", "carte non conservée"),
        ("card_expires_before", "carte expirée"),
        ("card_expired", "carte expirée ou non conservée"),
        ("00143", "00143 : carte volée"),
    ],
)
def test_our_own_reason_is_read_in_words_even_in_old_rows(student: Browser, code: str, words: str) -> None:
    student.starts_the_plan()
    instalments = student.ports.memory.instalments
    row = instalments[f"{ISIMA}-i2"]
    instalments[row.id] = replace(row, state=InstalmentState.NEEDS_PAYER, refusal_code=code)
    student.acts_as("accountant")
    assert rows(student.get(DESK))[1][6] == words


def test_recut_beyond_the_card_is_refused_unless_the_form_says_so(student: Browser) -> None:
    student.starts_the_plan()
    has(student, card_expires="2208")
    student.acts_as("accountant")
    page = student.get(DESK)
    refused = student.send(page, f"{DESK}/recut", parts="4", reason="Difficultés.")
    assert refused.status_code == 409
    assert "elle peut être débitée jusqu'au 10/08/2022 au plus tard" in without_spaces(refused.text)
    assert "beyond_card" not in Page(page).form(f"{DESK}/recut").fields
    asked = student.send(page, f"{DESK}/recut", parts="4", reason="Difficultés.", beyond_card="1")
    assert "devra en donner une autre" in read(asked)
    done = student.send(asked, f"{DESK}/recut")
    assert "Le reste est réparti de nouveau" in read(done)
