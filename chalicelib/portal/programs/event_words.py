"""The types of events, and what became of sending them, in words."""

from chalicelib.domain.events.event import EventType
from chalicelib.domain.webhooks.attempt import AttemptResult
from chalicelib.domain.webhooks.delivery import DeliveryState
from chalicelib.domain.webhooks.endpoint import OffReason
from chalicelib.portal.texts import marked

TYPES = {
    EventType.INVOICE_ISSUED: marked("Facture émise"),
    EventType.CREDIT_NOTE_ISSUED: marked("Avoir émis"),
    EventType.PAYMENT_BOOKED: marked("Paiement encaissé"),
    EventType.PAYMENT_RETURNED: marked("Paiement repris ou rejeté"),
    EventType.PAYMENT_REINSTATED: marked("Paiement contesté puis rendu"),
    EventType.CREDIT_SET_OFF: marked("Crédit imputé"),
    EventType.REFUND_DONE: marked("Remboursement effectué"),
    EventType.DEBT_GIVEN_UP: marked("Dette abandonnée"),
    EventType.PLAN_APPROVED: marked("Échéancier accepté"),
    EventType.PLAN_STOPPED: marked("Échéancier arrêté"),
    EventType.PLAN_RESUMED: marked("Échéancier repris"),
    EventType.PLAN_RECUT: marked("Échéancier recalculé"),
    EventType.SITUATION_CHANGED: marked("Situation déclarée ou corrigée"),
    EventType.REGISTRATION_VALIDATED: marked("Dossier validé"),
    EventType.REGISTRATION_REFUSED: marked("Dossier refusé"),
    EventType.REGISTRATION_REOPENED: marked("Dossier rouvert"),
    EventType.REGISTRATION_WITHDRAWN: marked("Inscription annulée"),
    EventType.REGISTRATION_COMPLETE: marked("Inscription complète"),
}
RESULTS = {
    AttemptResult.ACCEPTED: marked("Reçu"),
    AttemptResult.REFUSED: marked("Refusé par le serveur"),
    AttemptResult.REDIRECTED: marked("Redirection, jamais suivie"),
    AttemptResult.GONE: marked("N'existe plus (410)"),
    AttemptResult.TIMED_OUT: marked("Pas de réponse à temps"),
    AttemptResult.NOT_CONNECTED: marked("Connexion impossible"),
    AttemptResult.NAME_UNKNOWN: marked("Nom de domaine introuvable"),
    AttemptResult.ADDRESS_NOT_PUBLIC: marked("Adresse non publique : rien n'a été envoyé"),
    AttemptResult.CERTIFICATE_REFUSED: marked("Certificat non valable"),
    AttemptResult.UNFINISHED: marked("Fin inconnue : l'événement est envoyé à nouveau"),
    AttemptResult.EVENT_UNREADABLE: marked("Événement illisible : rien n'a été envoyé"),
}
STATES = {
    DeliveryState.WAITING: marked("À envoyer"),
    DeliveryState.DELIVERED: marked("Reçu"),
    DeliveryState.GIVEN_UP: marked("Abandonné"),
    DeliveryState.UNWANTED: marked("Type non demandé"),
}
STATE_COLOURS = {
    DeliveryState.WAITING: "heed",
    DeliveryState.DELIVERED: "yes",
    DeliveryState.GIVEN_UP: "no",
    DeliveryState.UNWANTED: "",
}
OFF = {
    OffReason.BY_HAND: marked("Arrêté à la main"),
    OffReason.GONE: marked("Arrêté : l'adresse a répondu qu'elle n'existe plus (410)"),
    OffReason.FAILING: marked("Arrêté : rien n'a été reçu depuis cinq jours"),
    OffReason.OWNER_LEFT: marked("Arrêté : la personne qui en répond est partie"),
}
