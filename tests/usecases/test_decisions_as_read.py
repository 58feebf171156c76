"""A decision on a file is of the situation and the amount that its author has read, or it is refused."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from chalicelib.domain.collection.bounces import BankReturn
from chalicelib.domain.collection.disputes import DisputeReason
from chalicelib.domain.corrections.withdrawals import AskedWithdrawal
from chalicelib.domain.decisions import RegistrationMoved
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.fees import seen_hash_of
from chalicelib.domain.registration import Decision, RegistrationStatus
from chalicelib.usecases.collection.take_back_payment import take_back_payment
from chalicelib.usecases.corrections.issue_credit_note import CreditOrder, issue_credit_note
from chalicelib.usecases.corrections.withdraw_registration import withdraw_registration, withdrawal_request
from chalicelib.usecases.lists.decide_many import decide_many
from chalicelib.usecases.lists.find_registrations import show_entry
from chalicelib.usecases.registrations.decide_registration import decide_registration
from tests.fakes.ports import enrol_student
from tests.usecases.conftest import ACCOUNTANT, CHRIS, REGISTRAR, Student
from tests.usecases.payer_steps import names
from tests.usecases.test_pages_beside_each_other import meanwhile

OTHER = replace(CHRIS, id="00000000000000c2", email="other@demo.test", last_name="AUTRE")


def read(student: Student) -> str:
    return show_entry(student.ports, student.registration_id).seen_hash


def decides(student: Student, decision: Decision, seen: str | None) -> None:
    decide_registration(student.ports, student.registration_id, decision, "motif", REGISTRAR, seen_hash=seen)


@pytest.mark.parametrize("decision", [Decision.VALIDATE, Decision.REFUSE])
def test_file_of_another_situation_than_was_read_is_not_decided(chris: Student, decision: Decision) -> None:
    chris.declares("01")
    seen = read(chris)
    chris.declares("02")
    with pytest.raises(RegistrationMoved):
        decides(chris, decision, seen)
    assert chris.registration.status is RegistrationStatus.PRE_REGISTERED
    assert chris.mails() == []
    decides(chris, decision, read(chris))
    assert chris.registration.status is not RegistrationStatus.PRE_REGISTERED


def test_file_that_owes_another_amount_than_was_read_is_not_validated(chris: Student) -> None:
    chris.declares("01")
    seen = read(chris)
    names(chris)
    with pytest.raises(RegistrationMoved):
        decides(chris, Decision.VALIDATE, seen)


def test_situation_that_is_declared_again_is_the_one_that_was_read(chris: Student) -> None:
    chris.declares("01")
    seen = read(chris)
    chris.declares("02")
    chris.declares("01")
    decides(chris, Decision.VALIDATE, seen)
    assert chris.registration.status is RegistrationStatus.VALIDATED


def test_situation_that_changes_before_the_commit_is_not_validated(chris: Student) -> None:
    chris.declares("01")
    meanwhile(chris.ports, lambda: chris.declares("02"))
    with pytest.raises(ConcurrentUpdate):
        decides(chris, Decision.VALIDATE, read(chris))
    assert chris.registration.status is RegistrationStatus.PRE_REGISTERED


def test_decision_that_is_repeated_is_not_refused_for_what_it_changed(chris: Student) -> None:
    chris.declares("01")
    seen = read(chris)
    decides(chris, Decision.REFUSE, seen)
    assert read(chris) != seen, "a refused file owes nothing"
    decides(chris, Decision.REFUSE, seen)
    assert chris.registration.status is RegistrationStatus.REFUSED


def test_decision_is_taken_back_of_the_amount_that_was_read_alone(chris: Student) -> None:
    chris.declares("01")
    chris.pays(chris.opens_the_page())
    decides(chris, Decision.VALIDATE, read(chris))
    seen = read(chris)
    issue_credit_note(chris.ports, CreditOrder(chris.account.invoices[0].number, 10000, "geste"), ACCOUNTANT)
    with pytest.raises(RegistrationMoved):
        decides(chris, Decision.REOPEN, seen)
    decides(chris, Decision.REOPEN, read(chris))
    assert chris.registration.status is RegistrationStatus.PRE_REGISTERED


def test_withdrawal_is_taken_back_of_the_amount_that_was_read_alone(chris: Student) -> None:
    chris.declares("01")
    seen = read(chris)
    asked = withdrawal_request(chris.registration_id, AskedWithdrawal(chris.ports.now().date(), None), "part")
    withdraw_registration(chris.ports, asked, REGISTRAR)
    with pytest.raises(RegistrationMoved):
        decides(chris, Decision.REOPEN, seen)
    decides(chris, Decision.REOPEN, read(chris))
    assert chris.registration.status is RegistrationStatus.PRE_REGISTERED


def test_another_refusal_than_was_read_is_not_taken_back(chris: Student) -> None:
    chris.declares("01")
    decide_registration(chris.ports, chris.registration_id, Decision.REFUSE, "pièce illisible", REGISTRAR)
    seen = read(chris)
    decides(chris, Decision.REOPEN, None)
    decide_registration(chris.ports, chris.registration_id, Decision.REFUSE, "fraude", REGISTRAR)
    with pytest.raises(RegistrationMoved):
        decides(chris, Decision.REOPEN, seen)
    assert chris.registration.reason == "fraude"
    today = read(chris)
    for _ in range(2):
        decides(chris, Decision.REOPEN, today)
    assert chris.registration.status is RegistrationStatus.PRE_REGISTERED


def test_withdrawal_is_not_taken_back_for_the_refusal_that_was_read(chris: Student) -> None:
    chris.declares("01")
    decides(chris, Decision.REFUSE, None)
    seen = read(chris)
    decides(chris, Decision.REOPEN, None)
    asked = withdrawal_request(
        chris.registration_id, AskedWithdrawal(chris.ports.now().date(), None), "motif"
    )
    withdraw_registration(chris.ports, asked, REGISTRAR)
    with pytest.raises(RegistrationMoved):
        decides(chris, Decision.REOPEN, seen)
    assert chris.registration.status is RegistrationStatus.WITHDRAWN


def test_refusal_gives_no_money_back_that_was_not_read(chris: Student) -> None:
    chris.declares("01")
    seen = read(chris)
    chris.pays(chris.opens_the_page())
    with pytest.raises(RegistrationMoved):
        decides(chris, Decision.REFUSE, seen)
    assert (chris.account.refunds, chris.registration.status) == ((), RegistrationStatus.PRE_REGISTERED)
    today = read(chris)
    for _ in range(2):
        decides(chris, Decision.REFUSE, today)
    assert [each.amount_cents for each in chris.account.refunds] == [60100]


def test_money_that_came_since_does_not_prevent_a_validation(chris: Student) -> None:
    chris.declares("01")
    seen = read(chris)
    chris.pays(chris.opens_the_page())
    decides(chris, Decision.VALIDATE, seen)
    assert chris.registration.status is RegistrationStatus.VALIDATED


def test_file_that_holds_less_money_than_was_read_is_not_validated(chris: Student) -> None:
    _ordered(chris)
    seen = read(chris)
    _takes_back(chris)
    with pytest.raises(RegistrationMoved):
        decides(chris, Decision.VALIDATE, seen)


@pytest.mark.parametrize("decision", Decision)
@pytest.mark.parametrize("written", ["", "-", "-x", "-1²", "--1", "-60101"])
def test_no_decision_is_of_a_hash_that_nobody_was_told(
    chris: Student, decision: Decision, written: str
) -> None:
    _ordered(chris)
    if decision is Decision.REOPEN:
        decides(chris, Decision.VALIDATE, None)
    told, _, _ = read(chris).rpartition("-")
    with pytest.raises(RegistrationMoved):
        decides(chris, decision, told + written)


def test_money_that_comes_before_the_commit_of_a_refusal_is_not_given_back(chris: Student) -> None:
    chris.declares("01")
    page = chris.opens_the_page()
    meanwhile(chris.ports, lambda: chris.pays(page))
    with pytest.raises(ConcurrentUpdate):
        decides(chris, Decision.REFUSE, read(chris))
    assert chris.account.refunds == ()


def test_file_that_moved_is_refused_alone_among_many(chris: Student) -> None:
    other = enrol_student(chris.ports, OTHER, "I2223_Y1_1A", chris.ports.campaigns.current().id)
    second = Student(chris.ports, OTHER, other.id)
    chris.declares("01")
    second.declares("01")
    seen = {each.registration_id: read(each) for each in (chris, second)}
    chris.declares("02")
    results = decide_many(chris.ports, seen, Decision.VALIDATE, "", REGISTRAR, seen)
    assert [each.refusal and each.refusal.code for each in results] == ["registration_moved", None]
    assert chris.registration.status is RegistrationStatus.PRE_REGISTERED
    assert second.registration.status is RegistrationStatus.VALIDATED


def _ordered(student: Student) -> None:
    student.declares("01")
    student.pays(student.opens_the_page())


def _credited(student: Student) -> None:
    _ordered(student)
    number = student.account.invoices[0].number
    issue_credit_note(student.ports, CreditOrder(number, 10000, "geste"), ACCOUNTANT)


def _shared(student: Student) -> None:
    student.declares("01")
    names(student)


def _refused(student: Student) -> None:
    _ordered(student)
    decides(student, Decision.REFUSE, None)


def _given_up(student: Student) -> None:
    _ordered(student)
    asked = withdrawal_request(
        student.registration_id, AskedWithdrawal(student.ports.now().date(), None), "part"
    )
    withdraw_registration(student.ports, asked, REGISTRAR)


def _taken_back(student: Student) -> None:
    _ordered(student)
    _takes_back(student)


def _takes_back(student: Student) -> None:
    (paid,) = student.account.payments
    returned = BankReturn(paid.kept_cents, "10.4", DisputeReason.FRAUDULENT, student.ports.now().date())
    take_back_payment(student.ports, paid.id, returned, ACCOUNTANT)


@pytest.mark.parametrize(
    "story",
    [
        lambda _: None,
        lambda student: student.declares("01"),
        lambda student: student.declares("02"),
        _ordered,
        _credited,
        _shared,
        _refused,
        _given_up,
        _taken_back,
    ],
)
def test_lists_and_files_tell_the_same_of_what_was_read(
    chris: Student, story: Callable[[Student], object]
) -> None:
    story(chris)
    assert read(chris) == seen_hash_of(chris.file)
