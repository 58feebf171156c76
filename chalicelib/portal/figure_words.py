"""The figures of money: what each is called, where its list is, and how it is computed."""

from collections.abc import Iterator
from typing import NamedTuple

from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.daily_sums import Flows
from chalicelib.portal.money_chart import MEANS


class Figure(NamedTuple):
    key: str
    label: str
    cents: int
    href: str
    how: str


_HOW = {
    Book.CARDS: "Paiements par carte enregistrés : compte 5115 des écritures de règlement.",
    Book.CHEQUES: "Chèques enregistrés : compte 5112 des écritures de règlement.",
    Book.BANK: "Virements enregistrés : compte 512 des écritures de règlement.",
}


def figures(total: Flows) -> Iterator[Figure]:
    """Yield the figures of the whole journal up to its evening, in the order in which they are read."""
    lists = "/staff/registrations"
    yield Figure("invoiced", "Facturé", total.invoiced_cents, lists, "Somme des factures, TTC.")
    yield Figure("credited", "Avoirs", total.credited_cents, lists, "Somme des avoirs, TTC.")
    for book, cents in total.received.items():
        yield Figure(book.value, f"Reçu : {MEANS[book].lower()}", cents, f"{lists}?sort=-paid", _HOW[book])
    given_back = "Remboursements par carte et par virement, faits ou constatés à la banque."
    yield Figure("given_back", "Rendu", total.given_back_cents, "/staff/refunds", given_back)
    taken_back = "Chèques et virements impayés, paiements contestés, moins ce qui a été rétabli."
    yield Figure("taken_back", "Repris par la banque", total.taken_back_cents, "/staff/unpaid", taken_back)
    owed = "Solde du compte 411 : facturé, moins les avoirs, moins ce qui a été affecté."
    yield Figure("owed", "Reste dû", total.owed_cents, f"{lists}?sort=-rest", owed)
    credit = "Solde du compte 4191 : argent reçu et affecté à rien."
    yield Figure("credits", "Crédits à rendre", total.credit_cents, "/staff/credits", credit)
