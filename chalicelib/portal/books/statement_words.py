"""Labels of statements of the bank: states of their lines, what explains them, why something is proposed."""

from chalicelib.domain.treasury.lines import ExplanationKind, LineState, ProposalReason
from chalicelib.domain.treasury.statements import StatementFormat

STATES = {
    LineState.NEW: "Nouvelles",
    LineState.PROPOSED: "Proposées",
    LineState.SUSPENSE: "En attente (471)",
    LineState.MATCHED: "Affectées",
    LineState.SPLIT: "Réparties",
    LineState.FEE: "Frais (627)",
    LineState.REFUND_RETURNED: "Remboursements revenus",
    LineState.DISCARDED: "Écartées",
}
"""The lists of lines, in the order of what is to be done."""
STATE = {
    LineState.NEW: "nouvelle",
    LineState.PROPOSED: "proposée",
    LineState.SUSPENSE: "en attente (471)",
    LineState.MATCHED: "affectée",
    LineState.SPLIT: "répartie",
    LineState.FEE: "frais (627)",
    LineState.REFUND_RETURNED: "remboursement revenu",
    LineState.DISCARDED: "écartée",
}
COLOUR = {LineState.NEW: "heed", LineState.PROPOSED: "heed", LineState.SUSPENSE: "no"}
"""The colours of what waits; all else is done."""
KINDS = {
    ExplanationKind.PAYMENT: "règlement d'un dossier",
    ExplanationKind.SUSPENSE: "en attente (471)",
    ExplanationKind.FEE: "frais bancaires (627)",
    ExplanationKind.REFUND_RETURNED: "remboursement revenu",
    ExplanationKind.TRANSFER_FILE: "virements de remboursement",
    ExplanationKind.BOUNCE: "règlement repris par la banque",
    ExplanationKind.REMITTANCE: "remise des paiements par carte",
    ExplanationKind.DEPOSIT: "remise de chèques",
    ExplanationKind.CHARGEBACK: "paiement par carte contesté",
    ExplanationKind.DISCARDED: "hors de ces comptes",
}
REASONS = {
    ProposalReason.REFERENCE: "sa référence de virement",
    ProposalReason.NAME: "son nom",
    ProposalReason.AMOUNT_OWED: "exactement ce qui reste dû",
    ProposalReason.AMOUNT_DUE: "le montant d'une échéance",
    ProposalReason.INVOICE: "le numéro de la facture du payeur",
    ProposalReason.RECEIPT: "un virement déjà saisi",
}
FORMATS = {
    StatementFormat.CAMT_053: "camt.053",
    StatementFormat.CFONB_120: "CFONB 120",
    StatementFormat.CSV: "CSV",
}
COLUMNS = {
    "booked_on": "Date de l'opération",
    "value_on": "Date de valeur",
    "label": "Libellé",
    "amount": "Montant (une seule colonne)",
    "debit": "Débit",
    "credit": "Crédit",
    "counterparty": "Nom du payeur",
    "reference": "Référence",
}
"""The columns of a CSV file, in the order of the form."""
