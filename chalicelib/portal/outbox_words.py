"""Labels of outbox entries for the staff: mails, and calls to the gateway."""

from chalicelib.domain.languages import Language
from chalicelib.domain.outbox import Topic
from chalicelib.portal.texts import marked, said

_TOPICS = {
    Topic.PAYMENT_BOOKED: marked("Paiement enregistré"),
    Topic.PAYMENT_REFUNDED: marked("Paiement rendu par la banque"),
    Topic.CHEQUE_RECEIVED: marked("Chèque reçu"),
    Topic.TRANSFER_RECEIVED: marked("Virement reçu"),
    Topic.TRANSFER_SEARCHED: marked("Virement reçu, en recherche"),
    Topic.PAYMENT_BOUNCED: marked("Règlement impayé"),
    Topic.RECEIPT_UNDONE: marked("Affectation d'un virement annulée"),
    Topic.PAYMENT_DISPUTED: marked("Paiement contesté"),
    Topic.PAYMENT_REINSTATED: marked("Paiement rétabli"),
    Topic.ARREARS_REMINDER: marked("Relance d'un impayé"),
    Topic.OVERPAYMENT_KEPT: marked("Trop-perçu gardé"),
    Topic.CREDIT_NOTE_ISSUED: marked("Avoir établi"),
    Topic.PAYER_INVOICED: marked("Facture d'un tiers payeur"),
    Topic.PAYER_REMINDER: marked("Relance d'un tiers payeur"),
    Topic.PAYER_CREDITED: marked("Avoir à un tiers payeur"),
    Topic.PAYER_GONE: marked("Fin d'une prise en charge"),
    Topic.REFUND_SENT: marked("Remboursement envoyé"),
    Topic.REFUND_TRANSFERRED: marked("Remboursement viré"),
    Topic.REFUND_FAILED: marked("Remboursement non abouti"),
    Topic.REFUND_CANCELLED: marked("Remboursement annulé"),
    Topic.IBAN_NEEDED: marked("IBAN demandé"),
    Topic.IBAN_GIVEN: marked("IBAN donné"),
    Topic.REGISTRATION_VALIDATED: marked("Dossier validé"),
    Topic.REGISTRATION_REFUSED: marked("Dossier refusé"),
    Topic.REGISTRATION_REOPENED: marked("Décision sur le dossier reprise"),
    Topic.REGISTRATION_WITHDRAWN: marked("Désistement noté"),
    Topic.FEE_SITUATION_CHANGED: marked("Situation changée"),
    Topic.PLAN_APPROVED: marked("Échéancier accepté"),
    Topic.PLAN_REFUSED: marked("Échéancier refusé"),
    Topic.PLAN_STOPPED: marked("Échéancier suspendu"),
    Topic.PLAN_RESUMED: marked("Échéancier repris"),
    Topic.PLAN_RECUT: marked("Échéances modifiées"),
    Topic.DEBIT_NOTICE: marked("Annonce d'un prélèvement"),
    Topic.DEBIT_TAKEN: marked("Prélèvement effectué"),
    Topic.DEBIT_RETRIED: marked("Prélèvement à représenter"),
    Topic.PAYER_NEEDED: marked("Échéance à payer en ligne"),
    Topic.IN_ARREARS: marked("Échéance impayée"),
    Topic.CARD_ENDS_EARLY: marked("Carte qui expire trop tôt"),
    Topic.CARD_NOT_KEPT: marked("Carte non conservée"),
    Topic.FIRST_CONNECTION: marked("Lien de première connexion"),
    Topic.PASSWORD_RESET: marked("Lien de nouveau mot de passe"),
    Topic.PASSWORD_SET: marked("Mot de passe choisi"),
    Topic.SECOND_FACTOR_SET: marked("Second facteur installé"),
    Topic.SECOND_FACTOR_REMOVED: marked("Second facteur retiré"),
    Topic.IDENTITY_LINKED: marked("Identité centrale reliée"),
    Topic.FORGET_CARD: marked("Effacement d'une carte à la passerelle"),
    Topic.MAIL_CHANGED: marked("Adresse mail corrigée"),
    Topic.NAME_CHANGED: marked("Nom corrigé"),
    Topic.CONTINUE_IMPORT: marked("Suite d'une importation"),
    Topic.LINK_PAID: marked("Paiement par lien"),
    Topic.LINK_RECEIPT: marked("Reçu d'un paiement par lien"),
    Topic.LINK_REFUNDED: marked("Remboursement d'un paiement par lien"),
    Topic.CHECK_EVIDENCE: marked("Vérification à la source"),
    Topic.ENDPOINT_FAILING: marked("Point de réception sans réponse"),
    Topic.ENDPOINT_OFF: marked("Point de réception arrêté"),
    Topic.ENDPOINT_GONE: marked("Point de réception fermé"),
}


def sent_word(topic: str, language: Language = Language.FR) -> str:
    """Return the label of a kept topic, the name itself for one of a later release."""
    return said(_TOPICS[Topic(topic)], language) if topic in list(Topic) else topic


def topic_word(topic: Topic, language: Language = Language.FR) -> str:
    return said(_TOPICS[topic], language)
