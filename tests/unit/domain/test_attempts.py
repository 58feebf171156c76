"""The attempt as a fold of what the gateway said, and the diagram of its states in docs/."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path

import pytest

from chalicelib.domain.calendar import PARIS
from chalicelib.domain.inquiries import inquired
from chalicelib.domain.payments import (
    PAGE_OVER_AFTER,
    Answer,
    Attempt,
    AttemptState,
    Outcome,
    notified,
    paid_by,
)

START = datetime(2022, 6, 24, 10, 0, tzinfo=PARIS)
PENDING = Attempt("p-1-a", "p-1", "p", "1999888-32-p-1-a", 60100, "01", (), START, "hash")
STATES = {
    AttemptState.PENDING: PENDING,
    AttemptState.REFUSED: replace(PENDING, refusal_code="00151"),
    AttemptState.UNKNOWN: replace(PENDING, in_question=True),
    AttemptState.CANCELLED: replace(PENDING, closed_at=START),
    AttemptState.PAID: replace(PENDING, transaction="7001"),
    AttemptState.REFUNDED: replace(PENDING, transaction="7000", refunded=True),
}


def answer(outcome: Outcome) -> Answer:
    return Answer(PENDING.reference, 60100, outcome, "00000", transaction="7001")


GIVEN_BACK = "paid, given back"


def after(attempt: Attempt, heard: str, outcome: str) -> AttemptState:
    if outcome == GIVEN_BACK:
        return paid_by(attempt, replace(answer(Outcome.PAID), refunded_cents=60100)).state
    outcome = Outcome(outcome)
    if outcome is Outcome.PAID:
        return paid_by(attempt, answer(outcome)).state
    if heard == "notified":
        return notified(attempt, answer(outcome)).state
    return inquired(attempt, answer(outcome), START + PAGE_OVER_AFTER).state


def moves() -> set[tuple[str, str, str]]:
    """Every change of state that anything the gateway can say brings about."""
    found: set[tuple[str, str, str]] = set()
    for (state, attempt), heard, outcome in product(
        STATES.items(), ("notified", "asked"), (*Outcome, GIVEN_BACK)
    ):
        if heard == "asked" and not attempt.is_open:
            continue
        then = after(attempt, heard, outcome)
        if then is not state:
            found.add((state, then, f"{heard}: {outcome.replace('_', ' ')}"))
    return found


def diagram() -> str:
    labels: dict[tuple[str, str], list[str]] = {}
    for state, then, label in sorted(moves()):
        labels.setdefault((state, then), []).append(label)
    lines = [f"    {state} --> {then} : {', '.join(said)}" for (state, then), said in labels.items()]
    return "\n".join(["```mermaid", "stateDiagram-v2", "    [*] --> pending", *lines, "```"])


def test_diagram_in_the_docs_is_what_the_rules_do() -> None:
    assert diagram() in Path("docs/payments.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("outcome", Outcome)
def test_nothing_undoes_a_paid_attempt(outcome: Outcome) -> None:
    assert after(STATES[AttemptState.PAID], "notified", outcome) is AttemptState.PAID


@pytest.mark.parametrize("state", AttemptState)
def test_acceptance_counts_in_every_state(state: AttemptState) -> None:
    assert after(STATES[state], "notified", Outcome.PAID) is AttemptState.PAID


@pytest.mark.parametrize("outcome", [Outcome.NOT_FOUND, Outcome.REFUSED_HARD])
def test_absence_of_a_payment_closes_nothing_while_the_page_is_open(outcome: Outcome) -> None:
    early = START + PAGE_OVER_AFTER - timedelta(seconds=1)
    assert inquired(PENDING, answer(outcome), early) is PENDING


def test_refused_attempt_is_still_asked_about_once_its_page_is_over() -> None:
    assert STATES[AttemptState.REFUSED].is_open
    closed = inquired(STATES[AttemptState.REFUSED], answer(Outcome.NOT_FOUND), START + PAGE_OVER_AFTER)
    assert (closed.state, closed.is_open) == (AttemptState.REFUSED, False)


def test_second_acceptance_leaves_the_first_in_place() -> None:
    other = replace(answer(Outcome.PAID), transaction="7002")
    assert paid_by(STATES[AttemptState.PAID], other).transaction == "7001"


def test_acceptance_without_a_call_number_leaves_none() -> None:
    """A refund needs the call: one that nobody told is not made up."""
    assert paid_by(PENDING, answer(Outcome.PAID)).call == ""
    known = replace(PENDING, call="8001")
    assert paid_by(known, answer(Outcome.PAID)).call == "8001"
