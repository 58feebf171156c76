"""The CVEC service: `GET /api/attestation/{code}?etudiant=DUPON&year=2022`, without a key."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from flask import Blueprint, Response, jsonify, request

from infra.local.evidence import people
from infra.local.evidence.accidents import answer

if TYPE_CHECKING:
    from infra.local.evidence.faults import Rule

cvec = Blueprint("cvec", __name__)
ASKED_LETTERS = 5


@cvec.get("/api/attestation/")
def without_code() -> Response:
    return _error(404, "CODE_MISSING", "Le paramètre code est manquant.")


@cvec.get("/api/attestation/<code>")
def attestation(code: str) -> Response:
    asked = {"code": code, "etudiant": request.args.get("etudiant", "")}
    return answer("cvec", asked, lambda is_other: _told(code, is_other=is_other), _in_own_words)


def _told(code: str, *, is_other: bool) -> Response:
    found = people.attestation(code.upper(), request.args.get("year"))
    if found is None or not _is_named(str(found["nom"]), request.args.get("etudiant", "")):
        return _error(400, "NOT_FOUND", "L'attestation n'a pas été trouvée.")
    other = {"nom": "AUTRE", "nomUsage": "AUTRE", "prenom": "PERSONNE", "date_naissance": "01/01/1970"}
    return jsonify({**found, **other} if is_other else found)


def _is_named(name: str, asked: str) -> bool:
    return letters(asked) == letters(name)[:ASKED_LETTERS] if letters(name) else asked == "-"


def letters(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text)
    return "".join(each for each in plain if each.isalpha()).upper()


def _in_own_words(rule: Rule) -> Response:
    """Play a service that is down or limits: its description names neither, so the answers are a proxy's."""
    if rule.effect == "limited":
        return Response("Too Many Requests", 429, {"Retry-After": str(rule.retry_in or 30)})
    if rule.effect == "refused":
        return Response("Forbidden", 403)
    after = {"Retry-After": str(rule.retry_in)} if rule.retry_in else {}
    return Response("<h1>Service Unavailable</h1>", 503, after, mimetype="text/html")


def _error(status: int, code: str, message: str) -> Response:
    response = jsonify(code=code, message=message)
    response.status_code = status
    return response
