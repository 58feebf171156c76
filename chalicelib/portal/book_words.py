"""Labels of accounting batches."""

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
