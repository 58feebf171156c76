"""One open attempt a target, over HTTP: the simulator's ledger is the judge."""

from tests.journeys.browser import Browser
from tests.journeys.conftest import ACCEPTED, REFUSED, Operator, Payer, Student, forms


def test_two_tabs_with_a_card_accepted_in_each_are_one_capture(isima: Student, operator: Operator) -> None:
    isima.declares("01").raise_for_status()
    first, second = isima.starts(), isima.starts()
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]
    tabs = [Payer(), Payer()]
    pages = [tab.opens(each.json()["form"]) for tab, each in zip(tabs, (first, second), strict=True)]
    for tab, page in zip(tabs, pages, strict=True):
        tab.pays(page, ACCEPTED)
    assert operator.captures() == [60100]
    assert isima.get("/account")["totals"]["balance_cents"] == 0
    assert isima.starts().json()["code"] == "already_paid"


def test_lost_notification_is_made_good_by_the_return_of_the_browser(
    isima: Student, operator: Operator
) -> None:
    isima.declares("01").raise_for_status()
    operator.breaks({"match": {"notification": True}, "effect": "drop"})
    started = isima.starts().json()
    payer = Payer()
    back = payer.pays(payer.opens(started["form"]), ACCEPTED)
    assert isima.state_of(started["id"]) == "pending"
    payer.browser.get(back.headers["location"])  # nobody is logged in there
    paid = isima.get(f"/card-payments/{started['id']}")
    assert paid["state"] == "paid"
    assert paid["receipt"]["paid_on"] == "2022-06-24"
    assert paid["receipt"]["invoice_number"] == isima.get("/invoices")["items"][0]["number"]
    assert operator.captures() == [60100]


def test_lost_notification_and_a_late_second_start_take_nothing_twice(
    isima: Student, operator: Operator
) -> None:
    isima.declares("01").raise_for_status()
    operator.breaks({"match": {"notification": True}, "effect": "drop"})
    isima.pays(ACCEPTED)
    operator.moves_the_clock_to("2022-06-24T10:05:00+02:00")
    assert isima.starts().json()["code"] == "already_paid"
    assert operator.captures() == [60100]


def test_situation_and_plan_wait_for_the_open_attempt(isima: Student) -> None:
    isima.declares("01").raise_for_status()
    started = isima.starts().json()
    assert isima.declares("05").json()["code"] == "payment_open"
    assert isima.asks_for("paybox-3").json()["code"] == "payment_open"
    over = isima.gives_up(started["id"])
    assert (over.status_code, over.json()["state"]) == (200, "cancelled")
    isima.declares("05").raise_for_status()


def test_refused_card_and_another_attempt_share_one_reference(isima: Student, operator: Operator) -> None:
    isima.declares("01").raise_for_status()
    first = isima.pays(REFUSED)
    assert isima.pays(ACCEPTED) == first
    assert isima.state_of(first) == "paid"
    assert operator.captures() == [60100]


def test_another_students_attempt_is_neither_shown_nor_given_up(isima: Student, prepa: Student) -> None:
    isima.declares("01").raise_for_status()
    started = isima.starts().json()
    for method in ("GET", "DELETE"):
        assert prepa.api.request(method, f"/card-payments/{started['id']}").status_code == 404
    other = Browser(isima.stack)
    other.logs_in("prepa@demo.test")
    (_, fields), *_ = forms(other.opens("/security"))
    for act in ("leave", "give-up"):
        address = f"{isima.stack.portal}/payments/{started['id']}/{act}"
        assert other.http.post(address, data={"form_token": fields["form_token"]}).status_code == 404


def test_kept_form_that_is_paid_after_all_without_a_message_is_found(
    isima: Student, operator: Operator
) -> None:
    isima.declares("01").raise_for_status()
    started = isima.starts().json()
    payer = Payer()
    page = payer.opens(started["form"])
    isima.gives_up(started["id"]).raise_for_status()
    operator.breaks({"match": {"notification": True}, "effect": "drop"})
    back = payer.pays(page, ACCEPTED)
    assert isima.state_of(started["id"]) == "cancelled"
    operator.moves_the_clock_to("2022-06-24T10:02:00+02:00")
    assert isima.starts().json()["code"] == "already_paid"
    payer.browser.get(back.headers["location"])
    assert isima.state_of(started["id"]) == "paid"
    assert operator.captures() == [60100]


def test_kept_form_that_is_paid_in_silence_is_found_by_the_reconciliation(
    isima: Student, operator: Operator
) -> None:
    isima.declares("01").raise_for_status()
    started = isima.starts().json()
    payer = Payer()
    page = payer.opens(started["form"])
    isima.gives_up(started["id"]).raise_for_status()
    operator.breaks({"match": {"notification": True}, "effect": "drop"})
    payer.pays(page, ACCEPTED)
    operator.moves_the_clock_to("2022-06-24T10:30:00+02:00")
    operator.runs("reconcile_payments")
    assert isima.state_of(started["id"]) == "paid"
    assert isima.get("/account")["totals"]["balance_cents"] == 0
