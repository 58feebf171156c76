"""A foreign shop: it signs, listens and verifies with its own code, and so judges from outside."""

import base64
import hashlib
import hmac
import html
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlencode
from zoneinfo import ZoneInfo

import httpx
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from infra.local.paybox import create_app, reset, serve

KEY = bytes.fromhex("0123456789ABCDEF" * 8)
PARIS = ZoneInfo("Europe/Paris")
DECLARATION = '<?xml version="1.0" encoding="utf-8"?>'
CART = f"{DECLARATION}<shoppingcart><total><totalQuantity>1</totalQuantity></total></shoppingcart>"
BILLING = (
    f"{DECLARATION}<Billing><Address><FirstName>CHRIS</FirstName><LastName>TESTCD</LastName>"
    "<Address1>1 RUE DU TEST</Address1><ZipCode>63000</ZipCode><City>CLERMONT FERRAND</City>"
    "<CountryCode>250</CountryCode><CountryCodeMobilePhone>+33</CountryCodeMobilePhone>"
    "<MobilePhone>0600000000</MobilePhone></Address></Billing>"
)
RETURNED = (
    "Mt:M;Ref:R;Auto:A;Appel:T;Trans:S;Err:E;Card:C;Exp:D;Bin:N;Last:J;Gar:G;Auth:F;Hour:Q;Abo:U;Sign:K"
)


@dataclass
class Clock:
    now: datetime = datetime(2022, 6, 24, 10, 0, tzinfo=PARIS)

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True)
class Heard:
    """One request as the shop received it, not decoded."""

    method: str
    path: str
    query: str
    body: str
    user_agent: str

    @property
    def raw(self) -> str:
        return self.body if self.method == "POST" else self.query


@dataclass
class Shop:
    """Listens for notifications; `answer` is what it says back."""

    url: str = ""
    heard: list[Heard] = field(default_factory=list)
    answer: tuple[int, bytes] = (200, b"")
    arrived: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def codes(self) -> list[str]:
        return [dict(parse_qsl(heard.raw))["Err"] for heard in self.heard]

    def variables(self) -> dict[str, str]:
        """The variables of the last notification."""
        return dict(parse_qsl(self.heard[-1].raw, keep_blank_values=True))


@contextmanager
def listening(shop: Shop) -> Iterator[Shop]:
    class Handler(BaseHTTPRequestHandler):
        def hear(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode("ascii")
            path, _, query = self.path.partition("?")
            shop.heard.append(Heard(self.command, path, query, body, self.headers["User-Agent"]))
            status, content = shop.answer
            self.send_response(status)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
            shop.arrived.release()

        do_GET = do_POST = hear  # noqa: N815 (the names that the library calls)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    shop.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield shop
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def sealed(fields: list[tuple[str, str]], name: str = "PBX_HMAC") -> list[tuple[str, str]]:
    message = "&".join(f"{key}={value}" for key, value in fields)
    seal = hmac.new(KEY, message.encode(), hashlib.sha512).hexdigest().upper()
    return [*fields, (name, seal)]


def form_fields(shop_url: str) -> dict[str, str]:
    return {
        "PBX_SITE": "1999888",
        "PBX_RANG": "32",
        "PBX_IDENTIFIANT": "107904482",
        "PBX_TOTAL": "20031",
        "PBX_DEVISE": "978",
        "PBX_CMD": "Q-0001",
        "PBX_PORTEUR": "student@demo.test",
        "PBX_RETOUR": RETURNED,
        "PBX_HASH": "SHA512",
        "PBX_TIME": "2022-06-24T10:00:00+02:00",
        "PBX_EFFECTUE": f"{shop_url}/effectue",
        "PBX_REFUSE": f"{shop_url}/refuse?school=1",
        "PBX_ANNULE": f"{shop_url}/annule",
        "PBX_ATTENTE": f"{shop_url}/attente",
        "PBX_REPONDRE_A": f"{shop_url}/ipn?mine=1",
        "PBX_RUF1": "POST",
        "PBX_SHOPPINGCART": CART,
        "PBX_BILLING": BILLING,
    }


class Bench:
    """The gateway under test, as a shop and a payer's browser meet it."""

    def __init__(self, http: httpx.Client, shop: Shop, clock: Clock) -> None:
        self.http = http
        self.shop = shop
        self.clock = clock
        self._question = 0

    def form(self, **changes: str | None) -> list[tuple[str, str]]:
        """A signed form; a change to None leaves its field out."""
        fields: dict[str, str | None] = {**form_fields(self.shop.url)}
        fields.update(changes)
        return sealed([(name, value) for name, value in fields.items() if value is not None])

    def send(self, form: list[tuple[str, str]], path: str = "/php/") -> httpx.Response:
        return self.http.post(path, content=urlencode(form), headers=URLENCODED)

    def open(self, **changes: str | None) -> httpx.Response:
        page = self.send(self.form(**changes))
        assert "NUMERO_CARTE" in page.text, page.text
        return page

    def type_card(self, page: httpx.Response, number: str, *, expiry: str = "12/28") -> httpx.Response:
        month, _, year = expiry.partition("/")
        card = {"NUMERO_CARTE": number, "MOIS_VALIDITE": month, "AN_VALIDITE": year, "CVVX": "123"}
        return self.http.post(action(page), data=card)

    def pay(self, number: str, *, expiry: str = "12/28", **changes: str | None) -> httpx.Response:
        return self.type_card(self.open(**changes), number, expiry=expiry)

    def answer_challenge(self, page: httpx.Response, code: str) -> httpx.Response:
        assert 'name="CODE"' in page.text, page.text
        return self.http.post(action(page), data={"CODE": code})

    def left(self, page: httpx.Response) -> str:
        """The address back to the shop: of a redirect, or of the ticket's link."""
        if page.is_redirect:
            return page.headers["Location"]
        found = re.search(r'<a href="([^"]+)" class="return">Retour boutique</a>', page.text)
        assert found, page.text
        return html.unescape(found[1])

    def settings(self, **changes: str) -> None:
        assert self.http.put("/_settings", json={"settings": changes}).status_code == 200

    def subscribe(self, number: str, refabonne: str = "ABO-1") -> str:
        """Pays a first instalment; answers the token for the later ones."""
        page = self.pay(number, PBX_REFABONNE=refabonne, PBX_CMD=f"FIRST-{refabonne}")
        assert self.left(page)
        return self.shop.variables()["Abo"].split()[0]

    def frame(self, kind: str, **changes: str) -> list[tuple[str, str]]:
        """A signed direct call with a NUMQUESTION of its own."""
        self._question += 1
        fields = {
            "VERSION": "00104",
            "TYPE": kind,
            "SITE": "1999888",
            "RANG": "32",
            "IDENTIFIANT": "107904482",
            "NUMQUESTION": f"{self._question:010d}",
            "DATEQ": "24062022100000",
            "MONTANT": "0000020031",
            "DEVISE": "978",
            "REFERENCE": "Q-0001-2",
            "ACTIVITE": "027",
            "HASH": "SHA512",
        }
        return sealed(list((fields | changes).items()), "HMAC")

    def post_direct(self, frame: list[tuple[str, str]]) -> httpx.Response:
        return self.http.post("/PPPS.php", content=urlencode(frame), headers=URLENCODED)

    def direct(self, kind: str, **changes: str) -> dict[str, str]:
        response = self.post_direct(self.frame(kind, **changes))
        assert response.status_code == 200, response.text
        return answer(response)

    def debit(self, token: str, reference: str = "Q-0001-2", **changes: str) -> dict[str, str]:
        subscriber = {"REFABONNE": "ABO-1", "PORTEUR": token, "DATEVAL": "1228"}
        return self.direct("00053", REFERENCE=reference, **(subscriber | changes))

    def faults(self, *rules: dict[str, object]) -> None:
        assert self.http.put("/_faults", json={"rules": rules}).status_code == 200

    def ledger(self) -> list[tuple[str, str, int, str]]:
        operations = self.http.get("/_ledger").json()["operations"]
        return [(op["type"], op["reference"], op["amount_cents"], op["code"]) for op in operations]

    def captured_cents(self, reference: str) -> int:
        lines = [line for line in self.ledger() if line[0] == "capture" and line[1] == reference]
        return sum(amount_cents for _, _, amount_cents, _ in lines)

    def warnings(self) -> list[str]:
        return [item["message"] for item in self.http.get("/_warnings").json()["items"]]

    def is_genuine(self, raw: str) -> bool:
        """Whether the last parameter is the gateway's signature of all that stands before it, as received."""
        message, _, last = raw.rpartition("&")
        signature = base64.b64decode(unquote(last.partition("=")[2]), validate=True)
        assert len(signature) == 128
        key = serialization.load_pem_public_key(self.http.get("/pubkey.pem").content)
        assert isinstance(key, rsa.RSAPublicKey)
        try:
            key.verify(signature, message.encode("ascii"), padding.PKCS1v15(), hashes.SHA1())  # noqa: S303 (the protocol's)
        except InvalidSignature:
            return False
        return True


URLENCODED = {"Content-Type": "application/x-www-form-urlencoded"}


RunGateway = Callable[..., AbstractContextManager[Bench]]


def action(page: httpx.Response) -> str:
    found = re.search(r'<form method="post" action="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


def answer(response: httpx.Response) -> dict[str, str]:
    line = response.content.decode("iso-8859-1")
    return dict(part.split("=", 1) for part in line.split("&"))


@pytest.fixture(scope="session")
def complete_form() -> dict[str, str]:
    """The fields of a form that can be paid, not signed yet."""
    return form_fields("http://127.0.0.1:1")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def shop() -> Iterator[Shop]:
    with listening(Shop()) as shop:
        yield shop


@pytest.fixture
def running(tmp_path: Path, shop: Shop, clock: Clock) -> RunGateway:
    """Starts the gateway on the test's one state directory; a block ends with its stop."""

    @contextmanager
    def start(*, wiped: bool = False) -> Iterator[Bench]:
        app = create_app(state_dir=tmp_path / "paybox", now=clock, notification_timeout_seconds=1)
        if wiped:
            reset(app)
        with serve(app) as url, httpx.Client(base_url=url, timeout=10) as http:
            yield Bench(http, shop, clock)

    return start


@pytest.fixture
def bench(running: RunGateway) -> Iterator[Bench]:
    with running() as bench:
        yield bench
