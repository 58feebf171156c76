"""Labels of third-party payers for the staff."""

from chalicelib.domain.payers.payer import PayerKind, PayerState
from chalicelib.portal.texts import marked

KINDS = {
    PayerKind.COMPANY: marked("Entreprise"),
    PayerKind.OPCO: marked("OPCO"),
    PayerKind.PUBLIC: marked("Organisme public (Chorus Pro)"),
}
STATES = {
    PayerState.NAMED: marked("À facturer"),
    PayerState.WITHDRAWN: marked("Retiré"),
    PayerState.INVOICED: marked("Facturé"),
    PayerState.PAID: marked("Réglé"),
    PayerState.GIVEN_UP: marked("Ne prend plus en charge"),
}
