"""The story of the manual over HTTP, against the running product and the gateway's own books."""

import io

import httpx
import pytest
from pypdf import PdfReader

from tests.conftest import Stack
from tests.journeys.conftest import ACCEPTED, CHALLENGED, REFUSED, Operator, Payer, Student, log_in

AFTER_THE_PAGE = "2022-06-24T10:45:00+02:00"


def test_isima_student_pays_3770_with_the_challenge_card(isima: Student, operator: Operator) -> None:
    assert isima.declares("05").json()["total_cents"] == 377000
    attempt = isima.pays(CHALLENGED)
    assert isima.state_of(attempt) == "paid"
    assert operator.captures() == [377000]
    (invoice,) = isima.get("/invoices")["items"]
    assert (invoice["number"], invoice["total_cents"], invoice["paid_cents"]) == (9196, 377000, 377000)
    assert isima.get("/account")["totals"] == {
        "debit_cents": 377000,
        "credit_cents": 377000,
        "balance_cents": 0,
        "position_cents": 0,
    }
    assert isima.menu()["pay_once"] == "done"


def test_invoice_is_a_pdf_with_the_manuals_words(isima: Student) -> None:
    isima.declares("05")
    isima.pays(ACCEPTED)
    early = isima.api.get("/invoices/9196/pdf")
    assert early.status_code in {409, 303}  # the outbox may have drawn it already
    drawn = isima.api.post("/invoices/9196/pdf")
    assert drawn.status_code == 201
    assert isima.api.post("/invoices/9196/pdf").json() == drawn.json()
    link = isima.api.get("/invoices/9196/pdf")
    assert link.status_code == 303
    pdf = httpx.get(link.headers["location"])
    assert pdf.headers["content-type"] == "application/pdf"
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.content)).pages)
    for words in (
        "9196",
        "24/06/2022",
        "TESTCD",
        "Droits de scolarité",
        "261-4-4",
        "Ingénieur Isima 1ère année",
    ):
        assert words in text


def test_certificate_says_what_has_been_paid(isima: Student) -> None:
    isima.declares("05")
    isima.pays(ACCEPTED)
    issued = isima.api.post(f"/registrations/{isima.registration['id']}/certificate")
    assert issued.status_code == 201
    pdf = httpx.get(issued.json()["link"])
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.content)).pages)
    assert "Attestation de paiement" in text
    assert "Carte bancaire" in text


def test_payment_is_followed_by_a_mail(isima: Student, operator: Operator) -> None:
    isima.declares("05")
    isima.pays(ACCEPTED)
    operator.runs("publish_outbox")
    (mail,) = operator.mails()
    assert mail["to"] in ("student@demo.test", ["student@demo.test"])
    assert "9196" in mail["text"]


def test_grant_holder_of_the_prepa_is_done_at_0_euro(prepa: Student, registrar: httpx.Client) -> None:
    assert [each["code"] for each in prepa.registration["allowed_fee_situations"]] == ["01", "02"]
    assert prepa.declares("02").json()["total_cents"] == 0
    assert prepa.menu()["pay_once"] == "done"
    assert prepa.starts().json()["code"] == "nothing_to_pay"
    decision = {"decision": "validate", "reason": ""}
    answer = registrar.post(f"/staff/registrations/{prepa.registration['id']}/decision", json=decision)
    assert answer.json()["status"] == "validated"
    assert prepa.registration["complete"] is True


def test_on_25_july_menus_1_and_2a_are_closed_and_4_and_5_open(isima: Student, operator: Operator) -> None:
    isima.declares("05")
    operator.moves_the_clock_to("2022-07-25T10:00:00+02:00")
    session = Student(log_in(isima.stack, "student@demo.test"), isima.stack)
    menu = session.menu()
    assert (menu["dossier"], menu["pay_once"]) == ("closed", "closed")
    assert (menu["invoices"], menu["account"]) == ("open", "open")
    assert session.declares("01").json()["code"] == "window_closed"
    assert session.starts().json()["code"] == "window_closed"


def test_refused_card_can_be_followed_by_another_on_the_same_page(isima: Student, operator: Operator) -> None:
    isima.declares("01")
    started = isima.starts().json()
    payer = Payer()
    again = payer.pays(payer.opens(started["form"]), REFUSED)
    assert isima.state_of(started["id"]) == "refused"
    assert isima.get("/account")["totals"]["debit_cents"] == 0
    payer.pays(again, ACCEPTED)
    assert isima.state_of(started["id"]) == "paid"
    assert operator.captures() == [60100]


def test_failed_challenge_takes_nothing(isima: Student, operator: Operator) -> None:
    isima.declares("01")
    started = isima.starts().json()
    payer = Payer()
    payer.pays(payer.opens(started["form"]), CHALLENGED, code="000000")
    assert isima.state_of(started["id"]) != "paid"
    assert operator.captures() == []


def test_two_paid_pages_leave_one_invoice_and_an_overpayment(isima: Student, operator: Operator) -> None:
    isima.declares("01")
    first, second = isima.keeps_a_page(), isima.starts().json()
    for started in (first, second):
        payer = Payer()
        payer.pays(payer.opens(started["form"]), ACCEPTED)
    assert operator.captures() == [60100, 60100]
    account = isima.get("/account")
    assert [each["allocated_cents"] for each in account["payments"]] == [60100, 0]
    assert len(account["invoices"]) == 1
    assert account["totals"]["balance_cents"] == -60100
    assert isima.starts().json()["code"] == "already_paid"


class TestLostNotification:
    def test_leaves_the_payment_pending_until_the_gateway_is_asked(
        self, isima: Student, operator: Operator
    ) -> None:
        operator.breaks({"match": {"notification": True}, "effect": "drop"})
        isima.declares("05")
        attempt = isima.pays(ACCEPTED)
        assert isima.state_of(attempt) == "pending"
        operator.moves_the_clock_to(AFTER_THE_PAGE)
        operator.runs("reconcile_payments")
        assert isima.state_of(attempt) == "paid"
        assert operator.captures() == [377000]
        assert len(isima.get("/invoices")["items"]) == 1

    def test_repeated_or_forged_ones_change_nothing_more(self, isima: Student, operator: Operator) -> None:
        operator.breaks({"match": {"notification": True}, "effect": "duplicate"})
        isima.declares("05")
        attempt = isima.pays(ACCEPTED)
        assert isima.state_of(attempt) == "paid"
        assert len(isima.get("/account")["payments"]) == 1

    def test_badly_signed_one_is_refused_and_the_gateway_is_asked(
        self, isima: Student, operator: Operator
    ) -> None:
        operator.breaks({"match": {"notification": True}, "effect": "bad_signature"})
        isima.declares("05")
        attempt = isima.pays(ACCEPTED)
        assert isima.state_of(attempt) == "pending"
        operator.moves_the_clock_to(AFTER_THE_PAGE)
        operator.runs("reconcile_payments")
        assert isima.state_of(attempt) == "paid"


def test_abandoned_page_is_closed_by_the_reconciliation(isima: Student, operator: Operator) -> None:
    isima.declares("05")
    started = isima.starts().json()
    Payer().opens(started["form"])
    operator.moves_the_clock_to(AFTER_THE_PAGE)
    operator.runs("reconcile_payments")
    assert isima.state_of(started["id"]) == "cancelled"


def test_gateway_that_is_down_leaves_no_half_made_payment(isima: Student, operator: Operator) -> None:
    isima.declares("05")
    operator.breaks({"match": {"page": "load.html"}, "effect": "http_500"})
    answer = isima.starts()
    assert (answer.status_code, answer.json()["code"]) == (503, "gateway_unavailable")
    operator.breaks()
    assert isima.pays(ACCEPTED)
    assert operator.captures() == [377000]


def test_same_idempotency_key_finds_the_same_attempt(isima: Student) -> None:
    isima.declares("05")
    first, again = isima.starts(key="one"), isima.starts(key="one")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    other = isima.starts({"mode": "saved", "id": "demo"}, key="one")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


@pytest.mark.parametrize("body", [b"", b"Mt=1", b"\xff\x00&&&=", b"Sign=", b"a=b&Sign=AAAA", b"=" * 9000])
def test_malformed_notification_is_a_400_and_changes_nothing(stack: Stack, body: bytes) -> None:
    answer = httpx.post(
        f"{stack.portal}/webhooks/paybox",
        content=body,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
