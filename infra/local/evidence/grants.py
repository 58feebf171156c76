"""API Particulier, version 3: `GET /v3/cnous/etudiant_boursier/ine?ine=…&recipient=…` with a bearer token."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, jsonify, request

from infra.local.clock import PARIS
from infra.local.evidence import people
from infra.local.evidence.accidents import answer, simulated

if TYPE_CHECKING:
    from infra.local.evidence.faults import Rule

grants = Blueprint("grants", __name__)
A_MINUTE = 60
LIMIT = 50
"""Requests a minute, of the description's example; the simulator counts none."""
CNOUS: dict[str, Any] = {"provider": "CNOUS"}


@grants.get("/v3/cnous/etudiant_boursier/ine")
def grant_status() -> Response:
    asked = {"ine": request.args.get("ine", ""), "recipient": request.args.get("recipient", "")}
    return _with_volume(
        answer("grant", asked, lambda is_other: _told(asked, is_other=is_other), _in_own_words)
    )


def _told(asked: dict[str, str], *, is_other: bool) -> Response:
    return _refused() or _unprocessable(asked) or _found(asked["ine"], is_other=is_other)


def _refused() -> Response | None:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind == "Bearer" and token == people.TOKEN:
        return None
    if kind == "Bearer" and token == people.TOKEN_WITHOUT_RIGHTS:
        detail = "Votre token est valide mais vos privilèges sont insuffisants."
        return _error(403, "00100", "Privilèges insuffisants", detail, source={"parameter": "token"})
    detail = "Votre token n'est pas valide ou n'est pas renseigné"
    return _error(401, "00101", "Interdit", detail, source={"parameter": "token"})


def _unprocessable(asked: dict[str, str]) -> Response | None:
    if not asked["recipient"]:
        detail = "Le paramètre recipient est obligatoire"
        return _error(422, "00203", "Entité non traitable", detail, source={"parameter": "recipient"})
    if not re.fullmatch("[0-9]{14}", asked["recipient"]):
        detail = "Le paramètre recipient n'est pas un SIRET"
        return _error(422, "00203", "Entité non traitable", detail, source={"parameter": "recipient"})
    if not re.fullmatch("[0-9a-zA-Z]{11}", asked["ine"]):
        return _error(422, "00360", "Entité non traitable", "Le numéro d'INE n'est pas correctement formatté")
    return None


def _found(ine: str, *, is_other: bool) -> Response:
    found = people.grant(ine, simulated().now().astimezone(PARIS).date())
    if found is None:
        detail = "Aucun étudiant boursier n'a pu être trouvé avec les critères de recherche fournis."
        return _error(404, "26003", "Entité non trouvée", detail, meta=CNOUS)
    if is_other and isinstance(found["identite"], dict):
        found = {**found, "identite": {**found["identite"], "nom": "AUTRE", "date_naissance": "1970-01-01"}}
    return jsonify(data=found, links={}, meta={})


def _in_own_words(rule: Rule) -> Response:
    if rule.effect == "refused":
        detail = "Votre token est expiré. Vous devez refaire une demande"
        return _error(401, "00103", "Jeton expiré", detail, source={"parameter": "token"})
    if rule.effect == "limited":
        response = _error(429, "00429", "Trop de requêtes", "Vous avez effectué trop de requêtes")
        response.headers["Retry-After"] = str(rule.retry_in or 30)
        return response
    if rule.retry_in:
        detail = "Problème de connexion au serveur distant."
        return _error(504, "00501", "Erreur réseau", detail, meta={"retry_in": rule.retry_in})
    detail = "Service du fournisseur de données temporairement indisponible ou en maintenance."
    return _error(504, "26001", "Service non disponible", detail, meta=CNOUS)


def _error(
    status: int,
    code: str,
    title: str,
    detail: str,
    *,
    source: dict[str, str] | None = None,
    meta: dict[str, Any] | None = None,
) -> Response:
    told = {"code": code, "title": title, "detail": detail, "source": source, "meta": meta or {}}
    response = jsonify(errors=[told])
    response.status_code = status
    return response


def _with_volume(response: Response) -> Response:
    """Tell the volume: the limit, what is left of this minute, and when the minute ends (a timestamp)."""
    now = int(simulated().now().timestamp())
    is_limited = response.status_code == 429  # noqa: PLR2004 - Too Many Requests
    response.headers["RateLimit-Limit"] = str(LIMIT)
    response.headers["RateLimit-Remaining"] = "0" if is_limited else str(LIMIT - 1)
    response.headers["RateLimit-Reset"] = str(now - now % A_MINUTE + A_MINUTE)
    return response
