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
from chalicelib.pages.page_request import PageRequest
from chalicelib.portal.texts import marked
from chalicelib.web.problems import status_of, title_of

INVALID = marked("La demande n'a pas la forme attendue. Revenez à la page précédente et corrigez-la.")
UNEXPECTED = marked(
    "Une erreur est survenue de notre côté. Rechargez la page avant de recommencer un paiement."
)
UNAVAILABLE = marked("Le service ne répond pas en ce moment. Réessayez dans quelques secondes.")
NOT_OPENED = marked("Cette adresse ne s'ouvre pas ainsi : repartez de l'accueil.")
Onward = tuple[str, str]
"""A path of the portal, and the text of the link to it."""
HOME: Onward = ("/", marked("Retour à l'accueil"))
_REQUEST: Onward = ("/choose-plan", marked("Voir ma demande d'échéancier"))
_LOG_IN: Onward = ("/login", marked("Retour à la connexion"))
_PLAN: Onward = ("/pay-plan", marked("Voir mon échéancier"))
_ONWARD: dict[type[QuittanceError], Onward] = {
    FeeSituationMissing: ("/dossier", marked("Choisir ma situation")),
    FeeSituationNotAllowed: ("/dossier?edit=1", marked("Choisir une autre situation")),
    TicketRefused: _LOG_IN,
    IdentityUnknown: _LOG_IN,
    IdentityProviderUnavailable: _LOG_IN,
    IdentityTaken: ("/security", marked("Retour à la sécurité de mon compte")),
    AlreadyPaid: ("/invoices", marked("Voir ma facture")),
    PlanNotAllowed: ("/choose-plan", marked("Choisir un autre échéancier")),
    PlanBinding: _REQUEST,
    PlanNotApproved: _REQUEST,
    PlanLocked: _PLAN,
    InstalmentNotPayable: _PLAN,
}
_NOT_STARTED = (AddressMissing, AddressUnknown, GatewayUnavailable)


def of_refusal(page_request: PageRequest, error: QuittanceError, again: Onward) -> dict[str, Any]:
    """Return the data of the page `problem`; a payment that did not start links back to `again`."""
    onward = again if isinstance(error, _NOT_STARTED) else _onward(page_request, error)
    return _facts(page_request, status_of(error), page_request.sentence(error), onward)


def of_closed(page_request: PageRequest, closed: QuittanceError) -> dict[str, Any]:
    """Return the same for a closed portal: no link onward; a log-out button if there is a session."""
    facts = _facts(page_request, status_of(closed), page_request.sentence(closed), None)
    return facts | {"can_log_out": bool(page_request.token)}


def of_fault(page_request: PageRequest, status: HTTPStatus, words: str) -> dict[str, Any]:
    return _facts(page_request, status, page_request.said(words), HOME)


def _facts(page_request: PageRequest, status: HTTPStatus, told: str, onward: Onward | None) -> dict[str, Any]:
    title = title_of(status, page_request.language)
    return {"status": status, "title": title, "sentence": told, "onward": onward, "can_log_out": False}


def _onward(page_request: PageRequest, error: QuittanceError) -> Onward:
    """Return the link to go on; a cause has the link of its code. No desk leads to a student's menu."""
    if page_request.request.path.startswith("/staff/"):
        return HOME
    return next((_ONWARD[kind] for kind in type(error).__mro__ if kind in _ONWARD), HOME)
