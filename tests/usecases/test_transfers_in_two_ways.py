"""A transfer that a statement line shows and that is entered by hand is booked once, or as a person says."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.collection.receipts import ReceivedMoney
from chalicelib.domain.collection.refusals import ReceiptOnLine
from chalicelib.domain.payments import Payment, PaymentMethod
from chalicelib.domain.treasury.lines import LineState
from chalicelib.domain.treasury.refusals import OwedMoved, TransferEntered
from chalicelib.usecases.collection.receive_payment import check_receipt, receive_payment
from chalicelib.usecases.statements.match_line import Match, Part, match_line
from chalicelib.usecases.statements.show_match import PartShown, show_match
from chalicelib.usecases.statements.undo_line import undo_line
from tests.proof.books import check_books
from tests.usecases.conftest import ACCOUNTANT, Student
from tests.usecases.payer_steps import invoices, names
from tests.usecases.statement_steps import DAY, REFERENCE, arrives, comes_first, lines, looks, moved, one_line

TRANSFER = ReceivedMoney(PaymentMethod.TRANSFER, 60100, "VIR 77", DAY)


@pytest.fixture
def owing(chris: Student) -> Student:
    chris.declares("01")
    return chris


def enters(student: Student, received: ReceivedMoney = TRANSFER, *, confirmed: bool = False) -> Payment:
    return receive_payment(
        student.ports, student.registration_id, received, ACCOUNTANT, None, is_sure=confirmed
    )


def matches(student: Student, *parts: Part) -> None:
    match_line(student.ports, lines(student.ports)[0].id, Match(parts), ACCOUNTANT)


def read(student: Student, *parts: Part) -> tuple[PartShown, ...]:
    """Return what the confirmation of these parts shows."""
    return show_match(student.ports, lines(student.ports)[0], Match(parts))


def part_of(student: Student, cents: int = 60100) -> Part:
    return Part(student.registration_id, cents)


def cents(student: Student) -> list[int]:
    return [each.amount_cents for each in student.account.every_payment]


class TestLine:
    def test_transfer_entered_since_it_was_read_is_not_booked_again(self, owing: Student) -> None:
        one_line(owing.ports, moved(60100))
        (shown,) = read(owing, part_of(owing))
        assert (shown.holder, shown.entered, shown.part.owed_seen_cents) == ("TESTCD Chris", (), 60100)
        payment = enters(owing)
        with pytest.raises(TransferEntered) as refused:
            matches(owing, shown.part)
        told = refused.value
        assert (told.payment, told.reference, told.amount_cents) == (payment.id, "VIR 77", 60100)
        assert (cents(owing), lines(owing.ports)[0].state) == ([60100], LineState.NEW)
        check_books(owing.ports.memory)

    def test_it_is_booked_as_another_one_where_a_person_says_so(self, owing: Student) -> None:
        one_line(owing.ports, moved(60100))
        payment = enters(owing)
        (shown,) = read(owing, part_of(owing))
        assert (shown.entered, shown.part.apart) == ((payment,), {payment.id})
        matches(owing, shown.part)
        assert (cents(owing), owing.balance_cents) == ([60100, 60100], -60100)
        check_books(owing.ports.memory)

    def test_transfer_entered_before_the_commit_is_asked_about(
        self, owing: Student, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        one_line(owing.ports, moved(60100))
        comes_first(monkeypatch, owing.ports, lambda: enters(owing))
        with pytest.raises(TransferEntered):
            matches(owing, part_of(owing))
        assert cents(owing) == [60100]
        check_books(owing.ports.memory)

    def test_line_that_books_itself_is_proposed_where_it_was_entered_meanwhile(
        self, owing: Student, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        arrives(owing.ports, moved(60100, REFERENCE))
        comes_first(monkeypatch, owing.ports, lambda: enters(owing))
        done = looks(owing.ports)
        assert (done.matched, done.proposed, done.passed.failed) == (0, 1, 0)
        assert (cents(owing), lines(owing.ports)[0].state) == ([60100], LineState.PROPOSED)

    @pytest.mark.parametrize(
        "other", [replace(TRANSFER, amount_cents=60000), replace(TRANSFER, received_on=DAY - timedelta(16))]
    )
    def test_transfer_of_another_amount_or_time_is_another_one(
        self, owing: Student, other: ReceivedMoney
    ) -> None:
        one_line(owing.ports, moved(60100))
        enters(owing, other)
        matches(owing, part_of(owing))
        assert len(cents(owing)) == 2

    def test_part_beside_the_transfer_that_another_part_shows_is_none_of_it(self, owing: Student) -> None:
        one_line(owing.ports, moved(120200))
        payment = enters(owing)
        shows = replace(part_of(owing), payment_id=payment.id)
        assert [each.entered for each in read(owing, shows, part_of(owing))] == [(), ()]
        matches(owing, part_of(owing), shows)
        assert cents(owing) == [60100, 60100]
        check_books(owing.ports.memory)

    def test_parts_of_one_registration_are_apart_from_what_any_of_them_named(self, owing: Student) -> None:
        one_line(owing.ports, moved(60100))
        payment = enters(owing)
        named = Part(owing.registration_id, 100, apart=frozenset({payment.id}))
        matches(owing, part_of(owing, 60000), named)
        assert cents(owing) == [60100, 60100]


class TestOwed:
    def test_registration_that_owes_another_amount_than_was_read_is_shown_again(self, owing: Student) -> None:
        one_line(owing.ports, moved(60100))
        (shown,) = read(owing, part_of(owing))
        enters(owing, replace(TRANSFER, amount_cents=20000))
        with pytest.raises(OwedMoved) as refused:
            matches(owing, shown.part)
        assert (refused.value.owed_cents, cents(owing)) == (40100, [20000])
        (again,) = read(owing, shown.part)
        matches(owing, again.part)
        assert owing.balance_cents == -20000

    def test_what_is_left_of_a_payers_invoice_is_read_of_it(self, owing: Student) -> None:
        names(owing)
        number = invoices(owing).number
        one_line(owing.ports, moved(40000))
        (shown,) = read(owing, Part(owing.registration_id, 40000, number))
        assert shown.part.owed_seen_cents == 40000
        enters(owing, replace(TRANSFER, amount_cents=40000, invoice_number=number))
        with pytest.raises(TransferEntered):
            matches(owing, part_of(owing, 40000))


class TestHand:
    def test_transfer_that_a_line_showed_is_asked_about(self, owing: Student) -> None:
        one_line(owing.ports, moved(60100))
        matches(owing, part_of(owing))
        late = replace(TRANSFER, reference="VIR TESTCD", received_on=DAY + timedelta(1))
        with pytest.raises(ReceiptOnLine) as refused:
            check_receipt(owing.ports, owing.registration_id, late)
        assert (refused.value.amount_cents, refused.value.received_on) == (60100, DAY)
        with pytest.raises(ReceiptOnLine):
            enters(owing, late)
        enters(owing, late, confirmed=True)
        assert cents(owing) == [60100, 60100]

    def test_line_that_is_matched_before_the_commit_is_asked_about(
        self, owing: Student, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        one_line(owing.ports, moved(60100))
        comes_first(monkeypatch, owing.ports, lambda: matches(owing, part_of(owing)))
        with pytest.raises(ReceiptOnLine):
            enters(owing)
        assert cents(owing) == [60100]
        check_books(owing.ports.memory)

    @pytest.mark.parametrize(
        "other",
        [
            replace(TRANSFER, amount_cents=60000),
            replace(TRANSFER, received_on=DAY - timedelta(16)),
            replace(TRANSFER, method=PaymentMethod.CHEQUE),
        ],
    )
    def test_money_of_another_amount_time_or_method_is_not(
        self, owing: Student, other: ReceivedMoney
    ) -> None:
        one_line(owing.ports, moved(60100))
        matches(owing, part_of(owing))
        enters(owing, other)
        assert len(cents(owing)) == 2

    def test_transfer_whose_line_was_undone_is_not(self, owing: Student) -> None:
        line = one_line(owing.ports, moved(60100))
        matches(owing, part_of(owing))
        undo_line(owing.ports, line.id, "erreur", ACCOUNTANT, 2)
        enters(owing)
        assert owing.balance_cents == 0
