"""Labels of cheques, transfers and disputes for the staff."""

from chalicelib.domain.collection.disputes import DisputeReason, DisputeStage
from chalicelib.domain.payments import Payment, PaymentMethod
from chalicelib.portal.texts import marked

METHODS = {
    PaymentMethod.CARD: marked("Carte"),
    PaymentMethod.CHEQUE: marked("Chèque"),
    PaymentMethod.TRANSFER: marked("Virement"),
}
REASONS = {
    DisputeReason.FRAUDULENT: marked("Le titulaire dit ne pas avoir fait ce paiement"),
    DisputeReason.UNRECOGNISED: marked("Le titulaire ne reconnaît pas ce paiement"),
    DisputeReason.DUPLICATE: marked("Payé deux fois"),
    DisputeReason.NOT_PROVIDED: marked("Prestation non rendue"),
    DisputeReason.CREDIT_NOT_PROCESSED: marked("Remboursement promis et non reçu"),
    DisputeReason.PROCESSING_ERROR: marked("Montant ou date erronés"),
    DisputeReason.OTHER: marked("Autre motif"),
}
STAGES = {
    DisputeStage.OPENED: marked("Ouverte"),
    DisputeStage.EVIDENCE_SENT: marked("Réponse envoyée"),
    DisputeStage.WON: marked("Gagnée"),
    DisputeStage.LOST: marked("Perdue"),
}


DISPUTES = {
    DisputeStage.OPENED: marked("Contestation : ouverte"),
    DisputeStage.EVIDENCE_SENT: marked("Contestation : réponse envoyée"),
    DisputeStage.WON: marked("Contestation : gagnée"),
    DisputeStage.LOST: marked("Contestation : perdue"),
}


def standing_of(payment: Payment) -> str:
    """Return the state of a payment as a text to translate."""
    if payment.dispute:
        return DISPUTES[payment.dispute.stage]
    if payment.undone_line:
        return marked("Affecté par erreur, annulé")
    if payment.bounced_cents:
        return marked("Impayé")
    return marked("Rendu") if payment.refunded_cents else marked("Encaissé")
