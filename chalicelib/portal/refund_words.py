"""Labels of refunds for the staff."""

from chalicelib.domain.refunds.refund import RefundMethod, RefundState
from chalicelib.portal.texts import marked

STATES = {
    RefundState.PREPARED: marked("préparé : attend une seconde personne"),
    RefundState.APPROVED: marked("approuvé : pas encore envoyé"),
    RefundState.SENT: marked("envoyé"),
    RefundState.UNKNOWN: marked("sans réponse claire : la banque est interrogée de nouveau"),
    RefundState.DONE: marked("fait"),
    RefundState.REFUSED: marked("refusé par la banque"),
    RefundState.LAPSED: marked("caduc : le compte a changé"),
    RefundState.DECLINED: marked("refusé par la seconde personne"),
    RefundState.CANCELLED: marked("annulé : il avait été approuvé, rien n'est parti"),
}
SHORT = {
    RefundState.PREPARED: marked("Préparés"),
    RefundState.APPROVED: marked("Approuvés"),
    RefundState.SENT: marked("Envoyés"),
    RefundState.UNKNOWN: marked("Sans réponse claire"),
    RefundState.DONE: marked("Faits"),
    RefundState.REFUSED: marked("Refusés par la banque"),
    RefundState.LAPSED: marked("Caducs"),
    RefundState.DECLINED: marked("Refusés par la seconde personne"),
    RefundState.CANCELLED: marked("Annulés"),
}
"""The tabs of the list."""
METHODS = {RefundMethod.CARD: marked("sur la carte"), RefundMethod.TRANSFER: marked("par virement")}
