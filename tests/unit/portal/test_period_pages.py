"""Accounting closes a month: the page asks, tells that it is under way, then what each book held."""

from chalicelib.usecases.closing.close_periods import close_periods
from chalicelib.usecases.journal.number_journal import number_journal
from chalicelib.usecases.journal.sum_journal import sum_journal
from tests.unit.portal.conftest import Browser
from tests.unit.portal.test_balance_pages import asks
from tests.unit.portal.test_plan_pages import read
from tests.unit.portal.test_slip_pages import entered

DESK = "/staff/periods"


def comes_back(student: Browser, **later: float) -> None:
    student.ports.move(**later)
    student.http.cookies.clear()
    student.log_in("accountant@demo.test")


def test_month_is_closed_from_the_page(student: Browser) -> None:
    entered(student)
    comes_back(student, days=10)
    desk = student.get(DESK)
    assert "Aucun mois n'est clôturé." in read(desk)
    left = student.confirms(desk, f"{DESK}/2022-06/close")
    assert "Mois en cours de clôture : juin 2022" in read(left)
    assert asks(student, "GET", "/periods").json()["closing"] == "2022-06"
    comes_back(student, hours=1)
    number_journal(student.ports)
    sum_journal(student.ports)
    close_periods(student.ports)
    done = read(student.get(DESK))
    assert "5112" in done
    assert "Juin 2022" in done
    assert "<button>Clôturer" not in done, "July has not ended"
    told = asks(student, "GET", "/periods").json()
    assert (told["open_from"], told["next"], told["closing"]) == ("2022-07-01", "2022-07", None)
    assert told["items"][0]["balances"] == {"fees": -60100, "cheques": 60100}


def test_month_that_cannot_be_closed_is_refused_with_its_sentence(student: Browser) -> None:
    entered(student)
    comes_back(student, days=10)
    desk = student.get(DESK)
    left = student.confirms(desk, f"{DESK}/2022-06/close")
    again = asks(student, "POST", "/periods/2022-06/close")
    assert (again.status_code, again.json()["code"]) == (409, "period_being_closed")
    assert asks(student, "POST", "/periods/2022-13/close").status_code == 404
    assert left.status_code == 200
    page = student.send(desk, f"{DESK}/2022-06/close")
    assert (page.status_code, "déjà en cours de clôture" in read(page)) == (409, True)
