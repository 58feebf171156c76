"""A refusal as a page: its title, its sentence, and a link to go on."""

from http import HTTPStatus
from typing import Any

from chalicelib.domain.errors import (
    AddressMissing,
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
from chalicelib.portal.sentences import sentence
from chalicelib.web.problems import status_of, title_of

INVALID = "La demande n'a pas la forme attendue. Revenez à la page précédente et corrigez-la."
UNEXPECTED = "Une erreur est survenue de notre côté. Rechargez la page avant de recommencer un paiement."
UNAVAILABLE = "Le service ne répond pas en ce moment. Réessayez dans quelques secondes."
NOT_OPENED = "Cette adresse ne s'ouvre pas ainsi : repartez de l'accueil."
Onward = tuple[str, str]
"""A path of the portal, and the text of the link to it."""
HOME: Onward = ("/", "Retour à l'accueil")
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
_NOT_STARTED = (AddressMissing, AddressUnknown, GatewayUnavailable)


def of_refusal(error: QuittanceError, again: Onward) -> dict[str, Any]:
    """Return the data of the page `problem`; a payment that did not start links back to `again`."""
    onward = again if isinstance(error, _NOT_STARTED) else _onward(error)
    return of_fault(status_of(error), sentence(error), onward)


def of_fault(status: HTTPStatus, said: str, onward: Onward = HOME) -> dict[str, Any]:
    return {"status": status, "title": title_of(status), "sentence": said, "onward": onward}


def _onward(error: QuittanceError) -> Onward:
    """Return the link to go on; a cause has the link of its code."""
    return next((_ONWARD[kind] for kind in type(error).__mro__ if kind in _ONWARD), HOME)
