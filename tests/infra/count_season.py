"""`python -m tests.infra.count_season FILE`: play a season in small, and count what it asks of AWS.

Students use the pages, staff the API; schedules and queues run as functions. A step is played for a few
people, and what it took is written for one: infra.costs scales it (`make costs`).
"""

import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from urllib.parse import urlsplit

import boto3
import httpx

from infra.bench.capacity import item_bytes
from infra.costs import counting
from infra.costs.counting import Invocation, Reader
from infra.local import environment
from infra.local.processes import HOOKS
from tests.conftest import Stack, started
from tests.journeys.browser import Browser
from tests.journeys.conftest import ACCEPTED, Operator, Student, log_in
from tests.journeys.test_imports_over_http import CHOSEN, file_of, row, send, told_of
from tests.journeys.test_money_out_over_http import asks_back
from tests.journeys.test_money_out_over_http import decides as approves

IMPORTED = 24
AT_ONCE, IN_PARTS = range(3, 6), range(6, 9)
"""Which students of the file pay once, and which by three instalments."""
STAFF = ("registrar", "accountant", "accountant2")
SCHEDULES = (
    "publish_outbox", "seal_audit", "number_journal", "reconcile_payments", "reconcile_debits",
    "reconcile_days", "plan_debits", "check_debits", "apply_retention",
)  # fmt: skip
OVERHEAD_BYTES = 100
"""Of an item that is kept, and of its entry in an index."""
REASON = "Bourse obtenue en octobre."
Step = dict[str, dict[str, float]]


class Season:
    """The running stack, and what each step took so far."""

    def __init__(self, stack: Stack, folder: Path) -> None:
        self.stack, self.operator = stack, Operator(stack)
        self.steps: dict[str, Step] = {}
        self.stored: dict[str, int] = {}
        """By step, what one person adds to the table and its index, in bytes."""
        self._new = Reader(folder).new

    def step(self, name: str, people: int, act: Callable[[], object]) -> None:
        """Play a step for some people, and write what one of them takes."""
        self._new()
        before = self._stored_bytes()
        act()
        self.operator.runs("publish_outbox")
        self.operator.runs("seal_audit")
        found = [each for each in self._new() if _works(each)]
        self.steps[name] = summed(found, people)
        self.stored[name] = round((self._stored_bytes() - before) / people)
        print(name, {each: round(one["runs"], 1) for each, one in self.steps[name].items()}, flush=True)  # noqa: T201

    def idle(self) -> None:
        """Note what each schedule takes when there is nothing to do."""
        for name in (*SCHEDULES, *SCHEDULES):
            self.operator.runs(name)  # what is left of the steps, and of these runs
        for name in SCHEDULES:
            self._new()
            self.operator.runs(name)
            function = name.title().replace("_", "")
            ran = [each for each in self._new() if each.function == function][-1:]
            self.steps[f"idle {function}"] = summed(ran, 1)

    def _stored_bytes(self) -> int:
        port = urlsplit(self.stack.portal).port or 0
        environment.enter(os.environ, environment.local_aws(f"http://127.0.0.1:{port + 3}"))
        dynamo = boto3.client("dynamodb")
        (table,) = dynamo.list_tables()["TableNames"]
        pages = dynamo.get_paginator("scan").paginate(TableName=table)
        items = [item for page in pages for item in page["Items"]]
        return sum((item_bytes(each) + OVERHEAD_BYTES) * (2 if "queue_pk" in each else 1) for each in items)


def summed(invocations: Iterable[Invocation], people: int) -> Step:
    """Sum up by function, for one person."""
    step: dict[str, Counter[str]] = {}
    for each in invocations:
        told = step.setdefault(each.function, Counter())
        told.update(runs=1, cpu_ms=each.cpu_ms, read_units=each.read_units, write_units=each.write_units)
        told.update(each.calls)
    return {
        name: {what: round(number / people, 2) for what, number in sorted(told.items())}
        for name, told in sorted(step.items())
    }


def _works(each: Invocation) -> bool:
    """Whether it did something: the stack ticks by itself too, and what found nothing is counted as idle."""
    return (
        each.function in {"APIHandler", "Webhook"}
        or each.write_units > 0
        or any("SendMessage" in call for call in each.calls)
    )


def play(season: Season) -> None:
    stack, operator = season.stack, season.operator
    administrator = log_in(stack, "admin@demo.test")
    season.step("import", IMPORTED, lambda: imported(stack, administrator))
    ranks = [*AT_ONCE, *IN_PARTS]
    season.step("first connection", len(ranks), lambda: [connects(stack, each) for each in ranks])
    browsers = {each: Browser(stack) for each in ranks}
    season.step("declaration", len(ranks), lambda: [declares(browsers[each], each) for each in ranks])
    known = {each: student(stack, each) for each in ranks}  # staff know them by their lists
    files = {each: one.registration["id"] for each, one in known.items()}
    registrar, desk = (log_in(stack, f"{each}@demo.test") for each in STAFF[:2])  # once a morning, not a file
    season.step("validation", len(ranks), lambda: [is_validated(registrar, files[each]) for each in ranks])
    season.step("payment", len(AT_ONCE), lambda: [pays(browsers[each]) for each in AT_ONCE])
    season.step("plan", len(IN_PARTS), lambda: [begins_a_plan(browsers[n], desk, files[n]) for n in IN_PARTS])
    days = ("2022-06-30", "2022-07-03", "2022-07-08")
    season.step("debit", len(IN_PARTS), lambda: debits_of(operator, [*days, "2022-07-10"]))
    paid = {each: paid_by(student(stack, each)) for each in AT_ONCE}
    first, second = (log_in(stack, f"{each}@demo.test") for each in STAFF[1:])  # the session of June is over
    season.step(
        "refund", len(AT_ONCE), lambda: [is_given_back(first, second, *paid[each]) for each in AT_ONCE]
    )
    season.idle()


def email(rank: int) -> str:
    return f"fictif{rank}@demo.test"


def student(stack: Stack, rank: int) -> Student:
    return Student(log_in(stack, email(rank), CHOSEN), stack, email(rank))


def imported(stack: Stack, administrator: httpx.Client) -> None:
    begun = send(administrator, "students", file_of(*(row(each) for each in range(IMPORTED))))
    told_of(stack, administrator, begun.json()["id"])


def connects(stack: Stack, rank: int) -> None:
    """Ask for a link, choose a password by it, on the pages."""
    browser, operator = Browser(stack), Operator(stack)
    browser.sends(browser.opens("/first-connection"), "/first-connection", email=email(rank))
    operator.runs("publish_outbox")
    (link,) = {
        line
        for mail in operator.mails()
        if mail["to"] == email(rank)
        for line in mail["text"].split()
        if "token=" in line
    }
    page = browser.opens(link)
    browser.sends(page, "/password", password=CHOSEN)


def declares(browser: Browser, rank: int) -> None:
    browser.sends(browser.opens("/login?again=1"), "/login", email=email(rank), password=CHOSEN)
    browser.declares("01")
    browser.opens("/")


def is_validated(desk: httpx.Client, registration: str) -> None:
    desk.get("/staff/registrations").raise_for_status()
    desk.get(f"/staff/registrations/{registration}").raise_for_status()
    decision = {"decision": "validate", "reason": ""}
    desk.post(f"/staff/registrations/{registration}/decision", json=decision).raise_for_status()


def pays(browser: Browser) -> None:
    browser.pays(ACCEPTED)
    for path in ("/", "/invoices", "/account"):
        browser.opens(path).raise_for_status()


def begins_a_plan(browser: Browser, desk: httpx.Client, registration: str) -> None:
    browser.sends(browser.opens("/choose-plan"), "/choose-plan", plan="paybox-3")
    decision = {"decision": "approve", "reason": ""}
    desk.post(f"/staff/plan-requests/{registration}/decision", json=decision).raise_for_status()
    browser.pays_instalment(1, ACCEPTED)
    browser.opens("/pay-plan").raise_for_status()


def debits_of(operator: Operator, days: list[str]) -> None:
    """Announced, then taken; each of these days is a look of the schedules."""
    for day in days:
        operator.debits_on(f"{day}T09:00:00+02:00")
        operator.runs("reconcile_debits")
    operator.runs("number_journal")


def paid_by(known: Student) -> tuple[str, int, str]:
    """Return a student's registration, the number of the invoice, and the payment."""
    (payment,) = known.get("/account")["payments"]
    return known.registration["id"], known.get("/invoices")["items"][0]["number"], payment["id"]


def is_given_back(
    first: httpx.Client, second: httpx.Client, registration: str, number: int, payment: str
) -> None:
    body = {"amount_cents": 10_000, "reason": REASON, "registration": registration}
    headers = {"Idempotency-Key": f"note-{number}"}
    first.post(f"/staff/invoices/{number}/credit-notes", json=body, headers=headers).raise_for_status()
    prepared = asks_back(first, payment, 10_000, 60_100, f"refund-{number}")
    approves(second, prepared.json()).raise_for_status()


def main() -> None:
    target = Path(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="quittance-costs-") as name:
        state, folder = Path(name, "state"), Path(name, "counted")
        state.mkdir()
        folder.mkdir()
        os.environ |= {HOOKS: counting.__name__, counting.FOLDER: str(folder)}
        with started(state) as stack:
            season = Season(stack, folder)
            play(season)
    told = {"steps": season.steps, "stored_bytes": season.stored}
    target.write_text(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    main()
