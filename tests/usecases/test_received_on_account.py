"""P27: money is received for what is owed now; an old page changes nothing but the money received."""

from dataclasses import replace

import pytest

from chalicelib.domain import errors
from chalicelib.domain.errors import DecisionNotPossible
from chalicelib.domain.fees import is_complete
from chalicelib.domain.menu import MenuKey, MenuState
from chalicelib.domain.outbox import Topic
from chalicelib.domain.payments import Attempt
from chalicelib.domain.registration import Decision, RegistrationStatus
from chalicelib.usecases.delivery.deliver_outbox import deliver_outbox
from chalicelib.usecases.registrations.decide_registration import decide_registration
from chalicelib.usecases.registrations.show_account import show_menu
from tests.usecases.conftest import CHRIS, REGISTRAR, Student


def decides(student: Student, decision: Decision, reason: str = "") -> None:
    decide_registration(student.ports, student.registration_id, decision, reason, REGISTRAR)


def menus(student: Student) -> dict[MenuKey, MenuState]:
    return {
        item.key: item.state for item in show_menu(student.ports, student.ports.accounts.account(CHRIS.id))[0]
    }


def delivers(student: Student) -> None:
    for entry_id in list(student.ports.memory.entries):
        deliver_outbox(student.ports, entry_id)


@pytest.fixture
def cheaper(chris: Student) -> Attempt:
    """A page of 601,00, kept from before the registrar validated 3 770,00."""
    chris.declares("01")
    attempt = chris.keeps_a_page()
    chris.declares("05")
    decides(chris, Decision.VALIDATE)
    return attempt


class TestCheaperPageOfBefore:
    def test_pays_a_part_of_what_was_validated(self, chris: Student, cheaper: Attempt) -> None:
        chris.pays(cheaper, "7001")
        assert (chris.registration.status, chris.registration.fee_situation_code) == (
            RegistrationStatus.VALIDATED,
            "05",
        )
        assert [order.totals.total_cents for order in chris.account.orders] == [377000]
        assert chris.balance_cents == 316900
        assert not chris.registration.is_paid
        assert not is_complete(chris.file)

    def test_leaves_the_rest_to_pay_and_no_more(self, chris: Student, cheaper: Attempt) -> None:
        chris.pays(cheaper, "7001")
        assert menus(chris)[MenuKey.DOSSIER] is MenuState.DONE
        assert menus(chris)[MenuKey.PAY_ONCE] is MenuState.OPEN
        rest = chris.opens_the_page()
        assert rest.amount_cents == 316900
        chris.pays(rest, "7002")
        assert chris.balance_cents == 0
        assert is_complete(chris.file)
        assert len(chris.account.invoices) == 1
        assert menus(chris)[MenuKey.PAY_ONCE] is MenuState.DONE
        delivers(chris)
        assert [topic for _, topic in chris.ports.mailer.sent].count(Topic.PAYMENT_BOOKED) == 2

    def test_rest_is_not_paid_by_a_plan_nor_changed_by_another_situation(
        self, chris: Student, cheaper: Attempt
    ) -> None:
        chris.pays(cheaper, "7001")
        with pytest.raises(errors.PlanNotAllowed):
            chris.asks_for()
        with pytest.raises(errors.RegistrationLocked):
            chris.declares("01")
        assert menus(chris)[MenuKey.CHOOSE_PLAN] is MenuState.HIDDEN

    def test_two_pages_of_the_rest_leave_a_credit(self, chris: Student, cheaper: Attempt) -> None:
        chris.pays(cheaper, "7001")
        pages = [chris.keeps_a_page(), chris.opens_the_page()]
        for number, page in enumerate(pages, 2):
            chris.pays(page, f"700{number}")
        assert chris.balance_cents == -316900
        assert chris.account.payments[-1].is_overpayment

    def test_second_cheaper_page_is_received_as_well(self, chris: Student) -> None:
        chris.declares("01")
        pages = [chris.keeps_a_page(), chris.keeps_a_page()]
        chris.declares("05")
        for number, page in enumerate(pages, 1):
            chris.pays(page, f"700{number}")
        assert chris.balance_cents == 377000 - 2 * 60100
        assert chris.opens_the_page().amount_cents == 377000 - 2 * 60100


class TestDearerPageOfBefore:
    def test_pays_what_is_declared_and_leaves_a_credit_that_is_told(self, chris: Student) -> None:
        chris.declares("05")
        attempt = chris.keeps_a_page()
        chris.declares("01")
        chris.pays(attempt, "7001")
        assert chris.registration.fee_situation_code == "01"
        assert [order.totals.total_cents for order in chris.account.orders] == [60100]
        assert chris.balance_cents == 60100 - 377000
        assert chris.ports.alarms.raised == [f"overpayment {attempt.id}"]
        entries = {entry.topic: entry.amount_cents for entry in chris.ports.memory.entries.values()}
        assert entries[Topic.OVERPAYMENT_KEPT] == 377000 - 60100
        delivers(chris)

    def test_of_a_situation_that_costs_nothing_now_is_all_credit(self, chris: Student) -> None:
        chris.declares("01")
        attempt = chris.keeps_a_page()
        chris.declares("02")
        decides(chris, Decision.VALIDATE)
        chris.pays(attempt)
        assert chris.account.orders == ()
        assert chris.account.payments[0].is_overpayment
        assert is_complete(chris.file)


def test_page_paid_after_a_refusal_is_all_credit_and_no_dead_end(chris: Student) -> None:
    chris.declares("01")
    attempt = chris.opens_the_page()
    decides(chris, Decision.REFUSE, "pièce illisible")
    chris.pays(attempt)
    assert chris.account.orders == ()
    assert chris.registration.status is RegistrationStatus.REFUSED
    assert chris.declares("05").status is RegistrationStatus.PRE_REGISTERED


def test_page_of_another_situation_is_credit_where_the_campaign_prices_the_declared_one_no_more(
    chris: Student,
) -> None:
    chris.declares("01")
    attempts = [chris.keeps_a_page(), chris.keeps_a_page()]
    chris.declares("05")
    campaign = chris.ports.campaigns.current()
    chris.ports.campaigns.change(replace(campaign, programmes={}))
    chris.pays(attempts[0], "7001")
    assert chris.account.payments[0].is_overpayment


def test_file_that_was_paid_and_then_refused_can_be_moved_again(chris: Student) -> None:
    chris.declares("01")
    chris.pays(chris.opens_the_page())
    decides(chris, Decision.REFUSE, "pièce illisible")
    with pytest.raises(errors.RegistrationLocked):
        chris.declares("05")
    decides(chris, Decision.REOPEN, "pièce reçue")
    decides(chris, Decision.VALIDATE)
    assert is_complete(chris.file)
    delivers(chris)


def test_withdrawn_file_is_opened_again_with_a_reason(chris: Student) -> None:
    memory = chris.ports.memory.registrations_by_id
    memory[chris.registration_id] = replace(chris.registration, status=RegistrationStatus.WITHDRAWN)
    with pytest.raises(DecisionNotPossible):
        decides(chris, Decision.REOPEN, " ")
    decides(chris, Decision.REOPEN, "motif")
    assert chris.registration.status is RegistrationStatus.PRE_REGISTERED
