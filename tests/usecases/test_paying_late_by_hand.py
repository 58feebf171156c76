"""A late instalment paid on the page: it holds the debit, cancels the retry, and its card takes over."""

from dataclasses import replace
from datetime import date

import pytest

from chalicelib.domain import errors
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.outbox import Topic
from chalicelib.domain.owed import Withheld
from chalicelib.domain.payments import Outcome
from chalicelib.domain.plan.instalments import InstalmentState
from chalicelib.domain.registration import Decision
from chalicelib.domain.treasury.details import transfer_details
from chalicelib.usecases.debits.debit_instalment import debit_instalment
from chalicelib.usecases.payments.give_up_attempt import give_up_attempt
from chalicelib.usecases.payments.reconcile_payments import reconcile_payments
from chalicelib.usecases.payments.record_notification import record_notification
from tests.fakes.gateway import Behaviour
from tests.usecases.conftest import CHRIS, Student, refused
from tests.usecases.test_received_on_account import decides


def plan_with_a(student: Student, behaviour: Behaviour, times: int = 1) -> Student:
    student.starts_the_plan()
    student.ports.memory.entries.clear()
    student.ports.gateway.script.extend([behaviour] * times)
    student.debits_run("2022-07-10T00:30")
    student.ports.move(hours=9)
    return student


@pytest.fixture
def retried(chris: Student) -> Student:
    """Refused softly on the 10th: to be tried again on the 13th."""
    return plan_with_a(chris, Behaviour.REFUSE_SOFT)


@pytest.fixture
def needed(chris: Student) -> Student:
    """Refused for good: the student is asked for another card."""
    return plan_with_a(chris, Behaviour.REFUSE_HARD)


def all_taken(student: Student, rank: int) -> int:
    """All the gateway took for one instalment, by debit and by hand."""
    by_hand = [each.amount_cents for each in student.account.payments if each.rank == rank]
    debited = {each.transaction for each in student.ports.gateway.captures}
    known = [each for each in student.account.payments if each.transaction in debited and each.rank == rank]
    return sum(by_hand) + sum(student.taken(rank)) - sum(each.amount_cents for each in known)


class TestPaid:
    def test_retry_is_off_and_the_next_instalment_goes_on(self, retried: Student) -> None:
        retried.pays(retried.opens_the_page_of(2), "7002")
        assert retried.instalment(2).state is InstalmentState.PAID
        for day in ("07-13", "07-20", "08-10"):
            retried.debits_run(f"2022-{day}T00:30")
        assert (retried.taken(2), retried.taken(3), all_taken(retried, 2)) == ([], [20038], 20031)
        assert (retried.balance_cents, len(retried.account.invoices)) == (0, 1)

    def test_payment_counts_for_the_instalment_and_is_told(self, needed: Student) -> None:
        needed.pays(needed.opens_the_page_of(2), "7002")
        payment = needed.account.payments[-1]
        assert (payment.rank, payment.order_number, payment.invoice_number) == (2, 9357, 9196)
        assert payment.allocated_cents == 20031
        assert needed.mails() == [(Topic.PAYER_NEEDED, 2), (Topic.PAYMENT_BOOKED, 2)]

    def test_new_card_replaces_the_token_for_the_debits_to_come(self, needed: Student) -> None:
        needed.ports.gateway.forgotten.add("token-1")
        attempt = needed.opens_the_page_of(2)
        assert attempt.terms is not None
        assert attempt.terms.last_due_on == date(2022, 8, 10)
        needed.pays(attempt, "7002", token="token-2", token_expires="2612")
        (mandate,) = needed.account.mandates
        assert (mandate.token, mandate.subscriber, mandate.version) == ("token-2", attempt.reference, 2)
        needed.debits_run("2022-08-10T00:30")
        assert needed.taken(3) == [20038]

    def test_without_a_new_token_the_earlier_one_stays(self, needed: Student) -> None:
        needed.pays(needed.opens_the_page_of(2), "7002", token="", token_expires="")
        assert needed.account.mandates[0].token == "token-1"

    def test_arrears_are_healed(self, chris: Student) -> None:
        plan_with_a(chris, Behaviour.REFUSE_SOFT, times=3)
        for day in ("13", "20"):
            chris.debits_run(f"2022-07-{day}T00:30")
        assert chris.account.arrears_cents == 20031
        chris.pays(chris.opens_the_page_of(2), "7002")
        assert chris.account.arrears_cents == 0

    def test_second_page_for_the_same_pays_the_next_instalment(self, needed: Student) -> None:
        one = needed.opens_the_page_of(2)
        needed.ports.move(minutes=21)
        reconcile_payments(needed.ports)
        other = needed.opens_the_page_of(2)
        assert other.id != one.id
        needed.pays(one, "7002")
        needed.pays(other, "7003")
        assert needed.instalment(2).open_pages == ()
        assert needed.instalment(3).remaining_cents == 20038 - 20031
        assert not any(each.is_overpayment for each in needed.account.payments)
        needed.debits_run("2022-08-10T09:00")
        assert needed.taken(3) == []
        reason = debit_instalment(needed.ports, needed.instalment(3).id, paris_day(needed.ports.at))
        assert reason is Withheld.BELOW_MINIMUM


class TestOpenPage:
    def test_holds_the_debit_back_until_it_is_over(self, retried: Student) -> None:
        retried.is_at("2022-07-13T00:25")
        retried.opens_the_page_of(2)
        retried.debits_run("2022-07-13T00:30")
        assert retried.taken(2) == []
        retried.ports.move(minutes=16)
        assert reconcile_payments(retried.ports).closed == 1
        assert retried.instalment(2).open_pages == ()
        retried.debits_run("2022-07-13T01:30")
        assert (retried.taken(2), all_taken(retried, 2)) == ([20031], 20031)

    def test_that_was_refused_still_holds_it_as_another_try_can_follow(self, retried: Student) -> None:
        retried.is_at("2022-07-13T00:25")
        attempt = retried.opens_the_page_of(2)
        record_notification(retried.ports, retried.ports.gateway.says(b"no", refused(attempt)))
        retried.debits_run("2022-07-13T00:30")
        assert retried.taken(2) == []

    def test_that_was_given_up_holds_it_while_the_gateway_may_still_take_it(self, retried: Student) -> None:
        retried.is_at("2022-07-13T00:25")
        attempt = retried.opens_the_page_of(2)
        give_up_attempt(retried.ports, CHRIS.id, attempt.id)
        retried.debits_run("2022-07-13T00:30")
        assert (retried.taken(2), retried.instalment(2).open_pages) == ([], (attempt.id,))
        retried.is_at("2022-07-13T00:51")
        reconcile_payments(retried.ports)
        assert retried.instalment(2).open_pages == ()
        retried.debits_run("2022-07-13T01:30")
        assert (retried.taken(2), all_taken(retried, 2)) == ([20031], 20031)

    def test_in_question_holds_it_until_it_is_clear(self, retried: Student) -> None:
        retried.is_at("2022-07-13T00:25")
        attempt = retried.opens_the_page_of(2)
        unclear = refused(attempt, outcome=Outcome.UNKNOWN)
        retried.ports.gateway.answers[attempt.reference] = unclear
        retried.ports.move(hours=1)
        assert reconcile_payments(retried.ports).unclear == 1
        retried.debits_run("2022-07-13T02:30")
        assert (retried.taken(2), retried.instalment(2).open_pages) == ([], (attempt.id,))
        with pytest.raises(errors.PaymentUnclear):
            retried.opens_the_page_of(2)

    def test_two_pages_hold_it_until_both_are_over(self, retried: Student) -> None:
        retried.opens_the_page_of(2)
        retried.ports.move(minutes=10)
        retried.opens_the_page_of(2)
        retried.ports.move(minutes=11)
        reconcile_payments(retried.ports)
        assert len(retried.instalment(2).open_pages) == 1

    def test_loses_its_race_to_a_debit_that_was_claimed_meanwhile(
        self, retried: Student, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        retried.is_at("2022-07-13T00:25")
        start = retried.ports.store.commit

        def beaten(*arguments: object) -> None:
            monkeypatch.undo()
            retried.debits_run("2022-07-13T00:30")
            start(*arguments)  # type: ignore[arg-type]

        # The debit runs between our read and our write, which no fake does by itself.
        monkeypatch.setattr(retried.ports.store, "commit", beaten)
        with pytest.raises(errors.InstalmentNotPayable):
            retried.opens_the_page_of(2)
        assert all_taken(retried, 2) == 20031

    def test_holds_the_debit_back_as_long_as_the_page_that_was_resumed_lives(self, retried: Student) -> None:
        retried.is_at("2022-07-12T23:50")
        retried.opens_the_page_of(2, "one tab")
        retried.is_at("2022-07-13T00:04")
        page = retried.opens_the_page_of(2, "another tab")
        retried.is_at("2022-07-13T00:11")
        reconcile_payments(retried.ports)
        retried.debits_run("2022-07-13T00:12")
        retried.pays(page, "7002")
        assert all_taken(retried, 2) == 20031


class TestNotPayable:
    @pytest.mark.parametrize("rank", [1, 3, 9])
    def test_what_is_paid_or_not_yet_due_or_does_not_exist(self, retried: Student, rank: int) -> None:
        with pytest.raises(errors.InstalmentNotPayable):
            retried.opens_the_page_of(rank)

    def test_what_was_cancelled_while_the_page_was_open_pays_the_order(self, needed: Student) -> None:
        attempt = needed.opens_the_page_of(2)
        needed.ports.memory.instalments.clear()
        needed.pays(attempt, "7002")
        assert not needed.account.payments[-1].is_overpayment
        assert needed.balance_cents == 20038


def test_nothing_is_asked_of_a_refused_file_until_it_is_open_again(chris: Student) -> None:
    late = plan_with_a(chris, Behaviour.REFUSE_SOFT)
    for day in ("13", "20"):
        late.ports.gateway.script.append(Behaviour.REFUSE_SOFT)
        late.debits_run(f"2022-07-{day}T00:30")

    def asked() -> tuple[int, int, int]:
        today = paris_day(late.ports.at)
        details = transfer_details(late.account, [late.file], today)
        assert details
        return late.account.position(today).position_cents, late.account.arrears_cents, details.cents

    assert asked() == (20031, 20031, 20031)
    owed = late.balance_cents
    decides(late, Decision.REFUSE, "pièce illisible")
    assert asked() == (0, 0, 0)
    late.is_at("2022-08-11T09:00")
    assert asked() == (0, 0, 0)
    assert late.balance_cents == owed
    decides(late, Decision.REOPEN, "pièce reçue")
    assert asked() == (40069, 20031, 40069)


def test_late_page_that_closed_holds_nothing_that_is_gone(needed: Student) -> None:
    attempt = needed.opens_the_page_of(2)
    needed.ports.memory.instalments.clear()
    needed.ports.move(minutes=21)
    reconcile_payments(needed.ports)
    assert not needed.attempt(attempt.id).is_open


def test_page_of_an_instalment_that_waits_for_a_person_is_let_go_once_it_is_paid(retried: Student) -> None:
    page = retried.opens_the_page_of(2)
    second = retried.instalment(2)
    retried.ports.memory.instalments[second.id] = replace(second, state=InstalmentState.CONFLICT)
    retried.pays(page, "7002")
    second = retried.instalment(2)
    assert (second.state, second.open_pages) == (InstalmentState.CONFLICT, ())
    retried.ports.memory.instalments[second.id] = replace(second, state=InstalmentState.DUE)
    retried.debits_run("2022-07-20T09:00")
    assert (retried.taken(2), retried.instalment(2).state) == ([20031], InstalmentState.PAID)
    assert retried.balance_cents == retried.instalment(3).remaining_cents == 20038 - 20031
