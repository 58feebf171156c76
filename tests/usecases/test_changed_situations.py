"""The registrar changes a situation before and after money: one act, seen beforehand."""

import pytest

from chalicelib.domain import errors
from chalicelib.domain.books.journal import MoneyEvent
from chalicelib.domain.corrections.refusals import (
    CorrectionMoved,
    CorrectionOfEnded,
    CorrectionUnreasoned,
    SituationUnchanged,
)
from chalicelib.domain.decisions import RegistrationMoved
from chalicelib.domain.fees import seen_hash_of
from chalicelib.domain.outbox import Topic
from chalicelib.domain.plan.instalments import InstalmentState
from chalicelib.domain.plan.plan_requests import PlanRequestState
from chalicelib.domain.refunds.refund import RefundState
from chalicelib.domain.registration import Decision, Registration
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.corrections.change_situation import change_situation, situation_request
from chalicelib.usecases.registrations.choose_fee_situation import choose_fee_situation
from chalicelib.usecases.registrations.decide_registration import decide_registration
from tests.usecases.conftest import ACCOUNTANT, REGISTRAR, Student
from tests.usecases.correction_steps import REASON, changes, judge, prepared, sees
from tests.usecases.plan_acts import entries, to_come
from tests.usecases.refund_steps import SECOND, approves, declines, given, refund


def redeclares(student: Student, code: str, seen_hash: str) -> Registration:
    return choose_fee_situation(student.ports, student.person.id, student.registration_id, code, seen_hash)


class TestBeforeMoney:
    def test_it_is_simply_the_new_situation(self, chris: Student) -> None:
        chris.declares("01")
        done = changes(chris, "05")
        assert chris.registration.fee_situation_code == "05"
        assert (done.owed_before_cents, done.owed_after_cents) == (60100, 377000)
        assert (done.order_number, done.credit_notes, done.refunds) == (None, (), ())
        assert chris.account.orders == ()
        judge(chris, 377000)

    @pytest.mark.parametrize("declared", [None, "01"])
    def test_page_kept_by_the_student_does_not_undo_it(self, chris: Student, declared: str | None) -> None:
        if declared:
            chris.declares(declared)
        read = seen_hash_of(chris.file)
        changes(chris, "05")
        with pytest.raises(RegistrationMoved):
            redeclares(chris, "02", read)
        assert chris.registration.fee_situation_code == "05"
        assert redeclares(chris, "05", read) == chris.registration
        assert redeclares(chris, "02", seen_hash_of(chris.file)).fee_situation_code == "02"

    def test_page_kept_by_the_student_does_not_undo_a_refusal(self, chris: Student) -> None:
        chris.declares("01")
        read = seen_hash_of(chris.file)
        decide_registration(chris.ports, chris.registration_id, Decision.REFUSE, "pièce", REGISTRAR)
        with pytest.raises(RegistrationMoved):
            redeclares(chris, "02", read)
        assert chris.registration.status == "refused"

    def test_same_form_twice_declares_once(self, chris: Student) -> None:
        read = seen_hash_of(chris.file)
        assert redeclares(chris, "01", read) == redeclares(chris, "01", read)

    def test_validated_file_stays_validated(self, chris: Student) -> None:
        chris.declares("01")
        decide_registration(chris.ports, chris.registration_id, Decision.VALIDATE, "", REGISTRAR)
        changes(chris, "02")
        assert chris.registration.status == "validated"

    def test_plan_that_has_not_begun_falls_with_its_amount(self, chris: Student) -> None:
        chris.declares("05")
        chris.asks_for()
        chris.is_approved()
        changes(chris, "01")
        request = chris.file.plan_request
        assert request is not None
        assert request.state is PlanRequestState.WITHDRAWN

    def test_undeclared_file_may_be_given_one(self, chris: Student) -> None:
        assert changes(chris, "01").owed_before_cents == 0
        assert chris.registration.fee_situation_code == "01"


class TestAfterMoney:
    @pytest.fixture
    def paid(self, chris: Student) -> Student:
        chris.declares("01")
        chris.pays(chris.opens_the_page())
        return chris

    def test_less_is_a_credit_note_and_a_prepared_refund(self, paid: Student) -> None:
        done = changes(paid, "02")
        (note,) = paid.account.credit_notes
        (waiting,) = prepared(paid)
        assert (note.totals.total_cents, note.reason, note.issued_by) == (60100, REASON, REGISTRAR.id)
        assert (waiting.amount_cents, waiting.prepared_by) == (60100, REGISTRAR.id)
        assert done.credit_notes == (note.number,)
        assert done.refunds == (waiting.id,)
        assert paid.registration.is_paid
        judge(paid, 0)

    def test_more_is_an_order_and_an_invoice_of_the_difference(self, paid: Student) -> None:
        done = changes(paid, "05")
        first, second = paid.account.invoices
        assert (first.totals.total_cents, second.totals.total_cents) == (60100, 316900)
        assert (done.order_cents, done.invoice_number) == (316900, second.number)
        assert (second.paid_cents, second.settled_on) == (0, None)
        assert paid.registration.part_paid
        assert paid.opens_the_page().amount_cents == 316900
        judge(paid, 377000)

    def test_and_back_is_one_credit_note_an_invoice(self, paid: Student) -> None:
        changes(paid, "05")
        done = changes(paid, "02", reason="erreur")
        notes = paid.account.credit_notes
        assert [each.totals.total_cents for each in notes] == [316900, 60100]
        assert [each.number for each in notes] == [1, 2]
        assert done.credit_notes == (1, 2)
        judge(paid, 0)
        changes(paid, "01", reason="bourse refusée")
        judge(paid, 60100)
        assert paid.account.invoices[-1].settled_on is not None
        assert prepared(paid) == []
        assert [each.state for each in paid.account.refunds] == [RefundState.LAPSED]

    def test_entries_audit_and_mail_are_in_the_same_commit(self, paid: Student) -> None:
        seen = sees(paid)
        assert [each.event for each in seen.entries] == [MoneyEvent.CREDIT_NOTE, MoneyEvent.SET_OFF]
        before = len(paid.account.journal)
        changes(paid, seen=seen.hash)
        written = paid.account.journal[before:]
        assert [each.postings for each in written] == [each.postings for each in seen.entries]
        trace = list(paid.ports.memory.audit_waiting.values())[-1]
        assert (trace.act, trace.by, trace.reason) == (Act.FEE_SITUATION_CHANGED, REGISTRAR.id, REASON)
        assert trace.details["code"] == paid.registration.fee_situation_code
        (mail,) = entries(paid, Topic.FEE_SITUATION_CHANGED)
        assert (mail.amount_cents, mail.reason) == (60100, REASON)
        assert seen.letters == (Topic.FEE_SITUATION_CHANGED,)

    def test_preview_writes_nothing(self, paid: Student) -> None:
        before, entries_before = paid.account, dict(paid.ports.memory.entries)
        sees(paid)
        assert paid.account == before
        assert paid.ports.memory.entries == entries_before

    def test_only_what_was_seen_is_written(self, paid: Student) -> None:
        seen = sees(paid)
        decide_registration(paid.ports, paid.registration_id, Decision.VALIDATE, "", REGISTRAR)
        with pytest.raises(CorrectionMoved):
            changes(paid, seen=seen.hash)
        assert paid.account.credit_notes == ()
        changes(paid, seen=sees(paid).hash)

    def test_same_key_is_one_act_and_another_body_is_refused(self, paid: Student) -> None:
        first = changes(paid, key="k1")
        assert changes(paid, key="k1") == first
        changes(paid, "01", key="k2")
        assert changes(paid, key="k1") == first
        assert paid.registration.fee_situation_code == "01"
        with pytest.raises(errors.IdempotencyKeyReused):
            changes(paid, "05", key="k1")
        assert len(paid.account.credit_notes) == 1


class TestMidPlan:
    @pytest.fixture
    def two_taken(self, chris: Student) -> Student:
        chris.starts_the_plan()
        chris.debits_run("2022-07-10 06:00")
        assert to_come(chris)
        return chris

    def test_grant_in_mid_plan_is_one_act(self, two_taken: Student) -> None:
        chris = two_taken
        done = changes(chris, "02")
        assert [each.state for each in chris.file.instalments][2:] == [InstalmentState.CANCELLED]
        assert [(each.rank, each.before_cents, each.after_cents) for each in done.debits] == [(3, 20038, 0)]
        assert [each.amount_cents for each in prepared(chris)] == [20031, 20031]
        assert len(entries(chris, Topic.FORGET_CARD)) == 1
        judge(chris, 0)
        chris.debits_run("2022-08-10 06:00")
        assert len(chris.ports.gateway.captures) == 1

    def test_both_refunds_go_out_on_the_sheets_that_were_prepared(self, two_taken: Student) -> None:
        changes(two_taken, "02")
        first, second = prepared(two_taken)
        approves(two_taken, first)
        approves(two_taken, second, by=ACCOUNTANT)
        assert [refund(two_taken, each).state for each in (first, second)] == [RefundState.DONE] * 2
        assert given(two_taken) == [20031, 20031]
        judge(two_taken, 0)
        assert two_taken.balance_cents == 0

    def test_one_declined_leaves_the_other(self, two_taken: Student) -> None:
        changes(two_taken, "02")
        first, second = prepared(two_taken)
        declines(two_taken, first)
        approves(two_taken, second, by=SECOND)
        assert given(two_taken) == [20031]
        judge(two_taken, 0)

    def test_dearer_situation_never_grows_the_plan(self, two_taken: Student) -> None:
        changes(two_taken, "05")
        assert two_taken.file.remaining_cents == 20038
        assert two_taken.registration.part_paid
        judge(two_taken, 377000)
        two_taken.debits_run("2022-08-10 06:00")
        assert sum(each.amount_cents for each in two_taken.ports.gateway.captures) == 40069
        judge(two_taken, 377000)
        assert two_taken.file.charged_cents - sum(p.kept_cents for p in two_taken.file.payments) == 316900

    def test_cheaper_one_shortens_it_from_its_end(self, chris: Student) -> None:
        chris.starts_the_plan(code="05")
        changes(chris, "01")
        judge(chris, 60100)
        assert [each.remaining_cents for each in chris.file.instalments] == [0, 0, 0]
        assert [each.amount_cents for each in prepared(chris)] == [125654 - 60100]


class TestRefused:
    def test_without_a_reason_or_a_change(self, chris: Student) -> None:
        chris.declares("01")
        with pytest.raises(CorrectionUnreasoned):
            changes(chris, reason="  ")
        with pytest.raises(SituationUnchanged):
            changes(chris, "01")
        with pytest.raises(errors.FeeSituationNotAllowed):
            changes(chris, "99")

    def test_for_a_refused_file(self, chris: Student) -> None:
        chris.declares("01")
        decide_registration(chris.ports, chris.registration_id, Decision.REFUSE, "doublon", REGISTRAR)
        with pytest.raises(CorrectionOfEnded):
            changes(chris)

    def test_while_a_page_is_open(self, chris: Student) -> None:
        chris.declares("01")
        chris.opens_the_page()
        with pytest.raises(errors.PaymentOpen):
            changes(chris)

    def test_by_accounting(self, chris: Student) -> None:
        chris.declares("01")
        with pytest.raises(errors.Forbidden):
            change_situation(chris.ports, situation_request(chris.registration_id, "02", REASON), ACCOUNTANT)
