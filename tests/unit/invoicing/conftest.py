from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from chalicelib.domain.campaign import PostalAddress
from chalicelib.domain.invoices import Client, Invoice, Seller
from chalicelib.domain.money import FeeLine


@pytest.fixture
def seller() -> Seller:
    address = PostalAddress(("1 rue de la Démonstration",), "63000", "Clermont-Ferrand", "FR")
    return Seller("Clermont Auvergne INP", address, "000000000")


@pytest.fixture
def client() -> Client:
    return Client("Chris", "TESTCD", PostalAddress(("3 allée des Essais",), "63170", "Aubière", "FR"))


@pytest.fixture
def make_invoice(seller: Seller, client: Client) -> Callable[..., Invoice]:
    """The manual's invoice, with the facts that the test gives instead."""

    def make(**facts: Any) -> Invoice:
        return Invoice(
            **{
                "number": 9196,
                "registration_id": "registration-1",
                "order_number": 9357,
                "issued_on": date(2022, 6, 24),
                "label": "Paiement en ligne",
                "session": "P2223_Y3_3A - Ingénieur Polytech - spécialité Génie Civil 3ème année",
                "seller": seller,
                "client": client,
                "lines": (FeeLine("Droits de scolarité", 1, 3_770_00),),
                "exemption_mention": "Non soumis à la TVA selon l'art. 261-4-4 du C.G.I.",
                "paid_cents": 3_770_00,
                "settled_on": date(2022, 6, 24),
                **facts,
            }
        )

    return make
