"""A statement of the bank over HTTP: a reference pays, what has none waits on 471, fees are booked."""

from datetime import date

from tests.fakes.bank_files import Movement, Period, camt, cfonb
from tests.journeys.conftest import Operator, Student, accountant

DAY = date(2022, 6, 24)
FILE = {"Content-Type": "application/octet-stream"}


def test_statement_pays_what_it_names_and_waits_for_the_rest(isima: Student, operator: Operator) -> None:
    isima.declares("01")
    transfer = isima.get("/account")["transfer"]
    assert transfer["amount_cents"] == 60_100
    desk = accountant(operator.stack)
    movements = (
        Movement(DAY, 60_100, "INSCRIPTION", "PARENT TESTCD", transfer["reference"].lower()),
        Movement(DAY, 4_200, "SANS RIEN"),
        Movement(DAY, -1_250, "FRAIS TENUE DE COMPTE"),
    )
    period = Period(date(2022, 6, 23), 100_000, movements)
    answer = desk.post("/staff/statements", content=cfonb(period), headers=FILE)
    assert answer.status_code == 201, answer.text
    assert answer.json()["matching"] == {"matched": 1, "proposed": 0, "failed": 0, "waiting": 0}
    assert isima.get("/account")["totals"]["balance_cents"] == 0

    again = desk.post("/staff/statements", content=cfonb(period), headers=FILE).json()
    assert [each["is_known"] for each in again["statements"]] == [True]
    later = Period(date(2022, 6, 20), 5, (Movement(DAY, 1, "VIR"),))
    gap = desk.post("/staff/statements", content=camt(later), headers=FILE)
    assert (gap.status_code, gap.json()["code"]) == (422, "statement_gap")

    waiting = {each["cents"]: each for each in desk.get("/staff/statement-lines").json()["items"]}
    assert set(waiting) == {4_200, -1_250}
    lines = "/staff/statement-lines"
    for cents, act in ((4_200, "suspense"), (-1_250, "fee")):
        line = waiting[cents]
        done = desk.post(f"{lines}/{line['id']}/{act}", json={"version": line["version"]})
        assert done.status_code == 200, done.text
    (held,) = desk.get(f"{lines}?state=suspense").json()["items"]
    part = {"registration": isima.registration["id"], "cents": 4_200}
    body = {"version": held["version"], "parts": [part]}
    matched = desk.post(f"{lines}/{held['id']}/match", json=body)
    assert (matched.status_code, matched.json()["state"]) == (200, "matched")
    assert desk.post(f"{lines}/{held['id']}/match", json=body).status_code == 409
    assert isima.get("/account")["totals"]["balance_cents"] == -4_200
    assert desk.get("/staff/statements").json()["items"][0]["closing_cents"] == 163_050
