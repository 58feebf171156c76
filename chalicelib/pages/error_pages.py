"""A refusal as a page: its title, its sentence, and where to go on."""

from http import HTTPStatus
from typing import Any

from chalicelib.domain.errors import (
    AddressUnknown,
    AlreadyPaid,
    FeeSituationMissing,
    FeeSituationNotAllowed,
    GatewayUnavailable,
    IdentityProviderUnavailable,
    IdentityTaken,
    IdentityUnknown,
    InstalmentNotPayable,
    PlanBinding,
    PlanLocked,
    PlanNotAllowed,
    PlanNotApproved,
    QuittanceError,
    TicketRefused,
)
from chalicelib.web.problems import STATUS

INVALID = "La demande n'a pas la forme attendue. Revenez à la page précédente et corrigez-la."
UNEXPECTED = "Une erreur est survenue de notre côté. Rechargez la page avant de recommencer un paiement."
Onward = tuple[str, str]
"""An address of the portal, and the words of the link to it."""
HOME: Onward = ("/", "Retour à l'accueil")
_TITLES = {
    HTTPStatus.UNAUTHORIZED: "Connexion refusée",
    HTTPStatus.NOT_FOUND: "Page introuvable",
    HTTPStatus.FORBIDDEN: "Accès refusé",
    HTTPStatus.CONFLICT: "Ce n'est pas possible maintenant",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Saisie à corriger",
    HTTPStatus.SERVICE_UNAVAILABLE: "Momentanément indisponible",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Une erreur est survenue",
}
_REQUEST: Onward = ("/choose-plan", "Voir ma demande d'échéancier")
_LOG_IN: Onward = ("/login", "Retour à la connexion")
_PLAN: Onward = ("/pay-plan", "Voir mon échéancier")
_ONWARD: dict[type[QuittanceError], Onward] = {
    FeeSituationMissing: ("/dossier", "Choisir ma situation"),
    FeeSituationNotAllowed: ("/dossier?edit=1", "Choisir une autre situation"),
    TicketRefused: _LOG_IN,
    IdentityUnknown: _LOG_IN,
    IdentityProviderUnavailable: _LOG_IN,
    IdentityTaken: ("/security", "Retour à la sécurité de mon compte"),
    AlreadyPaid: ("/invoices", "Voir ma facture"),
    PlanNotAllowed: ("/choose-plan", "Choisir un autre échéancier"),
    PlanBinding: _REQUEST,
    PlanNotApproved: _REQUEST,
    PlanLocked: _PLAN,
    InstalmentNotPayable: _PLAN,
}
_NOT_STARTED = (AddressUnknown, GatewayUnavailable)


def of_refusal(error: QuittanceError, again: Onward) -> dict[str, Any]:
    """Return the facts of the page `problem`; a payment that did not start leads back to `again`."""
    onward = again if isinstance(error, _NOT_STARTED) else _ONWARD.get(type(error), HOME)
    return of_fault(STATUS[type(error)], error.sentence, onward)


def of_fault(status: HTTPStatus, sentence: str, onward: Onward = HOME) -> dict[str, Any]:
    title = _TITLES.get(status, "Demande refusée")
    return {"status": status, "title": title, "sentence": sentence, "onward": onward}
