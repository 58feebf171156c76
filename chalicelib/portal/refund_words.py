"""Labels of refunds for the staff."""

from chalicelib.domain.refunds.refund import RefundMethod, RefundState

STATES = {
    RefundState.PREPARED: "préparé : attend une seconde personne",
    RefundState.APPROVED: "approuvé : pas encore envoyé",
    RefundState.SENT: "envoyé",
    RefundState.UNKNOWN: "sans réponse claire : la banque est interrogée de nouveau",
    RefundState.DONE: "fait",
    RefundState.REFUSED: "refusé par la banque",
    RefundState.LAPSED: "caduc : le compte a changé",
    RefundState.DECLINED: "refusé par la seconde personne",
    RefundState.CANCELLED: "annulé : il avait été approuvé, rien n'est parti",
}
METHODS = {RefundMethod.CARD: "sur la carte", RefundMethod.TRANSFER: "par virement"}
