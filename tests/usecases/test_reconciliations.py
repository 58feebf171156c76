"""The gateway and remittances against the books: each difference a row, each run kept."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from chalicelib.domain.books.chart import DEFAULT_CHART, Book
from chalicelib.domain.books.journal import JournalEntry
from chalicelib.domain.books.journaling import recorded
from chalicelib.domain.books.ledger import Ledger
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.causes import OwnFile
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import NotFound
from chalicelib.domain.reconciliation.policies import (
    DifferenceState,
    FindingKind,
    Policy,
    Reconciliation,
    unexplained_of,
)
from chalicelib.domain.reconciliation.refusals import (
    DayNotOver,
    DifferenceChanged,
    DifferenceSettled,
    ExplanationMissing,
)
from chalicelib.domain.trail.audit import Act
from chalicelib.domain.treasury.lines import StatementLine
from chalicelib.domain.treasury.remittance_refusals import CreditNotOfRemittance, RemittanceCredited
from chalicelib.domain.treasury.remittances import GatewayWord, Remittance, credited
from chalicelib.usecases.isolation import always
from chalicelib.usecases.journal.number_journal import number_journal
from chalicelib.usecases.journal.sum_journal import sum_journal
from chalicelib.usecases.reconciliation.ask_gateway import MOST_SILENCES, Asked
from chalicelib.usecases.reconciliation.explain_difference import explain_difference, take_difference
from chalicelib.usecases.reconciliation.gather_movements import gather_movements
from chalicelib.usecases.reconciliation.reconcile_day import reconcile_day
from chalicelib.usecases.reconciliation.reconcile_nights import reconcile_nights
from tests.fakes.gateway import Behaviour
from tests.usecases.conftest import ACCOUNTANT, Student
from tests.usecases.refund_steps import approves, asked, pays_once, pays_twice, prepares

SERIES = "2022-texte"
DAY = date(2022, 6, 24)


@pytest.fixture
def series(chris: Student) -> str:
    return chris.ports.campaigns.get(chris.registration.campaign_id).numbering.series


def ends_the_day(student: Student, **later: float) -> None:
    """The next morning: entries have their numbers, the gateway has made its remittances."""
    student.ports.move(**(later or {"days": 1}))
    number_journal(student.ports)
    sum_journal(student.ports)


def runs(
    student: Student, series: str, policy: Policy = Policy.GATEWAY, day: date | None = None
) -> Reconciliation:
    day = day or paris_day(student.ports.now()) - timedelta(days=1)
    return reconcile_day(student.ports, series, policy, day, ACCOUNTANT.id)


def found(run: Reconciliation) -> list[tuple[FindingKind, int]]:
    return [(each.kind, each.cents) for each in run.findings]


class TestGateway:
    def test_day_without_a_difference_closes_and_says_so(self, chris: Student, series: str) -> None:
        pays_once(chris)
        ends_the_day(chris)
        run = runs(chris, series)
        assert (run.checked, run.left, run.found, run.closes) == (1, 0, 0, True)
        assert chris.ports.reconciliations.run(run.id) == run
        trace = [each for each in chris.ports.memory.audit_waiting.values() if each.act is Act.DAY_RECONCILED]
        assert [(each.by, each.target) for each in trace] == [(ACCOUNTANT.id, run.id)]

    def test_a_day_that_is_not_over_is_not_compared(self, chris: Student, series: str) -> None:
        with pytest.raises(DayNotOver):
            runs(chris, series, day=DAY)

    def test_a_movement_is_asked_about_once_and_its_remittance_kept(
        self, chris: Student, series: str
    ) -> None:
        pays_once(chris)
        ends_the_day(chris)
        for _ in range(2):
            runs(chris, series)
        ends_the_day(chris)
        runs(chris, series)
        assert len(chris.ports.gateway.remitting.asked) == 1
        (remittance,) = chris.ports.reconciliations.open_remittances(series)
        assert (remittance.number, remittance.count, remittance.cents) == ("220624001", 1, 60100)
        ((movement,), _) = chris.ports.reconciliations.movements_of(series, "220624001")
        assert (movement.word, movement.day) == (GatewayWord.TAKEN, DAY)

    def test_refund_is_asked_about_by_its_own_number(self, chris: Student, series: str) -> None:
        paid = pays_twice(chris)
        ends_the_day(chris)
        approves(chris, prepares(chris, paid, asked(cents=50000)))
        approves(chris, prepares(chris, paid, asked(cents=5000, seen=10100)))
        ends_the_day(chris)
        run = runs(chris, series)
        assert (run.checked, run.closes) == (4, True)
        first, second = chris.ports.reconciliations.open_remittances(series)
        assert (first.count, first.cents) == (2, 120200)
        assert (second.number, second.count, second.cents) == ("220625001", 2, -55000)

    def test_void_ends_payment_and_refund_without_a_remittance(self, chris: Student, series: str) -> None:
        chris.ports.gateway.vault.is_remitted = False
        paid = pays_twice(chris)
        approves(chris, prepares(chris, paid))
        ends_the_day(chris)
        assert runs(chris, series).closes
        (remittance,) = chris.ports.reconciliations.open_remittances(series)
        assert (remittance.count, remittance.cents) == (1, 60100)
        assert runs(chris, series, Policy.REMITTANCE).closes

    @pytest.mark.parametrize("word", [GatewayWord.NOT_FOUND, GatewayWord.REFUSED])
    def test_payment_that_the_gateway_does_not_hold_is_found(
        self, chris: Student, series: str, word: GatewayWord
    ) -> None:
        pays_once(chris)
        chris.ports.gateway.remitting.says["7001"] = word
        ends_the_day(chris)
        run = runs(chris, series)
        assert found(run) == [(FindingKind.NOT_AT_GATEWAY, 60100)]
        assert (run.closes, run.unexplained_cents) == (False, 60100)
        assert run.findings[0].registration_id == chris.registration_id

    def test_payment_given_back_there_is_found_until_it_is_booked(self, chris: Student, series: str) -> None:
        pays_once(chris)
        chris.ports.gateway.remitting.says["7001"] = GatewayWord.GIVEN_BACK
        ends_the_day(chris)
        assert found(runs(chris, series)) == [(FindingKind.GIVEN_BACK_THERE, 60100)]
        chris.ports.gateway.remitting.says["7001"] = GatewayWord.TAKEN
        ends_the_day(chris)
        assert runs(chris, series).closes
        ((difference,), _) = chris.ports.reconciliations.differences(series, DifferenceState.SETTLED)
        assert (difference.found_on, difference.settled_on) == (DAY, DAY + timedelta(days=1))

    def test_refund_that_the_gateway_does_not_show_is_found_with_its_sign(
        self, chris: Student, series: str
    ) -> None:
        paid = pays_twice(chris)
        approves(chris, prepares(chris, paid, asked(cents=5000)))
        chris.ports.gateway.remitting.says["70001"] = GatewayWord.TAKEN
        ends_the_day(chris)
        assert found(runs(chris, series)) == [(FindingKind.NOT_GIVEN_BACK, -5000)]

    def test_what_the_gateway_took_and_nobody_booked_is_found(self, chris: Student, series: str) -> None:
        chris.declares("01")
        page = chris.keeps_a_page()
        paid = pays_message(chris, page.reference)
        ends_the_day(chris)
        run = runs(chris, series)
        assert found(run) == [(FindingKind.TAKEN_NOT_BOOKED, -60100)]
        assert run.findings[0].subject == page.id
        ends_the_day(chris)
        assert found(runs(chris, series)) == [(FindingKind.TAKEN_NOT_BOOKED, -60100)]  # of an earlier day
        paid()
        ends_the_day(chris)
        assert runs(chris, series).found == 0

    def test_what_the_gateway_took_and_gave_back_whole_is_no_difference(
        self, chris: Student, series: str
    ) -> None:
        chris.declares("01")
        page = chris.keeps_a_page()
        pays_message(chris, page.reference)
        chris.ports.gateway.gives_back(page.reference)
        ends_the_day(chris)
        assert runs(chris, series).found == 0

    def test_gateway_is_silent_after_silences_in_a_row_alone(self) -> None:
        asked = Asked()
        for is_answered in (False, False, False, False, True, False, False, False, False):
            asked.heard(is_answered=is_answered)
        assert (asked.questions, asked.silences, asked.checked, asked.left) == (9, 4, 1, 8)
        assert asked.may_ask(always)
        asked.heard(is_answered=False)
        assert not asked.may_ask(always)

    def test_what_is_booked_while_the_gateway_is_asked_is_no_difference(
        self, chris: Student, series: str
    ) -> None:
        chris.declares("01")
        paid = pays_message(chris, chris.keeps_a_page().reference)
        asks = chris.ports.gateway.inquire

        def books_first(*question: Any) -> Any:
            chris.ports.gateway.inquire = asks  # type: ignore[method-assign]  # a fake is there to be bent
            paid()
            return asks(*question)

        chris.ports.gateway.inquire = books_first  # type: ignore[method-assign]  # the same
        ends_the_day(chris)
        assert runs(chris, series).found == 0

    def test_debit_that_was_taken_and_not_booked_is_found(self, chris: Student, series: str) -> None:
        chris.starts_the_plan()
        chris.ports.gateway.script.append(Behaviour.LOSE_ANSWER)
        chris.debits_run("2022-07-10T00:30")
        ends_the_day(chris)
        run = runs(chris, series)
        assert found(run) == [(FindingKind.TAKEN_NOT_BOOKED, -20031)]
        assert run.findings[0].registration_id == chris.registration_id
        ends_the_day(chris)
        assert runs(chris, series).found == 1  # of an earlier day
        chris.reconciles(minutes=6)
        ends_the_day(chris)
        assert runs(chris, series).closes

    def test_debit_that_was_refused_is_asked_about_and_is_no_difference(
        self, chris: Student, series: str
    ) -> None:
        chris.starts_the_plan()
        chris.ports.gateway.script.append(Behaviour.REFUSE_SOFT)
        chris.debits_run("2022-07-10T00:30")
        ends_the_day(chris)
        run = runs(chris, series)
        assert (run.checked, run.closes) == (2, True)

    def test_journal_of_another_school_is_left_alone(self, chris: Student, series: str) -> None:
        pays_once(chris)
        ends_the_day(chris)
        for policy in Policy:
            assert runs(chris, "OTHER", policy).closes
        assert chris.ports.memory.card_movements == {}

    def test_silent_gateway_leaves_the_day_open_and_is_not_asked_on(
        self, chris: Student, series: str
    ) -> None:
        pays_once(chris)
        chris.ports.gateway.is_clear = False
        ends_the_day(chris)
        run = runs(chris, series)
        assert (run.checked, run.left, run.closes, run.found) == (0, 1, False, 0)
        chris.ports.gateway.is_clear = True
        assert runs(chris, series).closes

    def test_without_time_nothing_is_asked_and_all_is_left(self, chris: Student, series: str) -> None:
        pays_once(chris)
        ends_the_day(chris)
        run = reconcile_day(chris.ports, series, Policy.GATEWAY, DAY, "schedule", lambda: False)
        assert (run.checked, run.is_complete) == (0, False)
        assert chris.ports.gateway.remitting.asked == []


class TestRemittance:
    def remitted(self, chris: Student, series: str) -> Remittance:
        pays_once(chris)
        ends_the_day(chris)
        runs(chris, series)
        (remittance,) = chris.ports.reconciliations.open_remittances(series)
        return remittance

    def credits(self, chris: Student, remittance: Remittance, cents: int) -> JournalEntry:
        """What the act that explains a statement line commits."""
        now = chris.ports.now()
        ledger, day = Ledger(remittance.series, DEFAULT_CHART, now), paris_day(now)
        line = StatementLine("20220627-0-1", "FR76", "s1", day, day, cents, "REMISE CB", now)
        after, entry = credited(remittance, cents, line, ledger)
        chris.ports.store.commit(recorded(Changes((after,), chris.trace), (entry,)))
        return entry

    def test_movement_without_a_remittance_is_found_after_two_days(self, chris: Student, series: str) -> None:
        pays_once(chris)
        chris.ports.gateway.remitting.held_back.add("7001")
        for days in range(3):
            ends_the_day(chris)
            runs(chris, series)
            run = runs(chris, series, Policy.REMITTANCE)
            assert found(run) == ([(FindingKind.NOT_REMITTED, 60100)] if days == 2 else [])
        chris.ports.gateway.remitting.held_back.clear()
        ends_the_day(chris)
        runs(chris, series)
        assert runs(chris, series, Policy.REMITTANCE).closes

    def test_credit_less_a_fee_leaves_5115_for_512_and_627(self, chris: Student, series: str) -> None:
        remittance = self.remitted(chris, series)
        entry = self.credits(chris, remittance, 59950)
        assert {each.book: each.cents for each in entry.postings} == {
            Book.BANK: 59950,
            Book.BANK_FEES: 150,
            Book.CARDS: -60100,
        }
        assert runs(chris, series, Policy.REMITTANCE).closes
        ends_the_day(chris)
        assert runs(chris, series, Policy.REMITTANCE).closes
        assert chris.ports.reconciliations.open_remittances(series) == ()
        ((done,), _) = chris.ports.reconciliations.credited_remittances(series)
        assert (done.credited_cents, done.fee_cents) == (59950, 150)

    @pytest.mark.parametrize("cents", [60101, 57094, -60100, 0])
    def test_line_that_is_more_or_much_less_is_no_remittance(
        self, chris: Student, series: str, cents: int
    ) -> None:
        with pytest.raises(CreditNotOfRemittance):
            self.credits(chris, self.remitted(chris, series), cents)

    def test_remittance_is_credited_once(self, chris: Student, series: str) -> None:
        self.credits(chris, self.remitted(chris, series), 60100)
        ((done,), _) = chris.ports.reconciliations.credited_remittances(series)
        with pytest.raises(RemittanceCredited):
            self.credits(chris, done, 60100)

    def test_remittance_that_the_bank_does_not_credit_is_found_after_five_days(
        self, chris: Student, series: str
    ) -> None:
        self.remitted(chris, series)
        chris.ports.move(days=4)
        assert runs(chris, series, Policy.REMITTANCE).found == 0
        chris.ports.move(days=1)
        assert found(runs(chris, series, Policy.REMITTANCE)) == [(FindingKind.NOT_CREDITED, 60100)]

    @pytest.mark.parametrize(
        ("count", "cents", "expected"),
        [
            (1, 60100, []),
            (1, 60000, [(FindingKind.REMITTANCE_AMOUNT, 100)]),
            (2, 60200, [(FindingKind.REMITTANCE_AMOUNT, -100)]),
            (2, 60100, [(FindingKind.REMITTANCE_COUNT, 0)]),
        ],
    )
    def test_remittance_is_compared_with_what_the_back_office_tells(
        self, chris: Student, series: str, count: int, cents: int, expected: list[tuple[FindingKind, int]]
    ) -> None:
        known = self.remitted(chris, series)
        told = replace(known, told_count=count, told_cents=cents, version=known.version + 1)
        chris.ports.store.commit(Changes((told,)))
        assert found(runs(chris, series, Policy.REMITTANCE)) == expected

    def test_difference_that_comes_to_another_amount_is_unexplained_again(
        self, chris: Student, series: str
    ) -> None:
        known = self.remitted(chris, series)
        for count, cents in ((1, 60000), (2, 59000)):
            told = replace(known, told_count=1, told_cents=cents, version=known.version + count)
            chris.ports.store.commit(Changes((told,)))
            runs(chris, series, Policy.REMITTANCE)
            (difference,) = chris.ports.reconciliations.open_differences(series)
            assert (difference.cents, difference.is_explained) == (60100 - cents, False)
            explain_difference(chris.ports, difference.id, "Reliquat", 60100 - cents, ACCOUNTANT)

    def test_difference_of_amounts_stays_once_the_remittance_is_credited(
        self, chris: Student, series: str
    ) -> None:
        known = self.remitted(chris, series)
        told = replace(known, told_count=1, told_cents=60000, version=known.version + 1)
        chris.ports.store.commit(Changes((told,)))
        runs(chris, series, Policy.REMITTANCE)
        self.credits(chris, told, 60100)
        assert found(runs(chris, series, Policy.REMITTANCE)) == [(FindingKind.REMITTANCE_AMOUNT, 100)]

    def test_money_on_5115_that_nothing_explains_is_found(self, chris: Student, series: str) -> None:
        """The rule broken: a movement is lost."""
        self.remitted(chris, series)
        chris.ports.memory.remittances.clear()
        assert found(runs(chris, series, Policy.REMITTANCE)) == [(FindingKind.CARDS_BALANCE, 60100)]


class TestDifferences:
    def difference(self, chris: Student, series: str) -> str:
        pays_once(chris)
        chris.ports.gateway.remitting.says["7001"] = GatewayWord.NOT_FOUND
        ends_the_day(chris)
        runs(chris, series)
        (found,) = chris.ports.reconciliations.open_differences(series)
        return found.id

    def test_explained_one_closes_the_day_and_is_told_by_whom(self, chris: Student, series: str) -> None:
        known = self.difference(chris, series)
        assert take_difference(chris.ports, known, ACCOUNTANT).owner == ACCOUNTANT.id
        done = explain_difference(chris.ports, known, "  Erreur de  la passerelle ", 60100, ACCOUNTANT)
        assert (done.explanation, done.explained_by) == ("Erreur de la passerelle", ACCOUNTANT.id)
        assert done.age_days(DAY + timedelta(days=3)) == 3
        ends_the_day(chris)
        run = runs(chris, series)
        assert (run.found, run.unexplained, run.closes) == (1, 0, True)
        acts = [each.act for each in chris.ports.memory.audit_waiting.values() if each.target == known]
        assert acts == [Act.DIFFERENCE_TAKEN, Act.DIFFERENCE_EXPLAINED]

    def test_nobody_explains_one_of_their_own_file(self, chris: Student, series: str) -> None:
        known = self.difference(chris, series)
        with pytest.raises(OwnFile):
            explain_difference(chris.ports, known, "Erreur de la passerelle", 60100, chris.person)

    @pytest.mark.parametrize("text", ["", "   ", "ok", "a  b "])
    def test_explanation_has_words(self, chris: Student, series: str, text: str) -> None:
        with pytest.raises(ExplanationMissing):
            explain_difference(chris.ports, self.difference(chris, series), text, 60100, ACCOUNTANT)

    def test_explanation_is_of_the_amount_that_was_seen(self, chris: Student, series: str) -> None:
        known = self.difference(chris, series)
        with pytest.raises(DifferenceChanged) as refusal:
            explain_difference(chris.ports, known, "Erreur de la passerelle", 60000, ACCOUNTANT)
        assert refusal.value.difference_cents == 60100

    def test_settled_one_takes_no_word_any_more(self, chris: Student, series: str) -> None:
        known = self.difference(chris, series)
        chris.ports.gateway.remitting.says.clear()
        ends_the_day(chris)
        runs(chris, series)
        with pytest.raises(DifferenceSettled):
            explain_difference(chris.ports, known, "Erreur de la passerelle", 60100, ACCOUNTANT)
        with pytest.raises(DifferenceSettled):
            take_difference(chris.ports, known, ACCOUNTANT)
        with pytest.raises(NotFound):
            take_difference(chris.ports, "0" * 32, ACCOUNTANT)

    def test_one_that_comes_back_is_unexplained_again(self, chris: Student, series: str) -> None:
        known = self.difference(chris, series)
        explain_difference(chris.ports, known, "Erreur de la passerelle", 60100, ACCOUNTANT)
        for says in ({}, {"7001": GatewayWord.NOT_FOUND}):
            movement = chris.ports.memory.card_movements.popitem()[1]
            again = replace(movement, settled=False, looks=0)
            chris.ports.memory.card_movements[again.id] = again
            chris.ports.gateway.remitting.says = says
            ends_the_day(chris)
            runs(chris, series)
        (found,) = chris.ports.reconciliations.open_differences(series)
        assert (found.id, found.is_explained, found.found_on) == (known, False, DAY + timedelta(days=2))

    def test_signs_are_kept_and_the_oldest_is_named(self, chris: Student, series: str) -> None:
        paid = pays_twice(chris)
        approves(chris, prepares(chris, paid, asked(cents=5000)))
        chris.ports.gateway.remitting.says = {"70001": GatewayWord.TAKEN, "7001": GatewayWord.NOT_FOUND}
        ends_the_day(chris)
        run = runs(chris, series)
        told = unexplained_of(chris.ports.reconciliations.open_differences(series))
        assert (told.count, told.cents, told.oldest_on) == (2, 55100, DAY)
        assert told.signed_cents == (60100, -5000)
        assert (run.found, run.found_cents) == (2, 55100)


class TestNights:
    def test_each_policy_runs_once_a_day_after_five(self, chris: Student, series: str) -> None:
        pays_once(chris)
        ends_the_day(chris, hours=18, minutes=59)  # 04:59
        assert reconcile_nights(chris.ports).runs == len(Policy)  # of the 23rd
        assert chris.ports.gateway.remitting.asked == []
        chris.ports.move(minutes=1)
        assert reconcile_nights(chris.ports).runs == len(Policy)
        assert reconcile_nights(chris.ports).runs == 0
        days = [run.day for run in chris.ports.reconciliations.runs(series, Policy.GATEWAY)[0]]
        assert days == [DAY, DAY - timedelta(days=1)]

    def test_days_that_no_run_compared_are_caught_up_in_order(self, chris: Student, series: str) -> None:
        ends_the_day(chris)
        reconcile_nights(chris.ports)
        ends_the_day(chris, days=3)
        report = reconcile_nights(chris.ports)
        assert (report.runs, report.is_done) == (3 * len(Policy), True)
        ends_the_day(chris, days=30)
        assert reconcile_nights(chris.ports).runs == 7 * len(Policy)

    def test_incomplete_run_is_made_again_and_differences_are_heard(
        self, chris: Student, series: str
    ) -> None:
        pays_once(chris)
        chris.ports.gateway.is_clear = False
        ends_the_day(chris)
        assert not reconcile_nights(chris.ports).is_done
        chris.ports.gateway.is_clear = True
        chris.ports.gateway.remitting.says["7001"] = GatewayWord.NOT_FOUND
        chris.ports.move(hours=1)
        report = reconcile_nights(chris.ports)
        assert (report.runs, report.is_done) == (1, True)
        assert chris.ports.alarms.raised == ["differences gateway 2022-06-24 60100"]

    def test_silent_gateway_is_not_asked_about_everything(self, chris: Student, series: str) -> None:
        pays_once(chris)
        ends_the_day(chris)
        gather_movements(chris.ports, series)
        (known,) = chris.ports.memory.card_movements.values()
        for number in range(20):
            each = replace(known, id=f"{known.id}-{number}")
            chris.ports.memory.card_movements[each.id] = each
        chris.ports.gateway.is_clear = False
        run = runs(chris, series)
        assert (len(chris.ports.gateway.remitting.asked), run.left) == (MOST_SILENCES, 21)


def pays_message(student: Student, reference: str):  # noqa: ANN201 - a step and its end
    """The gateway takes the money; the message of it comes when the returned step is called."""
    from chalicelib.usecases.payments.record_notification import record_notification  # noqa: PLC0415
    from tests.usecases.conftest import accepted  # noqa: PLC0415

    page = next(each for each in student.account.attempts if each.reference == reference)
    answer = replace(accepted(page, "7003"), call="97003")
    body = student.ports.gateway.says(b"late", answer)
    return lambda: record_notification(student.ports, body)
