"""Old forms, second tabs, slow people and refused files: the simulator's ledger is the judge."""

import httpx
import pytest

from tests.conftest import Stack
from tests.journeys.browser import Browser, read
from tests.journeys.conftest import (
    ACCEPTED,
    Operator,
    Payer,
    Student,
    accountant,
    forms,
    log_in,
    started,
)
from tests.journeys.conftest import decides as approves

SOFT_ONCE = {"match": {"TYPE": "00053"}, "effect": "refuse", "code": "00151", "times": 1}
REST = "Nous avons reçu 601,00 € pour votre inscription : il reste 3 169,00 € à payer."
PAID_BEFORE = "Ce paiement avait déjà été accepté : vous n'avez pas été débité une seconde fois."
LETTER = {"reason": "pièce illisible"}


@pytest.fixture
def browser(stack: Stack) -> Browser:
    made = Browser(stack)
    made.logs_in("student@demo.test")
    return made


def decides(student: Student, decision: str, **reason: str) -> None:
    """A registrar who has just logged in decides on the file."""
    path = f"/staff/registrations/{student.registration['id']}/decision"
    desk = log_in(student.stack, "registrar@demo.test")
    desk.post(path, json={"decision": decision, **reason}).raise_for_status()


class TestOldPage:
    """Kept from before the registrar validated a dearer situation, and paid after."""

    @pytest.fixture
    def recap(self, browser: Browser) -> httpx.Response:
        browser.declares("01")
        return browser.opens("/pay-once")

    @pytest.fixture
    def kept(self, browser: Browser, isima: Student, recap: httpx.Response) -> tuple[Payer, httpx.Response]:
        payment = browser.sends(recap, "/pay-once", mode="none")
        payer = Payer()
        page = payer.goes_to(browser.leaves(payment))
        browser.sends(browser.opens(payment.url.path), "/give-up")
        browser.declares("05")
        decides(isima, "validate")
        return payer, page

    def test_is_a_part_payment_that_one_sentence_tells(
        self, browser: Browser, isima: Student, operator: Operator, kept: tuple[Payer, httpx.Response]
    ) -> None:
        payer, page = kept
        payer.pays(page, ACCEPTED)
        assert operator.captures() == [60100]
        home = read(browser.opens("/"))
        assert "Inscrit, dossier validé" in home
        for text in (home, read(browser.opens("/pay-once"))):
            assert text.count(REST) == 1
            assert "terminée" not in text
        totals = isima.get("/account")["totals"]
        assert (totals["credit_cents"], totals["balance_cents"]) == (60100, 316900)

    def test_and_the_form_sent_again_by_back_asks_for_what_is_owed_now(
        self,
        browser: Browser,
        operator: Operator,
        recap: httpx.Response,
        kept: tuple[Payer, httpx.Response],
    ) -> None:
        again = browser.sends(recap, "/pay-once", mode="none")
        assert "Payer 3 770,00 €" in read(again)
        browser.sends(again, "/give-up")
        payer, page = kept
        payer.pays(page, ACCEPTED)
        rest = browser.sends(recap, "/pay-once", mode="none")
        assert "Payer 3 169,00 €" in read(rest)
        browser.pays_on(rest, ACCEPTED)
        assert operator.captures() == [60100, 316900]
        assert "Votre inscription est terminée" in read(browser.opens("/"))


def test_second_tab_that_pays_as_well_says_that_it_was_already_paid(
    browser: Browser, operator: Operator
) -> None:
    browser.declares("01")
    other = Browser(browser.stack)
    other.logs_in("student@demo.test")
    recap = other.opens("/pay-once")
    payments = [browser.goes_to_pay(mode="none"), other.goes_to_pay(mode="none")]
    assert payments[0].url == payments[1].url
    tabs = [(Payer(), browser.leaves(payments[0])), (Payer(), other.leaves(payments[1]))]
    pages = [payer.goes_to(address) for payer, address in tabs]
    first, second = (payer.pays(page, ACCEPTED) for (payer, _), page in zip(tabs, pages, strict=True))
    assert operator.captures() == [60100]
    assert "Votre paiement est enregistré." in read(browser.opens(first.headers["location"]))
    told = other.opens(second.headers["location"])
    assert PAID_BEFORE in read(told)
    action, fields = next(each for each in forms(payments[1]) if each[0].endswith("/leave"))
    assert PAID_BEFORE in read(other.http.post(action, data=fields))
    assert "déjà réglée" in read(other.sends(recap, "/pay-once", mode="none"))
    assert operator.captures() == [60100]


class TestSlowPerson:
    def test_form_that_is_left_late_is_open_until_that_page_is_over(
        self, browser: Browser, operator: Operator
    ) -> None:
        """Shown at 10:00, left at 10:12, reconciled at 10:21, card typed at 10:26."""
        browser.declares("01")
        payment = browser.goes_to_pay(mode="none")
        payer = Payer()
        operator.moves_the_clock_to("2022-06-24T10:12:00+02:00")
        page = payer.goes_to(browser.leaves(payment))
        operator.moves_the_clock_to("2022-06-24T10:21:00+02:00")
        operator.runs("reconcile_payments")
        assert "Reprendre le paiement" in read(browser.opens(payment.url.path))
        operator.moves_the_clock_to("2022-06-24T10:26:00+02:00")
        back = payer.pays(page, ACCEPTED)
        assert "Votre paiement est enregistré." in read(browser.opens(back.headers["location"]))
        assert operator.captures() == [60100]

    def test_late_instalment_is_not_debited_beside_its_page(self, isima: Student, operator: Operator) -> None:
        """Page shown at 23:58, left at 00:11, retry due at 00:22, card typed at 00:24."""
        started(isima)
        operator.breaks(SOFT_ONCE)
        operator.debits_on("2022-07-10T00:30:00+02:00")
        operator.moves_the_clock_to("2022-07-12T23:58:00+02:00")
        browser = Browser(isima.stack)
        browser.logs_in("student@demo.test")
        payment = browser.sends(browser.opens("/pay-plan/2"), "/pay-plan/2", mode="none")
        operator.moves_the_clock_to("2022-07-13T00:11:00+02:00")
        payer = Payer()
        page = payer.goes_to(browser.leaves(payment))
        operator.moves_the_clock_to("2022-07-13T00:20:00+02:00")
        operator.runs("reconcile_payments")
        operator.debits_on("2022-07-13T00:22:00+02:00")
        assert operator.captures() == [20031]
        operator.moves_the_clock_to("2022-07-13T00:24:00+02:00")
        payer.pays(page, ACCEPTED)
        operator.debits_on("2022-07-13T09:00:00+02:00")
        assert operator.captures() == [20031, 20031]

    def test_form_of_a_late_instalment_kept_for_days_pays_what_is_still_owed(
        self, isima: Student, operator: Operator
    ) -> None:
        started(isima)
        operator.breaks(SOFT_ONCE)
        operator.debits_on("2022-07-10T00:30:00+02:00")
        isima.logs_in_again()
        kept = isima.starts(rank=2).json()
        operator.moves_the_clock_to("2022-07-10T01:30:00+02:00")
        operator.runs("reconcile_payments")
        operator.debits_on("2022-07-13T07:00:00+02:00")
        assert operator.captures() == [20031, 20031]
        payer = Payer()
        payer.pays(payer.opens(kept["form"]), ACCEPTED)
        operator.debits_on("2022-08-10T09:00:00+02:00")
        assert operator.captures() == [20031, 20031, 20031]
        isima.logs_in_again()
        assert isima.get("/account")["totals"]["balance_cents"] == 7

    def test_first_page_of_june_that_is_paid_in_august_takes_one_instalment_a_month(
        self, isima: Student, operator: Operator
    ) -> None:
        isima.declares("01").raise_for_status()
        isima.asks_for("paybox-3").raise_for_status()
        approves(isima, "approve").raise_for_status()
        kept = isima.starts(rank=1).json()
        isima.gives_up(kept["id"]).raise_for_status()
        operator.moves_the_clock_to("2022-08-15T10:00:00+02:00")
        payer = Payer()
        payer.pays(payer.opens(kept["form"]), ACCEPTED)
        for day in ("15", "16", "31"):
            operator.debits_on(f"2022-08-{day}T12:00:00+02:00")
        assert operator.captures() == [20031, 20031]
        operator.debits_on("2022-09-10T09:00:00+02:00")
        assert operator.captures() == [20031, 20031, 20038]


class TestRefusedFile:
    def test_page_that_is_paid_after_the_refusal_is_a_credit_and_no_dead_end(
        self, isima: Student, operator: Operator
    ) -> None:
        isima.declares("01").raise_for_status()
        payer = Payer()
        page = payer.opens(isima.starts().json()["form"])
        decides(isima, "refuse", **LETTER)
        payer.pays(page, ACCEPTED)
        assert operator.captures() == [60100]
        assert isima.registration["status"] == "refused"
        (credit,) = accountant(isima.stack).get("/staff/credits").json()["items"]
        assert credit["amount_cents"] == 60100
        decides(isima, "reopen", reason="pièce reçue")
        decides(isima, "validate")
        assert isima.starts().json()["code"] == "already_paid"
        assert isima.registration["complete"]
        assert isima.get("/account")["totals"]["balance_cents"] == 0
        assert operator.captures() == [60100]

    def test_plan_is_debited_no_more_until_the_refusal_is_taken_back(
        self, isima: Student, operator: Operator
    ) -> None:
        started(isima)
        decides(isima, "refuse", **LETTER)
        for moment in ("2022-07-10T00:30", "2022-07-10T09:00", "2022-07-11T09:00"):
            operator.debits_on(f"{moment}:00+02:00")
        assert operator.captures() == [20031]
        isima.logs_in_again()
        decides(isima, "reopen", reason="pièce reçue")
        operator.debits_on("2022-07-11T10:00:00+02:00")
        assert operator.captures() == [20031, 20031]
