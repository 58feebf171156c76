"""Labels of reconciliations: policies, kinds of difference, lines of a file that were left out."""

from chalicelib.domain.reconciliation.exports import Why
from chalicelib.domain.reconciliation.policies import DifferenceState, FindingKind, Policy
from chalicelib.portal.texts import marked

POLICIES = {
    Policy.GATEWAY: marked("Passerelle et tentatives"),
    Policy.REMITTANCE: marked("Remises et 5115"),
    Policy.BANK: marked("Relevés et 512"),
}
KINDS = {
    FindingKind.NOT_AT_GATEWAY: marked("Enregistré ici, inconnu ou refusé à la passerelle"),
    FindingKind.GIVEN_BACK_THERE: marked("Rendu à la passerelle, gardé ici"),
    FindingKind.NOT_GIVEN_BACK: marked("Rendu ici, pas à la passerelle"),
    FindingKind.TAKEN_NOT_BOOKED: marked("Pris par la passerelle, pas enregistré ici"),
    FindingKind.NOT_OURS: marked("Ligne de l'export dont la référence n'est pas la nôtre"),
    FindingKind.LINE_NOT_BOOKED: marked("Ligne de l'export à notre référence, pas enregistrée ici"),
    FindingKind.AMOUNT_OF_LINE: marked("Autre montant dans l'export"),
    FindingKind.NOT_IN_FILE: marked("Absent de l'export de ces jours, ou pas encaissé d'après lui"),
    FindingKind.OTHER_REMITTANCE: marked("Autre remise dans l'export"),
    FindingKind.NOT_REMITTED: marked("Pas encore remis en banque après deux jours"),
    FindingKind.REMITTANCE_AMOUNT: marked("Remise d'un autre montant que nos mouvements"),
    FindingKind.REMITTANCE_COUNT: marked("Remise d'un autre nombre de transactions"),
    FindingKind.NOT_CREDITED: marked("Remise sans ligne de relevé après cinq jours"),
    FindingKind.CARDS_BALANCE: marked("5115 différent de ce qui est en route"),
    FindingKind.LINE_UNEXPLAINED: marked("Ligne de relevé sans explication"),
    FindingKind.LINE_SUSPENDED: marked("Ligne de relevé en attente (471)"),
    FindingKind.NO_LINE: marked("Sur 512 sans ligne de relevé après cinq jours"),
    FindingKind.BANK_BALANCE: marked("Solde du relevé différent de 512"),
}
STATES = {
    DifferenceState.UNEXPLAINED: marked("Inexpliqués"),
    DifferenceState.EXPLAINED: marked("Expliqués, encore là"),
    DifferenceState.SETTLED: marked("Soldés"),
}
NO_DIFFERENCE = {
    DifferenceState.UNEXPLAINED: marked("Aucun écart n'attend d'explication."),
    DifferenceState.EXPLAINED: marked("Aucun écart expliqué n'est encore là."),
    DifferenceState.SETTLED: marked("Aucun écart n'est encore soldé."),
}
"""What an empty list of each state says."""
WHY = {
    Why.TOO_SHORT: marked("des colonnes manquent"),
    Why.AMOUNT: marked("le montant n'est pas lisible"),
    Why.DAY: marked("la date n'est pas lisible"),
    Why.NUMBER: marked("le numéro n'est pas lisible"),
    Why.DOUBLED: marked("la ligne est en double"),
    Why.OTHER_MONTH: marked("la ligne est d'un autre mois"),
    Why.OTHER_RANK: marked("la ligne est d'un autre rang de votre contrat"),
    Why.OTHER_CURRENCY: marked("la ligne n'est pas en euros"),
}
