"""Labels of statements of the bank: states of their lines, what explains them, why something is proposed."""

from chalicelib.domain.treasury.lines import ExplanationKind, LineState, ProposalReason
from chalicelib.domain.treasury.statements import StatementFormat
from chalicelib.portal.texts import marked

STATES = {
    LineState.NEW: marked("Nouvelles"),
    LineState.PROPOSED: marked("Proposées"),
    LineState.SUSPENSE: marked("En attente (471)"),
    LineState.MATCHED: marked("Affectées"),
    LineState.SPLIT: marked("Réparties"),
    LineState.FEE: marked("Frais (627)"),
    LineState.REFUND_RETURNED: marked("Remboursements revenus"),
    LineState.DISCARDED: marked("Écartées"),
}
"""The lists of lines, in the order of what is to be done."""
STATE = {
    LineState.NEW: marked("nouvelle"),
    LineState.PROPOSED: marked("proposée"),
    LineState.SUSPENSE: marked("en attente (471)"),
    LineState.MATCHED: marked("affectée"),
    LineState.SPLIT: marked("répartie"),
    LineState.FEE: marked("frais (627)"),
    LineState.REFUND_RETURNED: marked("remboursement revenu"),
    LineState.DISCARDED: marked("écartée"),
}
NO_LINE = {
    LineState.NEW: marked("Aucune ligne nouvelle : importez un relevé, ou voyez celles qui sont proposées."),
    LineState.PROPOSED: marked("Aucune proposition n'attend votre décision."),
    LineState.SUSPENSE: marked("Rien n'est en attente : le compte 471 est soldé."),
    LineState.MATCHED: marked("Aucune ligne n'est encore affectée."),
    LineState.SPLIT: marked("Aucune ligne n'est répartie entre plusieurs dossiers."),
    LineState.FEE: marked("Aucuns frais bancaires."),
    LineState.REFUND_RETURNED: marked("Aucun remboursement n'est revenu."),
    LineState.DISCARDED: marked("Aucune ligne n'est écartée."),
}
"""What an empty list of each state says."""
DECIDED = marked("C'est enregistré : %(what)s.")
COLOUR = {LineState.NEW: "heed", LineState.PROPOSED: "heed", LineState.SUSPENSE: "no"}
"""The colours of what waits; all else is done."""
KINDS = {
    ExplanationKind.PAYMENT: marked("règlement d'un dossier"),
    ExplanationKind.SUSPENSE: marked("en attente (471)"),
    ExplanationKind.FEE: marked("frais bancaires (627)"),
    ExplanationKind.REFUND_RETURNED: marked("remboursement revenu"),
    ExplanationKind.TRANSFER_FILE: marked("virements de remboursement"),
    ExplanationKind.BOUNCE: marked("règlement repris par la banque"),
    ExplanationKind.REMITTANCE: marked("remise des paiements par carte"),
    ExplanationKind.DEPOSIT: marked("remise de chèques"),
    ExplanationKind.CHARGEBACK: marked("paiement par carte contesté"),
    ExplanationKind.DISCARDED: marked("hors de ces comptes"),
}
REASONS = {
    ProposalReason.REFERENCE: marked("sa référence de virement"),
    ProposalReason.NAME: marked("son nom"),
    ProposalReason.AMOUNT_OWED: marked("exactement ce qui reste dû"),
    ProposalReason.AMOUNT_DUE: marked("le montant d'une échéance"),
    ProposalReason.INVOICE: marked("le numéro de la facture du payeur"),
    ProposalReason.RECEIPT: marked("un virement déjà saisi"),
}
FORMATS = {
    StatementFormat.CAMT_053: "camt.053",
    StatementFormat.CFONB_120: "CFONB 120",
    StatementFormat.CSV: "CSV",
}
COLUMNS = {
    "booked_on": marked("Date de l'opération"),
    "value_on": marked("Date de valeur"),
    "label": marked("Libellé"),
    "amount": marked("Montant (une seule colonne)"),
    "debit": marked("Débit"),
    "credit": marked("Crédit"),
    "counterparty": marked("Nom du payeur"),
    "reference": marked("Référence"),
}
"""The columns of a CSV file, in the order of the form."""
