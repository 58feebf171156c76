"""What somebody typed into a form that was not taken, since their identity had to be proved first.

It is sealed to its person and kept by their browser for a quarter of an hour, and shown to them above the
pages after the log-in until a form of theirs is taken. Nothing is sent by itself. Only the fields named here
are kept: no password, code of a second factor, IBAN or file. Its end and a digest of its session stand in
clear before it, and are bound to it: the key is not asked about what is not to be shown.
"""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.domain.errors import QuittanceError
from chalicelib.domain.sessions import Stage
from chalicelib.pages.responses import TYPED, cookie, typed_digest
from chalicelib.portal.texts import marked
from chalicelib.usecases.sign_in.read_session import session_of

if TYPE_CHECKING:
    from chalicelib.pages.page_request import PageRequest

KEPT_FOR = timedelta(minutes=15)
MOST_BYTES = 2700
"""Sealed it fits into a cookie; a browser drops one of more than 4096 bytes."""
LABELS = {
    "reason": marked("Motif"),
    "text": marked("Commentaire"),
    "code": marked("Situation"),
    "amount": marked("Montant"),
    "kept": marked("Somme gardée, en euros"),
    "line": marked("Montant"),
    "fee": marked("Frais que la banque a retenus"),
    "rest": marked("Reste à chercher (471)"),
    "opening": marked("Ancien solde"),
    "closing": marked("Nouveau solde"),
    "subject": marked("Numéro"),
    "number": marked("Numéro"),
    "payment": marked("Numéros des règlements"),
    "slip": marked("Numéros des bordereaux"),
    "registration": marked("Nom, ou numéro du dossier"),
    "invoice": marked("Facture du tiers payeur"),
    "document": marked("Pièce qui en décide"),
    "reference": marked("Numéro du chèque, ou référence du virement"),
    "bank": marked("Banque du payeur"),
    "drawer": marked("Tireur du chèque"),
    "parts": marked("Répartir ce qui reste dû en"),
    "received_on": marked("Reçu le"),
    "asked_on": marked("Jour de la demande de l'étudiant"),
    "credited_on": marked("Jour de la banque"),
    "deposited_on": marked("Remis le"),
    "accounting_on": marked("Date comptable (facultative)"),
    "evidence_due_on": marked("Dernier jour pour répondre"),
    "follow_up_on": marked("À revoir le"),
    "holds_on": marked("Valable à partir du"),
    "day": marked("Journée"),
    "month": marked("Mois attendu (facultatif)"),
    "from": marked("Du"),
    "to": marked("Au"),
    "since": marked("Tous les événements depuis le"),
    "until": marked("Dernier jour"),
    "name": marked("Nom"),
    "last_name": marked("Nom"),
    "first_name": marked("Prénom"),
    "birth_name": marked("Nom de naissance"),
    "email": marked("Adresse mail"),
    "line1": marked("Numéro et rue"),
    "line2": marked("Complément (facultatif)"),
    "zip_code": marked("Code postal"),
    "city": marked("Ville"),
    "country": marked("Pays"),
    "phone_country_code": marked("Indicatif du pays"),
    "phone": marked("Téléphone"),
    "siret": marked("SIRET"),
    "service_code": marked("Code service"),
    "engagement": marked("Numéro d'engagement"),
    "ine": marked("Mon INE"),
    "days": marked("Durée en jours"),
    "networks": marked("Réseaux d'où le programme appelle"),
    "url": marked("Adresse https"),
}
"""By the name of a field that somebody types into."""
_RANK = re.compile("[_-][0-9]+$")
Typed = tuple[tuple[str, str], ...]
"""The labels with what was typed."""


def keep_typed(page_request: "PageRequest") -> tuple[str, ...]:
    """Return the cookie with the typed fields of this form; none without an open session."""
    session = session_of(page_request.ports, page_request.token)
    if session is None or session.stage is not Stage.OPEN:
        return ()
    typed = list(_typed(page_request))
    text = json.dumps(typed, ensure_ascii=False)
    if not typed or len(text.encode()) > MOST_BYTES:
        return ()
    until = str(int((page_request.ports.now() + KEPT_FOR).timestamp()))
    before = typed_digest(page_request.token)
    sealed = page_request.ports.sealer.seal(text, _context(session.person_id, until, before))
    return (cookie(TYPED, f"{until}.{before}.{sealed}", seconds=int(KEPT_FOR.total_seconds())),)


def kept_typed(page_request: "PageRequest") -> tuple[Typed, tuple[str, ...]]:
    """Return what the person had typed, once they are in by another log-in than the one that did not do.

    And the cookie that ends what is over or does not open, so that the next page does not try it again.
    """
    kept = page_request.cookie(TYPED)
    if not kept or page_request.request.method == "POST":  # taken, or refused with what it had typed
        return (), ()
    with suppress(ValueError, QuittanceError):
        until, before, sealed = kept.split(".")
        if page_request.ports.now().timestamp() < int(until):
            is_proved = before != typed_digest(page_request.token)
            return (_opened(page_request, until, before, sealed) if is_proved else ()), ()
    return (), forget_typed(page_request)


def _opened(page_request: "PageRequest", until: str, before: str, sealed: str) -> Typed:
    opened = page_request.ports.sealer.open(sealed, _context(page_request.person.id, until, before))
    return tuple((LABELS[name], value) for name, value in json.loads(opened) if name in LABELS)


def forget_typed(page_request: "PageRequest") -> tuple[str, ...]:
    """Return the cookie that ends it, if there is any."""
    return (cookie(TYPED, ""),) if page_request.cookie(TYPED) else ()


def _typed(page_request: "PageRequest") -> Iterator[tuple[str, str]]:
    for field, values in page_request.form.items():
        name = _RANK.sub("", field)
        if name in LABELS:
            yield from ((name, value.strip()) for value in values if value.strip())


def _context(person_id: str, until: str, before: str) -> str:
    return f"typed-{person_id}-{until}-{before}"
