"""Words of balances and letters, and the balance as a file for a French spreadsheet."""

from chalicelib.domain.books.aged import Age, AgedDebt, Balances
from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.journal import MoneyEvent
from chalicelib.portal.list_csv import csv_of, decimal
from chalicelib.portal.texts import marked

AGES = {
    Age.NOT_DUE: marked("Non échu"),
    Age.TO_30: marked("0 à 30 jours"),
    Age.TO_60: marked("31 à 60 jours"),
    Age.TO_90: marked("61 à 90 jours"),
    Age.OLDER: marked("Plus de 90 jours"),
}
BOOKS = {
    Book.RECEIVABLE: marked("Étudiants et tiers payeurs"),
    Book.FEES: marked("Droits d'inscription"),
    Book.TAX: marked("TVA facturée"),
    Book.CARDS: marked("Cartes, en route vers la banque"),
    Book.CHEQUES: marked("Chèques à encaisser"),
    Book.BANK: marked("Banque"),
    Book.WRITE_OFFS: marked("Restes passés en pertes"),
    Book.REMISSIONS: marked("Remises gracieuses"),
    Book.UNCOLLECTABLE: marked("Créances irrécouvrables"),
    Book.CREDITS: marked("Crédits à rendre"),
    Book.SUSPENSE: marked("Recettes à classer"),
    Book.BANK_FEES: marked("Frais bancaires"),
}
SUSPENDED = {
    "payment": marked("Virement saisi"),
    "refund": marked("Virement émis"),
    "bounce": marked("Rejet enregistré"),
    "chargeback": marked("Contestation enregistrée"),
    "reinstatement": marked("Contestation gagnée"),
    "new": marked("Ligne non expliquée"),
    "proposed": marked("Ligne proposée, non décidée"),
    "discarded": marked("Ligne hors de ces comptes"),
}
RAPPROCHED = {
    "prepared": marked("L'état est établi et figé. Une autre personne doit le contrôler."),
    "checked": marked("L'état est contrôlé."),
}
"""What was just done to an état de rapprochement, by the word for it in the address."""
EVENTS = {
    MoneyEvent.INVOICE: marked("Facture"),
    MoneyEvent.PAYMENT: marked("Règlement"),
    MoneyEvent.SET_OFF: marked("Imputation d'un crédit"),
    MoneyEvent.REFUND: marked("Remboursement"),
    MoneyEvent.CREDIT_NOTE: marked("Avoir"),
    MoneyEvent.BOUNCE: marked("Règlement revenu impayé"),
    MoneyEvent.UNDONE: marked("Affectation annulée"),
    MoneyEvent.CHARGEBACK: marked("Paiement contesté"),
    MoneyEvent.WRITE_OFF: marked("Reste passé en pertes"),
    MoneyEvent.REINSTATEMENT: marked("Paiement rétabli"),
    MoneyEvent.REMITTANCE: marked("Remise de cartes"),
    MoneyEvent.DEPOSIT: marked("Remise de chèques"),
    MoneyEvent.BANK_FEE: marked("Frais bancaires"),
    MoneyEvent.SUSPENSE: marked("Attente (471)"),
}
LETTERED = {
    "lettered": marked("Les lignes cochées sont lettrées ensemble."),
    "undone": marked("La lettre est défaite : ce qu'elle soldait est de nouveau ouvert."),
}
"""What was just done, by the word for it in the address."""


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
