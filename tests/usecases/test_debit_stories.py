"""The 10th: what is due is debited once, what is refused climbs the ladder or asks the payer."""

from dataclasses import replace
from datetime import date

import pytest

from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.outbox import Topic
from chalicelib.domain.payments import PaymentMethod
from chalicelib.domain.plan.instalments import DebitState, InstalmentState
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.debits.debit_instalment import debit_instalment
from chalicelib.usecases.debits.plan_debits import plan_debits
from chalicelib.usecases.debits.show_debit_run import show_debit_run
from chalicelib.usecases.delivery.deliver_outbox import deliver_outbox
from tests.fakes.gateway import Behaviour
from tests.usecases.conftest import CHRIS, Student

JULY = date(2022, 7, 10)


@pytest.fixture
def started(chris: Student) -> Student:
    """The manual's plan: 20031 paid on 24/06, 20031 due on 10/07, 20038 on 10/08."""
    chris.starts_the_plan()
    chris.ports.memory.entries.clear()
    return chris


def second(student: Student) -> str:
    return f"{student.registration_id}-i2"


class TestTaken:
    def test_manuals_plan_takes_20031_20031_20038_and_the_account_is_at_zero(self, started: Student) -> None:
        started.debits_run("2022-07-10T00:30")
        started.debits_run("2022-08-10T00:30")
        assert (started.taken(2), started.taken(3)) == ([20031], [20038])
        assert [each.amount_cents for each in started.account.payments] == [20031, 20031, 20038]
        assert (started.balance_cents, len(started.account.invoices)) == (0, 1)

    def test_six_instalments_likewise(self, chris: Student) -> None:
        chris.starts_the_plan("paybox-6", "05")
        for day in ("2022-07-10", "2022-08-10", "2022-09-10", "2022-10-10", "2022-11-10"):
            chris.debits_run(f"{day}T00:30")
        assert [chris.taken(rank) for rank in range(2, 7)] == [[62833]] * 5
        assert (chris.balance_cents, len(chris.account.invoices)) == (0, 1)

    def test_payment_is_booked_on_the_order_and_told(self, started: Student) -> None:
        started.debits_run("2022-07-10T00:30")
        payment = started.account.payments[-1]
        assert (payment.order_number, payment.invoice_number, payment.rank) == (9357, 9196, 2)
        assert (payment.attempt_id, payment.transaction) == (started.debit(2).id, "5001")
        assert payment.call == started.debit(2).call != ""
        assert payment.method is PaymentMethod.CARD
        assert started.debit(2).schedule_hash == started.instalment(2).schedule_hash
        assert started.mails() == [(Topic.DEBIT_TAKEN, 2)]
        assert started.account.settled_on(9357, 60100) is None
        started.debits_run("2022-08-10T00:30")
        assert started.account.settled_on(9357, 60100) == date(2022, 8, 10)

    def test_trail_tells_the_page_from_the_debit(self, started: Student) -> None:
        started.debits_run("2022-07-10T00:30")
        page, debit = started.account.payments
        told = [(entry.act, entry.target) for entry in started.ports.audit.waiting(100)]
        assert [each for each in told if each[1] in {page.id, debit.id}] == [
            (Act.PAYMENT_BOOKED, page.id),
            (Act.DEBIT_BOOKED, debit.id),
        ]

    def test_p4_runs_twice_late_and_beside_each_other_take_once(self, started: Student) -> None:
        for moment in ("00:30", "00:30", "09:00", "23:59"):
            started.debits_run(f"2022-07-10T{moment}")
        started.debits_run("2022-07-11T00:30")
        assert started.taken(2) == [20031]

    def test_run_on_a_later_day_takes_what_was_forgotten(self, started: Student) -> None:
        started.debits_run("2022-07-14T00:30")
        assert (started.taken(2), started.debit(2).planned_on) == ([20031], date(2022, 7, 14))

    def test_nothing_is_taken_before_its_day(self, started: Student) -> None:
        started.is_at("2022-07-09T23:59")
        debit_instalment(started.ports, second(started), date(2022, 7, 9))
        started.debits_run("2022-07-09T23:59")
        assert started.taken(2) == []

    def test_report_of_the_day_adds_up_what_became_of_it(self, started: Student) -> None:
        started.debits_run("2022-07-10T00:30")
        run = show_debit_run(started.ports, JULY)
        assert (run.due, run.paid, run.refused, run.unknown) == (1, 1, 0, 0)
        assert (run.due_cents, run.paid_cents) == (20031, 20031)
        assert show_debit_run(started.ports, date(2022, 7, 11)).due == 0


class TestRefusedSoftly:
    def test_ladder_is_climbed_and_ends_in_arrears(self, started: Student) -> None:
        started.ports.gateway.script.extend([Behaviour.REFUSE_SOFT] * 3)
        for day in ("10", "11", "12", "13", "14", "15", "19", "20", "21", "27"):
            started.debits_run(f"2022-07-{day}T00:30")
        assert [each.planned_on.day for each in started.account.debits] == [10, 13, 20]
        assert started.instalment(2).state is InstalmentState.ARREARS
        assert started.account.arrears_cents == 20031
        assert started.mails() == [(Topic.DEBIT_RETRIED, 2)] * 2 + [(Topic.IN_ARREARS, 2)]

    def test_second_try_that_is_accepted_is_booked_once(self, started: Student) -> None:
        started.ports.gateway.script.append(Behaviour.REFUSE_SOFT)
        started.debits_run("2022-07-10T00:30")
        assert started.instalment(2).refusal_code == "00151"
        started.debits_run("2022-07-13T00:30")
        assert (started.taken(2), started.instalment(2).state) == ([20031], InstalmentState.PAID)

    def test_one_refused_instalment_does_not_stop_the_plan(self, started: Student) -> None:
        started.ports.gateway.script.extend([Behaviour.REFUSE_SOFT] * 3)
        for day in ("07-10", "07-13", "07-20", "08-10"):
            started.debits_run(f"2022-{day}T00:30")
        assert (started.taken(2), started.taken(3)) == ([], [20038])

    def test_refused_debit_counts_as_refused_in_the_report(self, started: Student) -> None:
        started.ports.gateway.script.append(Behaviour.REFUSE_SOFT)
        started.debits_run("2022-07-10T00:30")
        run = show_debit_run(started.ports, JULY)
        assert (run.refused, run.refused_cents) == (1, 20031)


class TestPayerIsNeeded:
    @pytest.mark.parametrize("behaviour", [Behaviour.REFUSE_HARD, Behaviour.NEED_AUTHENTICATION])
    def test_card_that_will_not_do_is_not_tried_again(self, started: Student, behaviour: Behaviour) -> None:
        started.ports.gateway.script.append(behaviour)
        for day in ("10", "13", "20"):
            started.debits_run(f"2022-07-{day}T00:30")
        assert len(started.account.debits) == 1
        assert started.instalment(2).state is InstalmentState.NEEDS_PAYER
        assert started.mails() == [(Topic.PAYER_NEEDED, 2)]

    def test_token_the_gateway_no_longer_knows_asks_for_another_card(self, started: Student) -> None:
        started.ports.gateway.forgotten.add("token-1")
        started.debits_run("2022-07-10T00:30")
        assert started.instalment(2).state is InstalmentState.NEEDS_PAYER
        assert started.instalment(2).refusal_code == "00017"

    def test_card_that_is_over_is_not_sent_and_the_student_is_asked(self, chris: Student) -> None:
        chris.starts_the_plan(token_expires="2207")
        chris.debits_run("2022-07-10T00:30")
        chris.debits_run("2022-08-10T00:30")
        assert (chris.taken(2), chris.taken(3), chris.ports.gateway.asked_debits[1:]) == ([20031], [], [])
        assert chris.instalment(3).state is InstalmentState.NEEDS_PAYER
        assert chris.mails()[-1] == (Topic.PAYER_NEEDED, 3)


class TestNotSent:
    def test_amount_that_is_not_the_approved_one(self, started: Student) -> None:
        wrong = replace(started.instalment(2), amount_cents=20032)
        started.ports.memory.instalments[wrong.id] = wrong
        started.debits_run("2022-07-10T00:30")
        assert started.ports.gateway.asked_debits == []
        assert started.ports.alarms.raised == [f"mismatch {wrong.id}"]

    @pytest.mark.parametrize("row", ["plan_requests", "mandates"])
    def test_hash_that_is_not_the_one_agreed_to(self, started: Student, row: str) -> None:
        rows = getattr(started.ports.memory, row)
        rows[started.registration_id] = replace(rows[started.registration_id], schedule_hash="another")
        started.debits_run("2022-07-10T00:30")
        assert started.taken(2) == []
        assert started.ports.alarms.raised == [f"mismatch {second(started)}"]

    @pytest.mark.parametrize("row", ["plan_requests", "mandates"])
    def test_without_a_plan_or_a_mandate(self, started: Student, row: str) -> None:
        getattr(started.ports.memory, row).clear()
        started.debits_run("2022-07-10T00:30")
        assert started.taken(2) == []
        assert started.ports.alarms.raised == [f"mismatch {second(started)}"]

    @pytest.mark.parametrize(
        "instalment_id",
        ["00000000000000c1-1-i9", "00000000000000ff-1-i2", "00000000000000c1-9-i2", "nothing", ""],
    )
    def test_message_for_what_does_not_exist(self, started: Student, instalment_id: str) -> None:
        started.is_at("2022-07-10T00:30")
        debit_instalment(started.ports, instalment_id, JULY)
        assert started.ports.gateway.asked_debits == []
        assert started.mails() == []

    @pytest.mark.parametrize(
        "state", [state for state in InstalmentState if state is not InstalmentState.DUE]
    )
    def test_message_for_what_is_cancelled_or_otherwise_not_due(
        self, started: Student, state: InstalmentState
    ) -> None:
        left = replace(started.instalment(2), state=state)
        started.ports.memory.instalments[left.id] = left
        started.is_at("2022-07-10T00:30")
        debit_instalment(started.ports, left.id, JULY)
        assert (started.taken(2), started.instalment(2)) == ([], left)

    def test_message_of_yesterday(self, started: Student) -> None:
        started.is_at("2022-07-10T23:59")
        plan_debits(started.ports)
        started.is_at("2022-07-11T00:00")
        for instalment_id, day in started.ports.debit_queue.planned:
            debit_instalment(started.ports, instalment_id, day)
        assert started.ports.gateway.asked_debits == []
        started.debits_run("2022-07-11T00:30")
        assert started.taken(2) == [20031]

    def test_retry_before_its_day(self, started: Student) -> None:
        started.ports.gateway.script.append(Behaviour.REFUSE_SOFT)
        started.debits_run("2022-07-10T00:30")
        started.is_at("2022-07-12T10:00")
        debit_instalment(started.ports, second(started), date(2022, 7, 12))
        assert len(started.ports.gateway.asked_debits) == 1

    def test_loser_of_a_race_for_the_claim(self, started: Student, monkeypatch: pytest.MonkeyPatch) -> None:
        write = started.ports.store.commit

        def beaten(*arguments: object, **named: object) -> None:
            monkeypatch.setattr(started.ports.store, "commit", write)
            debit_instalment(started.ports, second(started), JULY)
            write(*arguments, **named)  # type: ignore[arg-type]

        # The other worker runs between our read and our claim, which no fake does by itself.
        monkeypatch.setattr(started.ports.store, "commit", beaten)
        started.debits_run("2022-07-10T00:30")
        assert (started.taken(2), len(started.account.debits)) == ([20031], 1)


class TestNotice:
    def test_debit_that_will_be_made_is_announced(self, chris: Student) -> None:
        chris.starts_the_plan()
        chris.is_at("2022-07-03T08:00")
        notice = next(
            each for each in chris.ports.outbox.pending(chris.ports.at) if each.topic is Topic.DEBIT_NOTICE
        )
        deliver_outbox(chris.ports, notice.id)
        assert chris.ports.mailer.sent == [(CHRIS.email, Topic.DEBIT_NOTICE)]

    def test_debit_that_is_already_made_is_not(self, chris: Student) -> None:
        chris.starts_the_plan()
        chris.debits_run("2022-07-10T00:30")
        deliver_outbox(chris.ports, f"{Topic.DEBIT_NOTICE}-{second(chris)}")
        assert chris.ports.mailer.sent == []
        assert chris.ports.outbox.find(f"{Topic.DEBIT_NOTICE}-{second(chris)}") is None


def test_claim_by_two_workers_at_once_has_one_winner(started: Student) -> None:
    started.is_at("2022-07-10T00:30")
    debit_instalment(started.ports, second(started), JULY)
    (debit,) = started.account.debits
    with pytest.raises(ConcurrentUpdate):
        started.ports.store.commit(Changes((replace(started.instalment(2)), replace(debit, version=1))))
    assert started.debit(2).state is DebitState.PAID
