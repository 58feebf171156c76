"""Menu 3 on its first day: one page, strong authentication, and a plan that runs from then on."""

from dataclasses import replace
from datetime import date

import pytest

from chalicelib.domain import errors
from chalicelib.domain.changes import Changes
from chalicelib.domain.fees import is_complete
from chalicelib.domain.guidance.next_step import NextStep, Todo, next_step
from chalicelib.domain.lists.filters import Anomaly
from chalicelib.domain.menu import MenuKey, MenuState, menu
from chalicelib.domain.outbox import Topic
from chalicelib.domain.payments import Evidence, Outcome
from chalicelib.domain.plan.instalments import InstalmentState
from chalicelib.domain.plan.plan_requests import PlanDecision
from chalicelib.domain.registration import Decision
from chalicelib.usecases.collection.remind_arrears import list_arrears
from chalicelib.usecases.delivery.send_outbox import send_outbox
from chalicelib.usecases.lists.find_registrations import show_entry
from chalicelib.usecases.payments.reconcile_payments import reconcile_payments
from chalicelib.usecases.payments.record_notification import record_notification
from chalicelib.usecases.plans.request_plan import withdraw_plan_request
from chalicelib.usecases.registrations.decide_registration import decide_registration
from tests.usecases.conftest import CHRIS, REGISTRAR, Student, accepted, refused
from tests.usecases.test_paid_before_ordering import costs
from tests.usecases.test_paying_the_rest import opens_the_rest


@pytest.fixture
def approved(chris: Student) -> Student:
    chris.declares("01")
    chris.asks_for()
    chris.is_told(PlanDecision.APPROVE)
    return chris


class TestPage:
    def test_asks_for_the_first_part_alone_and_a_card_valid_to_the_last(self, approved: Student) -> None:
        attempt = approved.opens_the_page_of(1)
        assert attempt.terms is not None
        assert (attempt.amount_cents, attempt.terms.last_due_on) == (20031, date(2022, 8, 10))
        assert attempt.terms.subscriber == attempt.reference
        assert attempt.terms.schedule_hash == approved.account.plan_requests[0].schedule_hash
        assert "200,38" in attempt.terms.consent

    def test_same_key_for_another_instalment_is_another_request(self, approved: Student) -> None:
        approved.opens_the_page_of(1, key="k")
        with pytest.raises(errors.IdempotencyKeyReused):
            approved.opens_the_page(key="k")

    @pytest.mark.parametrize("rank", [0, 2, 4])
    def test_is_not_shown_for_what_is_debited_later_or_does_not_exist(
        self, approved: Student, rank: int
    ) -> None:
        with pytest.raises(errors.InstalmentNotPayable):
            approved.opens_the_page_of(rank)

    def test_is_not_shown_before_the_approval_nor_without_a_request(self, chris: Student) -> None:
        chris.declares("01")
        with pytest.raises(errors.PlanNotApproved):
            chris.opens_the_page_of(1)
        chris.asks_for()
        with pytest.raises(errors.PlanNotApproved):
            chris.opens_the_page_of(1)

    def test_is_not_shown_while_an_answer_is_unclear(self, approved: Student) -> None:
        unclear = refused(approved.opens_the_page_of(1), outcome=Outcome.UNKNOWN)
        record_notification(approved.ports, approved.ports.gateway.says(b"unclear", unclear))
        with pytest.raises(errors.PaymentUnclear):
            approved.opens_the_page_of(1)

    def test_is_not_shown_for_amounts_that_are_not_the_approved_ones(self, approved: Student) -> None:
        request = approved.account.plan_requests[0]
        approved.ports.memory.plan_requests[request.registration_id] = replace(request, schedule_hash="other")
        with pytest.raises(errors.PlanNotApproved):
            approved.opens_the_page_of(1)


def test_page_is_not_shown_when_the_situation_changed_under_the_request(approved: Student) -> None:
    changed = replace(
        approved.registration, fee_situation_code="05", version=approved.registration.version + 1
    )
    approved.ports.store.commit(Changes((changed,), audit=approved.trace))
    with pytest.raises(errors.PlanNotApproved):
        approved.opens_the_page_of(1)


class TestPaid:
    def test_one_order_and_one_invoice_for_the_whole_and_the_rest_not_yet_due(
        self, approved: Student
    ) -> None:
        approved.pays(approved.opens_the_page_of(1))
        account = approved.account
        assert [order.totals.total_cents for order in account.orders] == [60100]
        (invoice,) = account.invoices
        assert (invoice.totals.total_cents, invoice.paid_cents, invoice.settled_on) == (60100, 20031, None)
        position = account.position(date(2022, 6, 24))
        assert (position.balance_cents, position.position_cents) == (40069, 0)

    def test_instalments_carry_the_approved_hash_and_the_invoice(self, approved: Student) -> None:
        approved.pays(approved.opens_the_page_of(1))
        instalments = approved.account.instalments
        assert [(each.due_on, each.amount_cents, each.state) for each in instalments] == [
            (date(2022, 6, 24), 20031, InstalmentState.PAID),
            (date(2022, 7, 10), 20031, InstalmentState.DUE),
            (date(2022, 8, 10), 20038, InstalmentState.DUE),
        ]
        assert {each.schedule_hash for each in instalments} == {
            approved.account.plan_requests[0].schedule_hash
        }
        assert {each.invoice_number for each in instalments} == {9196}

    def test_mandate_keeps_the_token_the_words_and_the_evidence(self, approved: Student) -> None:
        attempt = approved.opens_the_page_of(1)
        approved.pays(attempt)
        (mandate,) = approved.account.mandates
        assert attempt.terms is not None
        assert (mandate.token, mandate.card_expires, mandate.card_last_digits) == ("token-1", "2512", "44")
        assert (mandate.subscriber, mandate.consent) == (attempt.terms.subscriber, attempt.terms.consent)
        assert mandate.evidence.authorisation == "XXXXXX"

    def test_token_without_a_date_lasts_as_long_as_its_card(self, approved: Student) -> None:
        attempt = approved.opens_the_page_of(1)
        told = replace(accepted(attempt), token="token-1", evidence=Evidence(card_expires="2611"))
        record_notification(approved.ports, approved.ports.gateway.says(b"no date", told))
        (mandate,) = approved.account.mandates
        assert (mandate.token, mandate.card_expires) == ("token-1", "2611")

    def test_parts_begin_with_the_payment_that_is_told_of_the_first(self, approved: Student) -> None:
        approved.pays(approved.opens_the_page_of(1))
        now = approved.ports.now()
        assert [(each.since, each.paid_at) for each in approved.account.instalments] == [
            (now, now),
            (now, None),
            (now, None),
        ]

    def test_notice_of_each_debit_waits_for_its_week_before(self, approved: Student) -> None:
        approved.pays(approved.opens_the_page_of(1))
        assert approved.mails() == [
            (Topic.PLAN_APPROVED, 0),
            (Topic.PAYMENT_BOOKED, 1),
            (Topic.DEBIT_NOTICE, 2),
            (Topic.DEBIT_NOTICE, 3),
        ]
        assert send_outbox(approved.ports) == 2
        approved.is_at("2022-07-03T07:59")
        assert send_outbox(approved.ports) == 2
        approved.is_at("2022-07-03T08:00")
        assert send_outbox(approved.ports) == 1, "the others are in the queue"

    def test_same_message_again_starts_nothing_twice(self, approved: Student) -> None:
        attempt = approved.opens_the_page_of(1)
        for _ in range(2):
            approved.pays(attempt)
        assert (len(approved.account.instalments), len(approved.account.invoices)) == (3, 1)

    def test_second_first_page_pays_the_oldest_instalment_that_is_due(self, approved: Student) -> None:
        one, other = approved.keeps_a_page(1), approved.opens_the_page_of(1)
        approved.pays(one)
        approved.pays(other, "7002", token="token-2")
        states = [each.state for each in approved.account.instalments]
        assert states == [InstalmentState.PAID, InstalmentState.PAID, InstalmentState.DUE]
        assert approved.account.mandates[0].token == "token-1"
        assert approved.ports.alarms.raised == []
        approved.debits_run("2022-07-10T09:00")
        assert approved.taken(2) == []

    def test_dates_are_those_agreed_to_even_when_midnight_passed_on_the_page(self, approved: Student) -> None:
        approved.is_at("2022-06-30T23:55")
        page = approved.opens_the_page_of(1)
        approved.is_at("2022-07-01T00:05")
        approved.pays(page)
        assert [each.due_on.isoformat() for each in approved.account.instalments] == [
            "2022-06-30",
            "2022-07-10",
            "2022-08-10",
        ]

    def test_card_is_kept_even_when_its_message_comes_after_the_reconciliation(
        self, approved: Student
    ) -> None:
        page = approved.opens_the_page_of(1)
        approved.ports.gateway.answers[page.reference] = accepted(page)
        approved.ports.move(minutes=21)
        reconcile_payments(approved.ports)
        assert approved.account.mandates[0].token == ""
        approved.pays(page)
        (mandate,) = approved.account.mandates
        assert (mandate.token, mandate.card_expires) == ("token-1", "2512")
        approved.debits_run("2022-07-10T00:30")
        assert approved.taken(2) == [20031]

    def test_card_that_ends_before_the_last_date_is_warned_about(self, approved: Student) -> None:
        approved.pays(approved.opens_the_page_of(1), token_expires="2207")
        assert approved.mails()[-1] == (Topic.CARD_ENDS_EARLY, 0)
        assert approved.account.plan_requests[0].started

    def test_registration_is_complete_once_the_last_instalment_is_paid(self, approved: Student) -> None:
        approved.pays(approved.opens_the_page_of(1))
        decide_registration(approved.ports, approved.registration_id, Decision.VALIDATE, "", REGISTRAR)
        approved.debits_run("2022-07-10T00:30")
        assert not is_complete(approved.file)
        approved.debits_run("2022-08-10T00:30")
        assert is_complete(approved.file)


def test_lost_notification_of_the_first_page_is_made_up_for_by_asking(approved: Student) -> None:
    attempt = approved.opens_the_page_of(1)
    approved.ports.gateway.answers[attempt.reference] = replace(
        refused(attempt), outcome=Outcome.PAID, code="00000", transaction="7001"
    )
    approved.ports.move(minutes=21)
    reconcile_payments(approved.ports)
    assert approved.instalment(1).state is InstalmentState.PAID
    # The gateway hands the token over with its message alone: without one the student is asked for a card.
    assert approved.mails()[-1] == (Topic.CARD_NOT_KEPT, 0)


def test_page_nobody_paid_is_closed_and_holds_nothing(approved: Student) -> None:
    attempt = approved.opens_the_page_of(1)
    approved.ports.move(minutes=21)
    assert reconcile_payments(approved.ports).closed == 1
    assert not approved.attempt(attempt.id).is_open


def test_page_paid_after_its_plan_was_taken_back_is_received_for_what_is_owed(approved: Student) -> None:
    attempt = approved.keeps_a_page(1)
    withdraw_plan_request(approved.ports, CHRIS.id, approved.registration_id)
    approved.pays(attempt)
    assert approved.account.instalments == ()
    assert [order.totals.total_cents for order in approved.account.orders] == [60100]
    assert (approved.registration.is_paid, approved.balance_cents) == (False, 60100 - 20031)
    assert approved.opens_the_page().amount_cents == 60100 - 20031


def test_page_of_a_replaced_plan_is_on_account_and_leaves_the_approved_one(chris: Student) -> None:
    chris.declares("05")
    chris.asks_for("paybox-3")
    chris.is_told(PlanDecision.APPROVE)
    attempt = chris.keeps_a_page(1)
    chris.asks_for("paybox-6")
    chris.is_told(PlanDecision.APPROVE)
    chris.pays(attempt)
    (request,) = chris.account.plan_requests
    assert (request.plan_code, request.is_payable, request.started) == ("paybox-6", True, False)
    assert chris.balance_cents == 377000 - attempt.amount_cents
    first = chris.opens_the_page_of(1)
    assert first.amount_cents == 62835
    chris.pays(first, "7002")
    assert chris.file.has_started_plan
    remaining = [each.remaining_cents for each in chris.account.instalments]
    assert sum(remaining) == chris.balance_cents == 377000 - 125654 - 62835
    for month in ("07", "08", "09", "10", "11"):
        chris.debits_run(f"2022-{month}-10T09:00")
    assert chris.balance_cents == 0


class TestPriceThatRoseWhileThePageWasOpen:
    """The plan is begun as it was agreed to; what it does not stand for is owed at once and asked for."""

    @pytest.fixture
    def dearer(self, approved: Student) -> Student:
        page = approved.opens_the_page_of(1)
        costs(approved, 70100)
        approved.pays(page)
        decide_registration(approved.ports, approved.registration_id, Decision.VALIDATE, "", REGISTRAR)
        return approved

    def test_is_asked_for_by_every_reader(self, dearer: Student) -> None:
        assert [each.amount_cents for each in dearer.account.instalments] == [20031, 20031, 20038]
        assert next_step(dearer.file, dearer.ports.now()) == NextStep(Todo.REST_BESIDE_PLAN, 10000)
        (late,) = list_arrears(dearer.ports)
        assert late.arrears.cents == 10000
        assert show_entry(dearer.ports, dearer.registration_id).has(Anomaly.VALIDATED_UNPAID)

    def test_is_asked_for_when_all_parts_are_paid(self, dearer: Student) -> None:
        for day in ("2022-07-10T08:00", "2022-08-10T08:00"):
            dearer.debits_run(day)
        assert [each.state for each in dearer.account.instalments] == [InstalmentState.PAID] * 3
        assert not is_complete(dearer.file)
        assert next_step(dearer.file, dearer.ports.now()) == NextStep(Todo.REST_BESIDE_PLAN, 10000)
        menus = {each.key: each.state for each in menu(dearer.file, dearer.ports.now())}
        assert menus[MenuKey.PAY_PLAN] is MenuState.OPEN
        dearer.pays(opens_the_rest(dearer), "7002")
        assert is_complete(dearer.file)
