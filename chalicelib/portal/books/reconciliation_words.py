"""Labels of reconciliations: policies, kinds of difference, lines of a file that were left out."""

from chalicelib.domain.reconciliation.exports import Why
from chalicelib.domain.reconciliation.policies import DifferenceState, FindingKind, Policy

POLICIES = {
    Policy.GATEWAY: "Passerelle et tentatives",
    Policy.REMITTANCE: "Remises et 5115",
    Policy.BANK: "Relevés et 512",
}
KINDS = {
    FindingKind.NOT_AT_GATEWAY: "Enregistré ici, inconnu ou refusé à la passerelle",
    FindingKind.GIVEN_BACK_THERE: "Rendu à la passerelle, gardé ici",
    FindingKind.NOT_GIVEN_BACK: "Rendu ici, pas à la passerelle",
    FindingKind.TAKEN_NOT_BOOKED: "Pris par la passerelle, pas enregistré ici",
    FindingKind.NOT_OURS: "Ligne de l'export dont la référence n'est pas la nôtre",
    FindingKind.LINE_NOT_BOOKED: "Ligne de l'export à notre référence, pas enregistrée ici",
    FindingKind.AMOUNT_OF_LINE: "Autre montant dans l'export",
    FindingKind.NOT_IN_FILE: "Absent de l'export de ces jours",
    FindingKind.OTHER_REMITTANCE: "Autre remise dans l'export",
    FindingKind.NOT_REMITTED: "Pas encore remis en banque après deux jours",
    FindingKind.REMITTANCE_AMOUNT: "Remise d'un autre montant que nos mouvements",
    FindingKind.REMITTANCE_COUNT: "Remise d'un autre nombre de transactions",
    FindingKind.NOT_CREDITED: "Remise sans ligne de relevé après cinq jours",
    FindingKind.CARDS_BALANCE: "5115 différent de ce qui est en route",
    FindingKind.LINE_UNEXPLAINED: "Ligne de relevé sans explication",
    FindingKind.LINE_SUSPENDED: "Ligne de relevé en attente (471)",
    FindingKind.NO_LINE: "Sur 512 sans ligne de relevé après cinq jours",
    FindingKind.BANK_BALANCE: "Solde du relevé différent de 512",
}
STATES = {
    DifferenceState.UNEXPLAINED: "Inexpliqués",
    DifferenceState.EXPLAINED: "Expliqués, encore là",
    DifferenceState.SETTLED: "Soldés",
}
WHY = {
    Why.TOO_SHORT: "des colonnes manquent",
    Why.AMOUNT: "le montant n'est pas lisible",
    Why.DAY: "la date n'est pas lisible",
    Why.NUMBER: "le numéro n'est pas lisible",
    Why.DOUBLED: "la ligne est en double",
    Why.OTHER_MONTH: "la ligne est d'un autre mois",
    Why.OTHER_RANK: "la ligne est d'un autre rang de votre contrat",
}
