"""Words of accounting batches, slips of cheques, months, and debts given up."""

from datetime import date

from chalicelib.domain.corrections.waiver import WaiverKind, WaiverState
from chalicelib.domain.exports.batches import BatchKind
from chalicelib.domain.exports.returns import BatchState
from chalicelib.domain.languages import Language
from chalicelib.domain.treasury.slips import SlipState
from chalicelib.portal.texts import marked

KINDS = {BatchKind.JOURNAL: marked("Lots et exports"), BatchKind.TITLES: marked("Titres collectifs")}
BATCH_DONE = {
    "made": marked("Le lot est établi et figé. Téléchargez-le pour la comptabilité."),
    "returned": marked("Le retour est repris."),
}
"""What was just done to a batch, by the word for it in the address."""
STATES = {
    BatchState.SENT: marked("sans retour"),
    BatchState.PARTLY_ANSWERED: marked("retour partiel"),
    BatchState.TAKEN_IN_CHARGE: marked("pris en charge"),
    BatchState.PARTLY_REJECTED: marked("rejeté en partie"),
    BatchState.REJECTED: marked("rejeté"),
}
WAIVER_KINDS = {
    WaiverKind.REMISSION: marked("Remise gracieuse"),
    WaiverKind.UNCOLLECTABLE: marked("Admission en non-valeur"),
}
WAIVER_STATES = {
    WaiverState.PROPOSED: marked("À décider"),
    WaiverState.APPROVED: marked("Approuvés"),
    WaiverState.REFUSED: marked("Refusés"),
}
NO_WAIVER = {
    WaiverState.PROPOSED: marked("Rien à décider. Une proposition se fait depuis le dossier de qui doit."),
    WaiverState.APPROVED: marked("Aucune créance n'est abandonnée."),
    WaiverState.REFUSED: marked("Aucune proposition n'est refusée."),
}
"""What an empty list of each state says."""
DECIDED = {
    WaiverState.PROPOSED: marked("Proposé : abandonner %(amount)s, %(holder)s. Une autre personne décide."),
    WaiverState.APPROVED: marked("Approuvé : %(amount)s sont abandonnés, %(holder)s."),
    WaiverState.REFUSED: marked("Refusé : %(amount)s restent dus, %(holder)s."),
}
SLIP_STATES = {
    SlipState.OPEN: marked("À remettre"),
    SlipState.DEPOSITED: marked("En banque, crédit attendu"),
    SlipState.CREDITED: marked("Crédités ou tous revenus"),
}
"""The lists of slips."""
SLIP_STATE = {
    SlipState.OPEN: marked("à remettre en banque"),
    SlipState.DEPOSITED: marked("en banque, crédit attendu"),
    SlipState.CREDITED: marked("crédité, ou tous ses chèques revenus"),
}
SLIP_DONE = {
    "begun": marked("Bordereau %(id)s ouvert, de %(amount)s."),
    "changed": marked("Chèques enregistrés : le bordereau %(id)s fait maintenant %(amount)s."),
    "deposited": marked("Bordereau %(id)s remis en banque, %(amount)s : il est figé."),
    "credited": marked("Crédit du bordereau %(id)s noté, %(expected)s."),
}
"""What was just done to a slip, by the word for it in the address."""
_MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)


def month_word(month: str, language: Language) -> str:
    """Write "2026-10" as "octobre 2026"."""
    first = date.fromisoformat(f"{month}-01")
    return f"{_MONTHS[first.month - 1]} {first.year}" if language is Language.FR else f"{first:%B %Y}"
