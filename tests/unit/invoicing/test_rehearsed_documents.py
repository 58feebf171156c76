"""A rehearsal's documents say that they are none."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from chalicelib.domain.invoices import Certificate, Client, Invoice, Seller
from chalicelib.invoicing.facts import certificate_words, invoice_words


def test_invoice_of_a_rehearsal_has_a_number_that_no_invoice_has(
    make_invoice: Callable[..., Invoice], seller: Seller
) -> None:
    played = make_invoice(seller=replace(seller, name=f"TEST – {seller.name}"), number=1)

    assert invoice_words(played)["title"] == "TEST – facture n° TEST-1 – sans valeur"
    assert invoice_words(make_invoice())["title"] == "Facture n° 9196"


def test_certificate_of_a_rehearsal_certifies_nothing(seller: Seller, client: Client) -> None:
    played = replace(seller, name=f"TEST – {seller.name}")
    titles = [
        certificate_words(Certificate(each, client, "session", (), 0, 0, date(2022, 7, 1)))["title"]
        for each in (played, seller)
    ]

    assert titles == ["TEST – sans valeur – Attestation de paiement", "Attestation de paiement"]
