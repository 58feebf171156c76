"""P30: the second registration works like the first, in the same campaign and in the next one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from chalicelib.domain import errors
from chalicelib.domain.calendar import PARIS, Window
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.fees import shown_quote
from chalicelib.domain.menu import MenuKey, MenuState
from chalicelib.domain.outbox import Topic
from chalicelib.domain.plan.instalments import InstalmentState
from chalicelib.domain.plan.plan_requests import PlanRequestState
from chalicelib.domain.registration import Decision
from chalicelib.usecases.delivery.deliver_outbox import deliver_outbox
from chalicelib.usecases.invoices.issue_certificate import issue_certificate
from chalicelib.usecases.payments.record_notification import record_notification
from chalicelib.usecases.plans.decide_plan_request import list_plan_requests
from chalicelib.usecases.privacy.apply_retention import apply_retention
from chalicelib.usecases.privacy.export_person import export_person
from chalicelib.usecases.registrations.decide_registration import decide_registration
from chalicelib.usecases.registrations.show_account import (
    open_files,
    show_account,
    show_file,
    show_menu,
)
from tests.fakes.gateway import Behaviour
from tests.fakes.ports import add_registration
from tests.usecases.conftest import CHRIS, REGISTRAR, Student, accepted, waiting_files

NEXT_YEAR = datetime(2023, 6, 24, 10, tzinfo=PARIS)
Opens = Callable[[Student], Student]


def in_the_same_campaign(first: Student) -> Student:
    campaign_id = first.ports.campaigns.current().id
    second = add_registration(first.ports, CHRIS, "P2223_Y3_3A", campaign_id, ordinal=2)
    return replace(first, registration_id=second.id)


def in_the_next_campaign(first: Student) -> Student:
    """A year later: another campaign file, of which the first programme is no part."""
    following = next_year_of(first.ports.campaigns.current())
    first.ports.campaigns.begin(following)
    first.ports.at = NEXT_YEAR
    second = add_registration(first.ports, CHRIS, "P2324_Y3_3A", following.id, ordinal=2)
    return replace(first, registration_id=second.id)


def next_year_of(campaign: Campaign) -> Campaign:
    programme = replace(campaign.programme("P2223_Y3_3A"), code="P2324_Y3_3A")
    year = timedelta(days=365)
    return replace(
        campaign,
        id="clermont-auvergne-inp-2023",
        windows=tuple(Window(window.opens_at + year, window.closes_at + year) for window in campaign.windows),
        programmes={programme.code: programme},
    )


def delivered(student: Student) -> list[str]:
    """Deliver all that waits; each mail is written out, so one that cannot be written fails here."""
    for entry_id in list(student.ports.memory.entries):
        deliver_outbox(student.ports, entry_id)
    return [topic for _, topic in student.ports.mailer.sent]


def states(student: Student) -> dict[MenuKey, MenuState]:
    items, _ = show_menu(student.ports, student.ports.accounts.account(CHRIS.id), student.registration_id)
    return {item.key: item.state for item in items}


@pytest.fixture(params=[in_the_same_campaign, in_the_next_campaign], ids=["same campaign", "next campaign"])
def second(request: pytest.FixtureRequest, chris: Student) -> Student:
    """The second registration of somebody who paid the first one."""
    chris.declares("05")
    chris.pays(chris.opens_the_page(), "6999")
    opens: Opens = request.param
    return opens(chris)


def test_it_is_declared_quoted_and_paid_at_once(second: Student) -> None:
    assert states(second)[MenuKey.DOSSIER] is MenuState.OPEN
    second.declares("01")
    assert shown_quote(show_file(second.ports, CHRIS.id, second.registration_id))[0].total_cents == 60100
    assert states(second)[MenuKey.PAY_ONCE] is MenuState.OPEN

    second.pays(second.opens_the_page(), "7002")

    assert second.balance_cents == 0
    assert [payment.amount_cents for payment in second.file.payments] == [60100]
    assert states(second)[MenuKey.PAY_ONCE] is MenuState.DONE
    assert delivered(second).count(Topic.PAYMENT_BOOKED) == 2


def test_it_is_paid_by_instalments(second: Student) -> None:
    second.starts_the_plan()
    due = [instalment.due_on for instalment in second.file.instalments]
    for day in due[1:]:
        second.debits_run(f"{day}T09:00")

    assert {instalment.state for instalment in second.file.instalments} == {InstalmentState.PAID}
    assert sum(payment.amount_cents for payment in second.file.payments) == 60100
    assert second.balance_cents == 0
    assert Topic.DEBIT_TAKEN in delivered(second)


def test_its_refused_debits_are_told_and_paid_by_hand(second: Student) -> None:
    second.starts_the_plan()
    second.ports.gateway.script.append(Behaviour.REFUSE_HARD)
    second.debits_run(f"{second.instalment(2).due_on}T09:00")
    assert second.file.needs_payer

    second.pays(second.opens_the_page_of(2), "7009")

    assert second.instalment(2).state is InstalmentState.PAID
    assert Topic.PAYER_NEEDED in delivered(second)


def test_both_are_listed_and_each_keeps_its_own_state(second: Student) -> None:
    first, other = open_files(second.ports, second.ports.accounts.account(CHRIS.id))
    assert (first.registration.fee_situation_code, other.registration.fee_situation_code) == ("05", None)
    assert [order.registration_id for order in first.orders] == [first.registration.id]
    assert other.orders == ()


def test_menu_without_a_name_is_that_of_the_latest(second: Student) -> None:
    unnamed, campaign = show_menu(second.ports, second.ports.accounts.account(CHRIS.id))
    named, _ = show_menu(second.ports, second.ports.accounts.account(CHRIS.id), second.registration_id)
    assert unnamed == named
    assert campaign.id == second.registration.campaign_id


def test_certificate_is_about_its_own_payments(second: Student) -> None:
    second.declares("01")
    second.pays(second.opens_the_page(), "7002")
    for file, cents in zip(
        open_files(second.ports, second.ports.accounts.account(CHRIS.id)), (377000, 60100), strict=True
    ):
        document, _ = issue_certificate(second.ports, CHRIS.id, file.registration.id)
        assert second.ports.documents.stored[document.key] == f"{cents} of {cents}".encode()


def test_registrar_and_accounting_find_it_in_the_queue_of_the_current_campaign(second: Student) -> None:
    second.declares("01")
    second.asks_for()
    waiting = waiting_files(second.ports)
    asked, _ = list_plan_requests(second.ports, PlanRequestState.REQUESTED, None)
    assert second.registration_id in {registration.id for registration in waiting}
    assert [request.registration_id for request in asked] == [second.registration_id]

    decide_registration(second.ports, second.registration_id, Decision.VALIDATE, "", REGISTRAR)

    assert Topic.REGISTRATION_VALIDATED in delivered(second)


def test_export_holds_both(second: Student) -> None:
    held = export_person(second.ports, CHRIS.id, CHRIS)
    assert len(held["records"]["registration"]) == 2


def test_somebody_elses_is_not_found(second: Student) -> None:
    with pytest.raises(errors.NotFound):
        show_file(second.ports, CHRIS.id, "00000000000000c2-1")
    with pytest.raises(errors.NotFound):
        show_menu(second.ports, second.ports.accounts.account(CHRIS.id), "00000000000000c2-1")


def test_account_is_kept_until_the_last_campaign_has_ended_long_ago(chris: Student) -> None:
    chris.declares("05")
    chris.pays(chris.opens_the_page(), "6999")
    second = in_the_next_campaign(chris)
    second.declares("01")
    second.pays(second.opens_the_page(), "7002")
    later = datetime(2027, 11, 1, 8, tzinfo=PARIS)
    chris.ports.memory.people[CHRIS.id] = replace(CHRIS, review_on=later.date())
    # More than the 60 months after the end of the first campaign, less than that after the second.
    chris.ports.at = later

    assert apply_retention(chris.ports).erased == 0
    assert show_account(chris.ports, CHRIS.id).person.email == CHRIS.email


class TestTermsThatLeftTheCampaign:
    """A plan, a programme and a situation are taken out of the file after a plan began under them."""

    def leaves(self, student: Student) -> None:
        campaign = student.ports.campaigns.current()
        student.ports.campaigns.change(replace(campaign, plans={}, programmes={}, fee_situations={}))

    def test_quote_is_what_was_ordered(self, chris: Student) -> None:
        chris.starts_the_plan()
        before = shown_quote(show_file(chris.ports, CHRIS.id, chris.registration_id))
        self.leaves(chris)
        assert shown_quote(show_file(chris.ports, CHRIS.id, chris.registration_id)) == before

    def test_quote_says_so_where_nothing_was_ordered(self, chris: Student) -> None:
        self.leaves(chris)
        with pytest.raises(errors.FeeSituationMissing):
            shown_quote(show_file(chris.ports, CHRIS.id, chris.registration_id))
        declared = replace(chris.registration, fee_situation_code="05")
        chris.ports.memory.registrations_by_id[chris.registration_id] = declared
        with pytest.raises(errors.ProgrammeNotPriced):
            shown_quote(show_file(chris.ports, CHRIS.id, chris.registration_id))

    def test_debits_go_on_by_the_terms_that_were_agreed_to(self, chris: Student) -> None:
        chris.starts_the_plan()
        self.leaves(chris)
        for day in ("2022-07-10", "2022-08-10"):
            chris.debits_run(f"{day}T09:00")
        assert {instalment.state for instalment in chris.file.instalments} == {InstalmentState.PAID}
        assert Topic.DEBIT_TAKEN in delivered(chris)

    def test_refused_debit_is_tried_again_after_the_days_that_were_agreed_to(self, chris: Student) -> None:
        chris.starts_the_plan()
        self.leaves(chris)
        chris.ports.gateway.script.append(Behaviour.REFUSE_SOFT)
        chris.debits_run("2022-07-10T09:00")
        assert chris.instalment(2).next_try_on > chris.instalment(2).due_on

    def test_page_shown_before_starts_the_plan_after(self, chris: Student) -> None:
        chris.declares("01")
        chris.asks_for()
        chris.is_approved()
        attempt = chris.opens_the_page_of(1)
        self.leaves(chris)
        record_notification(chris.ports, chris.ports.gateway.says(b"7001", accepted(attempt)))
        assert [instalment.rank for instalment in chris.file.instalments] == [1, 2, 3]

    def test_late_instalment_is_paid_by_hand(self, chris: Student) -> None:
        chris.starts_the_plan()
        chris.ports.gateway.script.append(Behaviour.REFUSE_HARD)
        chris.debits_run("2022-07-10T09:00")
        self.leaves(chris)
        chris.pays(chris.opens_the_page_of(2), "7009")
        assert chris.instalment(2).state is InstalmentState.PAID

    def test_mandate_older_than_the_field_goes_by_the_campaign_while_it_can(self, chris: Student) -> None:
        chris.starts_the_plan()
        mandates = chris.ports.memory.mandates
        mandates[chris.registration_id] = replace(mandates[chris.registration_id], plan=None)
        chris.ports.gateway.script.append(Behaviour.REFUSE_HARD)
        chris.debits_run("2022-07-10T09:00")
        assert chris.instalment(2).state is InstalmentState.NEEDS_PAYER
        self.leaves(chris)
        with pytest.raises(errors.InstalmentNotPayable):
            chris.opens_the_page_of(2)

    def test_approved_plan_that_nobody_began_cannot_begin_any_more(self, chris: Student) -> None:
        chris.declares("01")
        chris.asks_for()
        chris.is_approved()
        campaign = chris.ports.campaigns.current()
        chris.ports.campaigns.change(replace(campaign, plans={}))
        with pytest.raises(errors.PlanNotApproved):
            chris.opens_the_page_of(1)
