"""Labels of third-party payers for the staff."""

from chalicelib.domain.payers.payer import PayerKind, PayerState

KINDS = {
    PayerKind.COMPANY: "Entreprise",
    PayerKind.OPCO: "OPCO",
    PayerKind.PUBLIC: "Organisme public (Chorus Pro)",
}
STATES = {
    PayerState.NAMED: "À facturer",
    PayerState.WITHDRAWN: "Retiré",
    PayerState.INVOICED: "Facturé",
    PayerState.PAID: "Réglé",
    PayerState.GIVEN_UP: "Ne prend plus en charge",
}
