"""Parsing of a notification: raw bytes → the gateway's answer.

It raises only SignatureMismatch and NotificationMalformed, for any input. The signature is checked before
anything is parsed, over the bytes as received.
"""

import re
from collections.abc import Sequence
from urllib.parse import unquote_plus

from chalicelib.domain.errors import NotificationMalformed, SignatureMismatch
from chalicelib.domain.payments import Answer, Evidence, Outcome
from chalicelib.gateway.bank_day import processing_day
from chalicelib.gateway.outcomes import classify_page_code
from chalicelib.gateway.signature import is_genuine, signature_in

LONGEST_BODY = 8192
_NO_AUTHORISATION_ASKED = "XXXXXX"
"""The authorisation number of the test platform."""

_REFERENCE = re.compile(r"[!-~]{1,250}")
_AMOUNT = re.compile(r"[0-9]{1,10}")
_CODE = re.compile(r"[0-9A-Za-z]{1,10}")
AUTHORISATION = r"[0-9A-Za-z]{1,10}"
_SUBSCRIPTION = re.compile(
    r"\s*(?![0-9]{12,}\s)([!-%'-~]{1,19})\s+([0-9]{2}(?:0[1-9]|1[0-2]))(?:\s+\S{1,8})?\s*"
)
"""`TOKEN  YYMM  ---`. Digits alone would be a card number, which is never stored."""
_SUBSCRIBER = "Abo"
_OPERATION = re.compile(r"[0-9]{1,20}")


class BodyUnreadable(NotificationMalformed):
    cause = "body"


class SignatureMissing(NotificationMalformed):
    cause = "signature"


class NotUtf8(NotificationMalformed):
    cause = "utf8"


class VariableTwice(NotificationMalformed):
    cause = "twice"


class VariableUnfit(NotificationMalformed):
    cause = "variable"
    variable: str


def read_notification(body: bytes, public_keys: Sequence[str]) -> Answer:
    fields = _fields(_genuine_part(body, public_keys))
    authorisation = kept(fields, "Auto", AUTHORISATION)
    transaction = operation_number(fields.get("Trans", ""))
    code = _required(fields, "Err", _CODE)
    token, token_expires = _subscription(fields)
    return Answer(
        reference=_required(fields, "Ref", _REFERENCE),
        amount_cents=int(_required(fields, "Mt", _AMOUNT)),
        outcome=_outcome(code, authorisation, transaction),
        code=code,
        transaction=transaction,
        call=operation_number(fields.get("Appel", "")),
        evidence=_evidence(fields, authorisation),
        is_test=is_test(authorisation),
        token=token,
        token_expires=token_expires,
        banked_on=processing_day(fields.get("Day", "")),
    )


def without_card(body: bytes) -> str:
    """Return a genuine body for storage, without the card token for later debits."""
    pairs = body.decode("ascii").split("&")
    return "&".join(pair for pair in pairs if _decoded(pair.partition("=")[0]) != _SUBSCRIBER)


def operation_number(text: str) -> str:
    """Return a transaction or call number without leading zeros.

    "" for zero and for text that is no number.
    """
    return text.lstrip("0") if _OPERATION.fullmatch(text) else ""


def is_test(authorisation: str) -> bool:
    return authorisation == _NO_AUTHORISATION_ASKED


def _genuine_part(body: bytes, public_keys: Sequence[str]) -> str:
    """Return the part that the gateway signed: all before the `&` of the last parameter, the signature.

    Raise `BodyUnreadable`, `SignatureMissing` or `SignatureMismatch`.
    """
    if not body or len(body) > LONGEST_BODY or not body.isascii():
        raise BodyUnreadable
    signed, _, last = body.rpartition(b"&")
    name, _, parameter = last.partition(b"=")
    if not signed or name != b"Sign":
        raise SignatureMissing
    signature = signature_in(parameter)
    if signature is None or not is_genuine(signed, signature, public_keys):
        raise SignatureMismatch
    return signed.decode("ascii")


def _fields(signed: str) -> dict[str, str]:
    """Return decoded names and values.

    Raise `VariableTwice` for a repeated name, which would be ambiguous.
    """
    pairs = [pair.partition("=") for pair in signed.split("&")]
    try:
        fields = {_decoded(name): _decoded(value) for name, _, value in pairs}
    except UnicodeDecodeError:
        raise NotUtf8 from None
    if len(fields) < len(pairs) or "Sign" in fields:
        raise VariableTwice
    return fields


def _decoded(text: str) -> str:
    return unquote_plus(text, errors="strict")


def _required(fields: dict[str, str], name: str, shape: re.Pattern[str]) -> str:
    value = fields.get(name, "")
    if not shape.fullmatch(value):
        raise VariableUnfit(name)
    return value


def kept(fields: dict[str, str], name: str, shape: str) -> str:
    """Return an optional value, "" if it does not match `shape`: it must not cost the payment."""
    value = fields.get(name, "")
    return value if re.fullmatch(shape, value) else ""


def _subscription(fields: dict[str, str]) -> tuple[str, str]:
    """Return the token and its expiry (YYMM), both "" if absent or malformed: a payment needs neither."""
    told = _SUBSCRIPTION.fullmatch(fields.get(_SUBSCRIBER, ""))
    return (told[1], told[2]) if told else ("", "")


def _outcome(code: str, authorisation: str, transaction: str) -> Outcome:
    outcome = classify_page_code(code)
    if outcome is Outcome.PAID and not (authorisation and transaction):
        return Outcome.UNKNOWN
    return outcome


def _evidence(fields: dict[str, str], authorisation: str) -> Evidence:
    return Evidence(
        authorisation=authorisation,
        card_kind=kept(fields, "Card", r"[0-9A-Za-z ,_-]{1,40}"),
        card_last_digits=kept(fields, "Last", r"[0-9]{2,4}"),
        card_expires=kept(fields, "Exp", r"[0-9]{4}"),
        authenticated=kept(fields, "Auth", r"[YAUN]"),
        guaranteed=kept(fields, "Gar", r"[ON]"),
    )
