"""An account on the loopback, keys made for the run, and one small server that answers as it is told."""

from __future__ import annotations

import base64
import socket
import threading
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import parse_qsl, quote

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from chalicelib.domain.campaign import PostalAddress, School
from chalicelib.domain.money import FeeLine
from chalicelib.domain.payments import Attempt, Evidence
from chalicelib.domain.people import Person, Role
from chalicelib.domain.plan.instalments import Debit, Mandate
from chalicelib.gateway.paybox import PayboxAccount

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PUBLIC_TEST_KEY = "0123456789ABCDEF" * 8


class Signer:
    """A key pair that stands for the gateway's."""

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - as the gateway's
        self.public_pem = (
            self._key.public_key()
            .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
            .decode()
        )

    def body(self, signed: bytes) -> bytes:
        """`signed` as a notification: its signature after it."""
        signature = self._key.sign(signed, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303 - the same
        return signed + b"&Sign=" + quote(base64.b64encode(signature), safe="").encode()


class Reply:
    """What the server does with one request. `length` is announced whatever is sent; no status: hangs up."""

    def __init__(self, body: bytes, *, status: int | None = 200, length: int | None = None) -> None:
        self.body = body
        self.status = status
        self.length = length


SILENCE = Reply(b"")
DRIP = Reply(b" ")
"""A byte now and then, for ever."""
DRIP_HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"


class Bank:
    """Replies of a gateway that holds one payment; `changes` are what it says instead (None: nothing)."""

    def says(
        self, code: str = "00000", sent: dict[str, Any] | None = None, **changes: str | None
    ) -> Callable[[dict[str, str]], Reply]:
        """`sent` is how it travels: HTTP status, announced length."""

        def reply(request: dict[str, str]) -> Reply:
            return Reply(self.body(request, CODEREPONSE=code, **changes), **(sent or {}))

        return reply

    def sends(self, body: bytes) -> Callable[[dict[str, str]], Reply]:
        return lambda _: Reply(body)

    def body(self, request: dict[str, str], **changes: str | None) -> bytes:
        answer: dict[str, str | None] = {
            "NUMTRANS": "0034813567",
            "NUMAPPEL": "0061548235",
            "NUMQUESTION": request["NUMQUESTION"],
            "SITE": "1999888",
            "RANG": "32",
            "AUTORISATION": "123456",
            "CODEREPONSE": "00000",
            "COMMENTAIRE": "Demande traitée avec succès",
            **{name: request[name] for name in ("REFABONNE", "PORTEUR") if name in request},
            **changes,
        }
        told = (f"{name}={value}" for name, value in answer.items() if value is not None)
        return "&".join(told).encode("latin-1")


class ScriptedGateway:
    """Answers each request with the next reply and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.replies: list[Callable[[dict[str, str]], Reply]] = []
        self.over = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()

    def reply(self, request: dict[str, str]) -> Reply:
        return self.replies.pop(0)(request)

    def stall(self, answer: BinaryIO, reply: Reply) -> None:
        answer.write(reply.body and DRIP_HEAD)
        while not self.over.wait(0.05):
            answer.write(reply.body)

    def _handler(gateway) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - the handler's methods have their self
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                request = dict(parse_qsl(raw.decode(), keep_blank_values=True))
                gateway.asked.append(request)
                gateway.paths.append(self.path)
                self._send(gateway.reply(request))

            def do_GET(self) -> None:
                self.do_POST()

            def _send(self, reply: Reply) -> None:
                if reply in {SILENCE, DRIP}:
                    gateway.stall(self.wfile, reply)
                elif reply.status is not None:
                    self.send_response(reply.status)
                    self.send_header("Location", "/elsewhere")
                    self.send_header("Content-Length", str(reply.length or len(reply.body)))
                    self.end_headers()
                    self.wfile.write(reply.body)
                self.close_connection = True

            def log_message(self, *words: object) -> None:
                """The tests' terminal stays quiet."""

        return Handler


@pytest.fixture(scope="session")
def signer() -> Signer:
    return Signer()


@pytest.fixture(scope="session")
def other_signer() -> Signer:
    return Signer()


@pytest.fixture
def scripted() -> Iterator[ScriptedGateway]:
    gateway = ScriptedGateway()
    yield gateway
    gateway.close()


@pytest.fixture
def closed_url() -> Iterator[str]:
    """An address that refuses every connection for as long as the test lasts: bound, never listening."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


@pytest.fixture
def make_reply() -> type[Reply]:
    return Reply


@pytest.fixture
def bank() -> Bank:
    return Bank()


@pytest.fixture
def silence() -> Reply:
    return SILENCE


@pytest.fixture
def drip() -> Reply:
    return DRIP


@pytest.fixture
def account(signer: Signer) -> PayboxAccount:
    return PayboxAccount(
        site="1999888",
        rang="32",
        identifiant="107904482",
        hmac_key=PUBLIC_TEST_KEY,
        page_urls=("https://page.example/php/",),
        direct_urls=("https://direct.example/PPPS.php",),
        public_keys=(signer.public_pem,),
        base_url="https://inscription.school.example",
    )


@pytest.fixture
def school() -> School:
    return School(
        name="École de test",
        address=PostalAddress(("1 place de l'Épreuve", "Bâtiment B"), "63000", "Clermont-Ferrand", "FR"),
        siren="000000000",
        contact_email="contact@school.example",
        phone_country_code="+33",
        phone="04 73 00 00 00",
    )


@pytest.fixture
def payer() -> Person:
    return Person("person-1", "chris@demo.test", "Chris", "Testcd", frozenset({Role.STUDENT}))


@pytest.fixture
def attempt() -> Attempt:
    return Attempt(
        id="attempt-1",
        registration_id="registration-1",
        person_id="person-1",
        reference="1999888-32-attempt-1",
        amount_cents=60100,
        fee_situation_code="01",
        lines=(FeeLine("Droits de scolarité", 1, 60100),),
        started_at=datetime(2022, 6, 24, 8, 0, tzinfo=UTC),
        request_hash="",
    )


@pytest.fixture
def claimed() -> Debit:
    """One try to take a later instalment."""
    return Debit(
        id="debit-1",
        instalment_id="registration-1-i2",
        person_id="person-1",
        reference="TEST-0001-2",
        question=1,
        amount_cents=1000,
        schedule_hash="0" * 64,
        planned_on=date(2026, 1, 15),
        claimed_at=datetime(2026, 1, 15, 8, 59, tzinfo=UTC),
    )


@pytest.fixture
def mandate() -> Mandate:
    return Mandate(
        registration_id="registration-1",
        person_id="person-1",
        subscriber="ABO-0001",
        token="SLDLrcsLMPC",
        card_expires="2812",
        card_last_digits="44",
        consent="J'accepte les prélèvements de cet échéancier.",
        schedule_hash="0" * 64,
        agreed_at=datetime(2025, 12, 15, 9, 0, tzinfo=UTC),
        evidence=Evidence(),
    )
