"""Words of balances and letters, and the balance as a file for a French spreadsheet."""

from chalicelib.domain.books.aged import Age, AgedDebt, Balances
from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.journal import MoneyEvent
from chalicelib.portal.list_csv import csv_of, decimal

AGES = {
    Age.NOT_DUE: "Non échu",
    Age.TO_30: "0 à 30 jours",
    Age.TO_60: "31 à 60 jours",
    Age.TO_90: "61 à 90 jours",
    Age.OLDER: "Plus de 90 jours",
}
BOOKS = {
    Book.RECEIVABLE: "Étudiants et tiers payeurs",
    Book.FEES: "Droits d'inscription",
    Book.TAX: "TVA facturée",
    Book.CARDS: "Cartes, en route vers la banque",
    Book.CHEQUES: "Chèques à encaisser",
    Book.BANK: "Banque",
    Book.WRITE_OFFS: "Restes passés en pertes",
    Book.REMISSIONS: "Remises gracieuses",
    Book.UNCOLLECTABLE: "Créances irrécouvrables",
    Book.CREDITS: "Crédits à rendre",
    Book.SUSPENSE: "Recettes à classer",
    Book.BANK_FEES: "Frais bancaires",
}
SUSPENDED = {
    "payment": "Virement saisi",
    "refund": "Virement émis",
    "bounce": "Rejet enregistré",
    "chargeback": "Contestation enregistrée",
    "reinstatement": "Contestation gagnée",
    "new": "Ligne non expliquée",
    "proposed": "Ligne proposée, non décidée",
    "discarded": "Ligne hors de ces comptes",
}
EVENTS = {
    MoneyEvent.INVOICE: "Facture",
    MoneyEvent.PAYMENT: "Règlement",
    MoneyEvent.SET_OFF: "Imputation d'un crédit",
    MoneyEvent.REFUND: "Remboursement",
    MoneyEvent.CREDIT_NOTE: "Avoir",
    MoneyEvent.BOUNCE: "Règlement revenu impayé",
    MoneyEvent.UNDONE: "Affectation annulée",
    MoneyEvent.CHARGEBACK: "Paiement contesté",
    MoneyEvent.WRITE_OFF: "Reste passé en pertes",
    MoneyEvent.REINSTATEMENT: "Paiement rétabli",
    MoneyEvent.REMITTANCE: "Remise de cartes",
    MoneyEvent.DEPOSIT: "Remise de chèques",
    MoneyEvent.BANK_FEE: "Frais bancaires",
    MoneyEvent.SUSPENSE: "Attente (471)",
}


def event_word(event: MoneyEvent) -> str:
    return EVENTS.get(event, event.value)


def balances_csv(balances: Balances) -> bytes:
    """Return the balance of account 411 by debtor; its last lines are the sum and the journal's balance."""
    columns = ("Débiteur", "Compte", "Dossiers", "Total", *AGES.values())
    totals = [sum(each.ages[age] for each in balances.debts) for age in AGES]
    day = f"au {balances.as_of:%d/%m/%Y}"
    rows = [
        columns,
        *(_row(each) for each in balances.debts),
        (f"Total {day}", "", "", decimal(sum(totals)), *map(decimal, totals)),
        (f"Solde du compte 411 au journal {day}", "", "", decimal(balances.journal_cents)),
    ]
    return csv_of(rows)


def _row(debt: AgedDebt) -> tuple[str, ...]:
    debtor = debt.debtor
    return (
        debtor.name,
        debtor.id,
        " ".join(debt.registrations),
        decimal(debt.cents),
        *(decimal(debt.ages[age]) for age in AGES),
    )
