"""Attestations of the CVEC, asked of its service, which needs no key.

Source: its OpenAPI description 4.1.24 (betagouv/api.gouv.fr, public/swaggers/api-cvec-new.json).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from chalicelib.domain.evidence.answers import CvecAttestation, CvecUnknown
from chalicelib.domain.evidence.identity import ToldIdentity
from chalicelib.domain.evidence.sources import SourceUnavailable
from chalicelib.evidence.retrying import retry_after
from chalicelib.evidence.strict_json import Unclear, day, member, read_object, text, text_or_nothing
from chalicelib.outgoing import Patience, get

if TYPE_CHECKING:
    from chalicelib.evidence.guard import Guard
    from chalicelib.outgoing import Received

LONGEST_ANSWER = 16 * 1024
ASKED_LETTERS = 5
PATIENCE = Patience(connect_seconds=2, read_seconds=4)
_NUMBER = re.compile("[0-9A-Z]{12}")
_STATE = re.compile("[0-9]{1,3}")
_BIRTH_DAY = "%d/%m/%Y"
_FOUND, _NOT_FOUND = 200, 400


@dataclass(frozen=True)
class CvecService:
    """The service at `url`, its root without a slash at the end."""

    url: str
    guard: Guard
    patience: Patience = PATIENCE

    def attestation(self, code: str, birth_name: str, campaign_year: int) -> CvecAttestation | CvecUnknown:
        """Ask once. Raise `SourceUnavailable` for anything unclear; what can be no number is not asked."""
        number = code.strip().upper()
        if not _NUMBER.fullmatch(number):
            return CvecUnknown()
        asked = {"etudiant": first_letters(birth_name), "year": str(campaign_year)}
        address = f"{self.url}/api/attestation/{number}?{urlencode(asked)}"
        return self.guard.asked(lambda: self._ask(address))

    def _ask(self, address: str) -> CvecAttestation | CvecUnknown:
        received = get(address, {"Accept": "application/json"}, self.patience, LONGEST_ANSWER)
        if received is None:
            raise SourceUnavailable
        try:
            return _read(received)
        except Unclear:
            raise SourceUnavailable(retry_after(received)) from None


def first_letters(name: str) -> str:
    """Return the first five letters of a birth name, without accents; "-" for a name without letters."""
    plain = unicodedata.normalize("NFKD", name).upper()
    return "".join(each for each in plain if each.isascii() and each.isalpha())[:ASKED_LETTERS] or "-"


def _read(received: Received) -> CvecAttestation | CvecUnknown:
    if received.status not in (_FOUND, _NOT_FOUND):
        raise Unclear
    told = read_object(received.body, LONGEST_ANSWER)
    return _attestation(told) if received.status == _FOUND else _unknown(told)


def _unknown(told: dict[str, Any]) -> CvecUnknown:
    """Believe that there is none only if the service itself says so, not a server before it."""
    if not {"code", "message"} <= told.keys() or "etat" in told:
        raise Unclear
    text(told["code"])
    text_or_nothing(told["message"])
    return CvecUnknown()


def _attestation(told: dict[str, Any]) -> CvecAttestation:
    state = text(member(told, "etat").get("code"))
    if not _STATE.fullmatch(state):
        raise Unclear
    names = (text_or_nothing(told.get("nom")), text_or_nothing(told.get("nomUsage")))
    identity = ToldIdentity(
        last_names=tuple(dict.fromkeys(each for each in names if each)),
        first_names=(text(told.get("prenom")),),
        birth_on=day(told.get("date_naissance"), _BIRTH_DAY),
    )
    if not identity.last_names:
        raise Unclear
    return CvecAttestation(identity, int(state), text_or_nothing(told.get("ine")))
