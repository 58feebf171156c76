from dataclasses import replace
from decimal import Decimal

import pytest

from chalicelib.domain import errors
from chalicelib.domain.campaign import Programme, Text
from chalicelib.domain.causes import FileDecided
from chalicelib.domain.money import FeeLine
from chalicelib.domain.registration import (
    Decision,
    Registration,
    RegistrationStatus,
    choose_fee_situation,
    decide,
)

PREPA = Programme(
    "C2223_Y1_1A",
    Text("Prépa INP 1ère année", "Prépa INP, 1st year"),
    {"01": (FeeLine("Droits", 1, 60100, Decimal(0)),), "02": ()},
)
FILE = Registration("p-1", "p", "campaign", PREPA.code, "TESTCD Chris")


def test_prepa_allows_01_and_02_alone() -> None:
    assert (PREPA.allows("01"), PREPA.allows("02"), PREPA.allows("05")) == (True, True, False)
    with pytest.raises(errors.FeeSituationNotAllowed, match="fee_situation") as refused:
        choose_fee_situation(FILE, PREPA, "05")
    assert refused.value == errors.FeeSituationNotAllowed("05", ("01", "02"))


def test_same_situation_again_changes_nothing() -> None:
    chosen = choose_fee_situation(FILE, PREPA, "01")
    assert choose_fee_situation(chosen, PREPA, "01") is chosen


@pytest.mark.parametrize(
    "locked",
    [
        replace(FILE, fee_situation_code="01", order_number=9357),
        replace(FILE, fee_situation_code="01", status=RegistrationStatus.VALIDATED),
        replace(FILE, status=RegistrationStatus.WITHDRAWN),
    ],
)
def test_paid_validated_or_withdrawn_files_are_locked(locked: Registration) -> None:
    with pytest.raises(errors.RegistrationLocked):
        choose_fee_situation(locked, PREPA, "02")


def test_decision_needs_a_declared_situation() -> None:
    with pytest.raises(errors.DecisionNotPossible, match="not_declared"):
        decide(FILE, Decision.VALIDATE, "")


def test_refusal_needs_a_reason() -> None:
    with pytest.raises(errors.DecisionNotPossible, match="reason_missing"):
        decide(replace(FILE, fee_situation_code="02"), Decision.REFUSE, " ")


def test_second_different_decision_is_not_possible() -> None:
    refused = decide(replace(FILE, fee_situation_code="02"), Decision.REFUSE, "pièce manquante")
    assert refused.status is RegistrationStatus.REFUSED
    with pytest.raises(errors.DecisionNotPossible, match="already_decided"):
        decide(refused, Decision.VALIDATE, "")


def test_decision_on_a_paid_file_is_possible() -> None:
    paid = replace(FILE, fee_situation_code="01", order_number=9357)
    assert decide(paid, Decision.VALIDATE, "").status is RegistrationStatus.VALIDATED


def test_withdrawal_is_taken_back_by_its_own_act_alone() -> None:
    withdrawn = replace(FILE, status=RegistrationStatus.WITHDRAWN)
    with pytest.raises(FileDecided):
        decide(withdrawn, Decision.REOPEN, "il revient")
