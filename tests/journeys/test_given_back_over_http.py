"""Money given back at the bank, and the bank's day, over HTTP: the simulator's ledger is the judge."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx
import pytest

from tests.journeys.browser import Browser
from tests.journeys.conftest import (
    ACCEPTED,
    Operator,
    Payer,
    Student,
    accountant,
    seen_by_staff,
    started,
)


@dataclass
class BackOffice:
    """The school's accountant in the gateway's own back office: direct calls under the school's key."""

    operator: Operator
    numbers: Iterator[int] = field(default_factory=lambda: count(900_000_001))

    def asks(self, kind: str, **fields: str) -> dict[str, str]:
        frame = {
            "VERSION": "00103",
            "TYPE": kind,
            "SITE": "1999888",
            "RANG": "32",
            "IDENTIFIANT": "107904482",
            "CLE": "1999888I",
            "NUMQUESTION": f"{next(self.numbers):010d}",
            "DATEQ": self.operator.time().strftime("%d%m%Y%H%M%S"),
            "DEVISE": "978",
            **fields,
        }
        answer = httpx.post(f"{self.operator.stack.paybox}/PPPS.php", data=frame)
        told = dict(each.split("=", 1) for each in answer.content.decode("latin-1").split("&"))
        assert told["CODEREPONSE"] == "00000", told
        return told

    def numbers_of(self, reference: str, cents: int) -> dict[str, str]:
        found = self.asks("00011", REFERENCE=reference, MONTANT=f"{cents:010d}")
        return {name: found[name] for name in ("NUMTRANS", "NUMAPPEL")}

    def refunds(self, reference: str, cents: int, whole_cents: int) -> None:
        """Give back a part or all of a debit, under its own reference."""
        numbers = self.numbers_of(reference, whole_cents)
        self.asks("00014", REFERENCE=reference, MONTANT=f"{cents:010d}", **numbers)

    def cancels(self, reference: str, cents: int) -> None:
        self.asks("00005", MONTANT=f"{cents:010d}", **self.numbers_of(reference, cents))

    def moved(self) -> list[tuple[str, int]]:
        """Return what the ledger says was moved, in cents."""
        operations = httpx.get(f"{self.operator.stack.paybox}/_ledger").json()["operations"]
        moves = ("capture", "refund", "cancel")
        return [(each["type"], each["amount_cents"]) for each in operations if each["type"] in moves]


@pytest.fixture
def back_office(operator: Operator) -> BackOffice:
    return BackOffice(operator)


def pays_in_silence(student: Student, operator: Operator) -> dict[str, Any]:
    """Pay what is owed; the notification is lost. Return the attempt with its reference."""
    operator.breaks({"match": {"notification": True}, "effect": "drop"})
    found: dict[str, Any] = student.starts().json()
    payer = Payer()
    payer.pays(payer.opens(found["form"]), ACCEPTED)
    operator.breaks()
    reference = next(each["value"] for each in found["form"]["fields"] if each["name"] == "PBX_CMD")
    return {**found, "reference": reference}


def test_payment_that_was_given_back_before_it_was_found_is_booked_as_that(
    isima: Student, operator: Operator, back_office: BackOffice
) -> None:
    isima.declares("01").raise_for_status()
    paid = pays_in_silence(isima, operator)
    back_office.refunds(paid["reference"], 60100, 60100)
    operator.moves_the_clock_to("2022-06-24T10:30:00+02:00")
    operator.runs("reconcile_payments")
    account = isima.get("/account")
    (payment,) = account["payments"]
    assert (payment["amount_cents"], payment["refunded_cents"], payment["allocated_cents"]) == (
        60100,
        60100,
        0,
    )
    assert (account["orders"], account["invoices"]) == ([], [])
    assert [each["amount_cents"] for each in account["refunds"]] == [60100]
    assert (account["totals"]["credit_cents"], account["totals"]["balance_cents"]) == (0, 0)
    assert back_office.moved() == [("capture", 60100), ("refund", 60100)]
    shown = isima.get(f"/card-payments/{paid['id']}")
    assert (shown["state"], shown["receipt"]) == ("refunded", None)
    assert "rendu" in shown["message"]
    assert operator.subjects()[-1] == "Un paiement de 601,00 € vous a été rendu"
    isima.pays(ACCEPTED)
    account = isima.get("/account")
    assert (account["totals"]["credit_cents"], account["totals"]["balance_cents"]) == (60100, 0)
    assert [each["paid_cents"] for each in account["invoices"]] == [60100]
    assert accountant(isima.stack).get("/staff/credits").json()["items"] == []


def test_part_that_was_given_back_is_not_told_by_the_gateway(
    isima: Student, operator: Operator, back_office: BackOffice
) -> None:
    """An open point for the bank: docs/payments.md."""
    isima.declares("01").raise_for_status()
    paid = pays_in_silence(isima, operator)
    back_office.refunds(paid["reference"], 10000, 60100)
    operator.moves_the_clock_to("2022-06-24T10:30:00+02:00")
    operator.runs("reconcile_payments")
    assert isima.state_of(paid["id"]) == "paid"
    assert [each["refunded_cents"] for each in isima.get("/account")["payments"]] == [0]


def test_payment_that_was_cancelled_before_it_was_found_takes_and_books_nothing(
    isima: Student, operator: Operator, back_office: BackOffice
) -> None:
    isima.declares("01").raise_for_status()
    paid = pays_in_silence(isima, operator)
    back_office.cancels(paid["reference"], 60100)
    operator.moves_the_clock_to("2022-06-24T10:30:00+02:00")
    operator.runs("reconcile_payments")
    assert isima.state_of(paid["id"]) == "refused"
    assert isima.get("/account")["payments"] == []
    assert isima.state_of(isima.pays(ACCEPTED)) == "paid"


def test_payment_that_was_found_two_days_later_shows_both_days(isima: Student, operator: Operator) -> None:
    operator.moves_the_clock_to("2022-08-31T23:50:00+02:00")
    isima.logs_in_again()
    isima.declares("01").raise_for_status()
    paid = pays_in_silence(isima, operator)
    operator.moves_the_clock_to("2022-09-02T09:00:00+02:00")
    operator.runs("reconcile_payments")
    isima.logs_in_again()
    (payment,) = isima.get("/account")["payments"]
    assert (payment["booked_on"], payment["banked_on"]) == ("2022-09-02", "2022-08-31")
    assert payment["received_on"] == payment["booked_on"]
    receipt = isima.get(f"/card-payments/{paid['id']}")["receipt"]
    assert (receipt["paid_on"], receipt["banked_on"]) == ("2022-09-02", "2022-08-31")
    assert isima.get("/invoices")["items"][0]["issued_on"] == "2022-09-02"


def test_notified_payment_bears_the_day_of_its_notification(isima: Student) -> None:
    isima.declares("01").raise_for_status()
    isima.pays(ACCEPTED)
    (payment,) = isima.get("/account")["payments"]
    assert (payment["booked_on"], payment["banked_on"]) == ("2022-06-24", "2022-06-24")


def test_debit_that_was_given_back_waits_for_a_person(
    isima: Student, operator: Operator, back_office: BackOffice
) -> None:
    started(isima)
    operator.breaks({"match": {"TYPE": "00053"}, "effect": "apply_then_drop", "times": 1})
    operator.debits_on("2022-07-10T09:00:00+02:00")
    isima.logs_in_again()
    assert seen_by_staff(isima)[1]["state"] == "unknown"
    operations = httpx.get(f"{operator.stack.paybox}/_ledger").json()["operations"]
    reference = next(each["reference"] for each in operations if each["reference"].endswith("-i2-1"))
    back_office.refunds(reference, 20031, 20031)
    operator.moves_the_clock_to("2022-07-10T09:10:00+02:00")
    operator.runs("reconcile_debits")
    isima.logs_in_again()
    second = seen_by_staff(isima)[1]
    assert (second["state"], second["refusal_code"]) == ("conflict", "refunded")
    operator.debits_on("2022-07-13T09:00:00+02:00")
    assert operator.captures() == [20031, 20031]
    isima.logs_in_again()
    account = isima.get("/account")
    assert (account["totals"]["credit_cents"], account["totals"]["balance_cents"]) == (20031, 40069)
    assert [each["amount_cents"] for each in account["refunds"]] == [20031]


def test_pages_say_what_was_given_back(isima: Student, operator: Operator, back_office: BackOffice) -> None:
    isima.declares("01").raise_for_status()
    paid = pays_in_silence(isima, operator)
    back_office.refunds(paid["reference"], 60100, 60100)
    operator.moves_the_clock_to("2022-06-24T10:30:00+02:00")
    operator.runs("reconcile_payments")
    browser = Browser(isima.stack)
    browser.logs_in("student@demo.test")
    assert "Remboursements (1)" in browser.opens("/account").text
    page = browser.opens(f"/payments/{paid['id']}").text
    assert "Recommencer le paiement" in page
    assert "Votre facture est disponible" not in page
