"""What the bank took back and what is late, as JSON: the same figures as the pages."""

from datetime import date
from typing import Any

from chalicelib.domain.collection.bounces import BankReturn
from chalicelib.usecases.collection.take_back_payment import take_back_payment
from tests.fakes.gateway import Behaviour
from tests.unit.portal.conftest import Browser
from tests.unit.portal.test_collection_pages import enters
from tests.usecases.conftest import ACCOUNTANT


def asks(browser: Browser, path: str) -> Any:
    bearer = {"Authorization": f"Bearer {browser.http.cookies['quittance']}"}
    answer = browser.http.get(f"/api/v1{path}", headers=bearer)
    assert answer.status_code == 200
    return answer.json()


def test_what_the_bank_took_back_is_listed_with_what_is_owed(student: Browser) -> None:
    student.declares("01")
    student.acts_as("accountant")
    cheque = enters(student)
    take_back_payment(student.ports, cheque.id, BankReturn(60100, "sans provision"), ACCOUNTANT)
    (item,) = asks(student, "/staff/unpaid")["items"]
    assert (item["holder"], item["owed_cents"]) == ("TESTCD Chris", 60100)
    assert (item["payment"]["id"], item["payment"]["bounced_cents"]) == (cheque.id, 60100)
    late = asks(student, "/staff/arrears")
    assert (late["total_cents"], late["items"][0]["since"]) == (60100, "2022-06-24")


def test_what_is_late_is_listed_with_its_age(student: Browser) -> None:
    student.starts_the_plan()
    student.is_debited(date(2022, 7, 10), Behaviour.REFUSE_HARD)
    student.log_in("accountant@demo.test")
    (item,) = asks(student, "/staff/arrears")["items"]
    assert (item["late_cents"], item["since"], item["age_days"]) == (20031, "2022-07-10", 0)
    assert (item["holder"], item["reminders"]) == ("TESTCD Chris", 0)
