"""The French words of accounts and entries in files of the books."""

from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.journal import JournalEntry, MoneyEvent

ACCOUNTS = {
    Book.RECEIVABLE: "Étudiants et tiers payeurs",
    Book.PAYERS: "Tiers payeurs",
    Book.FEES: "Droits d'inscription",
    Book.TAX: "TVA collectée",
    Book.CARDS: "Paiements par carte à recevoir",
    Book.CHEQUES: "Chèques à remettre",
    Book.BANK: "Banque",
    Book.WRITE_OFFS: "Restes abandonnés",
    Book.REMISSIONS: "Remises gracieuses",
    Book.UNCOLLECTABLE: "Créances irrécouvrables",
    Book.CREDITS: "Crédits à rendre",
    Book.SUSPENSE: "Recettes à classer",
    Book.BANK_FEES: "Frais bancaires",
}
EVENTS = {
    MoneyEvent.INVOICE: "Facture",
    MoneyEvent.PAYMENT: "Règlement",
    MoneyEvent.SET_OFF: "Imputation d'un crédit",
    MoneyEvent.REFUND: "Remboursement",
    MoneyEvent.CREDIT_NOTE: "Avoir",
    MoneyEvent.BOUNCE: "Règlement rejeté par la banque",
    MoneyEvent.UNDONE: "Affectation annulée",
    MoneyEvent.CHARGEBACK: "Paiement contesté",
    MoneyEvent.REMISSION: "Remise gracieuse",
    MoneyEvent.UNCOLLECTABLE: "Admission en non-valeur",
    MoneyEvent.WRITE_OFF: "Reste abandonné",
    MoneyEvent.REINSTATEMENT: "Paiement rétabli",
    MoneyEvent.REMITTANCE: "Remise de cartes en banque",
    MoneyEvent.DEPOSIT: "Remise de chèques en banque",
    MoneyEvent.BANK_FEE: "Frais bancaires",
    MoneyEvent.SUSPENSE: "Recette à classer",
}


def account_label(book: Book) -> str:
    return ACCOUNTS.get(book, str(book))


def entry_label(entry: JournalEntry) -> str:
    """Return the event and its document: « Facture 9196 »."""
    return f"{EVENTS.get(entry.event, str(entry.event))} {entry.subject}"
