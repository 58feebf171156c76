"""The machine of one instalment: its table, its diagram in docs/, and what each answer makes of a debit."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest

from chalicelib.domain.calendar import PARIS
from chalicelib.domain.payments import Answer, Outcome
from chalicelib.domain.plan.instalments import (
    TRANSITIONS,
    Debit,
    DebitState,
    Event,
    ImpossibleMove,
    Instalment,
    InstalmentState,
    answered,
    claimed,
    dropped,
    held,
    let_go,
    marked_sent,
    moved,
)

NOW = datetime(2022, 7, 10, 0, 30, tzinfo=PARIS)
DUE = Instalment("p-1", "p", 2, date(2022, 7, 10), 20031, "hash", date(2022, 7, 10))
DEBIT = Debit("p-1-i2-1", DUE.id, "p", "1999888-32-p-1-i2-1", 1, 20031, "hash", date(2022, 7, 10), NOW)
SENT, MARKED = replace(DUE, state=InstalmentState.SENT), marked_sent(DEBIT, NOW)
LADDER = (3, 7)
FINAL = {InstalmentState.PAID, InstalmentState.CANCELLED}


def diagram() -> str:
    lines = [f"    {state} --> {then} : {event}" for (state, event), then in TRANSITIONS.items()]
    ends = [f"    {state} --> [*]" for state in InstalmentState if state in FINAL]
    return "\n".join(["```mermaid", "stateDiagram-v2", "    [*] --> due", *lines, *ends, "```"])


def answer(outcome: Outcome, code: str = "00151") -> Answer:
    return Answer(DEBIT.reference, 20031, outcome, code, transaction="5001", call="95001")


def said(outcome: Outcome, instalment: Instalment = SENT) -> tuple[Instalment, Debit]:
    return answered(instalment, MARKED, answer(outcome), LADDER, NOW)


@pytest.mark.parametrize(
    "outcome", [Outcome.PAID, Outcome.REFUSED_SOFT, Outcome.REFUSED_HARD, Outcome.UNKNOWN]
)
def test_instalment_is_in_its_state_since_the_answer(outcome: Outcome) -> None:
    assert said(outcome)[0].since == NOW


def test_diagram_in_the_docs_is_drawn_from_the_table() -> None:
    assert diagram() in Path("docs/debits.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("state", "event"), list(product(InstalmentState, Event)))
def test_every_event_in_every_state_is_in_the_table_or_impossible(
    state: InstalmentState, event: Event
) -> None:
    instalment = replace(DUE, state=state)
    if (state, event) not in TRANSITIONS:
        with pytest.raises(ImpossibleMove, match=str(event)):
            moved(instalment, event, NOW)
        return
    then = moved(instalment, event, NOW)
    assert (then.state, then.since, then.version) == (TRANSITIONS[state, event], NOW, instalment.version + 1)


def test_final_states_have_no_way_out_and_all_others_have_one() -> None:
    ways = {state for state, event in TRANSITIONS if event is not Event.BOUNCED}
    assert set(InstalmentState) - ways == FINAL


def test_only_the_bank_opens_a_paid_instalment_again() -> None:
    assert [event for state, event in TRANSITIONS if state is InstalmentState.PAID] == [Event.BOUNCED]


def test_every_state_can_be_reached() -> None:
    assert set(TRANSITIONS.values()) == set(InstalmentState)


def test_only_a_named_person_or_the_money_itself_ends_a_conflict() -> None:
    ways = {
        event
        for (state, event), then in TRANSITIONS.items()
        if state is InstalmentState.CONFLICT and then is not state
    }
    assert ways == {Event.ACCEPTED, Event.RELEASE}


class TestAnswer:
    def test_acceptance_pays_both(self) -> None:
        instalment, debit = said(Outcome.PAID)
        assert (instalment.state, instalment.paid_at) == (InstalmentState.PAID, NOW)
        assert (debit.state, debit.transaction, debit.call) == (DebitState.PAID, "5001", "95001")

    @pytest.mark.parametrize(("tries", "next_try_on"), [(0, date(2022, 7, 13)), (1, date(2022, 7, 17))])
    def test_soft_refusal_waits_for_the_next_step_of_the_ladder(self, tries: int, next_try_on: date) -> None:
        instalment, debit = said(Outcome.REFUSED_SOFT, replace(SENT, tries=tries))
        assert (instalment.state, instalment.next_try_on) == (InstalmentState.DUE, next_try_on)
        assert (instalment.tries, instalment.refusal_code) == (tries + 1, "00151")
        assert debit.state is DebitState.REFUSED

    def test_soft_refusal_of_the_last_try_is_arrears(self) -> None:
        instalment, _ = said(Outcome.REFUSED_SOFT, replace(SENT, tries=2))
        assert (instalment.state, instalment.tries) == (InstalmentState.ARREARS, 3)

    @pytest.mark.parametrize("outcome", [Outcome.REFUSED_HARD, Outcome.NEEDS_AUTHENTICATION])
    def test_what_only_the_payer_can_mend_is_left_to_the_payer(self, outcome: Outcome) -> None:
        assert said(outcome)[0].state is InstalmentState.NEEDS_PAYER

    @pytest.mark.parametrize(
        "outcome", [Outcome.UNKNOWN, Outcome.CONFIGURATION, Outcome.ABANDONED, Outcome.NOT_FOUND]
    )
    def test_p3_whatever_is_not_clear_is_unknown_never_refused(self, outcome: Outcome) -> None:
        instalment, debit = said(outcome)
        assert (instalment.state, debit.state) == (InstalmentState.UNKNOWN, DebitState.UNKNOWN)
        assert (instalment.tries, debit.transaction) == (0, "")

    def test_unclear_again_stays_unknown_and_counts_a_version(self) -> None:
        unknown = replace(SENT, state=InstalmentState.UNKNOWN, since=NOW - timedelta(hours=1))
        instalment, _ = said(Outcome.UNKNOWN, unknown)
        assert instalment == replace(unknown, version=unknown.version + 1)

    @pytest.mark.parametrize("outcome", Outcome)
    def test_nothing_undoes_a_paid_instalment(self, outcome: Outcome) -> None:
        with pytest.raises(ImpossibleMove):
            said(outcome, replace(SENT, state=InstalmentState.PAID))


def test_each_claim_counts_its_debit() -> None:
    once = claimed(DUE, NOW)
    assert (once.state, once.debits, once.version) == (InstalmentState.CLAIMED, 1, 2)


def test_dropped_debit_names_who_released_it() -> None:
    assert (dropped(DEBIT).state, dropped(DEBIT).released_by) == (DebitState.DROPPED, "")
    assert dropped(DEBIT, "accountant").released_by == "accountant"


def test_page_by_hand_holds_the_debit_until_it_is_over() -> None:
    twice = held(held(DUE, "a"), "b")
    assert not twice.is_debitable
    assert not let_go(twice, "a").is_debitable
    assert let_go(let_go(twice, "a"), "b").is_debitable


@pytest.mark.parametrize(
    ("state", "tries", "is_payable"),
    [
        (InstalmentState.DUE, 0, False),
        (InstalmentState.DUE, 1, True),
        (InstalmentState.NEEDS_PAYER, 1, True),
        (InstalmentState.ARREARS, 3, True),
        (InstalmentState.SENT, 1, False),
        (InstalmentState.UNKNOWN, 1, False),
        (InstalmentState.PAID, 1, False),
    ],
)
def test_only_what_was_refused_can_be_paid_by_hand(
    state: InstalmentState,
    tries: int,
    is_payable: bool,  # noqa: FBT001 - a row of the table
) -> None:
    assert replace(DUE, state=state, tries=tries).is_payable_by_hand is is_payable


def test_nothing_remains_of_what_is_paid_or_cancelled() -> None:
    remaining = {state: replace(DUE, state=state).remaining_cents for state in InstalmentState}
    assert {state for state, cents in remaining.items() if cents == 0} == FINAL
