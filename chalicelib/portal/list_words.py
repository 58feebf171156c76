"""The words of the staff's lists: filters, orders, and why a search found a file."""

from urllib.parse import urlencode

from chalicelib.domain.lists.filters import Anomaly, Entry, Paid, Sort
from chalicelib.domain.lists.search import Hit, Why
from chalicelib.domain.money import euros

PAID = {
    Paid.NONE: "Rien payé",
    Paid.PART: "En partie",
    Paid.ALL: "Tout payé",
    Paid.OVER: "Trop-perçu",
    Paid.NOTHING_OWED: "Rien à payer",
}
ANOMALIES = {
    Anomaly.TO_DECIDE: "À décider",
    Anomaly.PLAN_REQUESTED: "Échéancier demandé",
    Anomaly.OVERPAID: "Trop-perçu",
    Anomaly.VALIDATED_UNPAID: "Validé, impayé",
    Anomaly.PAID_NOT_VALIDATED: "Payé, à valider",
    Anomaly.CREDIT: "Crédit à rendre",
    Anomaly.REFUSED_DEBIT: "Débit refusé",
    Anomaly.ARREARS: "Impayé",
    Anomaly.IN_QUESTION: "Paiement à éclaircir",
    Anomaly.BLOCKED: "Bloqué",
    Anomaly.PROVISIONAL_OVERDUE: "Notification de bourse en retard",
    Anomaly.FOLLOW_UP: "À revoir",
}
SORTS = {
    Sort.NAME: "Nom, de A à Z",
    Sort.NAME_LAST: "Nom, de Z à A",
    Sort.PROGRAMME: "Formation",
    Sort.SITUATION: "Situation",
    Sort.REST_LAST: "Reste dû, le plus grand d'abord",
    Sort.PAID_LAST: "Payé, le plus grand d'abord",
}
METHODS = {"card": "Carte", "cheque": "Chèque", "transfer": "Virement"}
ATTEMPTS = {
    "pending": "En cours",
    "paid": "Payée",
    "refunded": "Rendue par la banque",
    "refused": "Refusée",
    "cancelled": "Abandonnée",
    "unknown": "À éclaircir",
}
WHY = {
    Why.EMAIL: "mail",
    Why.STUDENT_NUMBER: "n° étudiant",
    Why.INE: "INE",
    Why.REGISTRATION: "n° de dossier",
    Why.ORDER: "commande n°",
    Why.INVOICE: "facture n°",
    Why.TRANSACTION: "transaction n°",
    Why.CALL: "appel n°",
    Why.ATTEMPT: "tentative",
    Why.CARD: "carte se terminant par",
    Why.COMMENT: "commentaire :",
}


def why(hit: Hit) -> str:
    """Return why a search found the file, "" for a name: it shows itself."""
    if hit.why is Why.AMOUNT:
        return f"montant {euros(int(hit.value))}"
    return f"{WHY[hit.why]} {hit.value}" if hit.why in WHY else ""


_IMPLIED = {
    Anomaly.CREDIT: Anomaly.OVERPAID,
    Anomaly.REFUSED_DEBIT: Anomaly.ARREARS,
    Anomaly.TO_DECIDE: Anomaly.TO_DECIDE,
}
"""Anomalies that another one, or the status, tells already."""


def marks(entry: Entry) -> list[str]:
    """Return the anomalies of an entry in words, each told once."""
    found = {each for each in Anomaly if entry.has(each)}
    return [ANOMALIES[each] for each in Anomaly if each in found and _IMPLIED.get(each) not in found]


def address(path: str, **parameters: object) -> str:
    """Return an address with the parameters that say something."""
    said = {name: value for name, value in parameters.items() if value not in {None, ""}}
    return f"{path}?{urlencode(said)}" if said else path


def count(number: int) -> str:
    """Write 2994 as « 2 994 », with a non-breaking space."""
    return f"{number:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")
