"""Menus 2b and 3 on the pages: what a student sees before asking, before paying, and afterwards."""

import re
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from chalicelib.domain.calendar import PARIS
from chalicelib.domain.money import FeeLine
from chalicelib.domain.plan.plan_requests import PlanRequestState
from chalicelib.domain.registration import RegistrationStatus
from chalicelib.usecases.debits.reconcile_debits import reconcile_debits
from chalicelib.usecases.plans.request_plan import request_plan
from tests.fakes.gateway import Behaviour
from tests.fakes.ports import MemoryCampaigns
from tests.unit.portal.conftest import CARD, Browser, Page, enrol, ticked, without_spaces

ISIMA = "0000000000000001-1"
TENTH = date(2022, 7, 10)


def read(answer: Any) -> str:
    return without_spaces(answer.text)


def position(answer: Any) -> list[str]:
    """Return what is to pay today, then debit, credit and balance."""
    shown = read(answer).partition('id="position"')[2].partition("</dl>")[0]
    return re.findall(r'(?:class="amount">|<dd>)([^<]*)</', shown)


def rows(answer: Any) -> list[list[str]]:
    """The cells of every row of every table's body, as words."""
    bodies = re.findall(r"<tbody[^>]*>(.*?)</tbody>", read(answer))
    lines = [line for body in bodies for line in re.findall(r"<tr[^>]*>(.*?)</tr>", body)]
    cells = [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", line) for line in lines]
    return [[re.sub(r"<[^>]+>", "", cell).strip() for cell in line] for line in cells]


def test_home_leads_to_menu_2b_once_a_situation_costs_something(student: Browser) -> None:
    assert 'href="/choose-plan"' not in student.get("/").text
    assert 'href="/choose-plan"' in student.declares("01").text
    assert 'href="/choose-plan"' in student.get("/").text
    student.declares("02")
    assert "Valider ma saisie" not in student.get("/choose-plan").text


def test_menu_2b_without_a_situation_leads_to_the_dossier(student: Browser) -> None:
    answer = student.get("/choose-plan")
    assert "Choisissez d'abord votre situation" in read(answer)
    assert 'class="button" href="/dossier"' in answer.text


def test_each_plan_is_shown_with_its_dates_and_cents_before_asking(student: Browser) -> None:
    student.declares("01")
    answer = student.get("/choose-plan")
    text = read(answer)
    assert "Le service des affaires financières vous contactera par mail" in text
    assert "IMPORTANT : le paiement en 6 fois est réservé" in text
    assert rows(answer)[:3] == [
        ["1 / 3", "24/06/2022", "200,31 €"],
        ["2 / 3", "10/07/2022", "200,31 €"],
        ["3 / 3", "10/08/2022", "200,38 €"],
    ]
    assert "est réservé aux montants à partir de 1 000,00 €" in text
    assert re.findall(r'name="plan" [^>]*value="([^"]*)"', text) == ["paybox-3"], (
        "one that is refused is no choice"
    )
    assert len(rows(answer)) == 3
    assert not re.search("[0-9a-f]{64}", re.sub('<input type="hidden"[^>]*>', "", text))


def test_both_plans_can_be_chosen_for_3770_euros(student: Browser) -> None:
    student.declares("05")
    answer = student.get("/choose-plan")
    assert " disabled" not in answer.text
    assert len(rows(answer)) == 9


def test_request_is_shown_with_what_happens_next_and_closes_menu_2a(student: Browser) -> None:
    student.declares("01")
    text = read(student.asks_for("paybox-3"))
    for words in ("Ma demande", "Paybox 3 échéances", "En attente de décision", "vous écrivent par mail"):
        assert words in text
    assert "retirez d'abord votre demande dans le menu 2b" in read(student.get("/"))
    assert 'href="/pay-once"' not in student.get("/").text
    assert "retirez d'abord votre demande dans le menu 2b" in read(student.get("/pay-once"))
    assert 'action="/pay-once"' not in student.get("/pay-once").text
    dossier = student.get("/dossier?edit=1")
    assert "retirez d'abord votre demande" in read(dossier)
    assert 'type="radio"' not in dossier.text


def test_request_is_withdrawn_and_menu_2a_opens_again(student: Browser) -> None:
    student.declares("01")
    page = student.asks_for("paybox-3")
    page = student.send(page, "/choose-plan/withdraw")
    assert "Retirée" in page.text
    assert "Retirer ma demande" not in page.text
    assert 'href="/pay-once"' in student.get("/").text


def test_request_is_replaced_by_another(student: Browser) -> None:
    student.declares("05")
    page = student.asks_for("paybox-3")
    assert "Un autre choix remplace votre demande" in page.text
    assert Page(page).form("/choose-plan").fields["plan"] == "paybox-3"
    assert Page(student.asks_for("paybox-6")).form("/choose-plan").fields["plan"] == "paybox-6"
    assert student.ports.memory.plan_requests[ISIMA].plan_code == "paybox-6"


@pytest.mark.parametrize(
    ("plan", "sentence"),
    [
        ("", "Choisissez un échéancier avant de valider."),
        ("paybox-6", "est réservé aux montants à partir de 1 000,00 €"),
        ("<b>", "n'existe pas"),
        ("quatre-fois", "n'existe pas"),
    ],
)
def test_plan_that_cannot_be_had_is_refused_with_the_reason(
    student: Browser, plan: str, sentence: str
) -> None:
    student.declares("01")
    answer = student.asks_for(plan)
    assert answer.status_code == 422
    assert sentence in read(answer)
    assert not student.ports.memory.plan_requests


def test_closed_window_shows_the_request_and_no_way_to_change_it(student: Browser) -> None:
    student.declares("01")
    page = student.asks_for("paybox-3")
    student.ports.at = datetime(2022, 7, 25, 10, tzinfo=PARIS)
    student.log_in("student@demo.test")
    closed = student.get("/choose-plan")
    assert "Réouverture le 18/08/2022" in read(closed)
    assert "Ma demande" in closed.text
    assert "Valider ma saisie" not in closed.text
    assert "Retirer ma demande" not in closed.text
    token = Page(closed).form("/logout").fields["form_token"]
    assert student.http.post("/choose-plan/withdraw", data={"form_token": token}).status_code == 409
    assert page.status_code == 200


def raise_the_tariff(student: Browser) -> None:
    campaign = student.ports.campaigns.current()
    programme = campaign.programme("I2223_Y1_1A")
    dearer = replace(programme, tariffs={"01": (FeeLine("Droits de scolarité", 1, 65050),)})
    programmes = {**campaign.programmes, programme.code: dearer}
    student.ports.campaigns = MemoryCampaigns(replace(campaign, programmes=programmes))


def test_kept_page_does_not_ask_for_a_plan_at_another_price(student: Browser) -> None:
    student.declares("01")
    kept = student.get("/choose-plan")
    raise_the_tariff(student)
    refused = student.send(kept, "/choose-plan", plan="paybox-3")
    assert (refused.status_code, "Le prix ou les échéances ont changé" in read(refused)) == (409, True)
    assert not student.ports.memory.plan_requests
    assert "650,50 €" in read(student.asks_for("paybox-3"))


@pytest.mark.parametrize("is_approved", [False, True])
def test_request_whose_price_has_changed_leads_to_asking_again(
    student: Browser, *, is_approved: bool
) -> None:
    if is_approved:
        approved(student)
    else:
        student.declares("01")
        student.asks_for("paybox-3")
    raise_the_tariff(student)
    home = student.get("/")
    assert "refaites-la au prix d'aujourd'hui" in read(home)
    assert "Refaire ma demande" in home.text
    choice = student.get("/choose-plan")
    assert "refaites-la au prix d'aujourd'hui" in read(choice)
    assert "payez maintenant" not in read(choice)
    assert "650,50 €" in read(student.asks_for("paybox-3"))
    student.acts_as("accountant")
    assert "la demande est acceptée" in read(student.decides("approve"))


def test_refused_request_shows_the_reason_and_another_can_be_made(student: Browser) -> None:
    student.declares("01")
    student.asks_for("paybox-3")
    student.acts_as("accountant")
    student.decides("refuse", "Pièce <b> illisible")
    student.acts_as("student")
    page = student.get("/choose-plan")
    assert "Pièce &lt;b&gt; illisible" in page.text
    assert "En attente de décision" in student.asks_for("paybox-3").text


def test_menu_3_is_hidden_until_accounting_has_accepted(student: Browser) -> None:
    student.declares("01")
    student.asks_for("paybox-3")
    assert "3. Régler" not in student.get("/").text
    assert "n'est approuvé" in read(student.get("/pay-plan"))
    refused = student.get("/pay-plan/1")
    assert refused.status_code == 409
    assert 'href="/choose-plan"' in refused.text
    student.acts_as("accountant")
    student.decides("approve")
    assert 'href="/pay-plan"' in student.acts_as("student").text


def approved(student: Browser, plan: str = "paybox-3", code: str = "01") -> None:
    student.declares(code)
    student.asks_for(plan)
    student.acts_as("accountant")
    student.decides("approve")
    student.acts_as("student")


def test_first_payment_is_shown_with_its_schedule_and_what_is_agreed_to(student: Browser) -> None:
    approved(student)
    answer = student.get("/pay-plan")
    text = read(answer)
    assert rows(answer) == [
        ["1 / 3", "24/06/2022", "200,31 €"],
        ["2 / 3", "10/07/2022", "200,31 €"],
        ["3 / 3", "10/08/2022", "200,38 €"],
    ]
    for words in (
        "J'autorise Clermont Auvergne INP à conserver un jeton de ma carte bancaire",
        "il est interdit d'utiliser des e-cartes",
        "valable jusqu'à la dernière échéance, le 10/08/2022",
        "Régler ma 1re échéance",
        "Ne pas transmettre d'adresse",
    ):
        assert words in text


def test_first_payment_without_any_address_is_not_started(student: Browser) -> None:
    approved(student)
    student.ports.memory.addresses.clear()
    assert 'value="none"' not in student.get("/pay-plan").text
    refused = student.opens(1)
    assert refused.status_code == 422
    assert "Votre facture porte votre adresse" in read(refused)
    assert 'href="/pay-plan"' in refused.text
    assert not student.ports.memory.attempts


def test_first_payment_asks_the_gateway_for_the_first_part_alone(student: Browser) -> None:
    approved(student)
    page = student.opens(1)
    assert dict(parse_qsl(urlsplit(student.leaves(page)).query))["total"] == "20031"
    (attempt,) = student.ports.memory.attempts.values()
    assert attempt.terms is not None
    assert attempt.terms.consent.startswith("J'autorise")


def test_mistake_in_the_address_brings_the_schedule_back(student: Browser) -> None:
    approved(student)
    answer = student.opens(1, mode="new", line1="1 rue de l'Essai")
    assert answer.status_code == 422
    assert "Indiquez la ville" in answer.text
    assert len(rows(answer)) == 3
    assert Page(answer).form("/pay-plan/1").fields["line1"] == "1 rue de l'Essai"
    assert not student.ports.memory.attempts


def test_closed_gateway_leads_back_to_the_plan(student: Browser) -> None:
    approved(student)
    student.ports.gateway.is_up = False
    answer = student.opens(1)
    assert answer.status_code == 503
    assert 'href="/pay-plan"' in answer.text


def test_started_plan_is_the_table_of_the_manual(student: Browser) -> None:
    student.starts_the_plan()
    answer = student.get("/pay-plan")
    invoice = "n° 9196 du 24/06/2022"
    assert rows(answer) == [
        ["24/06/2022", "200,31 €", "0,00 €", invoice, "Réglée"],
        ["10/07/2022", "200,31 €", "200,31 €", invoice, "Prélèvement à venir"],
        ["10/08/2022", "200,38 €", "200,38 €", invoice, "Prélèvement à venir"],
    ]
    assert "Carte prélevée : •• 44" in read(answer)
    total = (
        "Total des paiements qui seront réalisés automatiquement selon l'échéancier ci-dessus : "
        "<strong>400,69 €</strong>"
    )
    assert total in read(answer)
    assert "commencé" in student.get("/choose-plan").text
    assert "Retirer ma demande" not in student.get("/choose-plan").text
    started = student.get("/pay-plan/1")
    assert started.status_code == 409
    assert 'href="/pay-plan"' in started.text


def test_return_page_of_an_instalment_leads_to_the_plan(student: Browser) -> None:
    approved(student)
    reference = student.is_charged(student.opens(1), token="token-1", token_expires="2512")
    assert 'href="/pay-plan"' in student.get(f"/payments/return/effectue?Ref={reference}").text


@pytest.mark.parametrize(
    ("behaviour", "words", "is_payable"),
    [
        (Behaviour.ACCEPT, "Réglée", False),
        (Behaviour.REFUSE_SOFT, "Non aboutie, nouvel essai le 13/07/2022", True),
        (Behaviour.REFUSE_HARD, "À régler par vous-même", True),
        (Behaviour.NEED_AUTHENTICATION, "À régler par vous-même", True),
        (Behaviour.LOSE_ANSWER, "En cours de vérification auprès de la banque", False),
    ],
)
def test_debit_is_told_in_neutral_words(
    student: Browser, behaviour: Behaviour, words: str, *, is_payable: bool
) -> None:
    student.starts_the_plan()
    student.is_debited(TENTH, behaviour)
    student.log_in("student@demo.test")
    page = student.get("/pay-plan")
    assert rows(page)[1][-1].startswith(words)
    assert ('href="/pay-plan/2"' in page.text) is is_payable
    for code in ("00151", "00143", "001A1"):
        for path in ("/pay-plan", "/pay-plan/2", "/account", "/"):
            assert code not in student.get(path).text
    assert student.get("/pay-plan/2").status_code == (200 if is_payable else 409)


def test_good_card_can_be_changed_by_paying_the_next_instalment(student: Browser) -> None:
    student.starts_the_plan()
    student.log_in("student@demo.test")
    page = student.get("/pay-plan")
    shown = page.text[page.text.index("<summary>Changer de carte</summary>") :]
    assert "Payez dès maintenant l'échéance du 10/07/2022 (" in read(page)
    assert '<a class="button quiet-button" href="/pay-plan/2">' in shown
    assert "servira aussi aux échéances suivantes" in read(student.get("/pay-plan/2"))
    assert student.get("/pay-plan/3").status_code == 409


def test_late_instalment_is_paid_by_hand(student: Browser) -> None:
    student.starts_the_plan()
    student.is_debited(TENTH, Behaviour.REFUSE_HARD)
    student.log_in("student@demo.test")
    home = read(student.get("/"))
    assert "Une échéance n'a pas pu être prélevée : réglez-la" in home
    assert 'href="/pay-plan/2">Régler cette échéance' in home
    page = student.get("/pay-plan/2")
    assert "Échéance du 10/07/2022" in page.text
    assert "Régler cette échéance" in page.text
    student.is_charged(student.opens(2), "7002", token="token-2", token_expires="2612")
    assert rows(student.get("/pay-plan"))[1][-1] == "Réglée"
    assert "200,38 €</strong>" in read(student.get("/pay-plan"))


def test_arrears_show_in_the_account_position(student: Browser) -> None:
    student.starts_the_plan()
    for day in (10, 13, 20):
        student.is_debited(date(2022, 7, day), Behaviour.REFUSE_SOFT)
    student.log_in("student@demo.test")
    assert rows(student.get("/pay-plan"))[1][-1].startswith("Impayée, à régler")
    text = read(student.get("/account"))
    assert "Impayé : 200,31 €." in text
    assert position(student.get("/account")) == ["200,31 €", "601,00 €", "200,31 €", "400,69 €"]
    assert "Échéances impayées (1)" in text
    assert rows(student.get("/account"))[0] == ["10/07/2022", "200,31 €"]
    assert "Règlements (1)" in text


def test_position_of_a_healthy_plan_leaves_out_what_is_not_yet_due(student: Browser) -> None:
    student.starts_the_plan()
    assert position(student.get("/account")) == ["0,00 €", "601,00 €", "200,31 €", "400,69 €"]


def test_plan_that_is_over_is_done_and_the_account_settled(student: Browser) -> None:
    student.starts_the_plan()
    student.is_debited(TENTH)
    student.is_debited(date(2022, 8, 12))
    student.log_in("student@demo.test")
    assert "Votre échéancier est terminé : tout est réglé." in read(student.get("/pay-plan"))
    account = student.get("/account")
    assert position(account) == ["0,00 €", "601,00 €", "601,00 €", "0,00 €"]
    assert rows(account)[0][2] == rows(account)[1][2] == "12/08/2022", "settled by the last payment"


def test_sum_that_no_part_stands_for_is_asked_for_beside_the_plan_and_after_it(student: Browser) -> None:
    approved(student)
    page = student.opens(1)
    raise_the_tariff(student)
    student.is_charged(page, **CARD)
    home, plan = student.get("/"), student.get("/pay-plan")
    assert "Une somme n'est dans aucune de vos échéances" in read(home)
    assert "49,50 €" in read(home)
    assert "49,50 € ne sont dans aucune échéance" in read(plan)
    assert "Total des paiements" in read(plan)
    student.is_debited(TENTH)
    student.is_debited(date(2022, 8, 12))
    student.log_in("student@demo.test")
    over = read(student.get("/pay-plan"))
    assert "49,50 € ne sont dans aucune échéance" in over
    assert "Régler le reste en une fois (49,50 €)" in over
    assert "tout est réglé" not in over
    assert "Total des paiements" not in over


@pytest.mark.parametrize("rank", ["0", "x", "01", "9" * 40, "%C3%A9", "-1", "1.0", "7", "99"])
def test_rank_that_no_instalment_has_is_refused(student: Browser, rank: str) -> None:
    student.starts_the_plan()
    assert student.get(f"/pay-plan/{rank}").status_code in {404, 409}
    token = Page(student.get("/")).form("/logout").fields["form_token"]
    data = {"mode": "none", "form_token": token}
    assert student.http.post(f"/pay-plan/{rank}", data=data).status_code in {404, 409}
    assert len(student.ports.memory.attempts) == 1


# Accounting


def test_accountant_reads_the_queue_and_accepts(student: Browser) -> None:
    student.declares("01")
    student.asks_for("paybox-3")
    student.acts_as("accountant")
    text = read(student.get("/staff/plan-requests"))
    for words in ("TESTCD Chris", "Paybox 3 échéances", "200,31 € + 200,31 € + 200,38 €", "601,00 €"):
        assert words in text
    assert "exactement" not in text
    told = student.decides("approve")
    assert "TESTCD Chris : la demande est acceptée" in without_spaces(told.text)
    assert "Aucune demande." in told.text
    assert "TESTCD Chris" in student.get("/staff/plan-requests?state=approved").text
    request = student.ports.memory.plan_requests[ISIMA]
    assert request.state is PlanRequestState.APPROVED


def test_request_at_exactly_the_threshold_is_flagged(student: Browser) -> None:
    campaign = student.ports.campaigns.current()
    programme = campaign.programme("I2223_Y1_1A")
    dearer = replace(programme, tariffs={"01": (FeeLine("Droits de scolarité", 1, 100000),)})
    student.ports.campaigns = MemoryCampaigns(replace(campaign, programmes={programme.code: dearer}))
    student.declares("01")
    student.asks_for("paybox-6")
    student.acts_as("accountant")
    assert "exactement 1 000,00 €" in read(student.get("/staff/plan-requests"))


def test_refusal_without_a_reason_is_refused(student: Browser) -> None:
    student.declares("01")
    student.asks_for("paybox-3")
    student.acts_as("accountant")
    bare = student.decides("refuse", " ")
    assert bare.status_code == 422
    assert "Un refus demande un motif" in bare.text
    assert student.decides("perhaps").status_code == 422
    assert student.decides("refuse", "x" * 501).status_code == 422
    assert student.decides("refuse", "Dossier incomplet.").status_code == 200
    assert "Dossier incomplet." in student.get("/staff/plan-requests?state=refused").text


@pytest.mark.parametrize(
    "query",
    ["state=x", "state=", "after=%00", f"after={'é' * 2000}", "state=approved&state=refused", "done=x"],
)
def test_queue_of_requests_survives_any_query(accountant: Browser, query: str) -> None:
    assert accountant.get(f"/staff/plan-requests?{query}").status_code in {200, 422}


def test_auditor_reads_requests_and_instalments_and_changes_nothing(student: Browser) -> None:
    student.starts_the_plan()
    student.acts_as("auditor")
    queue = student.get("/staff/plan-requests?state=approved")
    assert f'href="/staff/instalments/{ISIMA}"' in queue.text
    page = student.get(f"/staff/instalments/{ISIMA}")
    assert [form.action for form in Page(queue).forms + Page(page).forms] == ["/logout", "/logout"]


def test_staff_reads_the_code_that_the_student_never_sees(student: Browser) -> None:
    student.starts_the_plan()
    student.is_debited(TENTH, Behaviour.REFUSE_HARD)
    student.log_in("accountant@demo.test")
    text = read(student.get(f"/staff/instalments/{ISIMA}"))
    for words in ("00143", "Attend l'étudiant", "se termine par 44", "expire en 12/2025", "J'autorise"):
        assert words in text


def in_conflict(student: Browser) -> None:
    """A debit without an answer, that the gateway does not find on another day."""
    student.starts_the_plan()
    student.is_debited(TENTH, Behaviour.DROP)
    student.ports.move(days=1)
    for _ in range(2):
        reconcile_debits(student.ports)
    student.log_in("accountant@demo.test")


def test_page_shows_the_new_day_of_a_missed_instalment_at_once(student: Browser) -> None:
    student.starts_the_plan()
    student.is_debited(date(2022, 8, 19))
    student.log_in("student@demo.test")
    page = student.get("/pay-plan").text
    assert "10/09/2022" in page
    assert "10/08/2022" not in page


def test_home_says_of_a_debit_whose_day_passed_without_a_try_that_it_was_planned(student: Browser) -> None:
    student.starts_the_plan()
    before = read(student.get("/"))
    assert "le 10/07/2022, carte" in before
    assert "prévu le 10/07/2022" not in before
    student.ports.at = datetime(2022, 7, 11, 9, tzinfo=PARIS)
    student.log_in("student@demo.test")
    assert "prévu le 10/07/2022, carte" in read(student.get("/"))


def test_conflict_is_released_by_the_accountant_and_debited_again(student: Browser) -> None:
    in_conflict(student)
    desk = student.get("/staff/plan-requests")
    assert "attendent votre décision" in read(desk)
    assert f'href="/staff/instalments/{ISIMA}"' in desk.text
    page = student.get(f"/staff/instalments/{ISIMA}")
    assert "Attend votre décision" in page.text
    told = student.confirms(page, f"/staff/instalments/{ISIMA}/2/release")
    assert "L'échéance est libérée" in read(told)
    assert "Libérer<" not in told.text
    student.is_debited(date(2022, 7, 12))
    student.log_in("accountant@demo.test")
    assert read(student.get(f"/staff/instalments/{ISIMA}")).count("Réglée") == 2


def test_conflict_that_the_gateway_does_not_answer_stays(student: Browser) -> None:
    in_conflict(student)
    student.ports.gateway.is_clear = False
    page = student.get(f"/staff/instalments/{ISIMA}")
    answer = student.confirms(page, f"/staff/instalments/{ISIMA}/2/release")
    assert answer.status_code == 409
    assert "ne répond pas clairement" in answer.text


@pytest.mark.parametrize("path", ["nobody-1", f"{ISIMA}x", "%C3%A9", "0000000000000001-2"])
def test_instalments_of_nobody_are_not_found(student: Browser, path: str) -> None:
    student.starts_the_plan()
    student.acts_as("accountant")
    assert student.get(f"/staff/instalments/{path}").status_code == 404
    token = Page(student.get("/staff/plan-requests")).form("/logout").fields["form_token"]
    for rank in ("2", "x", "9"):
        posted = student.http.post(f"/staff/instalments/{path}/{rank}/release", data={"form_token": token})
        assert posted.status_code == 404


def test_instalment_that_waits_for_nobody_cannot_be_released(student: Browser) -> None:
    student.starts_the_plan()
    student.acts_as("accountant")
    token = Page(student.get("/staff/plan-requests")).form("/logout").fields["form_token"]
    posted = student.http.post(f"/staff/instalments/{ISIMA}/2/release", data={"form_token": token})
    assert posted.status_code == 409
    assert "n'attend la décision de personne" in read(posted)


class TestChangedPlan:
    PATH = f"/staff/instalments/{ISIMA}"

    def test_stop_is_told_to_accounting_and_to_the_student(self, student: Browser) -> None:
        student.starts_the_plan()
        student.acts_as("accountant")
        stopped = student.send(student.get(self.PATH), f"{self.PATH}/stop", reason="Litige.")
        assert "L'échéancier est suspendu : plus rien n'est prélevé." in read(stopped)
        assert "Motif : Litige." in read(stopped)
        assert "Suspendu" in read(student.get("/staff/plan-requests?state=approved"))
        student.acts_as("student")
        assert "Vos prélèvements sont suspendus" in read(student.get("/pay-plan"))
        assert "selon l'échéancier ci-dessus : <strong>0,00 €</strong>" in read(student.get("/pay-plan"))

    def test_rest_is_cut_into_the_parts_of_the_form_once_they_were_read(self, student: Browser) -> None:
        student.starts_the_plan()
        student.acts_as("accountant")
        path = f"{self.PATH}/recut"
        asked = student.send(student.get(self.PATH), path, parts="4", reason="Difficultés.")
        text = read(asked)
        assert "Répartir 400,69 €, TESTCD Chris ?" in text
        for cancelled in ("10/07/2022 : 200,31 €", "10/08/2022 : 200,38 €"):
            assert f"<dt>Annulée</dt><dd>{cancelled}</dd>" in text
        for new in ("10/07/2022 : 100,17 €", "10/10/2022 : 100,18 €"):
            assert f"<dt>Nouvelle échéance</dt><dd>{new}</dd>" in text
        assert [line[4] for line in rows(student.get(self.PATH))].count("À prélever") == 2, "nothing is done"
        cut = student.send(asked, path)
        assert "Le reste est réparti de nouveau" in read(cut)
        assert [line[0] for line in rows(cut) if "À prélever" in line[4]] == ["4", "5", "6", "7"]
        refused = student.send(cut, path, parts="99", reason="Difficultés.")
        assert refused.status_code == 422

    def test_parts_that_are_no_longer_those_that_were_read_are_refused(self, student: Browser) -> None:
        student.starts_the_plan()
        student.acts_as("accountant")
        path = f"{self.PATH}/recut"
        asked = student.send(student.get(self.PATH), path, parts="4", reason="Difficultés.")
        late = student.send(asked, path, seen="2022-07-10:10017")
        assert late.status_code == 409
        assert "ne sont plus celles que vous avez lues" in read(late)
        assert Page(late).form(path).fields["parts"] == "4"

    def test_act_without_its_reason_is_refused(self, student: Browser) -> None:
        student.starts_the_plan()
        student.acts_as("accountant")
        refused = student.send(student.get(self.PATH), f"{self.PATH}/stop", reason=" ")
        assert refused.status_code == 422
        assert "Cet acte demande un motif" in read(refused)


def test_credit_is_listed_with_its_sum_and_its_file(student: Browser) -> None:
    student.declares("01")
    first = student.opens_the_payment()
    student.send(first, f"{first.url.path}/give-up")
    student.is_charged(student.opens_the_payment(), "7001")
    student.is_charged(first, "7002")
    student.acts_as("accountant")
    listed = student.get("/staff/credits")
    assert "Total à rendre : <strong>601,00 €</strong>" in read(listed)
    (line,) = rows(listed)
    assert (line[0], line[1]) == ("TESTCD ChrisI2223_Y1_1A", "601,00 €")
    assert line[3] == "Rien n'était dû, ou plus rien"
    assert "601,00 € d'un règlement de 601,00 €, carte du 24/06/2022 (n° 7002)" in line[4]
    assert (f'href="/staff/registrations/{ISIMA}"' in listed.text, f">{ISIMA}<" in listed.text) == (
        True,
        False,
    )


def test_requests_that_are_ticked_are_accepted_after_a_page_that_names_them(student: Browser) -> None:
    other = enrol(student.ports, 7, "other@demo.test", "I2223_Y1_1A", last_name="TESTGC")
    memory = student.ports.memory.registrations_by_id
    memory[f"{other.id}-1"] = replace(memory[f"{other.id}-1"], fee_situation_code="01")
    request_plan(student.ports, other.id, f"{other.id}-1", "paybox-3")
    student.declares("01")
    student.asks_for("paybox-3")
    student.acts_as("accountant")
    queue = student.get("/staff/plan-requests")
    assert queue.text.count('form="many"') == 2
    asked = student.send(queue, "/staff/plan-requests/decisions", id=ticked(queue), decision="approve")
    assert "Accepter 2 demandes" in read(asked)
    assert "TESTGC" in asked.text
    done = student.send(asked, "/staff/plan-requests/decisions", id=ticked(asked), decision="approve")
    assert "2 sur 2" in read(done)
    assert "Aucune demande" in read(student.get("/staff/plan-requests"))


def test_both_days_are_shown_to_student_and_accounting(student: Browser) -> None:
    student.ports.at = datetime(2022, 6, 24, 23, 55, tzinfo=PARIS)
    student.log_in("student@demo.test")
    student.declares("01")
    first = student.opens_the_payment()
    student.ports.at = datetime(2022, 6, 25, 0, 3, tzinfo=PARIS)
    student.is_charged(first, banked_on=date(2022, 6, 24))
    shown = read(student.get(first.url.path))
    assert "<dt>Date</dt><dd>25/06/2022</dd> <dt>Date de la banque</dt><dd>24/06/2022</dd>" in shown
    received = next(row for row in rows(student.get("/account")) if row[:2] == ["25/06/2022", "24/06/2022"])
    assert received[2:] == ["601,00 €", "601,00 €", "–"]


def test_plan_of_a_refused_file_announces_no_debit(student: Browser) -> None:
    student.starts_the_plan()
    student.is_debited(TENTH, Behaviour.REFUSE_HARD)
    registrations = student.ports.memory.registrations_by_id
    (registration,) = registrations.values()
    refused = replace(registration, status=RegistrationStatus.REFUSED, reason="pièce illisible")
    registrations[registration.id] = refused
    student.log_in("student@demo.test")
    page = student.get("/pay-plan")
    text = read(page)
    assert "Votre dossier n'est pas accepté : rien n'est prélevé" in text
    assert "Prélèvement à venir" not in text
    assert "l'échéancier ci-dessus : <strong>0,00 €</strong>" in text
    assert 'href="/pay-plan/2"' not in page.text
    assert "il reste" not in read(student.get("/"))
    assert position(student.get("/account"))[0] == "0,00 €"
