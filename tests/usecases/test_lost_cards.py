"""What only a signed message tells, the card's token, lost or late; and the one page that gives another."""

from dataclasses import replace
from datetime import date

import pytest

from chalicelib.domain import decisions, errors
from chalicelib.domain.changes import Changes
from chalicelib.domain.outbox import Topic
from chalicelib.domain.payments import Answer, Attempt, Evidence, Outcome
from chalicelib.domain.plan.instalments import InstalmentState, Mandate
from chalicelib.domain.plan.plan_cards import (
    CardLack,
    file_lack,
    instalment_for_new_card,
    instalment_that_needs_a_card,
    is_payable_now,
)
from chalicelib.domain.receipts import receipt
from chalicelib.domain.registration import RegistrationStatus
from chalicelib.usecases.delivery.deliver_outbox import deliver_outbox
from chalicelib.usecases.payments.reconcile_payments import reconcile_payments
from chalicelib.usecases.payments.record_return import record_return
from chalicelib.usecases.payments.show_attempt import note_return, show_attempt
from chalicelib.usecases.plans.card_lacks import card_lacks
from chalicelib.usecases.plans.recut_plan import recut_plan
from tests.fakes.gateway import Behaviour
from tests.usecases.conftest import ACCOUNTANT, CARD, CHRIS, Student, accepted, refused
from tests.usecases.plan_acts import entries, recut, request_of, resume, stop, to_come

OTHER_CARD = {"token": "token-2", "token_expires": "2612"}


@pytest.fixture
def approved(chris: Student) -> Student:
    chris.declares("01")
    chris.asks_for()
    chris.is_approved()
    return chris


@pytest.fixture
def cardless(approved: Student) -> Student:
    """The first part is paid; its notification is lost, and the payment found by asking."""
    is_found_by_asking(approved, approved.opens_the_page_of(1))
    return approved


def is_found_by_asking(student: Student, attempt: Attempt, transaction: str = "7001") -> None:
    student.ports.gateway.answers[attempt.reference] = accepted(attempt, transaction)
    student.ports.move(minutes=21)
    reconcile_payments(student.ports)


def comes_back(student: Student, attempt: Attempt, transaction: str = "7001", **card: str) -> None:
    """The browser comes back with the signed variables, after the gateway took the money in silence."""
    answer = replace(accepted(attempt, transaction), **(CARD | card))  # type: ignore[arg-type]  # its fields
    returns(student, answer)


def returns(student: Student, answer: Answer) -> None:
    body = f"back-{answer.transaction}-{answer.outcome}"
    student.ports.gateway.says(body.encode(), answer)
    record_return(student.ports, {"signed": body})


def mandate_of(student: Student) -> Mandate:
    mandate = student.file.mandate
    assert mandate is not None
    return mandate


def has_a_card_to(student: Student, expires: str) -> None:
    row = mandate_of(student)
    student.ports.store.commit(Changes((replace(row, card_expires=expires, version=row.version + 1),)))


def delivered(student: Student, topic: Topic) -> list[str]:
    """Deliver what waits of the topic, and return the topics of the mails sent about it."""
    before = len(student.ports.mailer.sent)
    for entry in entries(student, topic):
        deliver_outbox(student.ports, entry.id)
    return [sent for _, sent in student.ports.mailer.sent[before:]]


class TestReturn:
    def test_keeps_the_token_when_it_comes_before_the_notification(self, approved: Student) -> None:
        comes_back(approved, approved.opens_the_page_of(1))
        assert approved.instalment(1).state is InstalmentState.PAID
        assert (mandate_of(approved).token, mandate_of(approved).card_expires) == ("token-1", "2512")
        assert entries(approved, Topic.CARD_NOT_KEPT) == []
        approved.debits_run("2022-07-10T00:30")
        assert approved.taken(2) == [20031]

    def test_settles_nothing_that_our_account_does_not_hold(self, approved: Student) -> None:
        attempt = approved.opens_the_page_of(1)
        approved.ports.gateway.signs_elsewhere(b"back", replace(accepted(attempt), token="token-x"))
        record_return(approved.ports, {"signed": "back"})
        assert approved.file.instalments == ()
        assert approved.file.mandate is None

    def test_confirmed_later_is_applied_by_the_reconciliation_with_its_token(self, approved: Student) -> None:
        attempt = approved.opens_the_page_of(1)
        approved.ports.gateway.answers[attempt.reference] = refused(attempt, outcome=Outcome.UNKNOWN)
        comes_back(approved, attempt)
        assert approved.file.instalments == ()
        approved.ports.gateway.answers[attempt.reference] = accepted(attempt)
        approved.ports.move(minutes=2)
        reconcile_payments(approved.ports)
        assert mandate_of(approved).token == "token-1"

    def test_and_the_notification_after_it_are_one_payment_and_one_card(self, approved: Student) -> None:
        attempt = approved.opens_the_page_of(1)
        comes_back(approved, attempt)
        approved.pays(attempt)
        assert len(approved.account.payments) == 1
        assert approved.ports.alarms.raised == []
        assert mandate_of(approved).token == "token-1"

    def test_heals_a_plan_whose_payment_was_found_by_asking(self, approved: Student) -> None:
        attempt = approved.opens_the_page_of(1)
        is_found_by_asking(approved, attempt)
        assert file_lack(approved.file) is CardLack.NO_TOKEN
        comes_back(approved, attempt)
        assert mandate_of(approved).token == "token-1"
        assert file_lack(approved.file) is None

    def test_brings_the_digits_and_the_evidence_with_the_token(self, approved: Student) -> None:
        attempt = approved.opens_the_page_of(1)
        is_found_by_asking(approved, attempt)
        told = Evidence(authorisation="654321", card_kind="VISA", card_last_digits="77", authenticated="Y")
        returns(approved, replace(accepted(attempt), token="token-1", token_expires="2512", evidence=told))
        assert (mandate_of(approved).card_last_digits, mandate_of(approved).evidence) == ("77", told)

    def test_that_is_forged_refused_or_of_nobody_changes_nothing(self, approved: Student) -> None:
        attempt = approved.opens_the_page_of(1)
        record_return(approved.ports, {"signed": "made up"})
        record_return(approved.ports, {})
        returns(approved, refused(attempt))
        unknown = replace(accepted(attempt), reference=f"{attempt.reference}x")
        returns(approved, replace(unknown, transaction="7002"))
        returns(approved, replace(unknown, reference="elsewhere", transaction="7003"))
        returns(approved, replace(unknown, reference="1999888-32-nobody-1-a", transaction="7004"))
        assert approved.attempt(attempt.id) == attempt
        assert approved.ports.memory.messages == {}

    def test_is_asked_about_a_few_times_a_minute_only(self, approved: Student) -> None:
        attempt = approved.opens_the_page_of(1)
        approved.ports.gateway.answers[attempt.reference] = refused(attempt, outcome=Outcome.UNKNOWN)
        asked = []
        for _ in range(10):
            comes_back(approved, attempt)
            asked.append(approved.ports.questions.next_question())
        assert asked[-1] - asked[-2] == 1

    def test_of_a_payment_that_has_its_card_asks_nothing(self, approved: Student) -> None:
        attempt = approved.opens_the_page_of(1)
        approved.pays(attempt)
        before = dict(approved.ports.memory.messages)
        comes_back(approved, attempt)
        assert approved.ports.memory.messages == before

    def test_stores_the_token_nowhere_but_in_the_mandate_of_its_own_attempt(self, approved: Student) -> None:
        comes_back(approved, approved.opens_the_page_of(1))
        kept = [each.answer.token for each in approved.ports.memory.messages.values()]
        assert kept == [""]
        assert [each.registration_id for each in approved.ports.memory.mandates.values()] == [
            approved.registration_id
        ]


class TestAsking:
    def test_mail_waits_for_a_late_token_and_then_goes_out_once(self, cardless: Student) -> None:
        (entry,) = entries(cardless, Topic.CARD_NOT_KEPT)
        assert entry.not_before is not None
        assert entries(cardless, Topic.CARD_ENDS_EARLY) == []
        deliver_outbox(cardless.ports, entry.id)
        assert cardless.ports.mailer.sent == []
        cardless.ports.move(minutes=16)
        assert delivered(cardless, Topic.CARD_NOT_KEPT) == [Topic.CARD_NOT_KEPT]

    def test_token_that_comes_a_minute_later_stops_the_mail_and_the_page(self, approved: Student) -> None:
        attempt = approved.opens_the_page_of(1)
        approved.ports.gateway.answers[attempt.reference] = accepted(attempt)
        note_return(approved.ports, attempt.id)
        show_attempt(approved.ports, CHRIS.id, attempt.id)
        assert instalment_for_new_card(approved.file) == approved.instalment(2)
        approved.ports.move(minutes=1)
        approved.pays(attempt)
        assert instalment_that_needs_a_card(approved.file) is None
        approved.ports.move(minutes=20)
        assert delivered(approved, Topic.CARD_NOT_KEPT) == []

    def test_late_token_that_ends_early_is_told_as_such(self, approved: Student) -> None:
        attempt = approved.opens_the_page_of(1)
        is_found_by_asking(approved, attempt)
        approved.pays(attempt, token_expires="2207")
        approved.ports.move(minutes=20)
        assert delivered(approved, Topic.CARD_NOT_KEPT) == [Topic.CARD_ENDS_EARLY]

    def test_stopped_plan_asks_for_no_card_until_it_goes_on(self, cardless: Student) -> None:
        stop(cardless)
        cardless.ports.move(minutes=20)
        assert delivered(cardless, Topic.CARD_NOT_KEPT) == []
        with pytest.raises(errors.InstalmentNotPayable):
            cardless.opens_the_page_of(2)
        resume(cardless)
        cardless.ports.move(minutes=20)
        assert delivered(cardless, Topic.CARD_NOT_KEPT) == [Topic.CARD_NOT_KEPT]

    def test_receipt_announces_no_debit_that_cannot_be_made(self, cardless: Student) -> None:
        shown = receipt(cardless.file, cardless.file.attempts[0])
        assert shown is not None
        assert (shown.next_debits, shown.card_lack) == ((), CardLack.NO_TOKEN)

    def test_on_its_day_the_instalment_waits_for_the_payer_with_the_true_reason(
        self, cardless: Student
    ) -> None:
        cardless.debits_run("2022-07-10T00:30")
        late = cardless.instalment(2)
        assert (late.state, late.refusal_code) == (InstalmentState.NEEDS_PAYER, "no_token")
        cardless.pays(cardless.opens_the_page_of(2), "7002", **OTHER_CARD)
        cardless.debits_run("2022-08-10T00:30")
        assert cardless.taken(3) == [20038]

    def test_expired_card_is_the_other_reason(self, chris: Student) -> None:
        chris.starts_the_plan(token_expires="2207")
        chris.debits_run("2022-07-10T00:30")
        chris.debits_run("2022-08-10T00:30")
        assert chris.taken(2) == [20031]
        assert chris.instalment(3).refusal_code == "card_expires_before"


class TestPage:
    def test_next_part_is_paid_now_and_its_card_takes_the_others(self, cardless: Student) -> None:
        attempt = cardless.opens_the_page_of(2)
        assert attempt.terms is not None
        assert (attempt.amount_cents, attempt.terms.last_due_on) == (20031, date(2022, 8, 10))
        assert "200,38 € le 10/08/2022" in attempt.terms.consent.replace("\N{NO-BREAK SPACE}", " ").replace(
            "\N{NARROW NO-BREAK SPACE}", " "
        )
        cardless.pays(attempt, "7002", **OTHER_CARD)
        assert (mandate_of(cardless).token, mandate_of(cardless).subscriber) == ("token-2", attempt.reference)
        assert file_lack(cardless.file) is None
        for day in ("2022-07-10", "2022-08-10"):
            cardless.debits_run(f"{day}T00:30")
        assert (cardless.taken(2), cardless.taken(3), cardless.balance_cents) == ([], [20038], 0)

    def test_is_shown_for_the_next_rank_alone(self, cardless: Student) -> None:
        with pytest.raises(errors.InstalmentNotPayable):
            cardless.opens_the_page_of(3)
        with pytest.raises(errors.InstalmentNotPayable):
            cardless.opens_the_page_of(1)
        assert [is_payable_now(cardless.file, each) for each in cardless.file.instalments] == [
            False,
            True,
            False,
        ]

    def test_card_that_ends_before_the_last_part_is_replaced_and_forgotten(self, chris: Student) -> None:
        chris.starts_the_plan(token_expires="2207")
        first = mandate_of(chris).subscriber
        assert delivered(chris, Topic.CARD_ENDS_EARLY) == [Topic.CARD_ENDS_EARLY]
        chris.pays(chris.opens_the_page_of(2), "7002", **OTHER_CARD)
        assert mandate_of(chris).token == "token-2"
        assert [each.subscriber for each in entries(chris, Topic.FORGET_CARD)] == [first]

    def test_open_page_is_resumed_and_holds_the_debit_back(self, cardless: Student) -> None:
        cardless.is_at("2022-07-09T23:55")
        attempt = cardless.opens_the_page_of(2)
        assert cardless.opens_the_page_of(2).id == attempt.id
        cardless.debits_run("2022-07-10T00:05")
        assert cardless.instalment(2).state is InstalmentState.DUE
        cardless.ports.move(minutes=21)
        reconcile_payments(cardless.ports)
        cardless.debits_run("2022-07-10T01:05")
        assert cardless.instalment(2).state is InstalmentState.NEEDS_PAYER

    @pytest.mark.parametrize(
        "change",
        [
            {"blocked": True},
            {"status": RegistrationStatus.REFUSED},
            {"status": RegistrationStatus.WITHDRAWN},
        ],
    )
    def test_is_not_shown_for_a_file_that_is_refused_or_blocked(
        self, cardless: Student, change: dict[str, object]
    ) -> None:
        row = cardless.registration
        changed = replace(row, version=row.version + 1, **change)  # type: ignore[arg-type]  # its fields
        cardless.ports.store.commit(Changes((changed,), audit=cardless.trace))
        assert instalment_for_new_card(cardless.file) is None
        with pytest.raises((errors.InstalmentNotPayable, errors.RegistrationRefused)):
            cardless.opens_the_page_of(2)

    def test_is_not_shown_for_more_than_is_owed(self, chris: Student) -> None:
        chris.declares("01")
        old = chris.keeps_a_page()
        chris.asks_for()
        chris.is_approved()
        is_found_by_asking(chris, chris.opens_the_page_of(1))
        chris.pays(old, "7009")
        assert instalment_for_new_card(chris.file) is None
        with pytest.raises(errors.InstalmentNotPayable):
            chris.opens_the_page_of(2)

    def test_is_not_shown_while_an_answer_is_unclear(self, cardless: Student) -> None:
        cardless.opens_the_page_of(2)
        attempt = cardless.file.attempts[-1]
        unclear = replace(attempt, in_question=True, version=attempt.version + 1)
        cardless.ports.store.commit(Changes((unclear,)))
        with pytest.raises(errors.PaymentUnclear):
            cardless.opens_the_page_of(2)

    def test_plan_that_is_not_begun_or_is_over_asks_for_no_card(self, approved: Student) -> None:
        assert instalment_for_new_card(approved.file) is None
        approved.pays(approved.opens_the_page_of(1))
        for day in ("2022-07-10", "2022-08-10"):
            approved.debits_run(f"{day}T00:30")
        assert instalment_for_new_card(approved.file) is None

    def test_registration_without_a_plan_asks_for_no_card(self, chris: Student) -> None:
        assert instalment_for_new_card(chris.file) is None


class TestChangedBeforeARefusal:
    """A good card is replaced by the page of the next instalment: paid now, the new card serves the rest."""

    def test_next_part_is_paid_now_and_the_new_card_is_debited_for_the_rest(self, chris: Student) -> None:
        chris.starts_the_plan()
        first = mandate_of(chris).subscriber
        assert instalment_that_needs_a_card(chris.file) is None
        chris.pays(chris.opens_the_page_of(2), "7002", **OTHER_CARD)
        assert mandate_of(chris).token == "token-2"
        assert [each.subscriber for each in entries(chris, Topic.FORGET_CARD)] == [first]
        for day in ("2022-07-10", "2022-08-10"):
            chris.debits_run(f"{day}T00:30")
        assert (chris.taken(2), chris.taken(3), chris.balance_cents) == ([], [20038], 0)

    def test_page_that_is_left_unpaid_keeps_the_card_and_the_debit_comes_later_that_night(
        self, chris: Student
    ) -> None:
        chris.starts_the_plan()
        kept = mandate_of(chris)
        chris.is_at("2022-07-09T23:55")
        chris.opens_the_page_of(2)
        chris.debits_run("2022-07-10T00:05")
        assert chris.taken(2) == []
        chris.ports.move(minutes=21)
        reconcile_payments(chris.ports)
        chris.debits_run("2022-07-10T01:05")
        assert (chris.taken(2), mandate_of(chris)) == ([20031], kept)

    def test_page_kept_until_its_debit_was_taken_pays_the_next_part(self, chris: Student) -> None:
        chris.starts_the_plan()
        kept = chris.opens_the_page_of(2)
        chris.is_at("2022-07-10T00:29")
        reconcile_payments(chris.ports)
        chris.debits_run("2022-07-10T00:30")
        assert chris.taken(2) == [20031]
        chris.pays(kept, "7002", **OTHER_CARD)
        chris.debits_run("2022-08-10T00:30")
        assert (chris.taken(3), chris.balance_cents) == ([], 20038 - 20031)

    def test_is_refused_while_the_debit_of_the_part_is_in_flight(self, chris: Student) -> None:
        chris.starts_the_plan()
        chris.ports.gateway.script.append(Behaviour.LOSE_ANSWER)
        chris.debits_run("2022-07-10T00:30")
        with pytest.raises(errors.PaymentUnclear):
            chris.opens_the_page_of(2)


class TestLostAgain:
    def test_second_page_without_its_token_is_told_again(self, cardless: Student) -> None:
        is_found_by_asking(cardless, cardless.opens_the_page_of(2), "7002")
        assert len(entries(cardless, Topic.CARD_NOT_KEPT)) == 2
        assert instalment_for_new_card(cardless.file) == cardless.instalment(3)

    def test_late_token_of_the_newer_page_replaces_the_card_that_ends_early(self, chris: Student) -> None:
        chris.starts_the_plan(token_expires="2207")
        first = mandate_of(chris).subscriber
        chris.ports.move(days=1)
        page = chris.opens_the_page_of(2)
        is_found_by_asking(chris, page, "7002")
        assert mandate_of(chris).token == "token-1"
        assert entries(chris, Topic.FORGET_CARD) == []
        chris.pays(page, "7002", **OTHER_CARD)
        mandate = mandate_of(chris)
        assert page.terms is not None
        assert (mandate.token, mandate.subscriber) == ("token-2", page.reference)
        assert mandate.consent == page.terms.consent
        assert [each.subscriber for each in entries(chris, Topic.FORGET_CARD)] == [first]
        chris.debits_run("2022-08-10T00:30")
        assert chris.taken(3) == [20038]

    def test_late_token_of_an_older_page_replaces_nothing(self, cardless: Student) -> None:
        (first,) = cardless.file.attempts
        cardless.pays(cardless.opens_the_page_of(2), "7002", **OTHER_CARD)
        comes_back(cardless, first)
        assert mandate_of(cardless).token == "token-2"

    def test_late_token_of_a_page_that_paid_another_instalment_replaces_nothing(self, chris: Student) -> None:
        chris.starts_the_plan()
        chris.ports.gateway.script.append(Behaviour.REFUSE_HARD)
        chris.debits_run("2022-07-10T00:30")
        old = chris.opens_the_page_of(2)
        chris.ports.move(minutes=21)
        reconcile_payments(chris.ports)
        recut(chris, 2)
        chris.pays(old, "7002", token="", token_expires="")
        assert chris.instalment(2).state is InstalmentState.CANCELLED
        comes_back(chris, old, "7002", **OTHER_CARD)
        assert mandate_of(chris).token == "token-1"

    def test_late_token_of_a_second_page_of_a_paid_instalment_replaces_nothing(self, chris: Student) -> None:
        chris.starts_the_plan("paybox-6", "05")
        chris.ports.gateway.script.append(Behaviour.REFUSE_HARD)
        chris.debits_run("2022-07-10T00:30")
        old, other = chris.keeps_a_page(2), chris.opens_the_page_of(2)
        chris.pays(other, "7003", token="", token_expires="")
        chris.ports.move(minutes=1)
        chris.pays(old, "7002", token="", token_expires="")
        comes_back(chris, old, "7002", **OTHER_CARD)
        assert mandate_of(chris).token == "token-1"


class TestRecut:
    def recut(self, student: Student, parts: int, *, beyond_card: bool = False) -> None:
        recut_plan(
            student.ports,
            student.registration_id,
            parts,
            "étudiant en difficulté",
            ACCOUNTANT,
            beyond_card=beyond_card,
        )

    def test_beyond_the_card_is_refused_with_the_last_possible_day(self, chris: Student) -> None:
        chris.starts_the_plan()
        has_a_card_to(chris, "2209")
        before = to_come(chris)
        with pytest.raises(decisions.RecutBeyondCard) as refusal:
            self.recut(chris, 4)
        assert refusal.value.last_on == date(2022, 9, 10)
        assert to_come(chris) == before
        self.recut(chris, 3)
        assert len(to_come(chris)) == 3

    def test_said_explicitly_it_is_done_and_the_student_asked_once(self, chris: Student) -> None:
        chris.starts_the_plan()
        has_a_card_to(chris, "2209")
        self.recut(chris, 4, beyond_card=True)
        assert delivered(chris, Topic.CARD_ENDS_EARLY) == [Topic.CARD_ENDS_EARLY]
        next_part = instalment_for_new_card(chris.file)
        assert next_part is not None
        chris.pays(chris.opens_the_page_of(next_part.rank), "7002", **OTHER_CARD)
        for month in ("08", "09", "10"):
            chris.debits_run(f"2022-{month}-10T00:30")
        assert chris.balance_cents == 0

    def test_without_any_card_it_is_refused_unless_said(self, cardless: Student) -> None:
        with pytest.raises(decisions.RecutWithoutCard):
            self.recut(cardless, 2)
        self.recut(cardless, 2, beyond_card=True)
        assert len(to_come(cardless)) == 2

    def test_card_that_ends_before_the_first_new_part_is_none(self, chris: Student) -> None:
        chris.starts_the_plan()
        has_a_card_to(chris, "2206")
        with pytest.raises(decisions.RecutWithoutCard):
            self.recut(chris, 1)

    def test_within_the_card_nothing_is_asked(self, chris: Student) -> None:
        chris.starts_the_plan()
        self.recut(chris, 2, beyond_card=True)
        assert entries(chris, Topic.CARD_ENDS_EARLY) == []


class TestDesk:
    def test_begun_plans_without_a_card_are_marked(self, cardless: Student) -> None:
        request = request_of(cardless)
        assert card_lacks(cardless.ports, [request]) == {cardless.registration_id: CardLack.NO_TOKEN}
        assert card_lacks(cardless.ports, [replace(request, started=False)]) == {}

    def test_account_that_cannot_be_read_hides_no_other(self, cardless: Student) -> None:
        request = request_of(cardless)
        cardless.ports.alarms.expects_failures = True
        gone = replace(request, person_id="gone", registration_id="gone-1")
        assert set(card_lacks(cardless.ports, [gone, request])) == {cardless.registration_id}
        assert len(cardless.ports.alarms.raised) == 1

    def test_plan_with_a_card_is_not_marked(self, chris: Student) -> None:
        chris.starts_the_plan()
        assert card_lacks(chris.ports, [request_of(chris)]) == {}
