"""The variables of PBX_RETOUR: what each letter says, how they travel, and what is signed."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from urllib.parse import quote, quote_plus

from infra.local.paybox.cards import ACCEPTED, CARDS

LETTERS = frozenset("MRTSABCDEFGHIJKNOPQUVWYZovce")
TEST_AUTHORISATION = "XXXXXX"

Values = Mapping[str, str]


class Signer(Protocol):
    def sign(self, message: str) -> str: ...


@dataclass(frozen=True)
class Attempt:
    """One answer of the authorisation centre to a card typed on the page."""

    code: str
    numtrans: str
    numappel: str
    number: str
    yymm: str
    challenged: bool
    authenticated: bool
    token: str = ""


def read_returned(returned: str) -> list[tuple[str, str]]:
    """`Mt:M;Ref:R;` → [("Mt", "M"), ("Ref", "R")]; ValueError when it has another shape."""
    pairs = []
    for part in returned.removesuffix(";").split(";"):
        name, separator, letter = part.partition(":")
        if not (separator and letter in LETTERS and re.fullmatch(r"[A-Za-z0-9_-]+", name)):
            raise ValueError(part)
        pairs.append((name, letter))
    return pairs


def values_without_attempt(fields: Values, code: str) -> dict[str, str]:
    """A cancelled or forgotten page knows its order and a code, nothing else."""
    return {"M": fields["PBX_TOTAL"], "R": fields["PBX_CMD"], "E": code, "K": ""}


def values_of(attempt: Attempt, fields: Values, now: datetime) -> dict[str, str]:
    """Every letter's value; A is missing when the payment is refused."""
    values = {
        **values_without_attempt(fields, attempt.code),
        **_card_values(attempt),
        **_authentication_values(attempt),
        "T": _unpadded(attempt.numappel),
        "S": _unpadded(attempt.numtrans),
        "B": "0",
        "I": "FRA",
        "P": "CARTE",
        "Q": now.strftime("%H:%M:%S"),
        "W": now.strftime("%d%m%Y"),
        "U": f"{attempt.token}  {attempt.yymm}  ---" if attempt.token else "",
        "V": "",
        "Z": "",
        "o": "",
    }
    return values | ({"A": TEST_AUTHORISATION} if attempt.code == ACCEPTED else {})


def _unpadded(number: str) -> str:
    """T and S travel as plain integers, 0 when there is none; direct calls pad them to ten digits."""
    return number.lstrip("0") or "0"


def _card_values(attempt: Attempt) -> dict[str, str]:
    card = CARDS.get(attempt.number)
    return {
        "C": card.told_scheme if card else "CB",
        "D": attempt.yymm,
        "H": hashlib.sha256(attempt.number.encode()).hexdigest().upper(),
        "J": attempt.number[-2:],
        "N": attempt.number[:6],
        "Y": "FRA",
    }


def _authentication_values(attempt: Attempt) -> dict[str, str]:
    return {
        "F": "Y" if attempt.authenticated else "N",
        "G": "O" if attempt.authenticated else "N",
        "O": "Y",
        "v": "2.2.0",
        "c": "challenge" if attempt.challenged else "frictionless",
        "e": "O" if attempt.code == "001A1" else "N",
    }


def on_the_wire(letter: str, value: str) -> str:
    """The gateway's own encoding: space %20, `:` %3A, but `/@,` as they are; U alone has `+` for spaces."""
    if letter == "U":
        return quote_plus(value)
    return quote(value, safe="" if letter == "K" else "/@,", errors="surrogateescape")


def signed_query(returned: str, values: Values, key: Signer, own_query: str = "") -> str:
    """The variables in their order after `own_query`; the signature covers all that stands before it."""
    parts = [own_query] if own_query else []
    for name, letter in read_returned(returned):
        if letter == "K":
            value = key.sign("&".join(parts))
        elif letter in values:
            value = values[letter]
        else:
            continue
        parts.append(f"{name}={on_the_wire(letter, value)}")
    return "&".join(parts)
