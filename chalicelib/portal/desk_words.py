"""The counters of a desk: what each is called, where its list is, and how it is computed."""

from typing import NamedTuple

from chalicelib.domain.lists.counters import Counting
from chalicelib.domain.lists.filters import Anomaly


class Words(NamedTuple):
    label: str
    href: str
    how: str


def _list(anomaly: Anomaly) -> str:
    return f"/staff/registrations?anomaly={anomaly.value}"


COUNTERS = {
    Counting.TO_DECIDE: Words(
        "Dossiers à décider",
        _list(Anomaly.TO_DECIDE),
        "Dossiers de la campagne en cours, ni validés ni refusés, dont la situation est déclarée.",
    ),
    Counting.PAID_NOT_VALIDATED: Words(
        "Payés, à valider",
        _list(Anomaly.PAID_NOT_VALIDATED),
        "Dossiers dont tout le montant dû est reçu, et que la scolarité n'a pas encore validés.",
    ),
    Counting.VALIDATED_UNPAID: Words(
        "Validés, impayés",
        _list(Anomaly.VALIDATED_UNPAID),
        "Dossiers validés à qui il reste à payer, sans échéancier en cours ; la somme est ce qui reste.",
    ),
    Counting.PLANS_TO_DECIDE: Words(
        "Échéanciers à décider",
        "/staff/plan-requests?state=requested",
        "Demandes de paiement en plusieurs fois sans réponse.",
    ),
    Counting.REFUSED_DEBITS: Words(
        "Débits refusés",
        _list(Anomaly.REFUSED_DEBIT),
        "Dossiers avec une échéance refusée que l'étudiant doit régler ; la somme est ce qui en reste dû.",
    ),
    Counting.ARREARS: Words(
        "Impayés",
        _list(Anomaly.ARREARS),
        "Parmi eux, ceux dont tous les essais de débit ont échoué.",
    ),
    Counting.IN_QUESTION: Words(
        "Paiements à éclaircir",
        _list(Anomaly.IN_QUESTION),
        "Dossiers avec un paiement ou un débit dont la passerelle n'a pas dit l'issue.",
    ),
    Counting.PROVISIONAL_OVERDUE: Words(
        "Notifications de bourse en retard",
        _list(Anomaly.PROVISIONAL_OVERDUE),
        "Boursiers provisoires dont le jour d'attente de la notification est passé.",
    ),
    Counting.FOLLOW_UPS: Words(
        "À revoir",
        _list(Anomaly.FOLLOW_UP),
        "Dossiers dont le commentaire interne donne une date de suivi, arrivée ou passée.",
    ),
    Counting.EXEMPTIONS: Words(
        "Exonérés par décision",
        "/staff/exemptions",
        "Personnes exonérées par décision : au plus 10 % des inscrits, exonérés de droit non comptés.",
    ),
    Counting.CREDITS: Words(
        "Crédits à rendre",
        _list(Anomaly.CREDIT),
        "Argent reçu qui n'est affecté à rien, ou reçu d'un dossier refusé ou retiré.",
    ),
    Counting.CONFLICTS: Words(
        "Conflits",
        "/staff/plan-requests",
        "Échéances dont seule une personne peut dire si elles ont été débitées.",
    ),
    Counting.SECOND_PERSON: Words(
        "Attendent une seconde personne",
        "/staff/people",
        "Changements de rôles proposés, qu'une autre personne doit accepter ou refuser.",
    ),
    Counting.GIVEN_UP: Words(
        "Envois en échec",
        "/staff/outbox",
        "Mails et appels dont tous les essais ont échoué.",
    ),
    Counting.UNEXPLAINED: Words(
        "Écarts inexpliqués, depuis le plus ancien",
        "/staff/reconciliations",
        "Somme signée de ce que personne n'a expliqué entre les livres, la passerelle et la banque.",
    ),
    Counting.LAST_RUN: Words(
        "Derniers prélèvements",
        "/staff/plan-requests?state=approved",
        "Débits acceptés du dernier jour d'échéance passé, et leur somme.",
    ),
}
