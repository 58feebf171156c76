"""Cheques go to the bank on a numbered slip; the bank's credit, and what it sends back, find their book."""

from dataclasses import replace
from datetime import date

import pytest

from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.journal import JournalEntry, MoneyEvent
from chalicelib.domain.collection.bounces import BankReturn
from chalicelib.domain.collection.receipts import ReceivedMoney
from chalicelib.domain.collection.refusals import ReceiptOfAnother
from chalicelib.domain.errors import ConcurrentUpdate, Forbidden, NotFound
from chalicelib.domain.payments import Payment, PaymentMethod
from chalicelib.domain.people import Person, Role
from chalicelib.domain.treasury.slip_refusals import (
    ChequeElsewhere,
    SlipAlreadyCredited,
    SlipCreditDiffers,
    SlipEmpty,
    SlipFull,
    SlipLocked,
    SlipMisdated,
    SlipMisdatedEarly,
    SlipNotDeposited,
)
from chalicelib.domain.treasury.slips import Slip, SlipState
from chalicelib.usecases.cheques.credit_slip import BankCredit, credit_slip
from chalicelib.usecases.cheques.deposit_slip import deposit_slip
from chalicelib.usecases.cheques.list_cheques import list_cheques, print_slip, show_slip
from chalicelib.usecases.cheques.make_slip import change_slip, make_slip
from chalicelib.usecases.collection.receive_payment import check_receipt
from chalicelib.usecases.collection.take_back_payment import take_back_payment
from tests.fakes.ports import FakePorts, enrol_student
from tests.proof.books import check_books
from tests.usecases.conftest import ACCOUNTANT, CHRIS, REGISTRAR, Student
from tests.usecases.test_received_at_the_desk import CHEQUE, TRANSFER, receives

LOU = Person("00000000000000c2", "lou@demo.test", "Lou", "TESTLOU", frozenset({Role.STUDENT}))
TODAY = date(2022, 6, 24)
MONDAY = date(2022, 6, 27)
PART = replace(CHEQUE, amount_cents=20000)


@pytest.fixture
def lou(ports: FakePorts) -> Student:
    registration = enrol_student(ports, LOU, "I2223_Y1_1A", ports.campaigns.current().id)
    student = Student(ports, LOU, registration.id)
    student.declares("01")
    return student


@pytest.fixture
def two(chris: Student, lou: Student) -> tuple[Payment, Payment]:
    chris.declares("01")
    return receives(chris), receives(lou, replace(PART, reference="0099", drawer="TESTLOU Dominique"))


def slip_of(ports: FakePorts, *payments: Payment) -> Slip:
    return make_slip(ports, [each.id for each in payments], ACCOUNTANT)


def at_the_bank(ports: FakePorts, *payments: Payment) -> Slip:
    return deposit_slip(ports, slip_of(ports, *payments).id, TODAY, ACCOUNTANT)


def credit(ports: FakePorts, slip: Slip, cents: int, on: date = MONDAY) -> Slip:
    ports.at = ports.at.replace(day=28)
    return credit_slip(ports, slip.id, BankCredit(cents, on), ACCOUNTANT)


def returns(ports: FakePorts, payment: Payment) -> Payment:
    returned = BankReturn(payment.amount_cents, "provision insuffisante")
    return take_back_payment(ports, payment.id, returned, ACCOUNTANT)


def booked(ports: FakePorts, event: MoneyEvent) -> list[dict[Book, int]]:
    def books(entry: JournalEntry) -> dict[Book, int]:
        return {each.book: each.cents for each in entry.postings}

    return [books(each) for each in ports.memory.journal.values() if each.event is event]


def waiting(ports: FakePorts) -> list[str]:
    return [each.cheque.payment_id for each in list_cheques(ports, None)[0]]


class TestSlip:
    def test_cheques_wait_with_their_drawers_until_they_are_on_a_slip(
        self, ports: FakePorts, two: tuple[Payment, Payment]
    ) -> None:
        found, _ = list_cheques(ports, None)
        assert [(each.cheque.number, each.holder, each.drawer) for each in found] == [
            ("0012345", "TESTCD Chris", "TESTCD Chris"),
            ("0099", "TESTLOU Lou", "TESTLOU Dominique"),
        ]
        slip = slip_of(ports, *two)
        assert (slip.id, slip.state, slip.total_cents) == ("INP-000001", SlipState.OPEN, 80100)
        assert waiting(ports) == []

    def test_card_and_transfer_are_no_cheques(self, chris: Student) -> None:
        chris.declares("01")
        transfer = receives(chris, TRANSFER)
        assert waiting(chris.ports) == []
        for payment_id in (transfer.id, f"{CHRIS.id}-unknown"):
            with pytest.raises(NotFound):
                make_slip(chris.ports, [payment_id], ACCOUNTANT)

    def test_numbers_follow_each_other_and_an_emptied_slip_keeps_its_own(
        self, ports: FakePorts, two: tuple[Payment, Payment]
    ) -> None:
        first = slip_of(ports, two[0])
        assert change_slip(ports, first.id, [], ACCOUNTANT).cheques == ()
        assert waiting(ports) == [two[0].id, two[1].id]
        with pytest.raises(SlipEmpty):
            deposit_slip(ports, first.id, TODAY, ACCOUNTANT)
        second = slip_of(ports, two[1])
        assert (first.number, second.number) == (1, 2)
        refilled = change_slip(ports, first.id, [two[0].id], ACCOUNTANT)
        assert refilled.total_cents == 60100

    def test_same_cheques_again_change_nothing(self, ports: FakePorts, two: tuple[Payment, Payment]) -> None:
        slip = slip_of(ports, *two)
        assert change_slip(ports, slip.id, [each.id for each in two], ACCOUNTANT) == slip

    def test_cheque_is_on_one_slip(self, ports: FakePorts, two: tuple[Payment, Payment]) -> None:
        slip_of(ports, two[0])
        with pytest.raises(ChequeElsewhere):
            slip_of(ports, *two)
        with pytest.raises(SlipEmpty):
            make_slip(ports, [], ACCOUNTANT)
        assert waiting(ports) == [two[1].id]

    def test_slip_holds_only_so_many(
        self, ports: FakePorts, two: tuple[Payment, Payment], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("chalicelib.domain.treasury.slips.MOST_CHEQUES", 1)
        with pytest.raises(SlipFull) as refused:
            slip_of(ports, *two)
        assert refused.value.most == 1

    def test_deposit_locks_it(self, ports: FakePorts, two: tuple[Payment, Payment]) -> None:
        slip = at_the_bank(ports, *two)
        for payments in ([], [two[0].id]):
            with pytest.raises(SlipLocked):
                change_slip(ports, slip.id, payments, ACCOUNTANT)
        with pytest.raises(SlipLocked):
            deposit_slip(ports, slip.id, TODAY, ACCOUNTANT)
        assert ports.cheques.slip(slip.id) == slip

    def test_deposit_is_not_of_a_day_to_come(self, ports: FakePorts, two: tuple[Payment, Payment]) -> None:
        slip = slip_of(ports, *two)
        with pytest.raises(SlipMisdated):
            deposit_slip(ports, slip.id, MONDAY, ACCOUNTANT)

    def test_paper_says_what_the_deposit_froze(self, ports: FakePorts, two: tuple[Payment, Payment]) -> None:
        slip = slip_of(ports, *two)
        with pytest.raises(NotFound):
            print_slip(ports, slip.id)
        deposit_slip(ports, slip.id, TODAY, ACCOUNTANT)
        document, link = print_slip(ports, slip.id)
        assert ports.documents.get(document.key) == b"slip INP-000001 of 80100"
        assert document.key in link
        lines = ports.cheques.lines(slip.id).lines
        assert [(line.number, line.drawer) for line in lines] == [
            ("0012345", "TESTCD Chris"),
            ("0099", "TESTLOU Dominique"),
        ]

    def test_cheque_whose_account_cannot_be_read_keeps_the_slip_here(
        self, ports: FakePorts, two: tuple[Payment, Payment], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        slip = slip_of(ports, *two)
        ports.alarms.expects_failures = True
        whole = ports.accounts.account

        def broken(person_id: str) -> object:
            return whole(person_id) if person_id == CHRIS.id else 1 / 0

        monkeypatch.setattr(ports.accounts, "account", broken)
        with pytest.raises(ValueError, match="would lack it"):
            deposit_slip(ports, slip.id, TODAY, ACCOUNTANT)
        assert ports.alarms.raised == ["failure cheque not listed ZeroDivisionError"]
        assert ports.cheques.slip(slip.id).state is SlipState.OPEN

    def test_only_accounting_keeps_slips(self, ports: FakePorts, two: tuple[Payment, Payment]) -> None:
        with pytest.raises(Forbidden):
            make_slip(ports, [two[0].id], REGISTRAR)

    def test_slip_of_a_school_that_is_gone_is_not_printed(
        self, ports: FakePorts, two: tuple[Payment, Payment]
    ) -> None:
        slip = at_the_bank(ports, *two)
        ports.memory.slips[slip.id] = replace(slip, series="XXX")
        ports.memory.slip_lines["XXX-000001"] = ports.memory.slip_lines[slip.id]
        with pytest.raises(NotFound):
            print_slip(ports, slip.id)


class TestCredit:
    def test_bank_credit_moves_the_sum_from_the_cheques_on_its_day(
        self, ports: FakePorts, two: tuple[Payment, Payment]
    ) -> None:
        slip = at_the_bank(ports, *two)
        assert booked(ports, MoneyEvent.DEPOSIT) == []
        done = credit(ports, slip, 80100)
        assert (done.state, done.credited_on) == (SlipState.CREDITED, MONDAY)
        assert booked(ports, MoneyEvent.DEPOSIT) == [{Book.BANK: 80100, Book.CHEQUES: -80100}]
        (entry,) = (each for each in ports.memory.journal.values() if each.is_treasury)
        assert (entry.dated_on, entry.subject) == (MONDAY, slip.id)
        check_books(ports.memory)

    def test_credit_from_suspense(self, ports: FakePorts, two: tuple[Payment, Payment]) -> None:
        slip = at_the_bank(ports, *two)
        ports.at = ports.at.replace(day=28)
        credit_slip(ports, slip.id, BankCredit(80100, MONDAY, "line", Book.SUSPENSE), ACCOUNTANT)
        assert booked(ports, MoneyEvent.DEPOSIT) == [{Book.SUSPENSE: 80100, Book.CHEQUES: -80100}]

    def test_credit_of_another_sum_day_or_state_is_refused(
        self, ports: FakePorts, two: tuple[Payment, Payment]
    ) -> None:
        slip = slip_of(ports, *two)
        with pytest.raises(SlipNotDeposited):
            credit(ports, slip, 80100)
        ports.at = ports.at.replace(day=24)
        deposit_slip(ports, slip.id, TODAY, ACCOUNTANT)
        with pytest.raises(SlipCreditDiffers):
            credit(ports, slip, 80000)
        with pytest.raises(SlipMisdatedEarly):
            credit(ports, slip, 80100, date(2022, 6, 23))
        with pytest.raises(SlipMisdated):
            credit(ports, slip, 80100, date(2022, 6, 29))
        credit(ports, slip, 80100)
        with pytest.raises(SlipAlreadyCredited):
            credit(ports, slip, 80100)
        assert len(booked(ports, MoneyEvent.DEPOSIT)) == 1

    def test_lost_race_books_once(
        self, ports: FakePorts, two: tuple[Payment, Payment], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        slip = at_the_bank(ports, *two)
        whole, lost = ports.store.commit, [True]

        def commit(changes: object) -> None:
            if lost.pop():
                lost.append(False)
                raise ConcurrentUpdate
            whole(changes)  # type: ignore[arg-type]  # as it came

        monkeypatch.setattr(ports.store, "commit", commit)
        credit(ports, slip, 80100)
        assert (ports.races, len(booked(ports, MoneyEvent.DEPOSIT))) == (1, 1)


class TestReturn:
    def test_before_any_slip_it_leaves_the_cheques(
        self, ports: FakePorts, two: tuple[Payment, Payment]
    ) -> None:
        returns(ports, two[0])
        assert booked(ports, MoneyEvent.BOUNCE) == [{Book.CREDITS: 60100, Book.CHEQUES: -60100}]
        assert waiting(ports) == [two[1].id]
        with pytest.raises(ChequeElsewhere):
            slip_of(ports, two[0])
        check_books(ports.memory)

    def test_on_an_open_slip_it_leaves_the_slip(self, ports: FakePorts, two: tuple[Payment, Payment]) -> None:
        slip = slip_of(ports, *two)
        returns(ports, two[0])
        left = ports.cheques.slip(slip.id)
        assert (left.total_cents, [each.payment_id for each in left.cheques]) == (20000, [two[1].id])
        assert waiting(ports) == []
        check_books(ports.memory)

    def test_before_the_credit_the_bank_credits_the_others(
        self, ports: FakePorts, two: tuple[Payment, Payment]
    ) -> None:
        slip = at_the_bank(ports, *two)
        returns(ports, two[0])
        now = ports.cheques.slip(slip.id)
        assert (now.total_cents, now.returned_cents, now.expected_cents) == (80100, 60100, 20000)
        with pytest.raises(SlipCreditDiffers):
            credit(ports, slip, 80100)
        credit(ports, slip, 20000)
        assert booked(ports, MoneyEvent.BOUNCE) == [{Book.CREDITS: 60100, Book.CHEQUES: -60100}]
        check_books(ports.memory)

    def test_slip_whose_cheques_all_came_back_is_over(
        self, ports: FakePorts, two: tuple[Payment, Payment]
    ) -> None:
        slip = at_the_bank(ports, *two)
        for payment in two:
            assert ports.cheques.slip(slip.id).state is SlipState.DEPOSITED
            returns(ports, payment)
        now = ports.cheques.slip(slip.id)
        assert (now.state, now.credited_on, now.expected_cents) == (SlipState.CREDITED, None, 0)
        assert ports.cheques.slips(SlipState.DEPOSITED)[0] == ()
        for cents in (0, 80100):
            with pytest.raises(SlipCreditDiffers):
                credit(ports, slip, cents)
        assert booked(ports, MoneyEvent.DEPOSIT) == []
        check_books(ports.memory)

    def test_after_the_credit_it_leaves_the_bank_account_and_is_owed_again(
        self, chris: Student, two: tuple[Payment, Payment]
    ) -> None:
        slip = credit(chris.ports, at_the_bank(chris.ports, *two), 80100)
        gone = returns(chris.ports, two[0])
        assert gone.bounced_at_bank
        assert booked(chris.ports, MoneyEvent.BOUNCE) == [{Book.CREDITS: 60100, Book.BANK: -60100}]
        assert chris.balance_cents == 60100
        shown, cheques = show_slip(chris.ports, slip.id)
        assert shown == slip
        assert [each.cheque.returned_on for each in cheques] == [date(2022, 6, 28), None]
        check_books(chris.ports.memory)

    def test_cheque_that_an_earlier_release_entered_is_taken_back_as_before(
        self, ports: FakePorts, two: tuple[Payment, Payment]
    ) -> None:
        ports.memory.cheques.clear()
        assert not returns(ports, two[0]).bounced_at_bank


class TestSamePaper:
    def test_cheque_entered_for_two_students_is_asked_about(self, lou: Student, chris: Student) -> None:
        chris.declares("01")
        receives(chris)
        twice = replace(CHEQUE, reference=" 12345", bank="BANQUE DE L'ÉTUDIANT")
        for ask in (
            lambda: receives(lou, twice),
            lambda: check_receipt(lou.ports, lou.registration_id, twice),
        ):
            with pytest.raises(ReceiptOfAnother) as asked:
                ask()
            assert asked.value.registration == chris.registration_id
        assert lou.account.payments == ()

    @pytest.mark.parametrize(
        "other",
        [
            replace(CHEQUE, bank="Autre banque", amount_cents=20000),
            replace(CHEQUE, reference="54321"),
            replace(CHEQUE, method=PaymentMethod.TRANSFER),
        ],
    )
    def test_another_paper_is_not(self, lou: Student, chris: Student, other: ReceivedMoney) -> None:
        chris.declares("01")
        receives(chris)
        assert receives(lou, other).amount_cents == other.amount_cents

    def test_one_paper_for_two_files_is_one_line_of_its_slip(self, lou: Student, chris: Student) -> None:
        chris.declares("01")
        part = receives(chris)
        with pytest.raises(ReceiptOfAnother):
            receives(lou, replace(CHEQUE, bank="", amount_cents=20000))
        rest = receives(lou, replace(CHEQUE, amount_cents=20000), confirmed=True)
        slip = at_the_bank(lou.ports, part, rest)
        (line,) = lou.ports.cheques.lines(slip.id).lines
        assert (line.number, line.amount_cents) == ("0012345", 80100)
