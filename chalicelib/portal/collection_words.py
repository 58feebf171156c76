"""Labels of cheques, transfers and disputes for the staff."""

from chalicelib.domain.collection.disputes import DisputeReason, DisputeStage
from chalicelib.domain.payments import Payment, PaymentMethod

METHODS = {
    PaymentMethod.CARD: "Carte",
    PaymentMethod.CHEQUE: "Chèque",
    PaymentMethod.TRANSFER: "Virement",
}
REASONS = {
    DisputeReason.FRAUDULENT: "Le titulaire dit ne pas avoir fait ce paiement",
    DisputeReason.UNRECOGNISED: "Le titulaire ne reconnaît pas ce paiement",
    DisputeReason.DUPLICATE: "Payé deux fois",
    DisputeReason.NOT_PROVIDED: "Prestation non rendue",
    DisputeReason.CREDIT_NOT_PROCESSED: "Remboursement promis et non reçu",
    DisputeReason.PROCESSING_ERROR: "Montant ou date erronés",
    DisputeReason.OTHER: "Autre motif",
}
STAGES = {
    DisputeStage.OPENED: "Ouverte",
    DisputeStage.EVIDENCE_SENT: "Réponse envoyée",
    DisputeStage.WON: "Gagnée",
    DisputeStage.LOST: "Perdue",
}


def standing_of(payment: Payment) -> str:
    """Return the state of a payment in words."""
    if payment.dispute:
        return f"Contestation : {STAGES[payment.dispute.stage].lower()}"
    if payment.undone_line:
        return "Affecté par erreur, annulé"
    if payment.bounced_cents:
        return "Impayé"
    return "Rendu" if payment.refunded_cents else "Encaissé"
