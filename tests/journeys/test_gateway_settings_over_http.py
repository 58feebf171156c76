"""The product under what a contract may decide and what nobody outside the bank knows: the ledger judges."""

import httpx
import pytest

from infra.local.paybox.settings import LENIENCIES
from tests.journeys.browser import Browser, read
from tests.journeys.conftest import ACCEPTED, REFUSED, Operator, Payer, Student, started

STRICT = {each.name: "refused" for each in LENIENCIES}
IMMEDIATE = {"return": "immediate", "found_try": "latest", "paid_order": "one_day", **STRICT}
TICKET = {"return": "ticket", "found_try": "first", "form_life": "one_hour"}
LOST = {"match": {"notification": True}, "effect": "drop"}


@pytest.fixture(params=[IMMEDIATE, TICKET], ids=["immediate", "ticket"])
def gateway(request: pytest.FixtureRequest, operator: Operator) -> dict[str, str]:
    settings: dict[str, str] = request.param
    operator.sets_the_gateway(**settings)
    return settings


@pytest.mark.usefixtures("gateway")
class TestEveryGateway:
    def test_plan_is_paid_to_its_end(self, isima: Student, operator: Operator) -> None:
        started(isima)
        for day in ("2022-07-10T00:30:00+02:00", "2022-08-12T09:00:00+02:00"):
            operator.debits_on(day)
        assert operator.captures() == [20031, 20031, 20038]

    def test_payer_who_was_refused_first_and_comes_back_has_paid_though_nothing_was_notified(
        self, isima: Student, operator: Operator
    ) -> None:
        isima.declares("01").raise_for_status()
        begun, payer = isima.starts().json(), Payer()
        again = payer.pays(payer.opens(begun["form"]), REFUSED)
        operator.breaks(LOST)
        back = payer.pays(again, ACCEPTED)
        httpx.get(back.headers["location"])
        assert isima.state_of(begun["id"]) == "paid"
        assert operator.captures() == [60100]
        assert isima.get("/account")["totals"]["balance_cents"] == 0


def test_payer_on_the_pages_returns_by_the_tickets_link(operator: Operator) -> None:
    browser = Browser(operator.stack)
    browser.logs_in("student@demo.test")
    browser.declares("01")
    payer = Payer()
    page = payer.goes_to(browser.leaves(browser.goes_to_pay(mode="none")))
    ticket = payer.pays(page, ACCEPTED)
    assert "Retour boutique" in ticket.text
    assert "Votre paiement est enregistré." in read(browser.opens(ticket.headers["location"]))


def test_same_order_paid_again_on_another_day_is_kept_on_account(isima: Student, operator: Operator) -> None:
    """Where 00015 holds for a day only, a kept page takes the money twice."""
    operator.sets_the_gateway(paid_order="one_day")
    isima.declares("01").raise_for_status()
    form = isima.starts().json()["form"]
    for day in ("2022-06-24T11:00:00+02:00", "2022-06-25T11:00:00+02:00"):
        operator.moves_the_clock_to(day)
        payer = Payer()
        payer.pays(payer.opens(form), ACCEPTED)
    isima.logs_in_again()
    assert operator.captures() == [60100, 60100]
    assert isima.get("/account")["totals"]["balance_cents"] == -60100
    assert len(isima.get("/invoices")["items"]) == 1


def test_form_that_became_too_old_is_replaced_by_a_new_one(isima: Student, operator: Operator) -> None:
    operator.sets_the_gateway(form_life="one_hour")
    isima.declares("01").raise_for_status()
    old = isima.starts().json()
    operator.moves_the_clock_to("2022-06-24T11:30:00+02:00")
    payer = Payer()
    assert "Accès refusé" in payer.opens(old["form"]).text
    operator.runs("reconcile_payments")
    isima.logs_in_again()
    assert isima.state_of(old["id"]) == "cancelled"
    assert isima.state_of(isima.pays(ACCEPTED)) == "paid"
    assert operator.captures() == [60100]
