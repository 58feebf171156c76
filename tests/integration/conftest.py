"""A payer before the simulated gateway's page, and the shop that hears of it: our adapter on real wires."""

from __future__ import annotations

import re
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import TYPE_CHECKING

import httpx
import pytest

from chalicelib.domain.campaign import PostalAddress, School
from chalicelib.domain.money import FeeLine
from chalicelib.domain.payments import Answer, Attempt
from chalicelib.domain.people import Address, Person, Role
from chalicelib.gateway.paybox import Paybox, PayboxAccount, Timeouts
from infra.local.clock import START
from infra.local.paybox import create_app, serve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOME = Address("12 bis, rue de l'Été", "63000", "Clermont-Ferrand", "FR", "+33", "0600000000")
PAYER = Person("person-1", "chloé.o'neil+test@demo.test", "Chloé", "O'Neil-Łuk", frozenset({Role.STUDENT}))
SCHOOL = School(
    name="École de test",
    address=PostalAddress(("1 place de l'Épreuve",), "63000", "Clermont-Ferrand", "FR"),
    siren="000000000",
    contact_email="contact@school.example",
    phone_country_code="+33",
    phone="0473000000",
)


@dataclass
class Clock:
    now: datetime = START


@dataclass
class Counter:
    """A payer before the page, and the shop that hears of it."""

    paybox: Paybox
    http: httpx.Client
    heard: list[bytes]
    attempt: Attempt
    gateways_clock: Clock

    def __post_init__(self) -> None:
        self._questions = count(1)
        self.now = self.attempt.started_at + timedelta(minutes=1)

    def moves(self, **later: float) -> None:
        """Move both clocks."""
        self.now += timedelta(**later)
        self.gateways_clock.now += timedelta(**later)

    def open_page(self) -> str:
        page = self.paybox.payment_page(self.attempt, PAYER, SCHOOL, "fr")
        return self._shown(self.http.post(page.action, data=dict(page.fields)))

    def type_card(self, page: str, number: str) -> httpx.Response:
        card = {"NUMERO_CARTE": number, "MOIS_VALIDITE": "12", "AN_VALIDITE": "28", "CVVX": "123"}
        return self.http.post(page, data=card)

    def pay(self, number: str) -> httpx.Response:
        return self.type_card(self.open_page(), number)

    def give_code(self, challenge: httpx.Response) -> httpx.Response:
        return self.http.post(self._shown(challenge), data={"CODE": "123456"})

    def accept(self, number: str) -> Answer:
        """The payer pays with a card and, where the bank asks for it, its code; what the shop hears."""
        response = self.pay(number)
        if 'name="CODE"' in response.text:
            self.give_code(response)
        return self.notified()[-1]

    def notified(self) -> list[Answer]:
        return [self.paybox.read_notification(body) for body in self.heard]

    def next_question(self) -> int:
        return next(self._questions)

    def inquire(self) -> Answer:
        return self.paybox.inquire(self.attempt, self.next_question, self.now)

    def confirm(self, announced: Answer) -> Answer:
        return self.paybox.confirm(self.attempt, announced, self.next_question, self.now)

    def captured(self, reference: str) -> list[int]:
        """The cents that the gateway's own books hold as taken under a reference, one a time they were."""
        operations = self.http.get("/_ledger").json()["operations"]
        return [
            each["amount_cents"]
            for each in operations
            if (each["type"], each["reference"], each["code"]) == ("capture", reference, "00000")
        ]

    def disturb(self, **rule: object) -> None:
        assert self.http.put("/_faults", json={"rules": [rule]}).status_code == 200

    @staticmethod
    def _shown(response: httpx.Response) -> str:
        """Where the form of the shown page goes."""
        found = re.search(r'<form method="post" action="([^"]+)"', response.text)
        assert found, response.text
        return found[1]


@contextmanager
def listening(heard: list[bytes]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *words: object) -> None:
            """The tests' terminal stays quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    heard: list[bytes] = []
    clock = Clock()
    app = create_app(state_dir=tmp_path, now=lambda: clock.now)
    with listening(heard) as shop, serve(app) as gateway, httpx.Client(base_url=gateway, timeout=10) as http:
        account = PayboxAccount(
            site="1999888",
            rang="32",
            identifiant="107904482",
            hmac_key="0123456789ABCDEF" * 8,
            page_urls=(f"{gateway}/php/",),
            direct_urls=(f"{gateway}/PPPS.php",),
            public_keys=(http.get("/pubkey.pem").text,),
            base_url=shop,
        )
        paybox = Paybox(
            account, Timeouts(probe_seconds=5, connect_seconds=5, read_seconds=5, debit_seconds=5)
        )
        yield Counter(paybox, http, heard, _attempt(paybox), clock)


def _attempt(paybox: Paybox) -> Attempt:
    return Attempt(
        id="attempt-1",
        registration_id="registration-1",
        person_id=PAYER.id,
        reference=paybox.reference("attempt-1"),
        amount_cents=60100,
        fee_situation_code="01",
        lines=(FeeLine("Droits de scolarité", 1, 60100),),
        started_at=START,
        request_hash="",
        address=HOME,
    )
