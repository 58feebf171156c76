"""A receiver written with the library of Standard Webhooks, not by us: its books equal ours.

It verifies what the running stack sends, survives disorder and doubles, and catches up by the feed.
"""

import json
from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from tests.conftest import Stack
from tests.journeys.conftest import ACCEPTED, CHALLENGED, Operator, Student, client, log_in, started

ENDPOINTS = "/staff/webhook-endpoints"


class Receiver:
    """Another system: it keeps each event once, by its id, and answers what `answers` says, else 204."""

    def __init__(self) -> None:
        self.port = 0
        self.secret = ""
        self.answers: deque[int] = deque()
        self.taken: dict[str, dict[str, Any]] = {}
        self.arrived: list[str] = []
        self.refused = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/quittance"

    @contextmanager
    def up(self) -> Iterator[None]:
        """Listen, on the same port each time."""
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(receiver.takes(body, dict(self.headers.items())))
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing on the terminal."""

        server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.port = server.server_address[1]
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def takes(self, body: bytes, headers: dict[str, str]) -> int:
        event = json.loads(body)
        if not self.secret:  # the test event comes before its secret can be known
            return 204
        try:
            Webhook(self.secret).verify(body, headers)
        except WebhookVerificationError:
            self.refused += 1
            return 401
        assert headers["webhook-id"] == event["id"]
        self.arrived.append(event["id"])
        status = self.answers.popleft() if self.answers else 204
        if status == 204:
            self.taken[event["id"]] = event
        return status

    def catches_up(self, portal: str, key: str) -> None:
        """Read the feed behind the last event that was taken without a gap."""
        after = 0
        numbers = {each["sequence"] for each in self.taken.values()}
        while after + 1 in numbers:
            after += 1
        feed = client(headers={"Authorization": f"Bearer {key}"})
        while page := feed.get(f"{portal}/api/v1/events?after={after}").raise_for_status().json()["items"]:
            self.taken |= {each["id"]: each for each in page}
            after = page[-1]["sequence"]

    def books(self) -> dict[str, int]:
        """Return the position of each registration, as the postings of 411 tell it."""
        found: defaultdict[str, int] = defaultdict(int)
        for event in self.taken.values():
            for posting in event["data"]["postings"]:
                if posting["account"] == "411":
                    found[event["data"]["registration_id"]] += posting["cents"]
        return dict(found)

    def received_cents(self) -> list[int]:
        booked = (each for each in self.taken.values() if each["type"] == "payment.booked")
        return sorted(each["data"]["amount_cents"] for each in booked)


def ours(*students: Student) -> dict[str, int]:
    """Return the position of each registration by the account that its student sees."""
    found = {}
    for each in students:
        each.logs_in_again()
        found[each.registration["id"]] = each.get("/account")["totals"]["balance_cents"]
    return found


def tells(operator: Operator, **later: float) -> None:
    """Let time pass, and the minute's run number, queue and send what happened."""
    operator.moves_the_clock_to((operator.time() + timedelta(**later or {"minutes": 1})).isoformat())
    operator.runs("publish_outbox")


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


def added(stack: Stack, receiver: Receiver) -> str:
    """Add the receiver's endpoint; return its address in the API."""
    told = log_in(stack, "admin@demo.test").post(ENDPOINTS, json={"name": "SI", "url": receiver.url})
    assert told.status_code == 201, told.text
    assert told.json()["test"]["result"] == "accepted"
    receiver.secret = told.json()["secret"]
    return f"{ENDPOINTS}/{told.json()['endpoint']['id']}"


def key_of_a_program(stack: Stack) -> str:
    order = {"name": "SI", "scopes": ["read:events"], "networks": ["127.0.0.0/8"], "days": 30}
    token: str = log_in(stack, "admin@demo.test").post("/me/service-keys", json=order).json()["token"]
    return token


def test_receivers_books_equal_ours_after_doubles_disorder_and_a_day_off(
    stack: Stack, isima: Student, prepa: Student, operator: Operator, receiver: Receiver
) -> None:
    with receiver.up():
        endpoint = added(stack, receiver)
        started(isima)  # the first instalment of three
        receiver.answers.extend([204, 500])
        tells(operator)
        assert 0 < len(receiver.taken) < len(receiver.arrived)
        for _ in range(3):
            tells(operator, minutes=6)
        sequences = [each["sequence"] for each in receiver.taken.values()]
        assert sequences != sorted(sequences), "what was refused came behind the others"
        assert receiver.books() == ours(isima)
        assert receiver.received_cents() == operator.captures()

        again = {"since": "2022-01-01T00:00:00+01:00"}
        replayed = log_in(stack, "admin@demo.test").post(f"{endpoint}/replay", json=again)
        assert replayed.json()["events"] == len(receiver.taken)
        tells(operator)
        assert set(Counter(receiver.arrived).values()) >= {2}
        assert receiver.books() == ours(isima)

    prepa.logs_in_again()
    prepa.declares("01").raise_for_status()
    prepa.pays(ACCEPTED)
    operator.debits_on("2022-07-10T09:00:00+02:00")
    tells(operator, hours=1)
    assert receiver.books() != ours(isima, prepa)
    health = log_in(stack, "admin@demo.test").get(ENDPOINTS).json()["items"][0]
    assert health["failing_since"]
    receiver.catches_up(stack.portal, key_of_a_program(stack))
    assert receiver.books() == ours(isima, prepa)
    assert receiver.received_cents() == sorted(operator.captures())

    with receiver.up():
        tells(operator, hours=5)  # what could not be sent comes all the same, a second time
    assert receiver.books() == ours(isima, prepa)
    assert receiver.refused == 0


def test_two_secrets_sign_while_one_replaces_the_other(
    stack: Stack, isima: Student, operator: Operator, receiver: Receiver
) -> None:
    with receiver.up():
        endpoint = added(stack, receiver)
        former = receiver.secret
        told = log_in(stack, "admin@demo.test").post(f"{endpoint}/secret")
        isima.declares("01").raise_for_status()
        tells(operator)
        assert len(receiver.taken) == 1, "the secret of before still verifies"
        receiver.secret = told.json()["secret"]
        isima.pays(CHALLENGED)
        tells(operator)
        assert receiver.refused == 0
        assert receiver.received_cents() == operator.captures()
        receiver.secret = former
        isima.logs_in_again()
        tells(operator, days=8)
        log_in(stack, "admin@demo.test").post(f"{endpoint}/replay", json={"since": "2022-01-01T00:00:00Z"})
        tells(operator)
        assert receiver.refused > 0, "after seven days it does not"


def test_endpoint_that_is_gone_is_switched_off_and_its_owner_told(
    stack: Stack, isima: Student, operator: Operator, receiver: Receiver
) -> None:
    with receiver.up():
        added(stack, receiver)
        receiver.answers.append(410)
        isima.declares("01").raise_for_status()
        tells(operator)
        isima.pays(ACCEPTED)
        tells(operator)
        (found,) = log_in(stack, "admin@demo.test").get(ENDPOINTS).json()["items"]
        assert (found["state"], found["off_reason"]) == ("off", "gone")
        assert len(receiver.arrived) == 1
        assert any("admin@demo.test" in str(mail["to"]) for mail in operator.mails())


@pytest.mark.parametrize(
    "url",
    ["http://192.0.2.1/x", "https://127.0.0.1.nip.example/", "http://169.254.169.254/latest/meta-data/"],
)
def test_no_address_but_a_public_one_is_called(stack: Stack, url: str) -> None:
    told = log_in(stack, "admin@demo.test").post(ENDPOINTS, json={"name": "SI", "url": url})
    if told.status_code == 201:
        assert told.json()["test"]["result"] in {"name_unknown", "address_not_public"}
    else:
        assert (told.status_code, told.json()["code"]) == (422, "endpoint_not_possible")


def test_signature_of_another_secret_is_none(stack: Stack, isima: Student, operator: Operator) -> None:
    receiver = Receiver()
    with receiver.up():
        added(stack, receiver)
        receiver.secret = "whsec_" + "A" * 43 + "="
        isima.declares("01").raise_for_status()
        tells(operator)
    assert (receiver.refused, receiver.taken) == (1, {})
