"""Menu 2b: the exact dates and cents before asking, the request, and the word of accounting."""

from dataclasses import replace
from datetime import date

import pytest

from chalicelib.domain import errors
from chalicelib.domain.causes import PlanBelowMinimum, PlanChanged, PlanUnknown
from chalicelib.domain.changes import Changes
from chalicelib.domain.guidance.next_step import Todo, next_step
from chalicelib.domain.menu import MenuKey, MenuReason, MenuState, Why
from chalicelib.domain.money import FeeLine
from chalicelib.domain.outbox import Topic
from chalicelib.domain.payments import Outcome
from chalicelib.domain.plan.plan_requests import PlanDecision, PlanRequestState
from chalicelib.domain.plan.refusals import RequestOutdated
from chalicelib.domain.registration import RegistrationStatus
from chalicelib.usecases.delivery.deliver_outbox import deliver_outbox
from chalicelib.usecases.payments.record_notification import record_notification
from chalicelib.usecases.plans.decide_plan_request import decide_plan_request, list_plan_requests
from chalicelib.usecases.plans.request_plan import request_plan, show_plans, withdraw_plan_request
from chalicelib.usecases.registrations.show_account import show_menu
from tests.fakes.ports import MemoryCampaigns
from tests.usecases.conftest import ACCOUNTANT, CHRIS, Student, refused


def menus(student: Student) -> dict[MenuKey, MenuState]:
    items, _ = show_menu(student.ports, student.ports.accounts.account(CHRIS.id))
    return {item.key: item.state for item in items}


def withdraws(student: Student) -> None:
    withdraw_plan_request(student.ports, CHRIS.id, student.registration_id)


class TestShowing:
    def test_each_plan_is_shown_with_its_dates_and_cents_before_asking(self, chris: Student) -> None:
        chris.declares("01")
        three, six = show_plans(chris.ports, CHRIS.id, chris.registration_id, None)
        assert [(part.due_on, part.amount_cents) for part in three.schedule.parts] == [
            (date(2022, 6, 24), 20031),
            (date(2022, 7, 10), 20031),
            (date(2022, 8, 10), 20038),
        ]
        assert three.refusal is None
        assert six.refusal == PlanBelowMinimum(100000)

    def test_first_day_can_be_chosen_to_see_what_follows(self, chris: Student) -> None:
        chris.declares("05")
        _, six = show_plans(chris.ports, CHRIS.id, chris.registration_id, date(2022, 9, 1))
        assert (six.schedule.last_due_on, six.refusal) == (date(2023, 2, 10), None)

    def test_what_was_paid_of_an_order_is_no_reason_against_a_plan(self, chris: Student) -> None:
        chris.declares("01")
        chris.pays(chris.opens_the_page())
        three, _ = show_plans(chris.ports, CHRIS.id, chris.registration_id, None)
        assert three.refusal is None

    def test_nothing_is_shown_without_a_situation(self, chris: Student) -> None:
        with pytest.raises(errors.FeeSituationMissing):
            show_plans(chris.ports, CHRIS.id, chris.registration_id, None)


class TestAsking:
    def test_request_waits_for_accounting_and_closes_menu_2a(self, chris: Student) -> None:
        chris.declares("01")
        assert (chris.asks_for().state, menus(chris)[MenuKey.PAY_ONCE]) == (
            PlanRequestState.REQUESTED,
            MenuState.CLOSED,
        )
        with pytest.raises(errors.PlanBinding):
            chris.opens_the_page()

    def test_schedule_that_was_not_seen_is_not_asked_for(self, chris: Student) -> None:
        chris.declares("01")
        seen, _ = show_plans(chris.ports, CHRIS.id, chris.registration_id, None)
        with pytest.raises(PlanChanged):
            request_plan(chris.ports, CHRIS.id, chris.registration_id, "paybox-3", "of another price")
        asked = request_plan(chris.ports, CHRIS.id, chris.registration_id, "paybox-3", seen.schedule.hash)
        assert asked.schedule_hash == seen.schedule.hash

    def test_plan_that_binds_closes_menu_1(self, chris: Student) -> None:
        chris.declares("01")
        assert menus(chris)[MenuKey.DOSSIER] is MenuState.OPEN
        chris.asks_for()
        assert menus(chris)[MenuKey.DOSSIER] is MenuState.CLOSED

    def test_same_request_again_writes_nothing_another_replaces_it(self, chris: Student) -> None:
        chris.declares("05")
        first = chris.asks_for("paybox-3")
        chris.ports.move(hours=1)
        assert chris.asks_for("paybox-3") == first
        assert chris.asks_for("paybox-6").version == 2
        assert [each.plan_code for each in chris.account.plan_requests] == ["paybox-6"]

    def test_approved_plan_can_still_be_replaced_and_then_waits_again(self, chris: Student) -> None:
        chris.declares("05")
        chris.asks_for("paybox-3")
        chris.is_told(PlanDecision.APPROVE)
        assert chris.asks_for("paybox-6").state is PlanRequestState.REQUESTED
        with pytest.raises(errors.PlanNotApproved):
            chris.opens_the_page_of(1)

    def test_withdrawn_request_opens_menu_2a_again(self, chris: Student) -> None:
        chris.declares("01")
        chris.asks_for()
        withdraws(chris)
        withdraws(chris)
        assert menus(chris)[MenuKey.PAY_ONCE] is MenuState.OPEN
        assert chris.account.plan_requests[0].version == 2

    def test_situation_stays_as_it_is_while_a_plan_is_asked_for(self, chris: Student) -> None:
        chris.declares("01")
        chris.asks_for()
        assert chris.declares("01").fee_situation_code == "01"
        with pytest.raises(errors.PlanBinding):
            chris.declares("05")


class TestAskingIsRefused:
    def test_for_six_instalments_below_a_thousand_euros(self, chris: Student) -> None:
        chris.declares("01")
        with pytest.raises(errors.PlanNotAllowed, match="minimum"):
            chris.asks_for("paybox-6")

    def test_for_a_plan_of_another_campaign(self, chris: Student) -> None:
        chris.declares("05")
        with pytest.raises(errors.PlanNotAllowed, match="unknown") as unknown:
            chris.asks_for("paybox-12")
        assert unknown.value == PlanUnknown("paybox-12", ("paybox-3", "paybox-6"))

    def test_for_a_second_plan_once_the_first_is_started(self, chris: Student) -> None:
        chris.starts_the_plan(code="05")
        with pytest.raises(errors.PlanLocked, match="change"):
            chris.asks_for("paybox-6")
        with pytest.raises(errors.PlanLocked, match="withdrawal"):
            withdraws(chris)

    def test_after_a_payment(self, chris: Student) -> None:
        chris.declares("01")
        chris.pays(chris.opens_the_page())
        with pytest.raises(errors.AlreadyPaid):
            chris.asks_for()

    def test_while_an_answer_about_a_payment_is_unclear(self, chris: Student) -> None:
        chris.declares("01")
        unclear = refused(chris.opens_the_page(), outcome=Outcome.UNKNOWN)
        record_notification(chris.ports, chris.ports.gateway.says(b"unclear", unclear))
        with pytest.raises(errors.PaymentUnclear):
            chris.asks_for()

    def test_while_the_windows_are_closed(self, chris: Student) -> None:
        chris.declares("01")
        chris.asks_for()
        chris.ports.move(days=31)
        with pytest.raises(errors.WindowClosed):
            chris.asks_for()
        with pytest.raises(errors.WindowClosed):
            withdraws(chris)

    def test_when_there_is_nothing_to_take_back(self, chris: Student) -> None:
        with pytest.raises(errors.NotFound, match="plan_request"):
            withdraws(chris)

    def test_for_somebody_elses_registration(self, chris: Student) -> None:
        with pytest.raises(errors.NotFound):
            request_plan(chris.ports, CHRIS.id, "00000000000000ff-1", "paybox-3")

    def test_when_the_file_changed_at_the_same_moment(self, chris: Student) -> None:
        chris.declares("01")
        stale = chris.registration
        chris.declares("05")
        with pytest.raises(errors.ConcurrentUpdate):
            chris.ports.store.commit(Changes((chris.asks_for(),), audit=chris.trace, unchanged=(stale,)))


class TestAccounting:
    def test_queue_shows_the_oldest_first_and_the_threshold_flag(self, chris: Student) -> None:
        chris.declares("01")
        asked = chris.asks_for()
        waiting, cursor = list_plan_requests(chris.ports, PlanRequestState.REQUESTED, None)
        assert (waiting, cursor) == ((asked,), None)
        assert not asked.is_at_threshold
        assert list_plan_requests(chris.ports, PlanRequestState.APPROVED, None)[0] == ()

    def test_approval_and_its_mail_are_written_together_once(self, chris: Student) -> None:
        chris.declares("01")
        chris.asks_for()
        for _ in range(2):
            chris.is_told(PlanDecision.APPROVE)
        ((topic, _),) = chris.mails()
        assert topic == Topic.PLAN_APPROVED
        assert chris.account.plan_requests[0].decided_by == ACCOUNTANT.id
        assert menus(chris)[MenuKey.PAY_PLAN] is MenuState.OPEN

    def test_approval_of_a_file_that_changed_at_the_same_moment_is_decided_anew(self, chris: Student) -> None:
        chris.declares("01")
        chris.asks_for()
        commit = chris.ports.store.commit

        def changed_before(changes: Changes) -> None:
            registration = chris.registration
            chris.ports.memory.add(replace(registration, version=registration.version + 1))
            commit(changes)

        chris.ports.store.commit = changed_before  # type: ignore[method-assign]
        with pytest.raises(errors.ConcurrentUpdate):
            chris.is_told(PlanDecision.APPROVE)
        assert chris.account.plan_requests[0].state is PlanRequestState.REQUESTED

    def test_refusal_tells_its_reason_and_opens_menu_2a_again(self, chris: Student) -> None:
        chris.declares("01")
        chris.asks_for()
        refused_request = chris.is_told(PlanDecision.REFUSE, "garantie manquante")
        assert refused_request.reason == "garantie manquante"
        assert chris.mails() == [(Topic.PLAN_REFUSED, 0)]
        assert menus(chris)[MenuKey.PAY_ONCE] is MenuState.OPEN
        assert menus(chris)[MenuKey.PAY_PLAN] is MenuState.HIDDEN

    def test_what_was_withdrawn_meanwhile_cannot_be_approved(self, chris: Student) -> None:
        chris.declares("01")
        chris.asks_for()
        withdraws(chris)
        with pytest.raises(errors.DecisionNotPossible):
            chris.is_told(PlanDecision.APPROVE)

    def test_request_of_another_price_is_refused_and_asked_for_again(self, chris: Student) -> None:
        """A new tariff applies after the request: its first part would be refused, and no menu leads on."""
        chris.declares("01")
        chris.asks_for()
        campaign = chris.ports.campaigns.current()
        programme = campaign.programme(chris.registration.programme_code)
        dearer = (FeeLine("Droits de scolarité", 1, 65050),)
        changed = replace(programme, tariffs={**programme.tariffs, "01": dearer})
        programmes = {**campaign.programmes, programme.code: changed}
        chris.ports.campaigns = MemoryCampaigns(replace(campaign, programmes=programmes))
        with pytest.raises(RequestOutdated):
            chris.is_told(PlanDecision.APPROVE)
        assert chris.mails() == []
        assert next_step(chris.file, chris.ports.now()).todo is Todo.PLAN_CHANGED
        chris.is_told(PlanDecision.REFUSE, "nouveau tarif")
        chris.asks_for()
        assert chris.is_told(PlanDecision.APPROVE).total_cents == 65050
        assert chris.opens_the_page_of(1).amount_cents == 21681

    def test_nothing_was_asked_for(self, chris: Student) -> None:
        with pytest.raises(errors.NotFound, match="plan_to_decide"):
            decide_plan_request(chris.ports, chris.registration_id, PlanDecision.APPROVE, "", ACCOUNTANT)


class TestMenus:
    def test_plans_are_hidden_from_who_has_no_registration(self, chris: Student) -> None:
        chris.ports.memory.registrations_by_id.clear()
        assert menus(chris)[MenuKey.CHOOSE_PLAN] is menus(chris)[MenuKey.PAY_PLAN] is MenuState.HIDDEN

    def test_plans_that_the_campaign_does_not_offer_are_hidden_and_say_so(self, chris: Student) -> None:
        chris.ports.campaigns.change(replace(chris.ports.campaigns.current(), plans={}))
        items, _ = show_menu(chris.ports, chris.account)
        (plans,) = [each for each in items if each.key is MenuKey.CHOOSE_PLAN]
        assert (plans.state, plans.reason) == (MenuState.HIDDEN, MenuReason(Why.NO_PLAN_OFFERED))

    def test_choosing_follows_paying_at_once_until_something_is_asked_for(self, chris: Student) -> None:
        assert menus(chris)[MenuKey.CHOOSE_PLAN] is MenuState.CLOSED
        chris.declares("01")
        assert menus(chris)[MenuKey.CHOOSE_PLAN] is MenuState.OPEN
        chris.asks_for()
        assert menus(chris)[MenuKey.CHOOSE_PLAN] is MenuState.OPEN
        chris.ports.move(days=31)
        assert menus(chris)[MenuKey.CHOOSE_PLAN] is MenuState.CLOSED

    def test_running_plan_is_open_whatever_the_windows_and_done_at_its_end(self, chris: Student) -> None:
        chris.starts_the_plan()
        assert menus(chris)[MenuKey.CHOOSE_PLAN] is MenuState.DONE
        chris.debits_run("2022-07-10T00:30")
        chris.ports.move(days=20)
        assert menus(chris)[MenuKey.PAY_PLAN] is MenuState.OPEN
        chris.debits_run("2022-08-10T00:30")
        assert menus(chris)[MenuKey.PAY_PLAN] is MenuState.DONE


def test_page_for_the_whole_that_is_paid_after_all_takes_the_request_back(chris: Student) -> None:
    chris.declares("01")
    page = chris.keeps_a_page()
    chris.asks_for()
    chris.pays(page)
    assert chris.account.plan_requests[0].state is PlanRequestState.WITHDRAWN
    assert (chris.balance_cents, chris.account.instalments) == (0, ())


def test_page_for_the_whole_that_is_paid_after_a_withdrawal_leaves_the_request_alone(chris: Student) -> None:
    chris.declares("01")
    page = chris.keeps_a_page()
    chris.asks_for()
    withdraws(chris)
    chris.pays(page)
    assert chris.account.plan_requests[0].version == 2


def test_mail_about_a_decision_goes_to_the_student(chris: Student) -> None:
    chris.declares("01")
    chris.asks_for()
    chris.is_told(PlanDecision.APPROVE)
    (entry,) = chris.ports.outbox.pending(chris.ports.at)
    deliver_outbox(chris.ports, entry.id)
    assert chris.ports.mailer.sent == [(CHRIS.email, Topic.PLAN_APPROVED)]


def test_exactly_a_thousand_euros_reaches_accounting_with_a_flag(chris: Student) -> None:
    chris.declares("05")
    plan = replace(chris.ports.campaigns.current().plans["paybox-6"], minimum_total_cents=377000)
    campaign = replace(chris.ports.campaigns.current(), plans={"paybox-6": plan})
    chris.ports.campaigns = type(chris.ports.campaigns)(campaign)
    assert chris.asks_for("paybox-6").is_at_threshold


def test_refused_file_cannot_ask_for_a_plan(chris: Student) -> None:
    chris.declares("01")
    withdrawn = replace(chris.registration, status=RegistrationStatus.WITHDRAWN)
    chris.ports.memory.add(withdrawn)
    with pytest.raises(errors.RegistrationRefused):
        chris.asks_for()
