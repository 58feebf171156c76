"""Accounting's part of a season, over HTTP: slips, the statements of the local bank, months that close.

The bank is told what a bank would know, and its statement is worked off by what the API proposes for a line.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import httpx

from chalicelib.domain.calendar import paris_day
from chalicelib.domain.refunds.refund import Refund, RefundMethod, RefundState
from chalicelib.domain.treasury.references import reference_of
from tests.infra.season import Season
from tests.journeys.conftest import log_in
from tests.usecases.payer_steps import COMPANY

FILE = {"Content-Type": "application/octet-stream"}
FORMATS = ("cfonb120", "camt.053")
FEE_CENTS = -1250
OTHER_CENTS = 5000
"""What another service received on the account: no matter of these books."""
FIRST, SECOND = "accountant@demo.test", "accountant2@demo.test"
SETTLES = timedelta(minutes=90)
"""How long a month is left before it is looked at: it closes after an hour."""
WAITING = ("new", "proposed", "suspense")


@dataclass
class Books:
    """`unread` is the first day that no statement told; `owners` are those of money in suspense, by label."""

    season: Season
    unread: date
    sent: dict[str, Refund] = field(default_factory=dict)
    owners: dict[str, tuple[str, int]] = field(default_factory=dict)
    read: int = 0

    @property
    def today(self) -> date:
        return paris_day(self.season.ports.now())

    def desk(self, email: str = FIRST) -> httpx.Client:
        """Log in anew: the clock moves by months."""
        return log_in(self.season.stack, email)

    # The bank

    def orders(self, *movements: tuple[int, str, str]) -> None:
        """Let the bank book amounts, each with a label and a reference, on the next day."""
        day = (self.today + timedelta(days=1)).isoformat()
        items = [
            {"booked_on": day, "cents": cents, "label": label, "reference": reference}
            for cents, label, reference in movements
        ]
        address = f"{self.season.stack.control}/bank/movements"
        httpx.post(address, json={"items": items}).raise_for_status()

    def receives_transfers(self, groups: dict[str, list[int]], prices: dict[int, int]) -> None:
        """One with its reference, one without any, one for two students, the company's, a fee."""
        for rank in groups["transfer"]:
            self.orders((prices[rank], "VIR INSCRIPTION", self._reference(rank).lower()))
        for rank in groups["nameless"]:
            label = f"VIR SANS MOTIF {len(self.owners)}"
            self.owners[label] = self.season.files[rank].id, prices[rank]
            self.orders((prices[rank], label, ""))
        for one, other in zip(groups["pair"], groups["partner"], strict=True):
            told = f"VIR {self._reference(one)} {self._reference(other)}"
            self.orders((prices[one] + prices[other], told, ""))
        for rank in groups["company"]:
            (payer,) = self.season.file(rank).payers
            self.orders((COMPANY.share_cents, f"VIR FACTURE {payer.invoice_number}", ""))
        self.orders((FEE_CENTS, "FRAIS TENUE DE COMPTE", ""), (OTHER_CENTS, "VIR AUTRE SERVICE", ""))

    def takes_back(self, ranks: Iterable[int]) -> None:
        """Let the bank's statement show what came back of each."""
        for rank in ranks:
            (returned,) = (
                each.bounced_cents for each in self.season.file(rank).payments if each.bounced_cents
            )
            self.orders((-returned, "IMPAYE", ""))

    def sends_transfers(self) -> list[str]:
        """Let the transfers that were handed to the bank leave; return their labels."""
        sent = self.season.ports.refunds.of_state(RefundState.SENT)[0]
        new = [each for each in sent if each.method is RefundMethod.TRANSFER]
        labels = [f"VIR EMIS {len(self.sent) + place}" for place in range(len(new))]
        self.sent |= dict(zip(labels, new, strict=True))
        self.orders(*((-self.sent[label].amount_cents, label, "") for label in labels))
        return labels

    def returns_a_transfer(self, label: str) -> None:
        """Let one that left come back: the account of the receiver is closed."""
        refund = self.sent[label]
        returned = label.replace("EMIS", "RETOURNE")
        self.sent[returned] = refund
        self.orders((refund.amount_cents, returned, ""))

    def _reference(self, rank: int) -> str:
        return reference_of(self.season.files[rank].person_id)

    # Accounting

    def takes_cheques_to_the_bank(self) -> None:
        """All that wait go on one slip, which the bank credits on the next day."""
        desk = self.desk()
        waiting = got(desk, "/staff/cheques")["items"]
        slip = posted(desk, "/staff/cheque-slips", {"cheques": [each["payment"] for each in waiting]})
        day = {"version": slip["version"], "deposited_on": self.today.isoformat()}
        done = posted(desk, f"/staff/cheque-slips/{slip['id']}/deposit", day)
        assert (done["state"], done["expected_cents"]) == ("deposited", slip["total_cents"])
        self.orders((slip["total_cents"], f"REM CHQ {slip['id']}", ""))

    def reconciles(self) -> None:
        for schedule in ("number_journal", "reconcile_days"):
            self.season.operator.runs(schedule)

    def works_off_the_statement(self) -> None:
        """Compare the days that are over, import what the bank tells up to yesterday, explain each line."""
        self.reconciles()
        until, desk = self.today - timedelta(days=1), self.desk()
        told = {"from": f"{self.unread}", "to": f"{until}", "format": FORMATS[self.read % 2]}
        file = httpx.get(f"{self.season.stack.control}/bank/statement", params=told).raise_for_status()
        answer = desk.post("/staff/statements", content=file.content, headers=FILE)
        assert answer.status_code == 201, answer.text
        self.unread, self.read = until + timedelta(days=1), self.read + 1
        (statement,), matching = answer.json()["statements"], answer.json()["matching"]
        for line in self.open_lines(desk, "new", "proposed"):
            self._explains(desk, got(desk, f"/staff/statement-lines/{line['id']}"))
        assert not self.open_lines(desk, "new", "proposed")
        self.compares(desk, until)
        self.season.says(
            f"statement until {until}: {statement['new_lines']} lines, {matching['matched']} by reference"
        )

    def finds_the_owners(self) -> None:
        """Empty 471: the students who paid without a reference were asked."""
        desk = self.desk()
        for line in self.open_lines(desk, "suspense"):
            registration, cents = self.owners[line["label"]]
            part = {"registration": registration, "cents": cents}
            done = self._acts(desk, line, "match", parts=[part])
            assert done["state"] == "matched"

    def open_lines(self, desk: httpx.Client, *states: str) -> list[dict[str, Any]]:
        return [each for state in states for each in listed(desk, f"/staff/statement-lines?state={state}")]

    def compares(self, desk: httpx.Client, day: date) -> list[dict[str, Any]]:
        """Run the three policies for a day."""
        orders = ({"policy": policy, "day": f"{day}"} for policy in ("gateway", "remittance", "bank"))
        return [posted(desk, "/staff/reconciliations", order) for order in orders]

    def explains_a_difference(self) -> None:
        """Say of the oldest difference what it is; the sum of the others stays on the dashboard."""
        self.reconciles()
        desk = self.desk()
        told = got(desk, "/staff/differences")
        oldest = told["items"][0]
        assert told["unexplained_cents"] == sum(each["cents"] for each in told["items"])
        words = {"text": "le relevé n'est pas encore arrivé", "seen_cents": oldest["cents"]}
        assert posted(desk, f"/staff/differences/{oldest['id']}/explanation", words)["explained_by"]
        after = got(desk, "/staff/differences")
        assert after["unexplained_cents"] == told["unexplained_cents"] - oldest["cents"]

    def closes_months(self, last: str) -> None:
        """Close each month up to `last` in two steps: accounting begins, the hourly run closes."""
        while (begun := self._next_month(last)) and begun <= last:
            posted(self.desk(), f"/staff/periods/{begun}/close", None)
            self.season.operator.moves_the_clock_to((self.season.ports.now() + SETTLES).isoformat())
            self.season.operator.runs("number_journal")
            told = got(self.desk(), "/staff/periods")
            assert begun in [each["month"] for each in told["items"]], told

    def _next_month(self, last: str) -> str:
        told = got(self.desk(), "/staff/periods")
        return str(told["next"] or last)

    def _explains(self, desk: httpx.Client, line: dict[str, Any]) -> None:
        """Do what the line's own text and the API's proposals say."""
        label, cents = line["label"], line["cents"]
        if label.startswith("REMISE CB"):
            self._posts(desk, line, "remittances", {"numbers": [line["reference"]]})
        elif line["slips"]:
            self._posts(desk, line, "deposits", {"version": line["version"], "slips": line["slips"]})
        elif line["returned_payments"]:
            self._acts(desk, line, "returned-payments", payments=line["returned_payments"][:1])
        elif label in self.sent:
            act = "transfers" if cents < 0 else "returned-refund"
            self._acts(desk, line, act, subject=self.sent[label].id)
        elif label.startswith("FRAIS"):
            self._acts(desk, line, "fee")
        elif label == "VIR AUTRE SERVICE":
            self._acts(desk, line, "discard", reason="recette d'un autre service")
        elif line["proposals"]:
            self._acts(desk, line, "match", parts=list(_parts(line)))
        else:
            self._acts(desk, line, "suspense", reason="sans référence")

    def _acts(self, desk: httpx.Client, line: dict[str, Any], act: str, **told: Any) -> dict[str, Any]:
        body = {"version": line["version"]} | told
        return posted(desk, f"/staff/statement-lines/{line['id']}/{act}", body)

    def _posts(self, desk: httpx.Client, line: dict[str, Any], what: str, body: dict[str, Any]) -> None:
        answer = desk.post(f"/staff/statement-lines/{line['id']}/{what}", json=body)
        assert answer.status_code == 204, (line, answer.text)


def _parts(line: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what each proposal receives: a transfer that was entered before, or what is owed."""
    entered = [each for each in line["proposals"] if each["payment"]]
    for each in entered[:1] or line["proposals"]:
        cents = each["cents"] if entered else each["owed_cents"]
        found = {"registration": each["registration"], "cents": cents, "payment": each["payment"]}
        yield {name: value for name, value in found.items() if value is not None}


def got(desk: httpx.Client, path: str) -> dict[str, Any]:
    answer = desk.get(path)
    assert answer.status_code == 200, (path, answer.text)
    found: dict[str, Any] = answer.json()
    return found


def posted(desk: httpx.Client, path: str, body: dict[str, Any] | None) -> dict[str, Any]:
    answer = desk.post(path, json=body) if body is not None else desk.post(path)
    assert answer.is_success, (path, body, answer.text)
    found: dict[str, Any] = answer.json()
    return found


def listed(desk: httpx.Client, path: str) -> list[dict[str, Any]]:
    """Return the items of every page of a list."""
    items: list[dict[str, Any]] = []
    after: Any = ""
    while after is not None:
        told = got(desk, httpx.URL(path).copy_merge_params({"after": after} if after else {}).__str__())
        items += told["items"]
        after = told["next"]
    return items
