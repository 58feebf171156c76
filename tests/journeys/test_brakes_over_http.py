"""An operator stops debits, card payments and the portal by the command, and lets them go on."""

import os
from collections.abc import Iterator
from unittest.mock import patch
from urllib.parse import urlsplit

import httpx
import pytest

from infra.brakes import DONE, REFUSED, UNREACHED, main
from infra.local.processes.portal import FORGET
from tests.conftest import Stack
from tests.journeys.browser import Browser, read
from tests.journeys.conftest import ACCEPTED, Operator, Payer, Student, log_in, started

CLOSED = "Réouverture à 14 h, rien n'est perdu."
IN_ENGLISH = {"Accept-Language": "en"}
DEBITS = ("debits", "--reason", "wrong tariff")
PAYMENTS = ("payments", "--reason", "the gateway loses messages")
PORTAL = ("portal", "--reason", "restore", "--sentence", CLOSED)


@pytest.fixture(autouse=True)
def _environment() -> Iterator[None]:
    """Give back the environment: the command points its process at the stack's local AWS."""
    with patch.dict(os.environ):
        yield


def brakes(stack: Stack, *words: str) -> int:
    """Give the command as the Makefile does; the portal reads the brakes anew, as it does within seconds."""
    done = main([*words, "--local", str(urlsplit(stack.portal).port)])
    httpx.post(f"{stack.portal}{FORGET}").raise_for_status()
    return done


def test_stopped_debits_are_taken_by_the_next_run_after_the_release(
    isima: Student, operator: Operator, capsys: pytest.CaptureFixture[str]
) -> None:
    started(isima)
    before = operator.captures()
    assert brakes(isima.stack, "apply", *DEBITS) == DONE
    assert "On: debits, since 24/06/2022" in capsys.readouterr().out
    operator.debits_on("2022-07-10T09:00:00+02:00")
    operator.runs("check_debits")
    assert operator.captures() == before
    isima.logs_in_again()
    assert isima.instalment_states() == ["paid", "due", "due"]
    run = log_in(isima.stack, "accountant@demo.test").get("/staff/debit-runs/2022-07-10").json()
    assert [each["reason"] for each in run["withheld"]] == ["debits_stopped"]

    assert brakes(isima.stack, "release", "debits", "--reason", "tariff mended") == DONE
    assert "No brake is on" in capsys.readouterr().out
    operator.runs("plan_debits")
    assert operator.captures() == [*before, 20031]
    assert isima.instalment_states() == ["paid", "paid", "due"]


def test_stopped_payments_open_no_page_and_book_what_was_open(isima: Student, prepa: Student) -> None:
    isima.declares("01").raise_for_status()
    prepa.declares("01").raise_for_status()
    open_page = isima.starts().json()
    assert brakes(isima.stack, "apply", *PAYMENTS) == DONE
    refused = prepa.starts()
    assert (refused.status_code, refused.json()["code"]) == (503, "gateway_unavailable")
    assert int(refused.headers["retry-after"]) > 0
    payer = Payer()
    payer.pays(payer.opens(open_page["form"]), ACCEPTED)
    assert isima.state_of(open_page["id"]) == "paid"

    browser = Browser(prepa.stack)
    browser.logs_in("prepa@demo.test")
    sentence = "Les paiements par carte sont suspendus en ce moment."
    page = browser.opens("/pay-once")
    assert "Aucun nouveau paiement par carte ne peut commencer" in read(page)
    paid = Browser(isima.stack)
    paid.logs_in("student@demo.test")
    shown = read(paid.opens(f"/payments/{open_page['id']}"))
    assert "Un paiement déjà fait est pris en compte" in shown
    assert "Rien n'a été débité" not in shown, "who has paid is not told to pay again"
    said = browser.sends(page, "/pay-once", mode="none")
    assert (said.status_code, sentence in read(said)) == (503, True)
    assert brakes(isima.stack, "release", "payments") == DONE
    assert prepa.starts().is_success


def test_closed_portal_says_its_sentence_to_students_and_lets_everybody_else_work(
    isima: Student, operator: Operator
) -> None:
    isima.declares("01").raise_for_status()
    open_page = isima.starts().json()
    student, staff = Browser(isima.stack), Browser(isima.stack)
    student.logs_in("student@demo.test")
    assert brakes(isima.stack, "apply", *PORTAL) == DONE

    answer = isima.api.get("/registrations")
    assert (answer.status_code, answer.json()["code"], answer.json()["detail"]) == (
        503,
        "portal_closed",
        CLOSED,
    )
    assert answer.headers["content-type"] == "application/problem+json"
    assert int(answer.headers["retry-after"]) > 0
    assert "The portal is closed" in isima.api.get("/registrations", headers=IN_ENGLISH).json()["detail"]
    for path in ("/", "/dossier", "/pay-once", "/invoices", "/security", "/pay?token=x", "/iban?token=x"):
        page = student.opens(path)
        assert (page.status_code, CLOSED in read(page)) == (503, True), path
        assert int(page.headers["retry-after"]) > 0
    assert "Temporarily unavailable" in student.opens("/?lang=en").text
    assert CLOSED in read(staff.opens("/login"))

    desk = staff.logs_in("accountant@demo.test")
    assert desk.status_code == 200
    assert "Le portail est fermé aux étudiants." in read(desk)
    assert "Motif : restore" in read(desk)
    assert staff.opens("/staff/plan-requests").status_code == 200
    payer = Payer()
    payer.pays(payer.opens(open_page["form"]), ACCEPTED)
    operator.runs("reconcile_payments")

    assert student.sends(student.opens("/"), "/logout").url.path == "/login"
    assert student.opens("/").url.path == "/login"
    assert isima.api.delete("/auth/sessions/current").status_code == 204
    isima.logs_in_again()
    assert brakes(isima.stack, "release", "portal") == DONE
    assert isima.state_of(open_page["id"]) == "paid"
    assert student.logs_in("student@demo.test").status_code == 200
    assert "Le portail est fermé" not in read(staff.opens("/staff/desk"))


def test_command_says_what_it_lacks_and_who_used_it_is_in_the_trail(
    isima: Student, operator: Operator, capsys: pytest.CaptureFixture[str]
) -> None:
    assert brakes(isima.stack, "apply", "debits") == REFUSED
    assert brakes(isima.stack, "apply", "", "--reason", "x") == REFUSED
    assert "REASON" in capsys.readouterr().err
    assert brakes(isima.stack, "release", "debits") == DONE
    assert "nothing is changed" in capsys.readouterr().out
    assert main(["show", "--local", "1"]) == UNREACHED
    assert brakes(isima.stack, "apply", *DEBITS) == DONE
    assert brakes(isima.stack, "release", "debits") == DONE
    operator.runs("seal_audit")
    trail = Browser(isima.stack)
    trail.logs_in("auditor@demo.test")
    found = read(trail.opens("/staff/audit?act=brake_applied"))
    assert "Frein posé" in found
    assert "wrong tariff" in found
    assert "identité AWS" in found
