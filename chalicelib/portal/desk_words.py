"""The counters of a desk: what each is called, where its list is, and how it is computed."""

from typing import NamedTuple

from chalicelib.domain.brakes.brake import Brake
from chalicelib.domain.lists.counters import Counting
from chalicelib.domain.lists.filters import Anomaly
from chalicelib.portal.texts import marked


class Words(NamedTuple):
    label: str
    href: str
    how: str


def _list(anomaly: Anomaly) -> str:
    return f"/staff/registrations?anomaly={anomaly.value}"


COUNTERS = {
    Counting.TO_DECIDE: Words(
        marked("Dossiers à décider"),
        _list(Anomaly.TO_DECIDE),
        marked("Dossiers de la campagne en cours, ni validés ni refusés, dont la situation est déclarée."),
    ),
    Counting.EVIDENCE_VERIFIED: Words(
        marked("Vérifiés à la source"),
        _list(Anomaly.EVIDENCE_VERIFIED),
        marked("Parmi eux, ceux dont la CVEC et, s'ils la déclarent, la bourse sont confirmées par l'État."),
    ),
    Counting.GRANTS_APPEARED: Words(
        marked("Bourses apparues"),
        _list(Anomaly.GRANT_APPEARED),
        marked("Dossiers d'une autre situation dont l'État montre une bourse : la situation est à corriger."),
    ),
    Counting.PAID_NOT_VALIDATED: Words(
        marked("Payés, à valider"),
        _list(Anomaly.PAID_NOT_VALIDATED),
        marked("Dossiers dont tout le montant dû est reçu, et que la scolarité n'a pas encore validés."),
    ),
    Counting.VALIDATED_UNPAID: Words(
        marked("Validés, impayés"),
        _list(Anomaly.VALIDATED_UNPAID),
        marked(
            "Dossiers validés à qui il reste à payer, sans échéancier en cours ; la somme est ce qui reste."
        ),
    ),
    Counting.PLANS_TO_DECIDE: Words(
        marked("Échéanciers à décider"),
        "/staff/plan-requests?state=requested",
        marked("Demandes de paiement en plusieurs fois sans réponse."),
    ),
    Counting.REFUSED_DEBITS: Words(
        marked("Prélèvements refusés"),
        _list(Anomaly.REFUSED_DEBIT),
        marked(
            "Dossiers avec une échéance refusée que l'étudiant doit régler ; la somme est ce qui en reste dû."
        ),
    ),
    Counting.ARREARS: Words(
        marked("Impayés"),
        _list(Anomaly.ARREARS),
        marked("Parmi eux, ceux dont tous les essais de prélèvement ont échoué."),
    ),
    Counting.IN_QUESTION: Words(
        marked("Paiements à éclaircir"),
        _list(Anomaly.IN_QUESTION),
        marked("Dossiers avec un paiement ou un prélèvement dont la passerelle n'a pas dit l'issue."),
    ),
    Counting.PROVISIONAL_OVERDUE: Words(
        marked("Notifications de bourse en retard"),
        _list(Anomaly.PROVISIONAL_OVERDUE),
        marked("Boursiers provisoires dont le jour d'attente de la notification est passé."),
    ),
    Counting.FOLLOW_UPS: Words(
        marked("À revoir"),
        _list(Anomaly.FOLLOW_UP),
        marked("Dossiers dont le commentaire interne donne une date de suivi, arrivée ou passée."),
    ),
    Counting.EXEMPTIONS: Words(
        marked("Exonérés par décision"),
        "/staff/exemptions",
        marked(
            "Personnes exonérées par décision : au plus 10 % des inscrits, exonérés de droit non comptés."
        ),
    ),
    Counting.CREDITS: Words(
        marked("Crédits à rendre"),
        _list(Anomaly.CREDIT),
        marked("Argent reçu qui n'est affecté à rien, ou reçu d'un dossier refusé ou retiré."),
    ),
    Counting.CONFLICTS: Words(
        marked("Conflits"),
        "/staff/plan-requests",
        marked("Échéances dont seule une personne peut dire si elles ont été prélevées."),
    ),
    Counting.SECOND_PERSON: Words(
        marked("Attendent une seconde personne"),
        "/staff/people",
        marked("Changements de rôles proposés, qu'une autre personne doit accepter ou refuser."),
    ),
    Counting.GIVEN_UP: Words(
        marked("Envois en échec"),
        "/staff/outbox",
        marked("Mails et appels dont tous les essais ont échoué."),
    ),
    Counting.UNEXPLAINED: Words(
        marked("Écarts inexpliqués, depuis le plus ancien"),
        "/staff/reconciliations",
        marked("Ce que personne n'a expliqué entre les livres, la passerelle et la banque, par signe."),
    ),
    Counting.LAST_RUN: Words(
        marked("Derniers prélèvements"),
        "/staff/plan-requests?state=approved",
        marked("Prélèvements acceptés du dernier jour d'échéance passé, et leur somme."),
    ),
}
BRAKES = {
    Brake.DEBITS: marked("Les prélèvements sont arrêtés."),
    Brake.PAYMENTS: marked("Les paiements par carte sont arrêtés."),
    Brake.PORTAL: marked("Le portail est fermé aux étudiants."),
}
