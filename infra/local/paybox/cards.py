"""The test cards, as data, and what the gateway answers to each."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

ACCEPTED = "00000"
BAD_CARD = "00004"
BAD_EXPIRY = "00008"
CARD_NOT_ALLOWED = "00021"
CHALLENGE_FAILED = "00189"
SUSPECTED_FRAUD = "00159"
CO_BRANDED = "CB,VISA,EUROCARD_MASTERCARD"
"""Letter C of the public test card 1111222233334444, as in a message that PAYBOX signed."""


@dataclass(frozen=True)
class Card:
    """`code` answers a payment by its number, `later_code` one by its token.

    `english` says what `label` does.
    """

    number: str
    label: str
    english: str
    scheme: str = "CB"
    code: str = ACCEPTED
    later_code: str = ACCEPTED
    challenged: bool = False
    temporary: bool = False

    @property
    def told_scheme(self) -> str:
        """Letter C: the schemes that the shop may have asked for, a list for the public test cards."""
        is_public = self.number.startswith("11112222") and self.scheme == "CB"
        return CO_BRANDED if is_public else self.scheme


CARDS = {
    card.number: card
    for card in (
        Card("1111222233334444", "acceptée sans authentification", "accepted without a challenge"),
        Card(
            "4012001037141112",
            "acceptée après authentification",
            "accepted after a challenge",
            scheme="VISA",
            challenged=True,
        ),
        Card("1111222233335555", "refusée (00004)", "refused (00004)", code=BAD_CARD),
        Card(
            "1111222233330151",
            "acceptée, puis échéances refusées : provision insuffisante (00151, à représenter)",
            "accepted, later debits refused: insufficient funds (00151, tried again)",
            later_code="00151",
        ),
        Card(
            "1111222233330105",
            "acceptée, puis échéances refusées : ne pas honorer (00105, à représenter)",
            "accepted, later debits refused: do not honour (00105, tried again)",
            later_code="00105",
        ),
        Card(
            "1111222233330143",
            "acceptée, puis échéances refusées : carte volée (00143, définitif)",
            "accepted, later debits refused: stolen card (00143, for good)",
            later_code="00143",
        ),
        Card(
            "1111222233330101",
            "acceptée, puis échéances refusées : authentification demandée (001A1)",
            "accepted, later debits refused: authentication needed (001A1)",
            later_code="001A1",
        ),
        Card(
            "1111222233330154",
            "acceptée, puis échéances refusées : carte expirée (00154)",
            "accepted, later debits refused: expired card (00154)",
            later_code="00154",
        ),
        Card(
            "1111222233330133",
            "acceptée, puis échéances refusées : carte expirée (00133)",
            "accepted, later debits refused: expired card (00133)",
            later_code="00133",
        ),
        Card(
            "1111222233336666",
            "refusée : provision insuffisante (00151)",
            "refused: insufficient funds (00151)",
            code="00151",
        ),
        Card(
            "1111222233330021",
            "e-carte : acceptée, mais refusée (00021) si une validité minimale est demandée",
            "virtual card: accepted, but refused (00021) where it must be valid for long",
            scheme="E_CARD",
            temporary=True,
        ),
        Card(
            "4012001038443335",
            "acceptée sans authentification",
            "accepted without a challenge",
            scheme="VISA",
        ),
        Card(
            "4975660000000004",
            "acceptée sans authentification",
            "accepted without a challenge",
            scheme="VISA",
        ),
        Card("4970100000025102", "acceptée sans authentification", "accepted without a challenge"),
        Card(
            "5135180000000001",
            "acceptée sans authentification",
            "accepted without a challenge",
            scheme="EUROCARD_MASTERCARD",
        ),
        Card(
            "374907403001005",
            "acceptée sans authentification (cryptogramme à 4 chiffres)",
            "accepted without a challenge (security code of 4 digits)",
            scheme="AMEX",
        ),
    )
}


@dataclass(frozen=True)
class CardEntry:
    """What somebody typed: a number, an expiry of two digits each, a security code."""

    number: str
    month: str
    year: str
    security_code: str = ""

    @property
    def yymm(self) -> str:
        return self.year + self.month

    def mistake(self) -> str | None:
        """A sentence when the boxes are not even filled in: no attempt has been made then."""
        if not re.fullmatch(r"[0-9]{13,19}", self.number):
            return "Le numéro de carte est incorrect."
        if not re.fullmatch(r"[0-9]{2}/[0-9]{2}", f"{self.month}/{self.year}"):
            return "La date de fin de validité est incorrecte."
        if not re.fullmatch(r"[0-9]{3,4}", self.security_code):
            return "Le cryptogramme visuel est incorrect."
        return None


def answer_to_card(entry: CardEntry, today: date, needed_until: str = "") -> str:
    """The code for a card typed by its number; `needed_until` is PBX_DATEVALMAX (AAMM) or empty."""
    card = CARDS.get(entry.number)
    if card is None:
        return BAD_CARD
    if has_expired(entry.yymm, today):
        return BAD_EXPIRY
    if needed_until and (entry.yymm < needed_until or _dies_before(card, needed_until, today)):
        return CARD_NOT_ALLOWED
    return card.code


def _dies_before(card: Card, needed_until: str, today: date) -> bool:
    """An e-card lives for the month of its purchase, whatever date it shows."""
    return card.temporary and needed_until > today.strftime("%y%m")


def has_expired(yymm: str, today: date) -> bool:
    """A card is good to the last day of its month; a month that does not exist never was."""
    return not "01" <= yymm[2:] <= "12" or yymm < today.strftime("%y%m")


def wants_challenge(number: str, fields: Mapping[str, str]) -> bool:
    mandated = fields.get("PBX_SOUHAITAUTHENT", "").lstrip("0") == "4"
    card = CARDS.get(number)
    return mandated or (card is not None and card.challenged)
