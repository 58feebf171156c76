"""The variables of a browser's return, made again the message that the gateway signed.

An API Gateway hands a query over decoded and in no promised order, and the signature covers it as it was
sent. Order and encoding are known: paybox.md 3.3. A return that cannot be rebuilt says nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote, quote_plus

from chalicelib.domain.errors import NotificationRejected
from chalicelib.gateway.notification import read_notification
from chalicelib.gateway.page_form import RETURNED_WITH_TOKEN

_NAMES = tuple(part.partition(":")[0] for part in RETURNED_WITH_TOKEN.split(";"))
_SIGNATURE = _NAMES[-1]
_TOKEN = "Abo"


def signed_message(parameters: Mapping[str, str], public_keys: Sequence[str]) -> bytes | None:
    """Return the message that the gateway signed, None if there is none or it is not genuine."""
    if not set(parameters) <= set(_NAMES) or _SIGNATURE not in parameters:
        return None
    return next((body for body in _spellings(parameters) if _is_genuine(body, public_keys)), None)


def _spellings(parameters: Mapping[str, str]) -> Iterator[bytes]:
    """Yield the query with the token's spaces as `+`, which was seen, and as `%20`, like all others."""
    pairs = [(name, _encoded(name, parameters[name])) for name in _NAMES if name in parameters]
    yield _query(pairs)
    yield _query([(name, value.replace("+", "%20") if name == _TOKEN else value) for name, value in pairs])


def _query(pairs: Sequence[tuple[str, str]]) -> bytes:
    return "&".join(f"{name}={value}" for name, value in pairs).encode("ascii")


def _encoded(name: str, value: str) -> str:
    if name == _TOKEN:
        return quote_plus(value, errors="replace")
    return quote(value, safe="" if name == _SIGNATURE else "/@,", errors="replace")


def _is_genuine(body: bytes, public_keys: Sequence[str]) -> bool:
    try:
        read_notification(body, public_keys)
    except NotificationRejected:
        return False
    return True
