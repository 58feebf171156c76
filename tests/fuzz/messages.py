"""Notifications and answers of PPPS and CAS as somebody else writes them, and what must hold of each."""

import base64
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from urllib.parse import quote, unquote_to_bytes
from xml.dom import minidom
from xml.parsers.expat import ExpatError

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from chalicelib.domain.errors import NotificationMalformed, SignatureMismatch
from chalicelib.domain.payments import Answer, Evidence, Outcome
from chalicelib.domain.plan.instalments import Mandate
from chalicelib.gateway.account import PayboxAccount
from chalicelib.gateway.direct import DirectClient, Fields, parse_answer
from chalicelib.gateway.inquiry import confirm, inquire
from chalicelib.gateway.notification import read_notification, without_card
from chalicelib.gateway.purchase import Purchase
from chalicelib.gateway.subscriber import debit_card, forget_card
from chalicelib.identity.cas import NotClear, read_logout_request, read_validation

KEY = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - as the gateway's
PEM = (
    KEY.public_key()
    .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    .decode()
)
PAID = (
    b"Mt=60100&Ref=1999888-32-attempt-1&Auto=123456&Appel=0061548235&Trans=0034813567&Err=00000&Card=CB"
    b"&Exp=2512&Last=44&Gar=O&Auth=Y&Abo=SLDLrcsLMPC++2512++---&Day=24062022"
)
NOW = datetime(2022, 6, 24, tzinfo=UTC)
SITE, RANG, NUMBER, REFERENCE = "1999888", "032", 42, "1999888-032-attempt-1"
FOUND = (
    b"NUMTRANS=0034813567&NUMAPPEL=0061548235&NUMQUESTION=0000000042&SITE=1999888&RANG=32&AUTORISATION=123456"
    b"&CODEREPONSE=00000&COMMENTAIRE=Demande trait\xe9e avec succ\xe8s&REFABONNE=ABO-1&PORTEUR=SLDLrcsLMPC"
)
CAS = (
    b'<cas:serviceResponse xmlns:cas="http://www.yale.edu/tp/cas"><cas:authenticationSuccess>'
    b"<cas:user>chris</cas:user><cas:attributes><cas:email>chris@demo.test</cas:email></cas:attributes>"
    b"</cas:authenticationSuccess></cas:serviceResponse>"
)
LOGOUT = (
    b'<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol">'
    b"<samlp:SessionIndex>ST-1-abc</samlp:SessionIndex></samlp:LogoutRequest>"
)


def signed_body(signed: bytes) -> bytes:
    signature = KEY.sign(signed, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303 - as the gateway
    return signed + b"&Sign=" + quote(base64.b64encode(signature), safe="").encode()


GENUINE = signed_body(PAID)


def notification(data: bytes) -> str:
    """Check a notification: unsigned bytes (0), an edited genuine body (1), or any bytes validly signed (2).

    An accepted body carries a signature that verifies over what stands before it, of words that were signed.
    """
    how, rest = data[:1], data[1:]
    if how in {b"0", b""}:
        signed, body = None, rest
    elif how == b"1":
        signed, body = PAID, _with_piece(GENUINE, rest)
    else:
        signed, body = rest, signed_body(rest)
    try:
        answer = read_notification(body, (PEM,))
    except SignatureMismatch:
        assert how in {b"0", b"1", b""}, "a genuine signature was refused"
        return "refused"
    except NotificationMalformed:
        return "refused"
    _require_signed(body, signed)
    assert not re.search(r"(?:^|&)Abo=", without_card(body)), "a token is kept"
    if answer.outcome is Outcome.PAID:
        assert answer.code == "00000"
        assert answer.evidence.authorisation
        assert re.fullmatch("[1-9][0-9]{0,19}", answer.transaction)
    return "accepted"


def _with_piece(body: bytes, edit: bytes) -> bytes:
    """Return `body` with up to 255 bytes at a place replaced: `edit` is place (2 bytes), length, bytes."""
    place = int.from_bytes(edit[:2]) % (len(body) + 1)
    return body[:place] + edit[3:] + body[place + int.from_bytes(edit[2:3]) :]


def _require_signed(body: bytes, signed: bytes | None) -> None:
    told, _, parameter = body.rpartition(b"&Sign=")
    assert told == signed, "words that nobody signed were accepted"
    text = unquote_to_bytes(parameter)
    signature = base64.b64decode(unquote_to_bytes(text) if b"%" in text else text)
    KEY.public_key().verify(signature, told, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303 - the same


@dataclass(frozen=True)
class Line(DirectClient):
    """A line on which each question is answered with the next of `answers`, with nothing after the last."""

    answers: tuple[bytes, ...] = ()

    def _asked(self, kind: str, number: int, question: Fields) -> Fields | None:
        answer = parse_answer(self.answers[number - NUMBER]) if number - NUMBER < len(self.answers) else None
        return answer if answer and self._is_echo(answer, number, question) else None


ACCOUNT = PayboxAccount(
    SITE, RANG, "107904482", "AB" * 64, ("https://page.example/",), ("https://direct.example/",), (PEM,), ""
)
MANDATE = Mandate(
    "registration-1",
    "person-1",
    "ABO-1",
    "SLDLrcsLMPC",
    "2812",
    "44",
    "",
    "",
    NOW,
    Evidence(),
)
ANNOUNCED = Answer(REFERENCE, 60100, Outcome.PAID, "00000", "34813567", "61548235")


def direct_answer(data: bytes) -> str:
    """Judge two answers, apart by a line break, to an inquiry, a confirmation, a debit, a forgotten card.

    What counts as paid is a success that echoes our site, our rank and the question's number; the debit's own
    success has both numbers too.
    """
    answers, purchase, told = data.split(b"\n", 1), Purchase(REFERENCE, 60100), []
    for ask in (
        lambda line: inquire(line, purchase),
        lambda line: confirm(line, purchase, ANNOUNCED),
        lambda line: debit_card(line, purchase, MANDATE),
    ):
        line, asked = _line(answers)
        answer = ask(line)
        told.append(answer.outcome)
        if answer.outcome is Outcome.PAID:
            for number in range(NUMBER, next(asked)):
                _require_echo(answers[number - NUMBER], number)
            assert (answer.reference, answer.amount_cents) == (REFERENCE, 60100)
            assert re.fullmatch("[1-9][0-9]{0,9}", answer.transaction)
    if forget_card(_line(answers)[0], "ABO-1"):
        _require_echo(answers[0], NUMBER, {"00000", "00017"})
    return "accepted" if Outcome.PAID in told else "refused"


def _line(answers: Sequence[bytes]) -> tuple[Line, Iterator[int]]:
    """Return a line, and the numbers of the questions that are left to be asked on it."""
    numbers = count(NUMBER)
    return Line(ACCOUNT, lambda: next(numbers), NOW, 1, 1, answers=tuple(answers)), numbers


def _require_echo(answer: bytes, number: int, codes: Collection[str] = ("00000",)) -> None:
    """Parse an answer independently: SITE, RANG and NUMQUESTION occur once each, with our values."""
    pairs = [tuple(map(_text, part.partition(b"=")[::2])) for part in answer.strip().split(b"&")]
    for name, expected in {"SITE": int(SITE), "RANG": int(RANG), "NUMQUESTION": number}.items():
        (value,) = (said for each, said in pairs if each == name)
        assert int(value) == expected, f"another's {name}"
    (code,) = (said for each, said in pairs if each == "CODEREPONSE")
    assert code in codes


def _text(raw: bytes) -> str:
    plain = unquote_to_bytes(raw)
    try:
        return plain.decode().strip()
    except UnicodeDecodeError:
        return plain.decode("latin-1").strip()


def cas_answer(data: bytes) -> str:
    """Check a CAS answer: the user logged in is the only one that an independent XML parser finds."""
    try:
        user = read_validation(data)
    except NotClear:
        return "refused"
    found = _users(data)
    assert found in (None, [user]), f"{user!r} was logged in, another reader sees {found!r}"
    return "accepted"


def _users(data: bytes) -> list[str] | None:
    """Return the users that minidom finds, None if it does not read the document."""
    try:
        document = minidom.parseString(data)  # noqa: S318 - the second reader  # nosec B318
    except (ExpatError, ValueError, LookupError):
        return None
    users = document.getElementsByTagNameNS("http://www.yale.edu/tp/cas", "user")
    return [
        "".join(part.data for part in each.childNodes if hasattr(part, "data")).strip(" \t\r\n")
        for each in users
    ]


def cas_logout(data: bytes) -> str:
    """Judge a log-out request: its ticket is one that CAS could have given."""
    ticket = read_logout_request(data.decode("utf-8", "surrogateescape"))
    if ticket is None:
        return "refused"
    assert re.fullmatch(r"ST-[A-Za-z0-9._-]+", ticket)
    assert ticket.encode() in data
    return "accepted"
