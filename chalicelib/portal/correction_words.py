"""Labels of the registrar's corrections."""

from chalicelib.domain.books.journal import MoneyEvent
from chalicelib.domain.corrections.correction import CorrectionKind
from chalicelib.domain.languages import Language
from chalicelib.portal.texts import marked, said

EVENTS = {
    MoneyEvent.INVOICE: marked("Facture"),
    MoneyEvent.PAYMENT: marked("Règlement"),
    MoneyEvent.SET_OFF: marked("Affectation"),
    MoneyEvent.REFUND: marked("Remboursement"),
    MoneyEvent.CREDIT_NOTE: marked("Avoir"),
    MoneyEvent.BOUNCE: marked("Impayé"),
    MoneyEvent.UNDONE: marked("Affectation annulée"),
    MoneyEvent.CHARGEBACK: marked("Contestation"),
    MoneyEvent.REINSTATEMENT: marked("Contestation gagnée"),
}
DONE = {
    CorrectionKind.FEE_SITUATION: marked("La situation est changée ; l'étudiant en est averti."),
    CorrectionKind.WITHDRAWAL: marked("Le désistement est noté ; l'étudiant en est averti."),
}
ASKED = {
    CorrectionKind.FEE_SITUATION: marked("Changer la situation de %(name)s"),
    CorrectionKind.WITHDRAWAL: marked("Noter le désistement de %(name)s"),
}


def asked(kind: CorrectionKind, holder: str, language: Language = Language.FR) -> str:
    """Return the name of an act as its confirmation asks for it."""
    return said(ASKED[kind], language, name=holder)
