"""A deployed school with students and plans, and the means to break it: what faults.py makes faults of."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

import boto3
import httpx

from chalicelib.campaigns.reader import shipped_text
from chalicelib.domain.changes import Changes
from chalicelib.storage.store import DynamoStore
from chalicelib.storage.table import Table
from tests.infra.deployed import Deployed, is_booked
from tests.infra.school_steps import (
    ALEX,
    FIRST,
    NOA,
    load_campaign,
    staff_are_imported,
    two_people_begin,
)
from tests.infra.watch import Watch
from tests.journeys.conftest import CHALLENGED, Student
from tests.journeys.test_imports_over_http import PROGRAMMES, counts, file_of, row, send

EVERYBODY = tuple(f"fictif{rank}@demo.test" for rank in range(8))
SILENT, REFUNDED, UNCLEAR, UNKNOWN_ORDER, TWICE, TWICE_AGAIN, *PLANS = EVERYBODY
DEBIT = {"TYPE": "00053"}
REFUSED_SETUP = {"match": DEBIT, "effect": "refuse", "code": "00006"}
ANY_CALL = {"page": "PPPS.php"}
NO_EVENT = b"[]"
"""Nothing that a handler can read: it raises."""


@dataclass
class Faulty:
    """A school with students and plans, and the means to break it."""

    school: Deployed
    watch: Watch

    @classmethod
    def opened(cls, school: Deployed) -> "Faulty":
        """Begin with a campaign, its staff and students; nothing is reconciled unless a fault asks for it."""
        faulty = cls(school, Watch(school))
        for rule in ("EveryFiveMinutes", "EveryHour"):
            boto3.client("events").disable_rule(Name=faulty.watch.ids[rule])
        two_people_begin(school)
        load_campaign(school, FIRST, shipped_text(FIRST))
        staff_are_imported(school)
        data = file_of(*(row(rank, programme=PROGRAMMES[0]) for rank in range(len(EVERYBODY))))
        assert counts(send(school.logs_in(ALEX), "students", data))[0] == len(EVERYBODY)
        have_a_password(school, EVERYBODY)
        for email in EVERYBODY:
            school.student(email).declares("01").raise_for_status()
        for email in PLANS:
            faulty.begins_a_plan(email)
        school.says("a school with students, and plans that have begun")
        return faulty

    def begins_a_plan(self, email: str) -> None:
        student = self.school.student(email)
        student.asks_for("paybox-3").raise_for_status()
        decision = f"/staff/plan-requests/{student.registration['id']}/decision"
        self.school.logs_in(NOA).post(decision, json={"decision": "approve"}).raise_for_status()
        is_booked(student, student.pays(CHALLENGED, rank=1))

    def runs(self, *schedules: str) -> None:
        for each in schedules:
            self.school.invokes(each)

    def at(self, moment: str) -> None:
        self.school.operator.moves_the_clock_to(moment)

    def later(self, **time: float) -> None:
        self.at((self.school.operator.time() + timedelta(**time)).isoformat())

    def breaks(self, *rules: dict[str, Any]) -> None:
        self.school.operator.breaks(*rules)

    def student(self, email: str) -> Student:
        return self.school.student(email)

    @cached_property
    def table(self) -> Any:
        return boto3.resource("dynamodb").Table(self.watch.ids["Table"])

    def rewrites(
        self, kind: str, owner_id: str, change: Callable[[dict[str, Any]], Any]
    ) -> Callable[[], None]:
        """Rewrite the facts of the rows of one kind of a person by hand; return what undoes it."""
        key = {"#pk": "pk", "#sk": "sk"}
        found = self.table.query(
            KeyConditionExpression="#pk = :pk AND begins_with(#sk, :sk)",
            ExpressionAttributeNames=key,
            ExpressionAttributeValues={":pk": f"PERSON#{owner_id}", ":sk": f"{kind}#"},
        )["Items"]
        assert found
        for each in found:
            self.table.put_item(Item=each | {"facts": json.dumps(change(json.loads(each["facts"])))})
        return lambda: [self.table.put_item(Item=each) for each in found] and None

    def writes(self, value: Any) -> None:
        """Write a row as a release would have, without the act that leads to it."""
        table = Table(self.watch.ids["Table"], "eu-west-3")
        DynamoStore(table).commit(Changes((value,)))

    def calls(self, function: str, payload: bytes = NO_EVENT) -> str:
        """Invoke a function with an event that it cannot read; return the kind of its error."""
        answer = boto3.client("lambda").invoke(
            FunctionName=self.school.functions[function], Qualifier="live", Payload=payload
        )
        return str(answer.get("FunctionError", ""))

    def person(self, email: str) -> str:
        found: str = self.student(email).registration["id"]
        return found.partition("-")[0]


def have_a_password(school: Deployed, emails: Iterable[str]) -> None:
    for email in emails:
        url = f"{school.stack.portal}/api/v1/auth/first-connection"
        httpx.post(url, json={"email": email}, timeout=30).raise_for_status()
    school.invokes("PublishOutbox")
    for email in emails:
        school.sets_password(email, school.mail_to(email, "première connexion"))
