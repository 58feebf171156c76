"""Cheques and transfers that accounting received are booked as money by card is, once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from chalicelib.domain.books.journal import MoneyEvent
from chalicelib.domain.causes import OwnFile
from chalicelib.domain.collection.receipts import ReceivedMoney
from chalicelib.domain.collection.refusals import (
    ReceiptForRefused,
    ReceiptForWithdrawn,
    ReceiptInFuture,
    ReceiptRepeated,
    ReceiptTooEarly,
)
from chalicelib.domain.errors import ConcurrentUpdate, Forbidden, IdempotencyKeyReused
from chalicelib.domain.outbox import Topic
from chalicelib.domain.payments import Payment, PaymentMethod
from chalicelib.domain.people import Role
from chalicelib.domain.plan.instalments import InstalmentState
from chalicelib.domain.registration import Decision, RegistrationStatus
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.collection.receive_payment import check_receipt, receive_payment
from chalicelib.usecases.credits.list_credits import list_credits
from chalicelib.usecases.delivery.deliver_outbox import deliver_outbox
from chalicelib.usecases.registrations.decide_registration import decide_registration
from tests.proof.books import check_books
from tests.usecases.conftest import ACCOUNTANT, CHRIS, REGISTRAR, Student
from tests.usecases.test_journal import entries

CHEQUE = ReceivedMoney(PaymentMethod.CHEQUE, 60100, "0012345", date(2022, 6, 23), "Banque de l'Étudiant")
TRANSFER = replace(CHEQUE, method=PaymentMethod.TRANSFER, reference="VIR 22 06 001", bank="")


def receives(
    student: Student,
    received: ReceivedMoney = CHEQUE,
    key: str | None = None,
    apart: Sequence[str] = (),
    *,
    confirmed: bool = False,
) -> Payment:
    return receive_payment(
        student.ports, student.registration_id, received, ACCOUNTANT, key, apart, is_sure=confirmed
    )


@pytest.fixture
def declared(chris: Student) -> Student:
    chris.declares("01")
    return chris


class TestFirstMoney:
    def test_cheque_of_all_draws_order_and_invoice_and_pays_them(self, declared: Student) -> None:
        payment = receives(declared)
        (invoice,) = declared.account.invoices
        assert (invoice.paid_cents, invoice.totals.total_cents) == (60100, 60100)
        assert (payment.order_number, payment.invoice_number) == (invoice.order_number, invoice.number)
        assert (payment.allocated_cents, declared.balance_cents) == (60100, 0)
        assert declared.registration.is_paid
        assert payment.paid_on == date(2022, 6, 23)
        check_books(declared.ports.memory)

    def test_journal_has_each_method_in_its_own_book(self, declared: Student) -> None:
        receives(declared, replace(CHEQUE, amount_cents=20000))
        receives(declared, replace(TRANSFER, amount_cents=40100))
        assert entries(declared) == [
            (MoneyEvent.INVOICE, [("411", 60100), ("706", -60100)]),
            (MoneyEvent.PAYMENT, [("5112", 20000), ("411", -20000)]),
            (MoneyEvent.PAYMENT, [("512", 40100), ("411", -40100)]),
        ]
        position = declared.account.position(declared.ports.at.date())
        assert (position.debit_cents, position.credit_cents) == (60100, 60100)

    def test_part_of_it_leaves_the_rest_to_pay_by_card(self, declared: Student) -> None:
        receives(declared, replace(CHEQUE, amount_cents=10000))
        assert declared.registration.part_paid
        page = declared.opens_the_page()
        assert page.amount_cents == 50100
        declared.pays(page)
        assert (declared.balance_cents, declared.registration.is_paid) == (0, True)
        assert len(declared.account.invoices) == 1
        check_books(declared.ports.memory)

    def test_what_is_more_than_owed_is_a_credit_and_is_told(self, declared: Student) -> None:
        receives(declared, replace(CHEQUE, amount_cents=70000))
        assert list_credits(declared.ports, None).total_cents == 9900
        assert declared.mails() == [(Topic.CHEQUE_RECEIVED, 0), (Topic.OVERPAYMENT_KEPT, 0)]
        check_books(declared.ports.memory)

    def test_money_before_a_situation_is_declared_waits_for_one(self, chris: Student) -> None:
        receives(chris)
        assert (chris.account.invoices, chris.balance_cents) == ((), -60100)
        chris.declares("01")
        decide_registration(chris.ports, chris.registration_id, Decision.VALIDATE, "", REGISTRAR)
        assert (chris.balance_cents, chris.registration.is_paid) == (0, True)
        check_books(chris.ports.memory)

    @pytest.mark.parametrize(
        ("received", "topic", "said"),
        [(CHEQUE, Topic.CHEQUE_RECEIVED, "votre chèque"), (TRANSFER, Topic.TRANSFER_RECEIVED, "virement")],
    )
    def test_student_is_told_by_mail(
        self, declared: Student, received: ReceivedMoney, topic: Topic, said: str
    ) -> None:
        receives(declared, received)
        for entry_id in list(declared.ports.memory.entries):
            deliver_outbox(declared.ports, entry_id)
        assert (CHRIS.email, topic) in declared.ports.mailer.sent
        assert said in declared.ports.mailer.texts[-1]

    def test_audit_trail_tells_who_entered_it(self, declared: Student) -> None:
        receives(declared)
        told = next(
            each for each in declared.ports.memory.audit_waiting.values() if each.act is Act.PAYMENT_ENTERED
        )
        assert (told.by, told.subject_id) == (ACCOUNTANT.id, CHRIS.id)
        assert (told.details["amount_cents"], told.details["method"]) == ("60100", "cheque")


class TestBesideOtherMoney:
    def test_page_in_flight_beside_it_leaves_a_credit(self, declared: Student) -> None:
        page = declared.opens_the_page()
        receives(declared)
        declared.pays(page)
        assert declared.balance_cents == -60100
        assert list_credits(declared.ports, None).total_cents == 60100
        assert len(declared.account.invoices) == 1
        check_books(declared.ports.memory)

    def test_running_plan_is_paid_oldest_due_first(self, chris: Student) -> None:
        chris.starts_the_plan()
        receives(chris, replace(CHEQUE, amount_cents=30000))
        assert chris.instalment(2).state is InstalmentState.PAID
        assert chris.instalment(3).remaining_cents == 10069
        chris.debits_run("2022-08-10T09:00")
        assert (chris.taken(2), chris.taken(3), chris.balance_cents) == ([], [10069], 0)
        check_books(chris.ports.memory)

    def test_cheque_that_pays_all_ends_the_plan_and_its_card(self, chris: Student) -> None:
        chris.starts_the_plan()
        receives(chris, replace(CHEQUE, amount_cents=40069))
        topics = [entry.topic for entry in chris.ports.memory.entries.values()]
        assert Topic.FORGET_CARD in topics
        chris.debits_run("2022-07-10T09:00")
        assert (chris.taken(2), chris.balance_cents) == ([], 0)

    def test_approved_plan_is_withdrawn_once_nothing_is_left_for_it(self, declared: Student) -> None:
        declared.asks_for()
        declared.is_approved()
        receives(declared)
        request = declared.file.plan_request
        assert request
        assert not request.is_binding


class TestRefusals:
    def test_withdrawn_and_refused_files_receive_nothing(self, declared: Student) -> None:
        gone = replace(declared.registration, status=RegistrationStatus.WITHDRAWN)
        declared.ports.memory.registrations_by_id[gone.id] = gone
        with pytest.raises(ReceiptForWithdrawn):
            receives(declared)
        refused = replace(gone, status=RegistrationStatus.REFUSED)
        declared.ports.memory.registrations_by_id[gone.id] = refused
        with pytest.raises(ReceiptForRefused):
            receives(declared)
        assert declared.account.payments == ()

    def test_day_of_receipt_is_within_the_campaign_and_not_in_the_future(self, declared: Student) -> None:
        with pytest.raises(ReceiptInFuture):
            receives(declared, replace(CHEQUE, received_on=date(2022, 6, 25)))
        with pytest.raises(ReceiptTooEarly) as refusal:
            receives(declared, replace(CHEQUE, received_on=date(2021, 9, 1)))
        assert refusal.value.earliest_on.year == 2022

    def test_own_file_and_other_roles_are_refused(self, declared: Student) -> None:
        with pytest.raises(Forbidden):
            receive_payment(declared.ports, declared.registration_id, CHEQUE, REGISTRAR, None)
        own = replace(ACCOUNTANT, id=CHRIS.id, roles=frozenset({Role.ACCOUNTANT}))
        with pytest.raises(OwnFile):
            receive_payment(declared.ports, declared.registration_id, CHEQUE, own, None)


class TestTwice:
    def test_same_key_finds_the_payment_and_another_body_is_refused(self, declared: Student) -> None:
        first = receives(declared, key="one")
        assert receives(declared, key="one") == first
        with pytest.raises(IdempotencyKeyReused):
            receives(declared, replace(CHEQUE, amount_cents=100), key="one")
        assert len(declared.account.payments) == 1

    @pytest.mark.parametrize("typed", ["0012345", "12345", " 0012 345 "])
    def test_same_reference_of_the_same_bank_is_asked_about(self, declared: Student, typed: str) -> None:
        receives(declared)
        with pytest.raises(ReceiptRepeated) as refusal:
            receives(declared, replace(CHEQUE, reference=typed, bank="banque de l'étudiant"))
        assert (refusal.value.amount_cents, refusal.value.received_on) == (60100, date(2022, 6, 23))

    def test_confirmed_it_is_entered_as_another_one(self, declared: Student) -> None:
        receives(declared)
        receives(declared, confirmed=True)
        assert (len(declared.account.payments), declared.balance_cents) == (2, -60100)

    def test_confirmed_it_answers_no_question_but_one(self, declared: Student) -> None:
        first = receives(declared)
        second = receives(declared, confirmed=True)
        with pytest.raises(ReceiptRepeated) as asked:
            receives(declared, confirmed=True)
        assert asked.value.payment == first.id
        with pytest.raises(ReceiptRepeated) as asked:
            receives(declared, apart=[first.id], confirmed=True)
        assert asked.value.payment == second.id
        assert len(declared.account.payments) == 2
        receives(declared, apart=[first.id, second.id])
        assert len(declared.account.payments) == 3

    def test_another_payment_than_the_one_that_was_read_is_asked_about(self, declared: Student) -> None:
        other = receives(declared, replace(CHEQUE, reference="1"))
        with pytest.raises(ReceiptRepeated):
            receives(declared, replace(CHEQUE, reference="1"), apart=["another"])
        receives(declared, replace(CHEQUE, reference="1"), apart=[other.id])

    def test_same_number_of_another_method_or_of_another_bank_and_amount_is_another_one(
        self, declared: Student
    ) -> None:
        receives(declared)
        receives(declared, replace(CHEQUE, bank="Autre banque", amount_cents=100))
        receives(declared, replace(CHEQUE, method=PaymentMethod.TRANSFER))
        assert len(declared.account.payments) == 3

    @pytest.mark.parametrize(
        "again",
        [
            replace(CHEQUE, bank="Autre banque"),
            replace(CHEQUE, bank=""),
            replace(CHEQUE, bank="", amount_cents=100),
        ],
    )
    def test_cheque_whose_bank_or_amount_was_typed_otherwise_is_asked_about(
        self, declared: Student, again: ReceivedMoney
    ) -> None:
        receives(declared)
        with pytest.raises(ReceiptRepeated):
            receives(declared, again)
        receives(declared, again, confirmed=True)
        assert len(declared.account.payments) == 2

    @pytest.mark.parametrize("bank", ["", "BNP", "BNP Paribas"])
    @pytest.mark.parametrize("typed", ["VIR 22 06 001", "vir2206001"])
    def test_transfer_is_asked_about_whatever_its_bank(
        self, declared: Student, bank: str, typed: str
    ) -> None:
        receives(declared, replace(TRANSFER, bank="BNP"))
        again = replace(TRANSFER, bank=bank, reference=typed)
        with pytest.raises(ReceiptRepeated):
            check_receipt(declared.ports, declared.registration_id, again)
        with pytest.raises(ReceiptRepeated):
            receives(declared, again)
        receives(declared, again, confirmed=True)
        assert len(declared.account.payments) == 2

    def test_of_two_accountants_at_once_the_second_is_asked(
        self, declared: Student, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        commit = declared.ports.store.commit
        raced: list[Payment] = []

        def race(changes: object) -> None:
            if not raced:
                monkeypatch.setattr(declared.ports.store, "commit", commit)
                raced.append(receives(declared))
            commit(changes)  # type: ignore[arg-type]  # passed on as it came

        monkeypatch.setattr(declared.ports.store, "commit", race)
        with pytest.raises(ReceiptRepeated):
            receives(declared)
        assert list(declared.account.payments) == raced
        check_books(declared.ports.memory)

    def test_after_every_race_is_lost_the_refusal_says_so(
        self, declared: Student, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def lose(_changes: object) -> None:
            raise ConcurrentUpdate

        monkeypatch.setattr(declared.ports.store, "commit", lose)
        with pytest.raises(ConcurrentUpdate):
            receives(declared)
