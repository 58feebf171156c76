"""The chart of accounts: the role of each account in the journal, and its number."""

from enum import StrEnum


class Book(StrEnum):
    """The role of an account; the campaign gives its number."""

    RECEIVABLE = "receivable"  # what students and third-party payers owe
    PAYERS = "payers"  # the account of the payers' part of it: postings say receivable
    FEES = "fees"  # what was invoiced, before tax
    TAX = "tax"  # VAT invoiced
    CARDS = "cards"  # card payments in transit from the gateway to the bank
    CHEQUES = "cheques"  # cheques received, to take to the bank
    BANK = "bank"  # the bank account: transfers, and what the bank takes back of card payments
    WRITE_OFFS = "write_offs"  # rests that accounting gave up
    REMISSIONS = "remissions"  # debts remitted by grace
    UNCOLLECTABLE = "uncollectable"  # debts that cannot be collected
    CREDITS = "credits"  # money received and not owed: to give back
    SUSPENSE = "suspense"  # money at the bank of which is not known who paid it for what
    BANK_FEES = "bank_fees"  # what the bank keeps for its services


DEFAULT_CHART = {
    Book.RECEIVABLE: "411",
    Book.PAYERS: "411",
    Book.FEES: "706",
    Book.TAX: "44571",
    Book.CARDS: "5115",
    Book.CHEQUES: "5112",
    Book.BANK: "512",
    Book.WRITE_OFFS: "658",
    Book.REMISSIONS: "6588",
    Book.UNCOLLECTABLE: "6541",
    Book.CREDITS: "4191",
    Book.SUSPENSE: "471",
    Book.BANK_FEES: "627",
}
"""The accounts of the French general chart (PCG) that a campaign has unless its file names others."""

GIVEN_UP = frozenset({Book.WRITE_OFFS, Book.REMISSIONS, Book.UNCOLLECTABLE})
"""The books of debts that the school gave up: they lower what is owed."""

MONEY = frozenset({Book.CARDS, Book.CHEQUES, Book.BANK})
"""The books of money itself: their sum is what the school holds."""
ARRIVALS = MONEY | {Book.SUSPENSE}
"""The books from which a student's entries take money: what was in suspense reached the bank before."""
