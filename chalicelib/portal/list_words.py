"""The words of the staff's lists: filters, orders, and why a search found a file."""

from urllib.parse import urlencode

from chalicelib.domain.languages import Language, amount
from chalicelib.domain.lists.filters import Anomaly, Entry, Paid, Sort
from chalicelib.domain.lists.search import Hit, Why
from chalicelib.portal.texts import marked, said

PAID = {
    Paid.NONE: marked("Rien payé"),
    Paid.PART: marked("En partie"),
    Paid.ALL: marked("Tout payé"),
    Paid.OVER: marked("Trop-perçu"),
    Paid.NOTHING_OWED: marked("Rien à payer"),
}
ANOMALIES = {
    Anomaly.TO_DECIDE: marked("À décider"),
    Anomaly.PLAN_REQUESTED: marked("Échéancier demandé"),
    Anomaly.OVERPAID: marked("Trop-perçu"),
    Anomaly.VALIDATED_UNPAID: marked("Validé, impayé"),
    Anomaly.PAID_NOT_VALIDATED: marked("Payé, à valider"),
    Anomaly.CREDIT: marked("Crédit à rendre"),
    Anomaly.REFUSED_DEBIT: marked("Prélèvement refusé"),
    Anomaly.ARREARS: marked("Impayé"),
    Anomaly.IN_QUESTION: marked("Paiement à éclaircir"),
    Anomaly.BLOCKED: marked("Bloqué"),
    Anomaly.PROVISIONAL_OVERDUE: marked("Notification de bourse en retard"),
    Anomaly.FOLLOW_UP: marked("À revoir"),
    Anomaly.EVIDENCE_VERIFIED: marked("Vérifié à la source"),
    Anomaly.EVIDENCE_HELD: marked("Justificatif à regarder"),
    Anomaly.GRANT_APPEARED: marked("Bourse apparue"),
}
SORTS = {
    Sort.NAME: marked("Nom, de A à Z"),
    Sort.NAME_LAST: marked("Nom, de Z à A"),
    Sort.PROGRAMME: marked("Formation"),
    Sort.SITUATION: marked("Situation"),
    Sort.REST_LAST: marked("Reste dû, le plus grand d'abord"),
    Sort.PAID_LAST: marked("Payé, le plus grand d'abord"),
}
METHODS = {"card": "Carte", "cheque": "Chèque", "transfer": "Virement"}
ATTEMPTS = {
    "pending": marked("En cours"),
    "paid": marked("Payée"),
    "refunded": marked("Rendue par la banque"),
    "refused": marked("Refusée"),
    "cancelled": marked("Abandonnée"),
    "unknown": marked("À éclaircir"),
}
WHY = {
    Why.EMAIL: marked("mail"),
    Why.STUDENT_NUMBER: marked("n° étudiant"),
    Why.INE: marked("INE"),
    Why.REGISTRATION: marked("n° de dossier"),
    Why.ORDER: marked("commande n°"),
    Why.INVOICE: marked("facture n°"),
    Why.TRANSACTION: marked("transaction n°"),
    Why.CALL: marked("appel n°"),
    Why.ATTEMPT: marked("tentative"),
    Why.CARD: marked("carte se terminant par"),
    Why.COMMENT: marked("commentaire :"),
}


def why(hit: Hit, language: Language = Language.FR) -> str:
    """Return why a search found the file, "" for a name: it shows itself."""
    if hit.why is Why.AMOUNT:
        return f"{said(marked('montant'), language)} {amount(int(hit.value), language)}"
    return f"{said(WHY[hit.why], language)} {hit.value}" if hit.why in WHY else ""


_IMPLIED = {
    Anomaly.CREDIT: Anomaly.OVERPAID,
    Anomaly.REFUSED_DEBIT: Anomaly.ARREARS,
    Anomaly.TO_DECIDE: Anomaly.TO_DECIDE,
}
"""Anomalies that another one, or the status, tells already."""


def marks(entry: Entry) -> list[str]:
    """Return the anomalies of an entry as texts to translate, each told once."""
    found = {each for each in Anomaly if entry.has(each)}
    return [ANOMALIES[each] for each in Anomaly if each in found and _IMPLIED.get(each) not in found]


def address(path: str, **parameters: object) -> str:
    """Return an address with the parameters that say something."""
    told = {name: value for name, value in parameters.items() if value not in {None, ""}}
    return f"{path}?{urlencode(told)}" if told else path


def count(number: int, language: Language = Language.FR) -> str:
    """Write 2994 as « 2 994 », with a non-breaking space, or as 2,994."""
    told = f"{number:,}"
    return told.replace(",", "\N{NARROW NO-BREAK SPACE}") if language is Language.FR else told
