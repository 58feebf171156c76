"""Our side of the wire against the other: what we post is taken, what it tells is read and found again."""

from __future__ import annotations

import re
import threading
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import TYPE_CHECKING

import httpx
import pytest

from chalicelib.domain.campaign import PostalAddress, School
from chalicelib.domain.errors import GatewayUnavailable, SignatureMismatch
from chalicelib.domain.money import FeeLine
from chalicelib.domain.payments import Answer, Attempt, Outcome
from chalicelib.domain.people import Address, Person, Role
from chalicelib.gateway.paybox import Patience, Paybox, PayboxAccount
from infra.local.clock import START
from infra.local.paybox import create_app, serve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ACCEPTED, CHALLENGED, BAD = "1111222233334444", "4012001037141112", "1111222233335555"
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
class Counter:
    """A payer before the page, and the shop that hears of it."""

    paybox: Paybox
    http: httpx.Client
    heard: list[bytes]
    attempt: Attempt

    def __post_init__(self) -> None:
        self._questions = count(1)

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

    def notified(self) -> list[Answer]:
        return [self.paybox.read_notification(body) for body in self.heard]

    def inquire(self) -> Answer:
        now = self.attempt.started_at + timedelta(minutes=1)
        return self.paybox.inquire(self.attempt, lambda: next(self._questions), now)

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
    app = create_app(state_dir=tmp_path, now=_now)
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
        paybox = Paybox(account, Patience(probe_seconds=5, connect_seconds=5, read_seconds=5))
        yield Counter(paybox, http, heard, _attempt(paybox))


def _now() -> datetime:
    return START


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


def test_accepted_card_is_notified_and_found_paid(counter: Counter) -> None:
    back = counter.pay(ACCEPTED)
    (told,) = counter.notified()
    found = counter.inquire()

    assert "/payments/return/effectue?" in back.headers["Location"]
    assert (told.outcome, told.amount_cents) == (Outcome.PAID, 60100)
    assert counter.paybox.attempt_id(told.reference) == "attempt-1"
    assert (told.evidence.card_last_digits, told.evidence.card_expires) == ("44", "2812")
    assert told.is_test
    assert found.outcome is Outcome.PAID
    assert (found.transaction, found.call) == (told.transaction, told.call)
    assert found.transaction


def test_challenged_card_is_paid_once_the_payer_is_known(counter: Counter) -> None:
    counter.give_code(counter.pay(CHALLENGED))
    (told,) = counter.notified()

    assert told.outcome is Outcome.PAID
    assert (told.evidence.authenticated, told.evidence.guaranteed) == ("Y", "O")


def test_payer_without_address_is_challenged(counter: Counter) -> None:
    counter.attempt = replace(counter.attempt, address=None)
    challenge = counter.pay(ACCEPTED)

    assert 'name="CODE"' in challenge.text
    counter.give_code(challenge)
    assert counter.notified()[0].outcome is Outcome.PAID


def test_refusal_then_acceptance_on_one_page_ends_paid(counter: Counter) -> None:
    page = counter.open_page()
    counter.type_card(page, BAD)
    assert counter.inquire().outcome is not Outcome.PAID
    counter.type_card(page, ACCEPTED)

    assert [told.outcome for told in counter.notified()] == [Outcome.REFUSED_HARD, Outcome.PAID]
    assert counter.inquire().outcome is Outcome.PAID


def test_page_that_nobody_paid_is_not_found(counter: Counter) -> None:
    counter.open_page()

    assert counter.inquire().outcome is Outcome.NOT_FOUND
    assert counter.notified() == []


def test_payment_whose_notification_was_lost_is_found(counter: Counter) -> None:
    counter.disturb(match={"notification": True}, effect="drop")
    counter.pay(ACCEPTED)

    assert counter.notified() == []
    assert counter.inquire().outcome is Outcome.PAID


def test_forged_notification_is_not_read(counter: Counter) -> None:
    counter.disturb(match={"notification": True}, effect="bad_signature")
    counter.pay(ACCEPTED)

    with pytest.raises(SignatureMismatch):
        counter.notified()


@pytest.mark.parametrize("effect", ["drop", "apply_then_drop", "http_500", "wrong_echo"])
@pytest.mark.parametrize("kind", ["00011", "00017"])
def test_disturbed_inquiry_is_unknown(counter: Counter, effect: str, kind: str) -> None:
    counter.pay(ACCEPTED)
    counter.disturb(match={"TYPE": kind}, effect=effect)

    assert counter.inquire().outcome is Outcome.UNKNOWN


def test_gateway_that_is_down_shows_no_page(counter: Counter) -> None:
    counter.disturb(match={"page": "load.html"}, effect="http_500")

    with pytest.raises(GatewayUnavailable):
        counter.open_page()
