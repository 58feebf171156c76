"""Grant status by INE, asked of API Particulier with the school's token.

Source: its OpenAPI description of version 3 (etalab/siade_staging_data, openapi_files/api_particulier.yaml,
`/v3/cnous/etudiant_boursier/ine`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from chalicelib.domain.evidence.answers import GrantFound, GrantNotFound
from chalicelib.domain.evidence.identity import ToldIdentity
from chalicelib.domain.evidence.sources import SourceRefused, SourceUnavailable
from chalicelib.evidence.retrying import reset_after, retry_after, seconds
from chalicelib.evidence.strict_json import Unclear, day, flag, member, read_object, text
from chalicelib.outgoing import Patience, get

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from chalicelib.evidence.guard import Guard
    from chalicelib.outgoing import Received

LONGEST_ANSWER = 32 * 1024
PATIENCE = Patience(connect_seconds=2, read_seconds=8)
"""The service itself asks a provider: its own limit is not published."""
LEVELS = frozenset({"0bis", *"1234567"})
MOST_MONTHS = 12
MOST_FIRST_NAMES = 10
_INE = re.compile("[0-9A-Z]{11}")
_DAY = "%Y-%m-%d"
_FOUND, _NOT_FOUND, _UNPROCESSABLE, _TOO_MANY = 200, 404, 422, 429
_REFUSED = (401, 403)
NOBODY_FOUND = "26003"
INE_OF_ANOTHER_FORM = "00360"


@dataclass(frozen=True)
class ApiParticulier:
    """The service at `url`, its root without a slash at the end; `recipient` is the school's SIRET.

    `token` reads the secret when it is first needed.
    """

    url: str
    token: Callable[[], str]
    recipient: str
    guard: Guard
    now: Callable[[], datetime]
    patience: Patience = PATIENCE

    def grant(self, ine: str) -> GrantFound | GrantNotFound:
        """Ask once. Raise `SourceUnavailable` for anything unclear, `SourceRefused` where we are refused."""
        number = ine.strip().upper()
        if not _INE.fullmatch(number):
            return GrantNotFound()
        asked = urlencode({"ine": number, "recipient": self.recipient})
        address = f"{self.url}/v3/cnous/etudiant_boursier/ine?{asked}"
        headers = {"Accept": "application/json", "Authorization": f"Bearer {self.token()}"}
        return self.guard.asked(lambda: self._ask(address, headers))

    def _ask(self, address: str, headers: dict[str, str]) -> GrantFound | GrantNotFound:
        received = get(address, headers, self.patience, LONGEST_ANSWER)
        if received is None:
            raise SourceUnavailable
        try:
            return _read(received)
        except Unclear:
            raise SourceUnavailable(self._retry_in(received)) from None

    def _retry_in(self, received: Received) -> int | None:
        told = retry_after(received) or _told_retry_in(received)
        if told is None and received.status == _TOO_MANY:
            return reset_after(received, self.now().timestamp())
        return told


def _read(received: Received) -> GrantFound | GrantNotFound:
    if received.status in _REFUSED:
        raise SourceRefused
    told = read_object(received.body, LONGEST_ANSWER)
    if received.status == _FOUND:
        return _grant(member(told, "data"))
    code = _error(told).get("code")
    if (received.status, code) in ((_NOT_FOUND, NOBODY_FOUND), (_UNPROCESSABLE, INE_OF_ANOTHER_FORM)):
        return GrantNotFound()
    if received.status == _UNPROCESSABLE:
        raise SourceRefused
    raise Unclear


def _grant(data: dict[str, Any]) -> GrantFound:
    """Read what the token's scopes let through; without these two nothing can be compared."""
    if not {"est_boursier", "identite"} <= data.keys():
        raise SourceRefused
    level, period = (
        member(data, name) if name in data else None
        for name in ("echelon_bourse", "periode_versement_bourse")
    )
    return GrantFound(
        identity=_identity(member(data, "identite")),
        is_holder=flag(data["est_boursier"]),
        level=_level(level.get("echelon")) if level is not None else "",
        is_provisional=flag(level.get("echelon_bourse_regionale_provisoire")) if level is not None else False,
        starts_on=day(period.get("date_rentree"), _DAY) if period is not None else None,
        months=_months(period.get("duree")) if period is not None else None,
    )


def _identity(who: dict[str, Any]) -> ToldIdentity:
    return ToldIdentity(
        last_names=(text(who.get("nom")),),
        first_names=_first_names(who.get("prenoms")),
        birth_on=day(who.get("date_naissance"), _DAY),
    )


def _level(told: object) -> str:
    if not isinstance(told, str) or told not in LEVELS:
        raise Unclear
    return told


def _months(told: object) -> int:
    if isinstance(told, bool) or not isinstance(told, int) or not 1 <= told <= MOST_MONTHS:
        raise Unclear
    return told


def _first_names(told: object) -> tuple[str, ...]:
    if not isinstance(told, list) or not 1 <= len(told) <= MOST_FIRST_NAMES:
        raise Unclear
    return tuple(text(each) for each in told)


def _error(told: dict[str, Any]) -> dict[str, Any]:
    """Return the first error of an answer that tells errors."""
    errors = told.get("errors")
    if not isinstance(errors, list) or not errors or not isinstance(errors[0], dict):
        raise Unclear
    return errors[0]


def _told_retry_in(received: Received) -> int | None:
    try:
        return seconds(member(_error(read_object(received.body, LONGEST_ANSWER)), "meta").get("retry_in"))
    except Unclear:
        return None
