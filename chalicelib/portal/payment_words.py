"""Labels of an attempt's states for the student."""

from chalicelib.domain.payments import AttemptState
from chalicelib.portal.texts import marked

MESSAGES = {
    AttemptState.PENDING: marked(
        "Le paiement n'est pas encore confirmé. Rechargez cette page dans un instant."
    ),
    AttemptState.PAID: marked("Votre paiement est enregistré. Votre facture est disponible."),
    AttemptState.REFUNDED: marked(
        "La banque a encaissé ce paiement, puis vous l'a rendu à la demande de l'école. "
        "Il ne règle rien : vous pouvez payer de nouveau."
    ),
    AttemptState.REFUSED: marked(
        "Ce paiement n'a pas été accepté. Rien n'a été débité : essayez une autre carte."
    ),
    AttemptState.CANCELLED: marked(
        "Ce paiement a été abandonné. Rien n'a été débité : vous pouvez recommencer. "
        "Fermez aussi la page de PAYBOX si elle est restée ouverte."
    ),
    AttemptState.UNKNOWN: marked(
        "Le résultat de ce paiement est en cours de vérification auprès de la banque. "
        "Ne payez pas une seconde fois : revenez dans une heure."
    ),
}
