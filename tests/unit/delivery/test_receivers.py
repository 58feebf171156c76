"""The client of receivers over real connections: what is slow, lies or leads inside is harmless."""

import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from chalicelib.delivery.receivers import HttpReceivers, resolve
from chalicelib.domain.webhooks.attempt import AttemptResult, Reply
from chalicelib.domain.webhooks.signing import secret_of, signature

NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)
SECRETS = (secret_of("new"), secret_of("old"))
BODY = b'{"id":"evt-1"}'


@dataclass
class Receiver:
    """A server of another system that answers as it is told, and keeps what arrived."""

    port: int = 0
    answer: Callable[[BaseHTTPRequestHandler], None] = lambda request: _say(request, 204)
    arrived: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    names: list[str | None] = field(default_factory=list)
    """The names of SNI."""

    def url(self, path: str = "/events?of=quittance", scheme: str = "http") -> str:
        return f"{scheme}://localhost:{self.port}{path}"


def _say(request: BaseHTTPRequestHandler, status: int, body: bytes = b"", **headers: str) -> None:
    request.send_response(status)
    for name, value in headers.items():
        request.send_header(name.replace("_", "-"), value)
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body)


def _serve(host: str, receiver: Receiver, context: ssl.SSLContext | None = None) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.arrived.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            try:
                receiver.answer(self)
            except OSError:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Write nothing to the terminal."""

    server = ThreadingHTTPServer((host, 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a client that hangs up
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    receiver.port = server.server_port
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    return server


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    server = _serve("127.0.0.1", made)
    yield made
    server.shutdown()
    server.server_close()


def local(**chosen: Any) -> HttpReceivers:
    options: dict[str, Any] = {"allows_loopback": True, "resolve": lambda *_: ["127.0.0.1"]}
    return HttpReceivers(lambda: NOW, **options | chosen)


def sent(receiver: Receiver, **chosen: Any) -> Reply:
    return local(**chosen).send(receiver.url(), "evt-1", BODY, SECRETS)


def test_message_is_signed_by_both_secrets_over_id_time_and_body(receiver: Receiver) -> None:
    assert sent(receiver) == Reply(AttemptResult.ACCEPTED, 204)
    ((path, headers, body),) = receiver.arrived
    stamp = int(NOW.timestamp())
    assert (path, body) == ("/events?of=quittance", BODY)
    assert headers["webhook-id"] == "evt-1"
    assert headers["webhook-timestamp"] == str(stamp)
    assert headers["webhook-signature"].split() == [signature(each, "evt-1", stamp, BODY) for each in SECRETS]
    assert headers["content-type"] == "application/json"
    assert headers["host"] == f"localhost:{receiver.port}"


@pytest.mark.parametrize(
    ("status", "result"),
    [
        (200, AttemptResult.ACCEPTED),
        (299, AttemptResult.ACCEPTED),
        (304, AttemptResult.REDIRECTED),
        (400, AttemptResult.REFUSED),
        (404, AttemptResult.REFUSED),
        (410, AttemptResult.GONE),
        (500, AttemptResult.REFUSED),
    ],
)
def test_two_hundreds_alone_are_a_success(receiver: Receiver, status: int, result: AttemptResult) -> None:
    receiver.answer = lambda request: _say(request, status)
    assert sent(receiver) == Reply(result, status)


def test_redirect_is_not_followed(receiver: Receiver) -> None:
    receiver.answer = lambda request: _say(request, 307, Location=receiver.url("/elsewhere"))
    assert sent(receiver) == Reply(AttemptResult.REDIRECTED, 307)
    assert len(receiver.arrived) == 1


@pytest.mark.parametrize(
    ("text", "wait"),
    [
        ("120", timedelta(minutes=2)),
        ("Fri, 27 Nov 2026 09:10:00 GMT", timedelta(minutes=10)),
        ("Fri, 27 Nov 2026 09:10:00 -0000", timedelta(minutes=10)),
        ("Fri, 27 Nov 2026 08:00:00 GMT", None),
        ("999999999999999999999", timedelta(seconds=10**8)),
        ("soon", None),
        ("-5", None),
        ("²", None),
    ],
)
def test_what_it_asks_to_wait(receiver: Receiver, text: str, wait: timedelta | None) -> None:
    receiver.answer = lambda request: _say(request, 503, Retry_After=text.encode().decode("latin-1"))
    assert sent(receiver) == Reply(AttemptResult.REFUSED, 503, wait)


def test_answer_of_200_mb_costs_some_kilobytes(receiver: Receiver) -> None:
    written: list[int] = []

    def floods(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", str(200 * 1024**2))
        request.end_headers()
        for _ in range(200):
            request.wfile.write(b"x" * 1024**2)
            written.append(1)

    receiver.answer = floods
    assert sent(receiver) == Reply(AttemptResult.ACCEPTED, 200)
    assert len(written) < 20, "the connection was closed"


def test_slow_receiver_is_given_up_after_its_time(receiver: Receiver) -> None:
    given_up = threading.Event()

    def waits(_: BaseHTTPRequestHandler) -> None:
        given_up.wait(60)

    receiver.answer = waits
    assert sent(receiver, seconds=0.3) == Reply(AttemptResult.TIMED_OUT)
    given_up.set()


def test_head_that_drips_is_given_up_after_its_time(receiver: Receiver) -> None:
    def drips(request: BaseHTTPRequestHandler) -> None:
        for _ in range(30):
            request.wfile.write(b"H")
            request.wfile.flush()
            time.sleep(0.1)

    receiver.answer = drips
    assert sent(receiver, seconds=0.4) == Reply(AttemptResult.TIMED_OUT)


def test_status_counts_though_the_body_never_ends(receiver: Receiver) -> None:
    given_up = threading.Event()

    def hangs(request: BaseHTTPRequestHandler) -> None:
        request.send_response(202)
        request.send_header("Content-Length", "5")
        request.end_headers()
        request.wfile.flush()
        given_up.wait(60)

    receiver.answer = hangs
    assert sent(receiver, seconds=2) == Reply(AttemptResult.ACCEPTED, 202)
    given_up.set()


def test_what_is_no_http_is_a_failure(receiver: Receiver) -> None:
    def greets(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(b"SSH-2.0-\r\n\r\n")

    receiver.answer = greets
    assert sent(receiver).status == 0
    receiver.answer = lambda request: request.connection.close()
    assert sent(receiver).result is AttemptResult.NOT_CONNECTED


def test_nobody_listens(receiver: Receiver) -> None:
    other = Receiver(port=9)
    assert sent(other) == Reply(AttemptResult.NOT_CONNECTED)


def test_second_address_is_tried_if_the_first_does_not_answer(receiver: Receiver) -> None:
    assert sent(receiver, resolve=lambda *_: ["127.0.0.3", "127.0.0.1"]).status == 204


class TestAddresses:
    def test_name_without_an_address(self, receiver: Receiver) -> None:
        def unknown(*_: object) -> Sequence[str]:
            raise OSError

        assert sent(receiver, resolve=unknown) == Reply(AttemptResult.NAME_UNKNOWN)
        assert sent(receiver, resolve=lambda *_: []) == Reply(AttemptResult.ADDRESS_NOT_PUBLIC)

    @pytest.mark.parametrize(
        "addresses", [["127.0.0.1"], ["127.0.0.1", "8.8.8.8"], ["10.0.0.1"], ["169.254.169.254"], ["::1"]]
    )
    def test_private_address_is_never_reached(self, receiver: Receiver, addresses: list[str]) -> None:
        deployed = HttpReceivers(lambda: NOW, resolve=lambda *_: addresses)
        assert deployed.send(receiver.url(), "evt-1", BODY, SECRETS) == Reply(
            AttemptResult.ADDRESS_NOT_PUBLIC
        )
        assert receiver.arrived == []

    def test_name_that_leads_inside_on_the_second_try(
        self, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A name that was checked once is resolved and checked again at each try."""
        inside = Receiver()
        server = _serve("127.0.0.2", inside)
        monkeypatch.setattr("chalicelib.delivery.receivers.is_public", lambda address: address == "127.0.0.1")
        answers = [["127.0.0.1"], ["127.0.0.2"]]
        deployed = HttpReceivers(lambda: NOW, resolve=lambda *_: answers.pop(0))
        results = [
            deployed.send(f"http://rebind.test:{each.port}/", "evt-1", BODY, SECRETS).result
            for each in (receiver, inside)
        ]
        server.shutdown()
        server.server_close()
        assert results == [AttemptResult.ACCEPTED, AttemptResult.ADDRESS_NOT_PUBLIC]
        assert (len(receiver.arrived), inside.arrived) == (1, [])

    def test_connection_goes_to_the_address_that_was_checked(self, receiver: Receiver) -> None:
        """The system would resolve `localhost` to another one."""
        there = Receiver()
        server = _serve("127.0.0.2", there)
        url = f"http://localhost:{there.port}/"
        assert local(resolve=lambda *_: ["127.0.0.2"]).send(url, "evt-1", BODY, SECRETS).status == 204
        server.shutdown()
        server.server_close()
        assert len(there.arrived) == 1

    def test_local_stack_reaches_its_own_machine_alone(self, receiver: Receiver) -> None:
        assert sent(receiver, resolve=lambda *_: ["10.0.0.1"]) == Reply(AttemptResult.ADDRESS_NOT_PUBLIC)
        elsewhere = f"http://autre.test:{receiver.port}/"
        assert local().send(elsewhere, "evt-1", BODY, SECRETS) == Reply(AttemptResult.ADDRESS_NOT_PUBLIC)

    def test_proxy_of_the_environment_is_not_asked(
        self, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, "http://127.0.0.1:9")
        assert sent(receiver).status == 204

    def test_system_gives_ipv4_first(self) -> None:
        found = resolve("localhost", 443)
        assert "127.0.0.1" in found
        assert [":" in each for each in found] == sorted(":" in each for each in found)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of its own authority for `localhost`, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "receiver.test")])
    now = datetime.now(tz=UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "receiver.pem"
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(private + signed.public_bytes(pem))
    return file


@pytest.fixture
def secured(certificate: Path) -> Iterator[Receiver]:
    made = Receiver()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.sni_callback = lambda _socket, name, _context: made.names.append(name)
    server = _serve("127.0.0.1", made, context)
    yield made
    server.shutdown()
    server.server_close()


class TestTls:
    def trust(self, certificate: Path) -> Callable[[], ssl.SSLContext]:
        context = ssl.create_default_context(cafile=str(certificate))
        return lambda: context

    def test_certificate_must_be_the_names_and_sni_tells_it(
        self, secured: Receiver, certificate: Path
    ) -> None:
        trust = self.trust(certificate)
        url = secured.url(scheme="https")
        assert local(trust=trust).send(url, "evt-1", BODY, SECRETS).status == 204
        assert secured.names == ["localhost"]
        assert trust().check_hostname, "the context of the process is left as it was"

    def test_certificate_of_another_name_is_refused(self, secured: Receiver, certificate: Path) -> None:
        url = f"https://127.0.0.1:{secured.port}/"
        refused = local(trust=self.trust(certificate)).send(url, "evt-1", BODY, SECRETS)
        assert refused == Reply(AttemptResult.CERTIFICATE_REFUSED)
        assert secured.arrived == []

    def test_certificate_of_an_unknown_authority_is_refused(self, secured: Receiver) -> None:
        refused = local().send(secured.url(scheme="https"), "evt-1", BODY, SECRETS)
        assert refused == Reply(AttemptResult.CERTIFICATE_REFUSED)

    def test_receiver_without_tls_is_a_failure(self, receiver: Receiver) -> None:
        assert local().send(receiver.url(scheme="https"), "evt-1", BODY, SECRETS).status == 0
        assert receiver.arrived == []
