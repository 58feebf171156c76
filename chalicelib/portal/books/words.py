"""Labels of accounting batches and of debts given up."""

from chalicelib.domain.corrections.waiver import WaiverKind, WaiverState
from chalicelib.domain.exports.batches import BatchKind
from chalicelib.domain.exports.returns import BatchState

KINDS = {BatchKind.JOURNAL: "Lots du journal", BatchKind.TITLES: "Titres collectifs"}
STATES = {
    BatchState.SENT: "sans retour",
    BatchState.PARTLY_ANSWERED: "retour partiel",
    BatchState.TAKEN_IN_CHARGE: "pris en charge",
    BatchState.PARTLY_REJECTED: "rejeté en partie",
    BatchState.REJECTED: "rejeté",
}
WAIVER_KINDS = {
    WaiverKind.REMISSION: "Remise gracieuse",
    WaiverKind.UNCOLLECTABLE: "Admission en non-valeur",
}
WAIVER_STATES = {
    WaiverState.PROPOSED: "à décider",
    WaiverState.APPROVED: "approuvés",
    WaiverState.REFUSED: "refusés",
}
