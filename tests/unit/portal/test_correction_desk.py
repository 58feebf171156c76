"""The registrar's pages of corrections: a form, what would be written, and the act that was seen."""

import re
from dataclasses import replace
from datetime import date

import pytest

from chalicelib.domain.collection.bounces import BankReturn
from chalicelib.domain.collection.disputes import DisputeReason
from chalicelib.domain.refunds.refund import RefundMethod, RefundState
from chalicelib.usecases.collection.take_back_payment import take_back_payment
from tests.unit.portal.conftest import CARD, Browser, Page, without_spaces
from tests.unit.portal.test_plan_words import leaves_cents
from tests.usecases.conftest import ACCOUNTANT

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


def test_preview_says_of_less_than_a_card_pays_that_nothing_debits_it(mid_plan: Browser) -> None:
    assert "Moins de 1 €" not in read(previewed(mid_plan, "05"))
    leaves_cents(mid_plan)
    shown = previewed(mid_plan, "05")
    assert "0,38 €, inchangée Moins de 1 € : la comptabilité s'en charge" in read(shown)
    table = shown.text.partition('class="stack"')[2].partition("</table>")[0]  # type: ignore[attr-defined]
    assert table.count('role="cell" class="figure"') == table.count("<td")


def test_cards_page_stays_closed_to_others(student: Browser) -> None:
    student.declares("01")
    student.is_charged(student.opens_the_payment(), **CARD)
    student.acts_as("accountant")
    assert student.get(SITUATION).status_code == 403
    assert SITUATION not in student.get(FILE).text


WITHDRAWAL = f"{FILE}/withdrawal"


def test_withdrawal_is_seen_confirmed_and_told_to_the_student(mid_plan: Browser) -> None:
    assert "23,00 € sont gardés" in read(mid_plan.get(WITHDRAWAL))
    shown = mid_plan.send(mid_plan.get(WITHDRAWAL), WITHDRAWAL, asked_on="2022-07-10", reason=REASON)
    assert "Noter le désistement de TESTCD Chris : 23,00 € gardés, 377,62 € à rendre" in read(shown)
    done = read(mid_plan.send(shown, WITHDRAWAL))
    assert "Le désistement est noté" in done
    assert "Noter un désistement" not in done
    mid_plan.log_in("student@demo.test")
    assert read(mid_plan.get("/")).count("Vous avez renoncé à cette inscription") == 4
    Page(mid_plan.get("/dossier"))


def test_withdrawal_tells_what_was_received_of_what_is_charged_and_no_credit(mid_plan: Browser) -> None:
    payments = mid_plan.ports.memory.payments
    key, (owner, booked) = next(iter(payments.items()))
    payments[key] = owner, replace(booked, amount_cents=booked.amount_cents + 30000)
    assert "Reçu de ce qui est facturé 601,00 €" in re.sub(" +", " ", read(mid_plan.get(WITHDRAWAL)))


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ({"asked_on": "", "reason": REASON}, 422, "Donnez le jour de la demande"),
        ({"asked_on": "2022-07-10", "kept": "vingt", "reason": REASON}, 422, "une somme en euros"),
        ({"asked_on": "2022-07-10", "kept": "23,00", "reason": REASON}, 422, "la campagne dit que 23,00 €"),
        ({"asked_on": "2022-07-11", "reason": REASON}, 422, "d'un jour à venir"),
    ],
)
def test_refused_withdrawal_keeps_what_was_typed(
    mid_plan: Browser, typed: dict[str, str], status: int, said: str
) -> None:
    refused = mid_plan.send(mid_plan.get(WITHDRAWAL), WITHDRAWAL, **typed)
    assert refused.status_code == status
    assert said in read(refused)
    assert f">{REASON}</textarea>" in refused.text
    assert Page(refused).form(WITHDRAWAL).fields["kept"] == typed.get("kept", "")


def test_refusal_says_what_is_kept_and_keeps_what_is_refused(mid_plan: Browser) -> None:
    decision = f"{FILE}/decision"
    too_much = mid_plan.send(
        mid_plan.get(FILE), decision, decision="refuse", reason="incomplet", kept="400,63"
    )
    assert too_much.status_code == 422
    assert "Ce dossier n'a reçu que 400,62 €" in read(too_much)
    assert Page(too_much).form(decision).fields["kept"] == "400,63"
    mid_plan.send(too_much, decision, decision="refuse", reason="incomplet", kept="0,62")
    assert sum(each.amount_cents for each in mid_plan.ports.memory.refunds.values()) == 40000


def test_provisional_grant_holder_is_marked_found_when_late_and_told(mid_plan: Browser) -> None:
    provisional = f"{FILE}/provisional"
    past = mid_plan.send(mid_plan.get(FILE), provisional, until="2022-07-09")
    assert past.status_code == 409
    assert "jusqu'à un jour à venir" in read(past)
    marked = mid_plan.send(mid_plan.get(FILE), provisional, until="2022-07-12")
    assert "attend la notification jusqu'au 12/07/2022" in read(marked)
    late = "/staff/registrations?anomaly=provisional_overdue"
    assert "TESTCD" not in read(mid_plan.get(late))
    mid_plan.log_in("student@demo.test")
    assert "avant le 12/07/2022 inclus" in read(mid_plan.get("/"))
    mid_plan.is_debited(date(2022, 7, 13))
    mid_plan.log_in("registrar@demo.test")
    assert "TESTCD" in read(mid_plan.get(late))
    assert "le jour est passé" in read(mid_plan.get(FILE))
    desk = read(mid_plan.get("/staff/desk"))
    assert "Notifications de bourse en retard 1" in desk
    assert "Exonérés par décision 0" in desk
    mid_plan.send(previewed(mid_plan), SITUATION)  # type: ignore[arg-type]
    assert "TESTCD" not in read(mid_plan.get(late))


def test_who_gave_up_pays_what_the_bank_took_back_of_what_was_kept(mid_plan: Browser) -> None:
    shown = mid_plan.send(mid_plan.get(WITHDRAWAL), WITHDRAWAL, asked_on="2022-07-10", reason=REASON)
    mid_plan.send(shown, WITHDRAWAL)
    for _, paid in list(mid_plan.ports.memory.payments.values()):
        returned = BankReturn(paid.kept_cents, "10.4", DisputeReason.FRAUDULENT, date(2022, 7, 30))
        take_back_payment(mid_plan.ports, paid.id, returned, ACCOUNTANT)
    mid_plan.log_in("student@demo.test")
    home = mid_plan.get("/")
    assert "Il reste 23,00 € à payer" in read(home)
    assert 'href="/pay-once"' in home.text
    assert "Total à payer : 23,00 €" in read(mid_plan.get("/pay-once"))
    recap = mid_plan.get("/pay-once")
    assert "601,00" not in read(recap)
    page = mid_plan.send(recap, "/pay-once")
    assert str(page.url.path).startswith("/payments/")


def test_preview_tells_of_an_approved_transfer_that_does_not_leave(mid_plan: Browser) -> None:
    mid_plan.send(previewed(mid_plan), SITUATION)
    for refund in list(mid_plan.ports.memory.refunds.values()):
        by_transfer = replace(refund, state=RefundState.APPROVED, method=RefundMethod.TRANSFER)
        mid_plan.ports.memory.refunds[refund.id] = by_transfer
    said = read(previewed(mid_plan, "01"))
    assert "Le remboursement approuvé de 200,31 €, pas encore envoyé, est annulé" in said
    assert "Remboursement annulé, par mail" in said


def test_position_says_that_nothing_is_ordered_yet(student: Browser) -> None:
    student.declares("01")
    student.log_in("registrar@demo.test")
    assert "Rien n'est encore commandé" in read(student.get(FILE))
    student.acts_as("student")
    student.is_charged(student.opens_the_payment(), **CARD)
    student.log_in("registrar@demo.test")
    assert "Rien n'est encore commandé" not in read(student.get(FILE))


def test_list_of_one_line_is_downloaded_as_one(student: Browser) -> None:
    student.log_in("registrar@demo.test")
    assert "Télécharger cette ligne (CSV)" in read(student.get("/staff/registrations"))
