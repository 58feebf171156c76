"""Labels of outbox entries for the staff: mails, and calls to the gateway."""

from chalicelib.domain.outbox import Topic

_TOPICS = {
    Topic.PAYMENT_BOOKED: "Paiement enregistré",
    Topic.PAYMENT_REFUNDED: "Paiement rendu par la banque",
    Topic.CHEQUE_RECEIVED: "Chèque reçu",
    Topic.TRANSFER_RECEIVED: "Virement reçu",
    Topic.TRANSFER_SEARCHED: "Virement reçu, en recherche",
    Topic.PAYMENT_BOUNCED: "Règlement impayé",
    Topic.RECEIPT_UNDONE: "Affectation d'un virement annulée",
    Topic.PAYMENT_DISPUTED: "Paiement contesté",
    Topic.PAYMENT_REINSTATED: "Paiement rétabli",
    Topic.ARREARS_REMINDER: "Relance d'un impayé",
    Topic.OVERPAYMENT_KEPT: "Trop-perçu gardé",
    Topic.CREDIT_NOTE_ISSUED: "Avoir établi",
    Topic.PAYER_INVOICED: "Facture d'un tiers payeur",
    Topic.PAYER_REMINDER: "Relance d'un tiers payeur",
    Topic.PAYER_CREDITED: "Avoir à un tiers payeur",
    Topic.PAYER_GONE: "Fin d'une prise en charge",
    Topic.REFUND_SENT: "Remboursement envoyé",
    Topic.REFUND_TRANSFERRED: "Remboursement viré",
    Topic.REFUND_FAILED: "Remboursement non abouti",
    Topic.REFUND_CANCELLED: "Remboursement annulé",
    Topic.IBAN_NEEDED: "IBAN demandé",
    Topic.IBAN_GIVEN: "IBAN donné",
    Topic.REGISTRATION_VALIDATED: "Dossier validé",
    Topic.REGISTRATION_REFUSED: "Dossier refusé",
    Topic.REGISTRATION_REOPENED: "Décision sur le dossier reprise",
    Topic.REGISTRATION_WITHDRAWN: "Désistement noté",
    Topic.FEE_SITUATION_CHANGED: "Situation changée",
    Topic.PLAN_APPROVED: "Échéancier accepté",
    Topic.PLAN_REFUSED: "Échéancier refusé",
    Topic.PLAN_STOPPED: "Échéancier suspendu",
    Topic.PLAN_RESUMED: "Échéancier repris",
    Topic.PLAN_RECUT: "Échéances modifiées",
    Topic.DEBIT_NOTICE: "Annonce d'un prélèvement",
    Topic.DEBIT_TAKEN: "Prélèvement effectué",
    Topic.DEBIT_RETRIED: "Prélèvement à représenter",
    Topic.PAYER_NEEDED: "Échéance à payer en ligne",
    Topic.IN_ARREARS: "Échéance impayée",
    Topic.CARD_ENDS_EARLY: "Carte qui expire trop tôt",
    Topic.CARD_NOT_KEPT: "Carte non conservée",
    Topic.FIRST_CONNECTION: "Lien de première connexion",
    Topic.PASSWORD_RESET: "Lien de nouveau mot de passe",
    Topic.PASSWORD_SET: "Mot de passe choisi",
    Topic.SECOND_FACTOR_SET: "Second facteur installé",
    Topic.SECOND_FACTOR_REMOVED: "Second facteur retiré",
    Topic.IDENTITY_LINKED: "Identité centrale reliée",
    Topic.FORGET_CARD: "Oubli d'une carte par la passerelle",
    Topic.MAIL_CHANGED: "Adresse mail corrigée",
    Topic.NAME_CHANGED: "Nom corrigé",
    Topic.CONTINUE_IMPORT: "Suite d'une importation",
}


def sent_word(topic: str) -> str:
    """Return the label of a kept topic, the name itself for one of a later release."""
    return _TOPICS[Topic(topic)] if topic in list(Topic) else topic


def topic_word(topic: Topic) -> str:
    return _TOPICS[topic]
