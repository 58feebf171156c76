"""Labels of the audit trail: the name of each act and of its details."""

from chalicelib.domain.books.journaling import DIGESTS
from chalicelib.domain.money import euros
from chalicelib.domain.outbox import Topic
from chalicelib.domain.people import Role
from chalicelib.domain.trail.audit import GATEWAY, OPERATOR, SCHEDULE, Act
from chalicelib.portal.outbox_words import topic_word
from chalicelib.portal.people_words import role_word

_ACTS = {
    Act.FEE_SITUATION_DECLARED: "Situation déclarée",
    Act.FEE_SITUATION_CHANGED: "Situation changée par la scolarité",
    Act.REGISTRATION_VALIDATED: "Dossier validé",
    Act.REGISTRATION_REFUSED: "Dossier refusé",
    Act.REGISTRATION_REOPENED: "Décision sur le dossier reprise",
    Act.REGISTRATION_WITHDRAWN: "Désistement noté",
    Act.PROVISIONAL_MARKED: "Attente de la notification de bourse notée",
    Act.STEPS_TICKED: "Justificatifs vus",
    Act.REGISTRATION_BLOCKED: "Dossier bloqué",
    Act.REGISTRATION_UNBLOCKED: "Dossier débloqué",
    Act.PLAN_REQUESTED: "Échéancier demandé",
    Act.PLAN_REQUEST_WITHDRAWN: "Demande d'échéancier retirée",
    Act.PLAN_APPROVED: "Échéancier accepté",
    Act.PLAN_REFUSED: "Échéancier refusé",
    Act.PAYMENT_BOOKED: "Paiement enregistré",
    Act.PAYMENT_REFUNDED: "Paiement reçu, déjà rendu par la banque",
    Act.PAYMENT_ENTERED: "Règlement saisi",
    Act.PAYMENT_BOUNCED: "Règlement impayé",
    Act.PAYMENT_DISPUTED: "Paiement contesté, repris par la banque",
    Act.DISPUTE_STAGED: "Contestation suivie",
    Act.ARREARS_REMINDED: "Relance d'un impayé",
    Act.DEBIT_BOOKED: "Prélèvement enregistré",
    Act.DEBIT_RELEASED: "Prélèvement libéré",
    Act.WAIVER_PROPOSED: "Abandon de créance proposé",
    Act.WAIVER_APPROVED: "Abandon de créance approuvé",
    Act.WAIVER_REFUSED: "Abandon de créance refusé",
    Act.BATCH_MADE: "Lot comptable établi",
    Act.BATCH_RETURNED: "Retour d'un lot comptable",
    Act.JOURNAL_COMPLETED: "Écritures d'avant le journal ajoutées",
    Act.STUDENT_PACKED: "Dossier complet emporté pour contrôle",
    Act.BOOKS_TAKEN: "Export comptable téléchargé",
    Act.ROLES_PROPOSED: "Rôles proposés",
    Act.ROLES_CHANGED: "Rôles changés",
    Act.ROLES_REFUSED: "Changement de rôles refusé",
    Act.ACCOUNT_DISABLED: "Compte fermé",
    Act.ACCOUNT_ENABLED: "Compte rouvert",
    Act.SESSIONS_ENDED: "Sessions fermées",
    Act.PASSWORD_SET: "Mot de passe choisi",
    Act.SECOND_FACTOR_ENROLLED: "Second facteur installé",
    Act.SECOND_FACTOR_REMOVED: "Second facteur retiré",
    Act.IDENTITY_LINKED: "Identité centrale reliée",
    Act.IDENTITY_UNLINKED: "Identité centrale détachée",
    Act.PERSON_EXPORTED: "Données exportées",
    Act.PERSON_ERASED: "Personne effacée",
    Act.RETENTION_APPLIED: "Fin de conservation appliquée",
    Act.CARD_FORGOTTEN: "Carte oubliée",
    Act.DELIVERY_RETRIED: "Envoi relancé",
    Act.PLAN_STOPPED: "Échéancier suspendu",
    Act.PLAN_RESUMED: "Échéancier repris",
    Act.PAYER_NAMED: "Tiers payeur désigné",
    Act.PAYER_WITHDRAWN: "Tiers payeur retiré",
    Act.PAYER_INVOICED: "Tiers payeur facturé",
    Act.PAYER_REMINDED: "Relance d'un tiers payeur",
    Act.CREDIT_NOTE_ISSUED: "Avoir établi",
    Act.CREDIT_SET_OFF: "Crédit imputé sur ce qui est dû",
    Act.REFUND_PREPARED: "Remboursement préparé",
    Act.REFUND_APPROVED: "Remboursement accordé",
    Act.REFUND_DECLINED: "Remboursement refusé",
    Act.REFUND_LAPSED: "Remboursement caduc",
    Act.REFUND_CANCELLED: "Remboursement approuvé annulé",
    Act.REFUND_TRANSFERRED: "Remboursement viré",
    Act.REFUND_DONE: "Remboursement fait",
    Act.REFUND_REFUSED: "Remboursement non abouti",
    Act.IBAN_GIVEN: "IBAN donné",
    Act.REGISTRATION_COMMENTED: "Commentaire interne écrit",
    Act.ACT_UNDONE: "Acte annulé",
    Act.IBAN_ASKED: "IBAN demandé de nouveau",
    Act.REST_WRITTEN_OFF: "Reste passé en pertes",
    Act.TRANSFER_FILE_MADE: "Fichier de virements établi",
    Act.ENTRIES_LETTERED: "Écritures lettrées à la main",
    Act.LETTERING_UNDONE: "Lettrage à la main défait",
    Act.RAPPROCHEMENT_PREPARED: "État de rapprochement établi",
    Act.RAPPROCHEMENT_CHECKED: "État de rapprochement contrôlé",
    Act.PERIOD_LEFT: "Clôture d'un mois commencée",
    Act.PERIOD_CLOSED: "Mois clôturé",
    Act.SLIP_MADE: "Bordereau de remise ouvert",
    Act.SLIP_CHANGED: "Chèques du bordereau changés",
    Act.SLIP_DEPOSITED: "Bordereau remis en banque",
    Act.SLIP_CREDITED: "Bordereau crédité par la banque",
    Act.JOURNAL_NUMBERED: "Écritures numérotées",
    Act.STATEMENT_IMPORTED: "Relevé de banque importé",
    Act.LINE_SUSPENDED: "Ligne de relevé mise en attente (471)",
    Act.LINE_EXPLAINED: "Ligne de relevé expliquée",
    Act.LINE_UNDONE: "Explication d'une ligne de relevé annulée",
    Act.LINE_HANDED_ON: "Recherche d'une ligne de relevé confiée",
    Act.CAMPAIGN_PROPOSED: "Version de campagne proposée",
    Act.CAMPAIGN_APPLIED: "Version de campagne appliquée",
    Act.CAMPAIGN_REFUSED: "Version de campagne refusée",
    Act.DAY_RECONCILED: "Journée rapprochée",
    Act.DIFFERENCE_EXPLAINED: "Écart expliqué",
    Act.DIFFERENCE_TAKEN: "Écart pris en charge",
    Act.EXPORT_COMPARED: "Export du back office rapproché",
    Act.PLAN_RECUT: "Reste de l'échéancier réparti",
    Act.PERSON_IMPORTED: "Personne importée",
    Act.PERSON_CORRECTED: "Personne corrigée par une importation",
    Act.IMPORT_STARTED: "Importation commencée",
    Act.IMPORT_FINISHED: "Importation finie",
    Act.ADMINISTRATOR_CREATED: "Première personne créée par l'exploitant",
}
_BY_ITSELF = {GATEWAY: "La passerelle", SCHEDULE: "Un traitement automatique", OPERATOR: "L'exploitant"}
_DETAILS = {
    "amount_cents": "montant",
    "before": "empreinte d'avant",
    "after": "empreinte d'après",
    "policy": "rapprochement",
    "day": "journée",
    "checked": "contrôlés",
    "left": "laissés",
    "found": "écarts",
    "found_cents": "somme des écarts",
    "unexplained_cents": "inexpliqué",
    "source": "empreinte du fichier",
    "kind": "nature",
    "about": "objet",
    "owed_before_cents": "dû avant",
    "owed_after_cents": "dû après",
    "kept_cents": "gardé",
    "credit_notes": "avoirs",
    "refunds": "remboursements",
    "until": "jusqu'au",
    "stage": "étape",
    "method": "moyen",
    "rung": "relance n°",
    "changed": "changé",
    "code": "situation",
    "digest": "empreinte",
    "follow_up_on": "à revoir le",
    "first": "du numéro",
    "holds_from": "valable à partir du",
    "journal": "écritures",
    "last": "au numéro",
    "letter": "lettre",
    "difference_cents": "différence",
    "balances": "empreinte des soldes",
    "entries": "écritures lettrées",
    "payments": "règlements",
    "deposited_on": "remis le",
    "credited_on": "crédité le",
    "line": "ligne de relevé",
    "lines": "empreinte des lignes",
    "numbers": "empreinte des numéros",
    "invoice": "facture",
    "payer": "tiers payeur",
    "siret": "SIRET",
    "number": "numéro",
    "import": "importation",
    "order": "commande",
    "parts": "échéances",
    "plan": "échéancier",
    "roles": "rôles",
    "steps": "étapes",
    "topic": "envoi",
    "undone": "acte",
    "total_cents": "montant total",
}


def act_word(act: Act) -> str:
    return _ACTS[act]


def actor_word(by: str) -> str:
    """Return the label of GATEWAY, SCHEDULE or OPERATOR; return the id of a person unchanged."""
    return _BY_ITSELF.get(by, by)


def detail_words(name: str, value: str) -> str:
    """Return one detail as text; amounts are stored as text, in cents."""
    if name.endswith("_cents") and value.isdecimal():
        shown = euros(int(value))
    elif name == DIGESTS:
        shown = ", ".join(told.partition("=")[0] for told in value.split())
    elif name == "roles":
        shown = ", ".join(role_word(Role(each)) for each in value.split() if each in list(Role))
    elif name == "topic" and value in list(Topic):
        shown = topic_word(Topic(value))
    elif name == "undone" and value in list(Act):
        shown = act_word(Act(value))
    else:
        shown = value
    return f"{_DETAILS.get(name, name)} : {shown}"
