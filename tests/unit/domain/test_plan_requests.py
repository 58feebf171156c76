"""A request for a plan and the word of accounting on it."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from chalicelib.campaigns.reader import load_shipped
from chalicelib.domain import errors
from chalicelib.domain.calendar import PARIS
from chalicelib.domain.plan.plan_requests import (
    PlanDecision,
    PlanRequest,
    PlanRequestState,
    decide,
    request,
    withdraw,
)
from chalicelib.domain.plan.plans import schedule
from chalicelib.domain.registration import Registration

NOW = datetime(2022, 6, 24, 10, 0, tzinfo=PARIS)
PLANS = load_shipped("clermont-auvergne-inp-2022").plans
FILE = Registration("p-1", "p", "campaign", "x", "TESTCD Chris")


def asked(plan_code: str = "paybox-3", earlier: PlanRequest | None = None) -> PlanRequest:
    wanted = schedule(PLANS[plan_code], 377000, date(2022, 6, 24))
    return request(FILE, earlier, wanted, at_threshold=False, now=NOW)


def test_request_carries_the_hash_of_what_was_shown() -> None:
    made = asked()
    assert (made.state, made.total_cents, made.version) == (PlanRequestState.REQUESTED, 377000, 1)
    assert made.schedule_hash == schedule(PLANS["paybox-3"], 377000, date(2022, 12, 1)).hash


def test_same_request_again_changes_nothing_another_one_replaces_it() -> None:
    first = asked()
    assert asked(earlier=first) is first
    other = asked("paybox-6", earlier=first)
    assert (other.plan_code, other.version) == ("paybox-6", 2)


def test_request_after_a_withdrawal_or_a_refusal_is_a_new_one() -> None:
    withdrawn = withdraw(asked())
    assert asked(earlier=withdrawn).state is PlanRequestState.REQUESTED
    refused = decide(asked(), PlanDecision.REFUSE, "dossier incomplet", "a", NOW)
    assert asked(earlier=refused).reason == ""


def test_withdrawn_twice_changes_nothing_more() -> None:
    withdrawn = withdraw(asked())
    assert not withdrawn.is_binding
    assert withdraw(withdrawn) is withdrawn


def test_started_plan_cannot_be_taken_back() -> None:
    with pytest.raises(errors.PlanLocked):
        withdraw(replace(asked(), state=PlanRequestState.APPROVED, started=True))


def test_approval_names_who_gave_it_and_repeating_it_changes_nothing() -> None:
    approved = decide(asked(), PlanDecision.APPROVE, "", "accountant", NOW)
    assert (approved.is_payable, approved.is_binding, approved.decided_by) == (True, True, "accountant")
    assert decide(approved, PlanDecision.APPROVE, "", "another", NOW) is approved


def test_refusal_needs_a_reason() -> None:
    with pytest.raises(errors.DecisionNotPossible, match="reason_missing"):
        decide(asked(), PlanDecision.REFUSE, " ", "accountant", NOW)


@pytest.mark.parametrize("earlier", [withdraw(asked()), decide(asked(), PlanDecision.APPROVE, "", "a", NOW)])
def test_what_does_not_wait_any_more_cannot_be_refused(earlier: PlanRequest) -> None:
    with pytest.raises(errors.DecisionNotPossible, match="already_decided"):
        decide(earlier, PlanDecision.REFUSE, "trop tard", "accountant", NOW)
