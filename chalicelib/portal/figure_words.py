"""The figures of money: what each is called, where its list is, and how it is computed."""

from collections.abc import Iterator
from typing import NamedTuple

from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.daily_sums import Flows
from chalicelib.portal.texts import marked


class Figure(NamedTuple):
    key: str
    label: str
    cents: int
    href: str
    how: str


_HOW = {
    Book.CARDS: marked("Paiements par carte enregistrés : compte 5115 des écritures de règlement."),
    Book.CHEQUES: marked("Chèques enregistrés : compte 5112 des écritures de règlement."),
    Book.BANK: marked("Virements enregistrés : compte 512 des écritures de règlement."),
}
_RECEIVED = {
    Book.CARDS: marked("Reçu : carte"),
    Book.CHEQUES: marked("Reçu : chèque"),
    Book.BANK: marked("Reçu : virement"),
}


def figures(total: Flows) -> Iterator[Figure]:
    """Yield the figures of the whole journal up to its evening, in the order in which they are read."""
    lists = "/staff/registrations"
    yield Figure(
        "invoiced", marked("Facturé"), total.invoiced_cents, lists, marked("Somme des factures, TTC.")
    )
    yield Figure("credited", marked("Avoirs"), total.credited_cents, lists, marked("Somme des avoirs, TTC."))
    for book, cents in total.received.items():
        yield Figure(book.value, _RECEIVED[book], cents, f"{lists}?sort=-paid", _HOW[book])
    given_back = marked("Remboursements par carte et par virement, faits ou constatés à la banque.")
    yield Figure("given_back", marked("Rendu"), total.given_back_cents, "/staff/refunds", given_back)
    taken_back = marked("Chèques et virements impayés, paiements contestés, moins ce qui a été rétabli.")
    yield Figure(
        "taken_back", marked("Repris par la banque"), total.taken_back_cents, "/staff/unpaid", taken_back
    )
    owed = marked("Solde du compte 411 : facturé, moins les avoirs, moins ce qui a été affecté.")
    yield Figure("owed", marked("Reste dû"), total.owed_cents, f"{lists}?sort=-rest", owed)
    credit = marked("Solde du compte 4191 : argent reçu et affecté à rien.")
    yield Figure("credits", marked("Crédits à rendre"), total.credit_cents, "/staff/credits", credit)
