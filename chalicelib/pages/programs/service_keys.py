"""Service keys: a member of the staff makes and ends their own, an administrator ends anybody's."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.domain.access import RULES, Action
from chalicelib.domain.people import Person
from chalicelib.domain.programs.refusals import KeyMoved, KeyNotPossible
from chalicelib.domain.programs.service_key import ALLOWED, LONGEST_DAYS, ROLLING_FOR, Scope, ServiceKey
from chalicelib.pages.desks import SERVICE_KEYS
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.responses import see_other
from chalicelib.portal.texts import marked
from chalicelib.usecases.people.list_people import names_of
from chalicelib.usecases.programs import make_key as usecase
from chalicelib.web.drawn import drawn
from chalicelib.web.problems import status_of

pages_service_keys = Blueprint(__name__)
OWN = "/security/service-keys"
ALL = SERVICE_KEYS.path
LONGEST_NAME, MOST_NETWORKS = 80, 20
_DAYS = re.compile(r"[1-9][0-9]{0,4}")
SCOPES = {
    Scope.READ_EVENTS: marked("Les événements, dans l'ordre"),
    Scope.READ_REGISTRATIONS: marked("Les dossiers et leurs listes"),
    Scope.READ_PAYMENTS: marked("Les échéances, les crédits et les remboursements"),
    Scope.READ_JOURNAL: marked("Les relevés, les balances et les lots comptables"),
    Scope.WRITE_STUDENTS: marked("Importer des étudiants"),
}
LACKING = marked(
    "Donnez un nom, au moins une portée, 1 à 20 réseaux et une durée en jours : il manque quelque chose."
)
REVOKED = marked("La clé est révoquée : elle n'ouvre plus rien.")


@dataclass(frozen=True)
class ShownKey:
    """A row of the list: `is_live` while the key opens something."""

    key: ServiceKey
    state: str
    colour: str
    is_live: bool


@page(pages_service_keys, "GET", OWN, action=Action.HOLD_KEY)
def own_service_keys(page_request: PageRequest) -> Response:
    return _own(page_request)


@page(pages_service_keys, "POST", OWN, action=Action.HOLD_KEY)
def make_own_service_key(page_request: PageRequest) -> Response:
    """Show the token of the new key: it is told here alone."""
    given = {name: page_request.field(name) for name in ("name", "networks", "days")}
    chosen = page_request.form.get("scopes", [])
    asked = _asked(given, chosen)
    if asked is None:
        mistake, status = page_request.said(LACKING), HTTPStatus.UNPROCESSABLE_ENTITY
        return _own(page_request, given=given, chosen=chosen, mistake=mistake, status=status)
    new = drawn(page_request, page_request.field("key"), "service key", *vars(asked).values())
    try:
        key, token = usecase.make_key(page_request.ports, asked, page_request.person, new)
    except (KeyNotPossible, KeyMoved) as refusal:
        told, status = page_request.sentence(refusal), status_of(refusal)
        return _own(page_request, given=given, chosen=chosen, mistake=told, status=status)
    return _own(page_request, made=key, token=token)


@page(pages_service_keys, "POST", f"{OWN}/{{key_id}}/roll", action=Action.HOLD_KEY)
def roll_own_service_key(page_request: PageRequest, key_id: str) -> Response:
    seen = page_request.field("seen")
    new = drawn(page_request, seen, "roll", key_id)
    try:
        key, token = usecase.roll_key(page_request.ports, key_id, page_request.person, seen, new)
    except KeyMoved as refusal:
        return _own(page_request, mistake=page_request.sentence(refusal), status=status_of(refusal))
    return _own(page_request, made=key, token=token)


@page(pages_service_keys, "POST", f"{OWN}/{{key_id}}/revocation", action=Action.HOLD_KEY)
def revoke_own_service_key(page_request: PageRequest, key_id: str) -> Response:
    usecase.revoke_own_key(page_request.ports, key_id, page_request.person)
    return see_other(f"{OWN}?done=revoked")


@page(pages_service_keys, "GET", ALL, action=SERVICE_KEYS.action)
def staff_service_keys(page_request: PageRequest) -> Response:
    return _page(page_request, usecase.list_keys(page_request.ports), is_own=False)


@page(pages_service_keys, "POST", f"{ALL}/{{key_id}}/revocation", action=Action.REVOKE_KEY)
def revoke_service_key(page_request: PageRequest, key_id: str) -> Response:
    usecase.revoke_key(page_request.ports, key_id, page_request.person)
    return see_other(f"{ALL}?done=revoked")


def _asked(given: Mapping[str, str], chosen: Sequence[str]) -> usecase.KeyAsked | None:
    """Return what was filled in, None where it is no order of a key."""
    networks, days = tuple(given["networks"].split()), _DAYS.fullmatch(given["days"])
    scopes = tuple(scope for scope in Scope if scope in chosen)
    is_named = 0 < len(given["name"]) <= LONGEST_NAME
    if not is_named or not scopes or not 0 < len(networks) <= MOST_NETWORKS or days is None:
        return None
    return usecase.KeyAsked(given["name"], scopes, networks, int(days[0]))


def _own(page_request: PageRequest, **shown: Any) -> Response:
    person = page_request.person
    possible = {scope: words for scope, words in SCOPES.items() if _is_possible(person, scope)}
    keys = usecase.list_own_keys(page_request.ports, person)
    return _page(page_request, keys, is_own=True, possible=possible, **shown)


def _is_possible(person: Person, scope: Scope) -> bool:
    return all(person.holds(*RULES[action].roles) for action in ALLOWED[scope])


def _page(page_request: PageRequest, keys: Sequence[ServiceKey], **shown: Any) -> Response:
    now, blank = page_request.ports.now(), {"name": "", "networks": "", "days": "365"}
    facts = {"possible": {}, "given": blank, "chosen": (), "mistake": "", "made": None, "token": "", **shown}
    return page_request.page(
        "programs/service_keys",
        keys=[_shown(each, now) for each in sorted(keys, key=lambda each: each.created_at, reverse=True)],
        names=names_of(page_request.ports, {each.owner_id for each in keys}),
        may_revoke=page_request.person.holds(*RULES[Action.REVOKE_KEY].roles),
        told=page_request.said(REVOKED) if page_request.parameter("done") == "revoked" else "",
        longest_days=LONGEST_DAYS,
        rolling_days=ROLLING_FOR.days,
        form_key=page_request.ports.new_id(),
        **facts,
    )


def _shown(key: ServiceKey, now: datetime) -> ShownKey:
    if key.revoked_at:
        return ShownKey(key, marked("Révoquée"), "no", is_live=False)
    if key.expires_at <= now:
        return ShownKey(key, marked("Expirée"), "heed", is_live=False)
    return ShownKey(key, marked("Valable"), "yes", is_live=True)
