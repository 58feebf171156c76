"""Labels of the registrar's corrections."""

from chalicelib.domain.books.journal import MoneyEvent
from chalicelib.domain.corrections.correction import CorrectionKind

EVENTS = {
    MoneyEvent.INVOICE: "Facture",
    MoneyEvent.PAYMENT: "Règlement",
    MoneyEvent.SET_OFF: "Affectation",
    MoneyEvent.REFUND: "Remboursement",
    MoneyEvent.CREDIT_NOTE: "Avoir",
    MoneyEvent.BOUNCE: "Impayé",
    MoneyEvent.UNDONE: "Affectation annulée",
    MoneyEvent.CHARGEBACK: "Contestation",
    MoneyEvent.REINSTATEMENT: "Contestation gagnée",
}
DONE = {
    CorrectionKind.FEE_SITUATION: "La situation est changée ; l'étudiant en est averti.",
    CorrectionKind.WITHDRAWAL: "Le désistement est noté ; l'étudiant en est averti.",
}
ASKED = {
    CorrectionKind.FEE_SITUATION: "Changer la situation de {holder}",
    CorrectionKind.WITHDRAWAL: "Noter le désistement de {holder}",
}


def asked(kind: CorrectionKind, holder: str) -> str:
    """Return the name of an act as its confirmation asks for it."""
    return ASKED[kind].format(holder=holder)
