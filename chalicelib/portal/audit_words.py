"""Labels of the audit trail: the name of each act and of its details."""

from chalicelib.domain.books.journaling import DIGESTS
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.collection.disputes import DisputeStage
from chalicelib.domain.languages import Language, amount
from chalicelib.domain.outbox import Topic
from chalicelib.domain.payments import PaymentMethod
from chalicelib.domain.people import Role
from chalicelib.domain.trail.audit import GATEWAY, OPERATOR, SCHEDULE, Act
from chalicelib.portal.collection_words import METHODS, STAGES
from chalicelib.portal.outbox_words import topic_word
from chalicelib.portal.people_words import role_word
from chalicelib.portal.texts import marked, said

_ACTS = {
    Act.FEE_SITUATION_DECLARED: marked("Situation déclarée"),
    Act.FEE_SITUATION_CHANGED: marked("Situation changée par la scolarité"),
    Act.REGISTRATION_VALIDATED: marked("Dossier validé"),
    Act.REGISTRATION_REFUSED: marked("Dossier refusé"),
    Act.REGISTRATION_REOPENED: marked("Décision sur le dossier reprise"),
    Act.REGISTRATION_WITHDRAWN: marked("Désistement noté"),
    Act.PROVISIONAL_MARKED: marked("Attente de la notification de bourse notée"),
    Act.STEPS_TICKED: marked("Justificatifs vus"),
    Act.EVIDENCE_CHECKED: marked("Justificatif vérifié à la source"),
    Act.REGISTRATION_BLOCKED: marked("Dossier bloqué"),
    Act.REGISTRATION_UNBLOCKED: marked("Dossier débloqué"),
    Act.PLAN_REQUESTED: marked("Échéancier demandé"),
    Act.PLAN_REQUEST_WITHDRAWN: marked("Demande d'échéancier retirée"),
    Act.PLAN_APPROVED: marked("Échéancier accepté"),
    Act.PLAN_REFUSED: marked("Échéancier refusé"),
    Act.PAYMENT_BOOKED: marked("Paiement enregistré"),
    Act.PAYMENT_REFUNDED: marked("Paiement reçu, déjà rendu par la banque"),
    Act.PAYMENT_ENTERED: marked("Règlement saisi"),
    Act.PAYMENT_BOUNCED: marked("Règlement impayé"),
    Act.PAYMENT_DISPUTED: marked("Paiement contesté, repris par la banque"),
    Act.DISPUTE_STAGED: marked("Contestation suivie"),
    Act.ARREARS_REMINDED: marked("Relance d'un impayé"),
    Act.DEBIT_BOOKED: marked("Prélèvement enregistré"),
    Act.DEBIT_RELEASED: marked("Prélèvement libéré"),
    Act.WAIVER_PROPOSED: marked("Abandon de créance proposé"),
    Act.WAIVER_APPROVED: marked("Abandon de créance approuvé"),
    Act.WAIVER_REFUSED: marked("Abandon de créance refusé"),
    Act.BATCH_MADE: marked("Lot comptable établi"),
    Act.BATCH_RETURNED: marked("Retour d'un lot comptable"),
    Act.JOURNAL_COMPLETED: marked("Écritures d'avant le journal ajoutées"),
    Act.STUDENT_PACKED: marked("Dossier complet emporté pour contrôle"),
    Act.BOOKS_TAKEN: marked("Export comptable téléchargé"),
    Act.SERVICE_KEY_MADE: marked("Clé de service créée"),
    Act.SERVICE_KEY_ROLLED: marked("Clé de service renouvelée"),
    Act.SERVICE_KEY_REVOKED: marked("Clé de service révoquée"),
    Act.SERVICE_KEY_ACTED: marked("Acte d'un programme par sa clé de service"),
    Act.ENDPOINT_ADDED: marked("Point de réception ajouté"),
    Act.ENDPOINT_CHANGED: marked("Point de réception modifié"),
    Act.ENDPOINT_SECRET_ROTATED: marked("Secret d'un point de réception renouvelé"),
    Act.ENDPOINT_SWITCHED_ON: marked("Point de réception remis en service"),
    Act.ENDPOINT_SWITCHED_OFF: marked("Envois à un point de réception arrêtés"),
    Act.ENDPOINT_REMOVED: marked("Point de réception supprimé"),
    Act.EVENTS_REPLAYED: marked("Événements envoyés à nouveau"),
    Act.ROLES_PROPOSED: marked("Rôles proposés"),
    Act.ROLES_CHANGED: marked("Rôles changés"),
    Act.ROLES_REFUSED: marked("Changement de rôles refusé"),
    Act.ACCOUNT_DISABLED: marked("Compte fermé"),
    Act.ACCOUNT_ENABLED: marked("Compte rouvert"),
    Act.SESSIONS_ENDED: marked("Sessions fermées"),
    Act.PASSWORD_SET: marked("Mot de passe choisi"),
    Act.SECOND_FACTOR_ENROLLED: marked("Second facteur installé"),
    Act.SECOND_FACTOR_REMOVED: marked("Second facteur retiré"),
    Act.IDENTITY_LINKED: marked("Identité centrale reliée"),
    Act.IDENTITY_UNLINKED: marked("Identité centrale détachée"),
    Act.PERSON_EXPORTED: marked("Données exportées"),
    Act.PERSON_ERASED: marked("Personne effacée"),
    Act.RETENTION_APPLIED: marked("Fin de conservation appliquée"),
    Act.CARD_FORGOTTEN: marked("Carte effacée"),
    Act.DELIVERY_RETRIED: marked("Envoi relancé"),
    Act.PLAN_STOPPED: marked("Échéancier suspendu"),
    Act.PLAN_RESUMED: marked("Échéancier repris"),
    Act.PAYER_NAMED: marked("Tiers payeur désigné"),
    Act.PAYER_WITHDRAWN: marked("Tiers payeur retiré"),
    Act.PAYER_INVOICED: marked("Tiers payeur facturé"),
    Act.PAYER_REMINDED: marked("Relance d'un tiers payeur"),
    Act.CREDIT_NOTE_ISSUED: marked("Avoir établi"),
    Act.CREDIT_SET_OFF: marked("Crédit imputé sur ce qui est dû"),
    Act.REFUND_PREPARED: marked("Remboursement préparé"),
    Act.REFUND_APPROVED: marked("Remboursement accordé"),
    Act.REFUND_DECLINED: marked("Remboursement refusé"),
    Act.REFUND_LAPSED: marked("Remboursement caduc"),
    Act.REFUND_CANCELLED: marked("Remboursement approuvé annulé"),
    Act.REFUND_TRANSFERRED: marked("Remboursement viré"),
    Act.REFUND_DONE: marked("Remboursement fait"),
    Act.REFUND_REFUSED: marked("Remboursement non abouti"),
    Act.IBAN_GIVEN: marked("IBAN donné"),
    Act.REGISTRATION_COMMENTED: marked("Commentaire interne écrit"),
    Act.ACT_UNDONE: marked("Acte annulé"),
    Act.IBAN_ASKED: marked("IBAN demandé de nouveau"),
    Act.REST_WRITTEN_OFF: marked("Reste passé en pertes"),
    Act.TRANSFER_FILE_MADE: marked("Fichier de virements établi"),
    Act.ENTRIES_LETTERED: marked("Écritures lettrées à la main"),
    Act.LETTERING_UNDONE: marked("Lettrage à la main défait"),
    Act.RAPPROCHEMENT_PREPARED: marked("État de rapprochement établi"),
    Act.RAPPROCHEMENT_CHECKED: marked("État de rapprochement contrôlé"),
    Act.PERIOD_LEFT: marked("Clôture d'un mois commencée"),
    Act.PERIOD_CLOSED: marked("Mois clôturé"),
    Act.SLIP_MADE: marked("Bordereau de remise ouvert"),
    Act.SLIP_CHANGED: marked("Chèques du bordereau changés"),
    Act.SLIP_DEPOSITED: marked("Bordereau remis en banque"),
    Act.SLIP_CREDITED: marked("Bordereau crédité par la banque"),
    Act.JOURNAL_NUMBERED: marked("Écritures numérotées"),
    Act.STATEMENT_IMPORTED: marked("Relevé de banque importé"),
    Act.LINE_SUSPENDED: marked("Ligne de relevé mise en attente (471)"),
    Act.LINE_EXPLAINED: marked("Ligne de relevé expliquée"),
    Act.LINE_UNDONE: marked("Explication d'une ligne de relevé annulée"),
    Act.LINE_HANDED_ON: marked("Recherche d'une ligne de relevé confiée"),
    Act.CAMPAIGN_PROPOSED: marked("Version de campagne proposée"),
    Act.CAMPAIGN_APPLIED: marked("Version de campagne appliquée"),
    Act.CAMPAIGN_REFUSED: marked("Version de campagne refusée"),
    Act.DAY_RECONCILED: marked("Journée rapprochée"),
    Act.DIFFERENCE_EXPLAINED: marked("Écart expliqué"),
    Act.DIFFERENCE_TAKEN: marked("Écart pris en charge"),
    Act.EXPORT_COMPARED: marked("Export du back office rapproché"),
    Act.PAYMENT_LINK_MADE: marked("Lien de paiement fait"),
    Act.PAYMENT_LINK_REVOKED: marked("Lien de paiement annulé"),
    Act.PLAN_RECUT: marked("Reste de l'échéancier réparti"),
    Act.PERSON_IMPORTED: marked("Personne importée"),
    Act.PERSON_CORRECTED: marked("Personne corrigée par une importation"),
    Act.IMPORT_STARTED: marked("Importation commencée"),
    Act.IMPORT_FINISHED: marked("Importation finie"),
    Act.ADMINISTRATOR_CREATED: marked("Première personne créée par l'exploitant"),
    Act.TABLE_RESTORED: marked("Table restaurée depuis une sauvegarde"),
    Act.PAYMENT_SOUGHT: marked("Encaissement recherché après restauration"),
    Act.BRAKE_APPLIED: marked("Frein posé"),
    Act.BRAKE_RELEASED: marked("Frein levé"),
}
_BY_ITSELF = {
    GATEWAY: marked("La passerelle"),
    SCHEDULE: marked("Un traitement automatique"),
    OPERATOR: marked("L'exploitant"),
}
_DETAILS = {
    "amount_cents": marked("montant"),
    "principal": marked("identité AWS"),
    "sentence_fr": marked("phrase en français"),
    "sentence_en": marked("phrase en anglais"),
    "before": marked("empreinte d'avant"),
    "after": marked("empreinte d'après"),
    "policy": marked("rapprochement"),
    "day": marked("journée"),
    "checked": marked("contrôlés"),
    "left": marked("laissés"),
    "found": marked("écarts"),
    "found_cents": marked("somme des écarts"),
    "unexplained_cents": marked("inexpliqué"),
    "source": marked("empreinte du fichier"),
    "kind": marked("nature"),
    "about": marked("objet"),
    "owed_before_cents": marked("dû avant"),
    "owed_after_cents": marked("dû après"),
    "kept_cents": marked("gardé"),
    "credit_notes": marked("avoirs"),
    "refunds": marked("remboursements"),
    "until": marked("jusqu'au"),
    "stage": marked("étape"),
    "method": marked("moyen"),
    "rung": marked("relance n°"),
    "changed": marked("changé"),
    "code": marked("situation"),
    "digest": marked("empreinte"),
    "follow_up_on": marked("à revoir le"),
    "first": marked("du numéro"),
    "holds_from": marked("valable à partir du"),
    "journal": marked("écritures"),
    "last": marked("au numéro"),
    "letter": marked("lettre"),
    "difference_cents": marked("différence"),
    "balances": marked("empreinte des soldes"),
    "entries": marked("écritures lettrées"),
    "payments": marked("règlements"),
    "deposited_on": marked("remis le"),
    "credited_on": marked("crédité le"),
    "line": marked("ligne de relevé"),
    "lines": marked("empreinte des lignes"),
    "numbers": marked("empreinte des numéros"),
    "invoice": marked("facture"),
    "payer": marked("tiers payeur"),
    "siret": marked("SIRET"),
    "number": marked("numéro"),
    "import": marked("importation"),
    "keys": marked("clés de service terminées"),
    "order": marked("commande"),
    "parts": marked("échéances"),
    "plan": marked("échéancier"),
    "roles": marked("rôles"),
    "steps": marked("étapes"),
    "topic": marked("envoi"),
    "undone": marked("acte"),
    "total_cents": marked("montant total"),
}


def act_word(act: Act, language: Language = Language.FR) -> str:
    return said(_ACTS[act], language)


def actor_word(by: str, language: Language = Language.FR) -> str:
    """Return the label of GATEWAY, SCHEDULE or OPERATOR; return the id of a person unchanged."""
    return said(_BY_ITSELF[by], language) if by in _BY_ITSELF else by


def detail_words(
    name: str, value: str, campaign: Campaign | None = None, language: Language = Language.FR
) -> str:
    """Return one detail as text; amounts are stored as text, in cents, and codes as the campaign has them."""
    if name.endswith("_cents") and value.isdecimal():
        shown = amount(int(value), language)
    elif name == DIGESTS:
        shown = ", ".join(told.partition("=")[0] for told in value.split())
    else:
        shown = _of_code(name, value, language) or _of_campaign(name, value, campaign, language) or value
    label = said(_DETAILS.get(name, name), language)
    return said(marked("%(name)s : %(value)s"), language, name=label, value=shown)


def _of_code(name: str, value: str, language: Language) -> str:
    """Return a value of ours in words, "" for another one."""
    if name == "roles":
        return ", ".join(role_word(Role(each), language) for each in value.split() if each in list(Role))
    if name == "topic" and value in list(Topic):
        return topic_word(Topic(value), language)
    if name == "undone" and value in list(Act):
        return act_word(Act(value), language)
    if name == "method" and value in list(PaymentMethod):
        return said(METHODS[PaymentMethod(value)], language)
    if name == "stage" and value in list(DisputeStage):
        return said(STAGES[DisputeStage(value)], language)
    return ""


def _of_campaign(name: str, value: str, campaign: Campaign | None, language: Language) -> str:
    """Return a code of the campaign in words, "" for another one and for what the campaign lacks."""
    if campaign is None:
        return ""
    if name == "steps":
        steps = {each.key: each.label.in_language(language) for each in campaign.previous_steps}
        return ", ".join(steps.get(each, each) for each in value.split())
    if name == "plan" and value in campaign.plans:
        return campaign.plan_label(value).in_language(language)
    if name == "code" and value in campaign.fee_situations:
        return f"{value} {campaign.fee_situation_label(value).in_language(language)}"
    return ""
