"""Money that came before any order: every reader nets it against today's price, by one computation."""

import csv
from dataclasses import replace
from types import NoneType

import pytest

from chalicelib.api.views import quote_view
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.causes import PlanBelowMinimum, RestAtOnce
from chalicelib.domain.collection.positions import not_ordered_cents, position_of
from chalicelib.domain.credits import credited_cents, surplus_cents, to_give_back
from chalicelib.domain.errors import CoveredByCredit
from chalicelib.domain.fees import payable_lines, total_cents
from chalicelib.domain.guidance.next_step import NextStep, Todo, next_step
from chalicelib.domain.guidance.stages import money
from chalicelib.domain.languages import Language
from chalicelib.domain.lists.counters import Counting
from chalicelib.domain.lists.filters import Anomaly, Entry, Filter, Paid
from chalicelib.domain.money import FeeLine, totals
from chalicelib.domain.refunds.refund import RefundMethod, RefundState
from chalicelib.domain.refunds.refusals import RefundLapsed
from chalicelib.domain.registration import Decision
from chalicelib.domain.treasury.details import transfer_details
from chalicelib.portal.list_csv import registrations_csv
from chalicelib.usecases.campaigns.explain_amount import explain_amount
from chalicelib.usecases.collection.remind_arrears import list_arrears
from chalicelib.usecases.corrections.issue_credit_note import CreditOrder, issue_credit_note
from chalicelib.usecases.credits.list_credits import list_credits
from chalicelib.usecases.lists.find_registrations import find_registrations, show_entry
from chalicelib.usecases.lists.show_desk import show_desk
from chalicelib.usecases.lists.show_registration import show_registration
from chalicelib.usecases.plans.request_plan import show_plans
from chalicelib.usecases.registrations.decide_registration import decide_registration
from chalicelib.web.schemas.registrations import Quote
from tests.usecases.conftest import ACCOUNTANT, REGISTRAR, Student
from tests.usecases.refund_steps import approves, asked, prepares, reconciles, refund

RECEIVED = 60100


def costs(student: Student, cents: int) -> None:
    """A version of the campaign applies in which the declared situation costs this much."""
    campaign = student.ports.campaigns.current()
    programme = campaign.programme(student.registration.programme_code)
    code = student.registration.fee_situation_code or ""
    tariffs = {**programme.tariffs, code: (FeeLine("Droits de scolarité", 1, cents),)}
    programmes = {**campaign.programmes, programme.code: replace(programme, tariffs=tariffs)}
    student.ports.campaigns.change(replace(campaign, programmes=programmes))


def entry(student: Student) -> Entry:
    return show_entry(student.ports, student.registration_id)


def desk(student: Student) -> dict[Counting, tuple[int, int | None]]:
    counters = show_desk(student.ports, student.ports.campaigns.current(), ACCOUNTANT)
    return {each.of: (each.count, each.amount_cents) for each in counters}


def exported(student: Student) -> dict[str, str]:
    campaign = student.ports.campaigns.current()
    found = find_registrations(student.ports, campaign, Filter()).entries
    text = registrations_csv(found, campaign).decode("utf-8-sig")
    (row,) = csv.DictReader(text.splitlines(), delimiter=";")
    return row


def quoted(student: Student) -> Quote:
    return quote_view(student.file, explain_amount(student.ports, student.file), Language.FR)


@pytest.fixture
def early(chris: Student) -> Student:
    """601,00 € came by an old page when the declared situation cost nothing: nothing is ordered."""
    chris.declares("01")
    page = chris.keeps_a_page()
    chris.declares("02")
    decide_registration(chris.ports, chris.registration_id, Decision.VALIDATE, "", REGISTRAR)
    chris.pays(page)
    assert chris.account.orders == ()
    return chris


class TestPriceAboveWhatCame:
    @pytest.fixture
    def dearer(self, early: Student) -> Student:
        costs(early, RECEIVED + 1000)
        return early

    def test_page_asks_what_lists_and_desk_and_export_say(self, dearer: Student) -> None:
        assert totals(payable_lines(dearer.file, dearer.ports.now())).total_cents == 1000
        assert next_step(dearer.file, dearer.ports.now()).cents == 1000
        shown = entry(dearer)
        assert (shown.rest_cents, shown.give_back_cents, shown.paid) == (1000, 0, Paid.PART)
        assert not shown.has(Anomaly.CREDIT)
        assert desk(dearer)[Counting.VALIDATED_UNPAID] == (1, 1000)
        assert desk(dearer)[Counting.CREDITS] == (0, 0)
        row = exported(dearer)
        assert (row["Dû"], row["Payé"], row["Reste"], row["À rendre"]) == (
            "611,00",
            "601,00",
            "10,00",
            "0,00",
        )

    def test_nothing_of_it_is_a_credit(self, dearer: Student) -> None:
        assert list_credits(dearer.ports, None).found == []
        assert list_arrears(dearer.ports) == ()
        assert surplus_cents(dearer.file) == 0
        assert credited_cents(dearer.file, dearer.account.payments[0]) == 0

    def test_position_leaves_it_out_and_asks_the_rest_beside(self, dearer: Student) -> None:
        account, files, today = dearer.account, (dearer.file,), paris_day(dearer.ports.now())
        position = position_of(account, files, today)
        assert (position.balance_cents, position.position_cents) == (-RECEIVED, 0)
        assert not_ordered_cents(files) == 1000
        details = transfer_details(account, files, today)
        assert details is not None
        assert details.cents == 1000
        assert show_registration(dearer.ports, dearer.registration_id).position == position

    def test_refund_of_it_tells_what_will_be_owed(self, dearer: Student) -> None:
        prepared = prepares(dearer, dearer.account.payments[0], asked(RECEIVED, RECEIVED))
        sheet = prepared.sheet
        assert (sheet.owed_before_cents, sheet.owed_after_cents) == (1000, RECEIVED + 1000)

    def test_next_payment_orders_and_pays_all(self, dearer: Student) -> None:
        dearer.pays(dearer.opens_the_page(), "7002")
        shown = entry(dearer)
        assert (shown.rest_cents, shown.give_back_cents, shown.paid) == (0, 0, Paid.ALL)
        assert dearer.balance_cents == 0


class TestPlans:
    @staticmethod
    def offered(student: Student) -> dict[str, object]:
        person_id = student.person.id
        plans = show_plans(student.ports, person_id, student.registration_id, None)
        return {each.plan.code: type(each.refusal) for each in plans}

    def test_none_is_offered_whose_first_part_is_more_than_the_rest(self, early: Student) -> None:
        costs(early, 120000)
        assert self.offered(early) == {"paybox-3": NoneType, "paybox-6": NoneType}
        costs(early, 85000)
        assert self.offered(early) == {"paybox-3": RestAtOnce, "paybox-6": PlanBelowMinimum}
        with pytest.raises(RestAtOnce):
            early.asks_for("paybox-3")

    def test_none_is_offered_for_what_is_covered(self, early: Student) -> None:
        costs(early, RECEIVED)
        assert self.offered(early)["paybox-3"] is CoveredByCredit

    def test_what_is_ordered_is_shown_as_before(self, chris: Student) -> None:
        chris.declares("01")
        chris.pays(chris.opens_the_page())
        assert self.offered(chris)["paybox-3"] is NoneType

    def test_one_that_is_offered_can_be_begun(self, early: Student) -> None:
        costs(early, 120000)
        early.asks_for("paybox-3")
        early.is_approved()
        assert early.opens_the_page_of(1).amount_cents == 39996


class TestQuote:
    def test_of_money_before_the_order_tells_what_the_page_asks(self, early: Student) -> None:
        costs(early, RECEIVED + 1000)
        told = quoted(early)
        assert (told.total_cents, told.received_cents, told.to_pay_cents) == (RECEIVED + 1000, RECEIVED, 1000)
        early.pays(early.opens_the_page(), "7002")
        assert quoted(early).to_pay_cents == 0

    def test_of_a_part_paid_order_takes_credit_notes_off(self, chris: Student) -> None:
        chris.declares("01")
        page = chris.keeps_a_page()
        chris.declares("05")
        chris.pays(page)
        (invoice,) = chris.account.invoices
        issue_credit_note(chris.ports, CreditOrder(invoice.number, 10000, "bourse"), ACCOUNTANT)
        told = quoted(chris)
        assert (told.total_cents, told.credited_cents, told.received_cents) == (377000, 10000, RECEIVED)
        assert told.to_pay_cents == chris.opens_the_page().amount_cents == 377000 - 10000 - RECEIVED

    def test_of_a_refused_file_asks_nothing(self, chris: Student) -> None:
        chris.declares("01")
        assert quoted(chris).to_pay_cents == RECEIVED
        decide_registration(chris.ports, chris.registration_id, Decision.REFUSE, "motif", REGISTRAR)
        assert (quoted(chris).total_cents, quoted(chris).to_pay_cents) == (RECEIVED, 0)


class TestRefundOfWhatIsOwedSince:
    def test_is_not_approved_by_a_sheet_of_before(self, early: Student) -> None:
        prepared = prepares(early, early.account.payments[0], asked(RECEIVED, RECEIVED))
        costs(early, RECEIVED + 1000)
        with pytest.raises(RefundLapsed):
            approves(early, prepared)
        assert early.account.payments[0].refunding_cents == 0

    def test_approved_before_does_not_leave(self, early: Student) -> None:
        by_transfer = asked(RECEIVED, RECEIVED, RefundMethod.TRANSFER)
        prepared = prepares(early, early.account.payments[0], by_transfer)
        assert approves(early, prepared).state is RefundState.APPROVED
        costs(early, RECEIVED + 1000)
        assert reconciles(early, minutes=5).lapsed == 1
        assert refund(early, prepared).state is RefundState.LAPSED


class TestPriceBelowWhatCame:
    @pytest.fixture
    def cheap(self, early: Student) -> Student:
        costs(early, RECEIVED - 1000)
        return early

    def test_difference_alone_is_a_credit_everywhere(self, cheap: Student) -> None:
        shown = entry(cheap)
        assert (shown.rest_cents, shown.give_back_cents, shown.paid) == (0, 1000, Paid.OVER)
        (owned,) = list_credits(cheap.ports, None).found
        assert owned.credit.amount_cents == surplus_cents(cheap.file) == 1000
        assert credited_cents(cheap.file, cheap.account.payments[0]) == 1000
        assert desk(cheap)[Counting.CREDITS] == (1, 1000)
        assert next_step(cheap.file, cheap.ports.now()) == NextStep(Todo.CREDIT_BACK, 1000)
        position = position_of(cheap.account, (cheap.file,), paris_day(cheap.ports.now()))
        assert (position.position_cents, not_ordered_cents((cheap.file,))) == (-1000, 0)

    def test_what_waits_for_a_second_person_is_counted_by_nobody(self, cheap: Student) -> None:
        prepares(cheap, cheap.account.payments[0], asked(1000, RECEIVED), by=ACCOUNTANT)
        assert list_credits(cheap.ports, None).found == []
        assert desk(cheap)[Counting.CREDITS] == (0, 0)

    def test_refused_file_gives_all_back(self, cheap: Student) -> None:
        decide_registration(cheap.ports, cheap.registration_id, Decision.REOPEN, "motif", REGISTRAR)
        decide_registration(cheap.ports, cheap.registration_id, Decision.REFUSE, "motif", REGISTRAR)
        assert entry(cheap).paid is Paid.OVER
        credit = to_give_back(cheap.file)
        assert entry(cheap).give_back_cents == (credit.amount_cents if credit else 0)
        position = position_of(cheap.account, (cheap.file,), paris_day(cheap.ports.now()))
        assert (position.position_cents, not_ordered_cents((cheap.file,))) == (-RECEIVED, 0)


def test_file_refused_before_any_order_owes_nothing_to_any_reader(chris: Student) -> None:
    chris.declares("01")
    decide_registration(chris.ports, chris.registration_id, Decision.REFUSE, "Motif", REGISTRAR)
    assert total_cents(chris.file) == money(chris.file).due_cents == entry(chris).owed_cents == 0
    assert entry(chris).paid is Paid.NOTHING_OWED
    assert exported(chris)["Dû"] == "0,00"
