"""P21: the surplus of two of our own pages is proposed with its proof, and approved by one person."""

from dataclasses import replace

import pytest

from chalicelib.domain.collection.disputes import Dispute, DisputeReason
from chalicelib.domain.payments import Payment, PaymentMethod
from chalicelib.domain.refunds.refund import Operation, Refund, RefundState
from chalicelib.domain.refunds.surplus import PROPOSED_WITHIN
from chalicelib.domain.trail.audit import SCHEDULE, Act
from chalicelib.usecases.refunds.propose_surpluses import propose_surpluses
from chalicelib.usecases.refunds.reconcile_refunds import reconcile_refunds
from tests.usecases.conftest import ACCOUNTANT, CHRIS, Student
from tests.usecases.refund_steps import (
    approves,
    asked,
    declines,
    given,
    payment,
    pays_once,
    pays_twice,
    prepares,
    refund,
)


def proposed(student: Student) -> Refund:
    assert propose_surpluses(student.ports).proposed == 1
    return student.account.refunds[-1]


def keeps(student: Student, paid: Payment) -> None:
    student.ports.memory.payments["7002"] = (CHRIS.id, paid)


def test_is_prepared_by_the_system_with_both_attempts_as_its_proof(chris: Student) -> None:
    pays_twice(chris)
    known = proposed(chris)
    pages = {each.id for each in chris.account.attempts}
    assert (known.state, known.prepared_by, known.amount_cents) == (RefundState.PREPARED, SCHEDULE, 60100)
    assert (set(known.reason.split()), known.payment_id) == (pages, payment(chris, "7002").id)
    assert propose_surpluses(chris.ports).proposed == 0
    trail = chris.ports.memory.audit_waiting.values()
    assert [each.by for each in trail if each.act is Act.REFUND_PREPARED] == [SCHEDULE]


def test_one_accountant_approves_it_and_it_is_voided_before_remittance(chris: Student) -> None:
    pays_twice(chris)
    chris.ports.gateway.vault.is_remitted = False
    known = proposed(chris)
    done = approves(chris, known, by=ACCOUNTANT)
    assert (done.state, done.operation, given(chris)) == (RefundState.DONE, Operation.VOID, [60100])
    assert chris.balance_cents == 0
    assert propose_surpluses(chris.ports).proposed == 0


def test_that_a_person_declined_is_not_proposed_again(chris: Student) -> None:
    pays_twice(chris)
    declines(chris, proposed(chris))
    assert propose_surpluses(chris.ports).proposed == 0


def test_that_lapsed_is_proposed_anew(chris: Student) -> None:
    pays_twice(chris)
    first = proposed(chris)
    registration = chris.registration
    chris.ports.memory.add(replace(registration, version=registration.version + 1))
    reconcile_refunds(chris.ports)
    assert refund(chris, first).state is RefundState.LAPSED
    assert proposed(chris).id != first.id


def test_one_payment_alone_is_no_surplus(chris: Student) -> None:
    pays_once(chris)
    assert propose_surpluses(chris.ports).proposed == 0


def test_credit_that_a_person_prepares_is_not_proposed(chris: Student) -> None:
    prepares(chris, pays_twice(chris), asked(100))
    assert propose_surpluses(chris.ports).proposed == 0


def test_what_is_older_than_a_week_is_accountings_own(chris: Student) -> None:
    pays_twice(chris)
    chris.ports.at += PROPOSED_WITHIN
    assert propose_surpluses(chris.ports).proposed == 0


@pytest.mark.parametrize(
    "change",
    [
        {"method": PaymentMethod.CHEQUE},
        {"call": ""},
        {"transaction": "7009"},
        {"allocated_cents": 1},
    ],
)
def test_payment_that_no_page_of_ours_proves_needs_two_people(
    chris: Student, change: dict[str, object]
) -> None:
    keeps(chris, replace(pays_twice(chris), **change))  # type: ignore[arg-type]
    assert propose_surpluses(chris.ports).proposed == 0


@pytest.mark.parametrize("change", [{"refunded_cents": 100}, {"refunding_cents": 60100}, {"transaction": ""}])
def test_other_page_whose_money_is_not_kept_whole_proves_nothing(
    chris: Student, change: dict[str, object]
) -> None:
    pays_twice(chris)
    first = payment(chris, "7001")
    chris.ports.memory.payments["7001"] = (CHRIS.id, replace(first, **change))  # type: ignore[arg-type]
    assert propose_surpluses(chris.ports).proposed == 0


def test_payment_that_its_holder_disputes_is_not_proposed(chris: Student) -> None:
    paid = pays_twice(chris)
    dispute = Dispute(DisputeReason.DUPLICATE, paid.received_at.date(), paid.received_at)
    keeps(chris, replace(paid, dispute=dispute))
    assert propose_surpluses(chris.ports).proposed == 0


@pytest.mark.parametrize("change", [{"refunded": True}, {"amount_cents": 60000}])
def test_other_page_that_was_given_back_or_of_another_amount_proves_nothing(
    chris: Student, change: dict[str, object]
) -> None:
    pays_twice(chris)
    attempts = chris.ports.memory.attempts
    first = next(each for each in attempts.values() if each.transaction == "7001")
    attempts[first.id] = replace(first, **change)  # type: ignore[arg-type]
    assert propose_surpluses(chris.ports).proposed == 0


def test_refused_file_is_accountings_decision(chris: Student) -> None:
    pays_twice(chris)
    registration = chris.registration
    chris.ports.memory.add(replace(registration, status="refused"))  # type: ignore[arg-type]
    assert propose_surpluses(chris.ports).proposed == 0
