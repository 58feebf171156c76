"""A situation changes, or a student leaves, while a third-party payer takes a part."""

from datetime import date

import pytest

from chalicelib.domain.fees import total_cents
from chalicelib.domain.lists.filters import entry_of, tariffs_of
from chalicelib.domain.lists.lines import line_of
from chalicelib.domain.lists.search import Hit
from chalicelib.domain.owed import owed_cents
from chalicelib.domain.payers.payer import PayerState
from chalicelib.domain.payers.refusals import PayerAboveTariff
from chalicelib.domain.registration import Decision
from chalicelib.usecases.corrections.write_off_rest import write_off_rest
from chalicelib.usecases.registrations.decide_registration import decide_registration
from tests.proof.books import check_books
from tests.usecases.conftest import ACCOUNTANT, REGISTRAR, Student
from tests.usecases.correction_steps import changes, prepared
from tests.usecases.payer_steps import COMPANY, gives_up, invoices, is_paid_by, names, owed_in_all
from tests.usecases.test_withdrawals import withdraws

PRICE, DEARER, SHARE = 60100, 377000, 40000


@pytest.fixture
def declared(chris: Student) -> Student:
    chris.declares("01")
    return chris


@pytest.fixture
def paid(declared: Student) -> Student:
    """The payer is invoiced, and the student has paid the rest by card."""
    names(declared)
    invoices(declared)
    declared.pays(declared.opens_the_page())
    return declared


class TestAChangedSituation:
    def test_payer_that_waits_for_its_invoice_keeps_its_share(self, declared: Student) -> None:
        names(declared)
        changes(declared, "05")
        assert total_cents(declared.file) == DEARER - SHARE
        invoices(declared)
        assert owed_in_all(declared) == DEARER

    def test_dearer_one_asks_the_student_for_the_difference_alone(self, paid: Student) -> None:
        changes(paid, "05")
        assert owed_cents(paid.file) == DEARER - PRICE
        assert [line.product for line in paid.file.orders[-1].lines] == ["Droits de scolarité"]
        assert owed_in_all(paid) == DEARER
        check_books(paid.ports.memory)

    def test_cheaper_one_gives_back_to_the_student_what_the_payer_does_not_take(self, paid: Student) -> None:
        changes(paid, "05")
        paid.pays(paid.opens_the_page(), "7002")
        changes(paid, "01")
        assert sum(each.amount_cents for each in prepared(paid)) == DEARER - PRICE
        assert owed_in_all(paid) == PRICE
        check_books(paid.ports.memory)

    def test_situation_that_costs_less_than_the_share_is_refused(self, paid: Student) -> None:
        with pytest.raises(PayerAboveTariff):
            changes(paid, "02")
        gives_up(paid, SHARE)
        changes(paid, "02")
        assert owed_in_all(paid) == 0

    def test_share_that_a_payer_is_going_to_take_counts(self, declared: Student) -> None:
        declared.pays(declared.opens_the_page())
        names(declared)
        with pytest.raises(PayerAboveTariff):
            changes(declared, "02")
        changes(declared, "05")
        invoices(declared)
        assert owed_in_all(declared) == DEARER
        check_books(declared.ports.memory)

    def test_what_was_written_off_stays_so_where_all_is_ordered_anew(self, declared: Student) -> None:
        """The share that its payer gave up is a product of its own: its lines do not compare."""
        names(declared)
        declared.pays(declared.opens_the_page())
        invoices(declared)
        gives_up(declared, 99)
        write_off_rest(declared.ports, declared.registration_id, 99, "reliquat", ACCOUNTANT)
        gives_up(declared, SHARE - 99)
        changes(declared, "05")
        assert total_cents(declared.file) == DEARER - 99
        check_books(declared.ports.memory)

    def test_invoice_that_was_credited_whole_is_ordered_anew_at_the_whole_price(self, paid: Student) -> None:
        gives_up(paid, SHARE)
        changes(paid, "02")
        changes(paid, "01")
        assert total_cents(paid.file) == PRICE
        check_books(paid.ports.memory)


@pytest.mark.parametrize("is_invoiced", [False, True])
def test_lists_show_what_the_student_owes_before_the_order(declared: Student, is_invoiced: bool) -> None:  # noqa: FBT001 - a case
    names(declared)
    if is_invoiced:
        invoices(declared)
    line = line_of(declared.account, declared.registration)
    entry = entry_of(Hit(line), tariffs_of(declared.file.campaign), date(2022, 6, 24))
    assert (entry.owed_cents, entry.rest_cents) == (PRICE - SHARE, PRICE - SHARE)


class TestAWithdrawal:
    def test_payer_that_was_not_invoiced_is_taken_back(self, declared: Student) -> None:
        names(declared)
        withdraws(declared)
        (payer,) = declared.file.payers
        assert (payer.state, payer.facts) == (PayerState.WITHDRAWN, COMPANY)
        assert total_cents(declared.file) is not None

    def test_invoice_of_a_payer_stays_until_it_is_credited(self, paid: Student) -> None:
        withdraws(paid)
        assert total_cents(paid.file) == 2300
        assert paid.file.of_payers.owed_cents == SHARE
        gives_up(paid, SHARE)
        assert total_cents(paid.file) == 2300, "nothing is asked of who has left"
        check_books(paid.ports.memory)

    def test_taken_back_it_asks_once_for_what_the_payer_gave_up(self, paid: Student) -> None:
        withdraws(paid)
        gives_up(paid, SHARE)
        for decision in (Decision.REOPEN, Decision.REFUSE, Decision.REOPEN):
            decide_registration(paid.ports, paid.registration_id, decision, "motif", REGISTRAR)
        assert total_cents(paid.file) == PRICE
        assert [each.postponed_cents for each in paid.file.payers] == [0]
        check_books(paid.ports.memory)

    def test_taken_back_it_leaves_a_payer_that_gave_up_nothing(self, paid: Student) -> None:
        withdraws(paid)
        decide_registration(paid.ports, paid.registration_id, Decision.REOPEN, "motif", REGISTRAR)
        assert (total_cents(paid.file), paid.file.of_payers.owed_cents) == (PRICE - SHARE, SHARE)

    def test_money_of_the_payer_is_not_given_back_with_the_students(self, paid: Student) -> None:
        is_paid_by(paid, SHARE)
        paid.is_at("2022-10-03 10:00")
        withdraws(paid, 0, on="2022-10-03")
        assert sum(each.amount_cents for each in prepared(paid)) == PRICE - SHARE
        assert paid.file.of_payers.paid_cents == SHARE
