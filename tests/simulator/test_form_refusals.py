from typing import Any
from urllib.parse import urlencode

import pytest

REFUSED = "Problème d'identification du commerce. Accès refusé !"
WORDS = {"TOTAL": "Erreur PAYBOX 11", "DEVISE": "Erreur PAYBOX 10"}
REQUIRED = (
    "SITE",
    "RANG",
    "IDENTIFIANT",
    "TOTAL",
    "DEVISE",
    "CMD",
    "PORTEUR",
    "RETOUR",
    "TIME",
    "SHOPPINGCART",
    "BILLING",
)


@pytest.mark.parametrize("name", REQUIRED)
def test_missing_variable_is_named_on_error_page_4(bench: Any, name: str) -> None:
    page = bench.send(bench.form(**{f"PBX_{name}": None}))
    assert "Erreur PAYBOX 4" in page.text
    assert f"PBX_{name}" in page.text


def test_form_without_its_seal_is_error_page_4(bench: Any) -> None:
    assert "Erreur PAYBOX 4" in bench.send(bench.form()[:-1]).text


@pytest.mark.parametrize("path", ["/php/", "/cgi/MYchoix_pagepaiement.cgi", "/cgi/FramepagepaiementRWD.cgi"])
def test_every_address_takes_post_and_get(bench: Any, path: str) -> None:
    assert "NUMERO_CARTE" in bench.send(bench.form(), path).text
    assert "NUMERO_CARTE" in bench.http.get(f"{path}?{urlencode(bench.form())}").text


def test_altered_amount_is_refused(bench: Any) -> None:
    form = [(name, "100" if name == "PBX_TOTAL" else value) for name, value in bench.form()]
    page = bench.send(form).text
    assert REFUSED in page
    assert "Erreur PAYBOX 3 Accès refusé" in page


def test_fields_in_another_order_than_signed_are_refused(bench: Any) -> None:
    first, second, *others = bench.form()
    assert REFUSED in bench.send([second, first, *others]).text


@pytest.mark.parametrize("change", [{"PBX_SITE": "1234567"}, {"PBX_RANG": "99"}, {"PBX_IDENTIFIANT": "1"}])
def test_unknown_merchant_is_refused(bench: Any, change: dict[str, str]) -> None:
    assert REFUSED in bench.send(bench.form(**change)).text


@pytest.mark.parametrize(
    ("site", "rang", "identifiant"),
    [
        ("1999888", "032", "107904482"),
        ("1999888", "43", "107975626"),
        ("1999888", "63", "109518543"),
        ("1999887", "32", "215"),
    ],
)
def test_every_public_test_merchant_is_known(bench: Any, site: str, rang: str, identifiant: str) -> None:
    bench.open(PBX_SITE=site, PBX_RANG=rang, PBX_IDENTIFIANT=identifiant)


def test_other_fields_of_the_form_are_no_part_of_the_seal(bench: Any) -> None:
    assert "NUMERO_CARTE" in bench.send([("submit", "Payer"), *bench.form()]).text


def test_algorithm_left_out_is_sha512(bench: Any) -> None:
    bench.open(PBX_HASH=None)


def test_unknown_algorithm_is_refused(bench: Any) -> None:
    assert REFUSED in bench.send(bench.form(PBX_HASH="MD5")).text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TOTAL", "99"),
        ("TOTAL", "000"),
        ("TOTAL", "12,50"),
        ("TOTAL", "12345678901"),
        ("DEVISE", "840"),
        ("CMD", "x" * 251),
        ("PORTEUR", "nobody"),
        ("PORTEUR", "a@b.c"),
        ("RETOUR", "Mt:M;Ref"),
        ("RETOUR", "Mt:M;What:X;Sign:K"),
        ("RETOUR", ";".join(["Amount:M"] * 18)),
        ("EFFECTUE", "/relative"),
        ("REPONDRE_A", "http://127.0.0.1/" + "x" * 150),
        ("RUF1", "PUT"),
        ("SOUHAITAUTHENT", "05"),
        ("LANGUE", "fr"),
        ("DISPLAY", "soon"),
        ("AUTOSEULE", "1"),
        ("DATEVALMAX", "1222"[::-1] + "1"),
        ("DATEVALMAX", "2213"),
        ("TYPECARTE", "CB"),
    ],
)
def test_malformed_variable_is_an_error_page(bench: Any, name: str, value: str) -> None:
    page = bench.send(bench.form(**{f"PBX_{name}": value})).text
    assert WORDS.get(name, REFUSED) in page
    assert "NUMERO_CARTE" not in page


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("<MobilePhone>0600000000</MobilePhone>", "<MobilePhone>06 00 00 00</MobilePhone>"),
        ("+33", "33"),
        (">250<", ">FRA<"),
        (
            "<FirstName>CHRIS</FirstName><LastName>TESTCD</LastName>",
            "<LastName>A</LastName><FirstName>B</FirstName>",
        ),
        ("CHRIS", "X" * 46),
        ("63000", "1" * 17),
        ("Billing>", "billing>"),
        ("</Billing>", ""),
    ],
)
def test_billing_of_another_shape_is_an_error_page(bench: Any, was: str, becomes: str) -> None:
    billing = dict(bench.form())["PBX_BILLING"]
    assert was in billing
    page = bench.send(bench.form(PBX_BILLING=billing.replace(was, becomes))).text
    assert "Variable PBX_BILLING incorrecte" in page


@pytest.mark.parametrize("quantity", ["0", "100", "", "one"])
def test_shopping_cart_holds_1_to_99_things(bench: Any, quantity: str) -> None:
    cart = dict(bench.form())["PBX_SHOPPINGCART"].replace(">1<", f">{quantity}<")
    assert "Variable PBX_SHOPPINGCART incorrecte" in bench.send(bench.form(PBX_SHOPPINGCART=cart)).text


@pytest.mark.parametrize("name", ["2MONT1", "2MONT2", "DATE1", "TOKEN", "EMPREINTE"])
def test_variable_that_is_not_played_is_refused_rather_than_forgotten(bench: Any, name: str) -> None:
    assert f"PBX_{name}" in bench.send(bench.form(**{f"PBX_{name}": "100"})).text
