"""What clients in the field send and get: request, expected answer, and who was seen to rely on it.

SIGNED: a real message that the public key verifies. LIVE: a public suite written against the test host.
OFFICIAL: a module of Verifone or of Crédit Agricole. RECORDED: an answer kept in a public repository.
"""

import hashlib
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest

from infra.local.paybox.direct import HINT
from tests.simulator.conftest import URLENCODED, answer, sealed

ACCEPTED = "1111222233334444"
CARD = {"PORTEUR": ACCEPTED, "DATEVAL": "1228", "CVV": "123"}
REFUSED = "Problème d'identification du commerce. Accès refusé !"
DECLARATION = '<?xml version="1.0" encoding="utf-8"?>'
PHONE = "<CountryCodeMobilePhone>+33</CountryCodeMobilePhone><MobilePhone>0600000000</MobilePhone>"
ADDRESS = "<Address1>1 RUE DU TEST</Address1>"


class BillingCase(NamedTuple):
    was: str
    becomes: str
    lenient: str
    """The setting by which a strict gateway refuses it; empty when nobody contests it."""
    source: str


BILLINGS = [
    BillingCase(PHONE, "", "without_phone", "esup-pay 2.2.0 and eopayment 3.15, in production"),
    BillingCase(">0600000000<", "><", "empty_elements", "OFFICIAL PrestaShop"),
    BillingCase(ADDRESS, f"{ADDRESS}<Address2/>", "empty_elements", "OFFICIAL PrestaShop"),
    BillingCase(ADDRESS, "<Address1></Address1>", "empty_elements", "nursit/bank 118"),
    BillingCase(">63000<", ">1234567890123456<", "long_zip_code", "OFFICIAL WooCommerce"),
    BillingCase(">0600000000<", ">1234567890123456<", "long_phone", "OFFICIAL WooCommerce"),
    BillingCase(">+33<", ">+1268<", "long_country_code", "OFFICIAL modules, Antigua"),
    BillingCase("CHRIS", "Chloé", "accents", "eopayment 3.15"),
    BillingCase("CHRIS", "O&lt;Neil", "", "eopayment 3.15"),
    BillingCase("CHRIS", "X" * 45, "long_names", "one client; the others stop at 22"),
    BillingCase("<Address>", "\n  <Address>\n", "several_lines", "up2pay in TypeScript"),
    BillingCase(DECLARATION, "<?xml version='1.0' encoding='utf-8' ?>", "", "eopayment 3.15"),
]


@pytest.mark.parametrize("case", BILLINGS, ids=lambda case: f"{case.lenient}-{case.source}")
def test_form_that_is_sent_in_production_opens_the_page(bench: Any, case: BillingCase) -> None:
    billing = dict(bench.form())["PBX_BILLING"]
    assert case.was in billing
    form = bench.form(PBX_BILLING=billing.replace(case.was, case.becomes))
    page = bench.send(form).text
    assert ("NUMERO_CARTE" in page, "Indications du simulateur" in page) == (True, bool(case.lenient))
    if case.lenient:
        bench.settings(**{case.lenient: "refused"})
        strict = bench.send(form).text
        assert (REFUSED in strict, f"(réglage {case.lenient})" in strict) == (True, True)


@pytest.mark.parametrize(
    ("lenient", "change"),
    [("long_email", {"PBX_PORTEUR": f"{'x' * 60}@demo.test"}), ("long_rank", {"PBX_RANG": "032"})],
)
def test_contested_length_of_a_field_opens_the_page_unless_it_is_set_otherwise(
    bench: Any, lenient: str, change: dict[str, str]
) -> None:
    assert "NUMERO_CARTE" in bench.send(bench.form(**change)).text
    bench.settings(**{lenient: "refused"})
    assert REFUSED in bench.send(bench.form(**change)).text


def test_seal_in_lower_case_is_the_same_seal(bench: Any) -> None:
    """OFFICIAL WooCommerce sends `hash_hmac` as it comes."""
    *fields, (name, seal) = bench.form()
    lower = [*fields, (name, seal.lower())]
    assert "NUMERO_CARTE" in bench.send(lower).text
    *frame, (name, seal) = bench.frame("00003", **CARD)
    assert answer(bench.post_direct([*frame, (name, seal.lower())]))["CODEREPONSE"] == "00000"
    bench.settings(lower_case_hmac="refused")
    assert REFUSED in bench.send(lower).text


@pytest.mark.parametrize(
    "path",
    [
        "/php/",
        "/cgi/MYchoix_pagepaiement.cgi",
        "/cgi/FramepagepaiementRWD.cgi",
        "/cgi/MYframepagepaiement_ip.cgi",
        "/cgi/ChoixPaiementMobile.cgi",
    ],
)
def test_every_address_of_the_page_is_served(bench: Any, path: str) -> None:
    assert "NUMERO_CARTE" in bench.send(bench.form(), path).text
    assert "NUMERO_CARTE" in bench.http.get(f"{path}?{urlencode(bench.form())}").text


class Merchant(NamedTuple):
    site: str
    rang: str
    identifiant: str


@pytest.mark.parametrize(
    "seen",
    [
        Merchant("1999888", "32", "2"),
        Merchant("1999888", "32", "3"),
        Merchant("1999888", "32", "1686319"),
        Merchant("1999888", "222", "2"),
    ],
)
def test_identifiers_that_clients_test_with_are_known(bench: Any, seen: Merchant) -> None:
    bench.open(PBX_SITE=seen.site, PBX_RANG=seen.rang, PBX_IDENTIFIANT=seen.identifiant)


@pytest.mark.parametrize(
    ("change", "hint"),
    [
        ({"PBX_CMD": "Q1PBX_2MONT0000000500PBX_NBPAIE00PBX_FREQ01PBX_QUAND28PBX_DELAIS005"}, "Abonnement"),
        ({"PBX_CMD": "Q1IBS_2MONT0000000500IBS_NBPAIE00"}, "Abonnement"),
        ({"PBX_2MONT2": "500"}, "PBX_2MONT2"),
    ],
)
def test_what_is_not_played_is_said_and_never_a_plain_payment(
    bench: Any, change: dict[str, str], hint: str
) -> None:
    page = bench.send(bench.form(**change)).text
    assert ("NUMERO_CARTE" in page, hint in page) == (False, True)


def test_wrong_field_shows_the_gateways_words_and_our_hint_apart(bench: Any) -> None:
    """The gateway's words: lexik 86, a relative address."""
    page = bench.send(bench.form(PBX_ANNULE="/cancel")).text
    assert f"<h1>{REFUSED}</h1>" in page
    assert "Indication du simulateur, que la vraie page ne donne pas : Variable PBX_ANNULE" in page
    assert "Erreur PAYBOX" not in page


def test_subscriptions_cannot_be_ended_and_it_is_said_as_the_manual_does(bench: Any) -> None:
    asked = {"VERSION": "001", "TYPE": "001", "SITE": "1999888", "IDENTIFIANT": "2", "REFERENCE": "refcmd1"}
    told = bench.http.post("/cgi-bin/ResAbon.cgi", data=asked).text
    assert told == "ACQ=NO&ERREUR=9&IDENTIFIANT=2&REFERENCE=refcmd1"
    assert "RemoteMPI" in bench.http.get("/cgi/RemoteMPI.cgi").text


class TestNotification:
    def test_numbers_are_plain_and_no_subscription_is_0(self, bench: Any) -> None:
        """SIGNED: `trans=1261584&idtrans=848653`, `numabo=0`."""
        bench.pay(ACCEPTED, PBX_RETOUR="T:T;S:S;B:B;C:C;Sign:K")
        told = bench.shop.variables()
        assert (told["T"], told["S"], told["B"]) == ("61548235", "34813567", "0")
        assert told["C"] == "CB,VISA,EUROCARD_MASTERCARD"  # SIGNED, for this very card

    def test_payment_that_waits_has_no_numbers_yet(self, bench: Any) -> None:
        bench.pay(ACCEPTED, PBX_RETOUR="T:T;S:S;Sign:K", PBX_ERRORCODETEST="99999")
        assert (bench.shop.variables()["T"], bench.shop.variables()["S"]) == ("0", "0")


class DirectCase(NamedTuple):
    """`at` names the earlier operation of the same card whose numbers the call bears: 00001 or 00003."""

    kind: str
    change: dict[str, str]
    expected: dict[str, str]
    source: str
    at: str = ""
    without: tuple[str, ...] = ()


SHA1 = hashlib.sha1(b"4012001037141112").hexdigest().upper()  # noqa: S324 (the protocol's)
MISSING = "Mandatory values missing keyword:13 Type:1"
UNKNOWN = {"NUMTRANS": "0000000001", "NUMAPPEL": "0000000001"}
DONE = {"CODEREPONSE": "00000"}
DIRECT = [
    DirectCase("1", CARD, DONE, "LIVE nexylan: plain integers"),
    DirectCase("3", {**CARD, "MONTANT": "20031"}, DONE, "LIVE nexylan"),
    DirectCase("3", {**CARD, "NUMQUESTION": "123456789"}, {"NUMQUESTION": "0123456789"}, "hyperswitch"),
    DirectCase("00003", {**CARD, "ACTIVITE": "27"}, {"CODEREPONSE": "00026"}, "LIVE nexylan: padded"),
    DirectCase("00003", {**CARD, "DEVISE": "840"}, DONE, "LIVE nexylan"),
    DirectCase("00003", {**CARD, "DATEQ": "24062022"}, DONE, "LIVE BenMorel"),
    DirectCase("00003", {**CARD, "DATEQ": "00001402932051"}, DONE, "RECORDED lexik: a padded Unix time"),
    DirectCase("00003", {**CARD, "RANG": "032"}, {"RANG": "32"}, "RECORDED lexik"),
    DirectCase("00003", {**CARD, "RANG": "222", "IDENTIFIANT": ""}, DONE, "LIVE activemerchant"),
    DirectCase("00003", CARD, {"REFABONNE": "", "PORTEUR": ""}, "RECORDED lexik, joanie"),
    DirectCase("00004", CARD, {**DONE, "PORTEUR": ""}, "LIVE BenMorel, lexik"),
    DirectCase(
        "00056", {**CARD, "REFABONNE": "A"}, {**DONE, "REFABONNE": "A"}, "BenMorel", "", ("REFERENCE",)
    ),
    DirectCase("00014", {"MONTANT": "100"}, DONE, "hyperswitch 5575, BenMorel", "00003", ("REFERENCE",)),
    DirectCase("00055", {"VERSION": "00103"}, DONE, "eopayment in production", "00003"),
    DirectCase("00005", {}, DONE, "LIVE BenMorel", "00003"),
    DirectCase("00002", {}, DONE, "LIVE BenMorel", "00001"),
    DirectCase("00002", UNKNOWN, {"CODEREPONSE": "00015"}, "RECORDED eopayment"),
    DirectCase("00005", UNKNOWN, {"COMMENTAIRE": "PAYBOX : Transaction non trouvée"}, "RECORDED eopayment"),
    DirectCase("00014", UNKNOWN, {"CODEREPONSE": "00015"}, "four transcripts of the manual"),
    DirectCase("00017", UNKNOWN, {"CODEREPONSE": "00018"}, "LIVE BenMorel"),
    DirectCase("00011", {"REFERENCE": "none"}, {"CODEREPONSE": "00018"}, "LIVE BenMorel"),
    DirectCase("00002", {"NUMTRANS": "", "NUMAPPEL": ""}, {"COMMENTAIRE": MISSING}, "LIVE activemerchant"),
    DirectCase(
        "00003",
        {**CARD, "REFERENCE": "x" * 251},
        {"COMMENTAIRE": "Some values exceed max length"},
        "LIVE activemerchant",
    ),
    DirectCase(
        "00003",
        {**CARD, "ERRORCODETEST": "00105"},
        {"COMMENTAIRE": "PAYBOX : Transaction refusée"},
        "LIVE activemerchant",
    ),
    DirectCase("00017", {}, {"STATUS": "Capturé", "REMISE": "-"}, "LIVE nexylan", "00003"),
    DirectCase("00017", UNKNOWN, {"STATUS": "-"}, "two forks of nexylan"),
    DirectCase(
        "00003",
        {**CARD, "PORTEUR": "4012001037141112", "SHA-1": "", "TYPECARTE": ""},
        {"SHA-1": SHA1, "TYPECARTE": "cb2a5.2"},
        "LIVE nexylan: SHA-1 of the card number, upper case",
    ),
]


@pytest.mark.parametrize("case", DIRECT, ids=lambda case: f"{case.kind}-{case.source}")
def test_direct_call_of_the_field_is_answered_as_in_life(bench: Any, case: DirectCase) -> None:
    numbers = {}
    if case.at:
        before = bench.direct(case.at, **CARD)
        numbers = {name: before[name] for name in ("NUMTRANS", "NUMAPPEL")}
    fields = dict(bench.frame(case.kind, **(numbers | case.change)))
    for name in ("HMAC", *case.without):
        del fields[name]
    told = answer(bench.post_direct(sealed(list(fields.items()), "HMAC")))
    assert {name: told.get(name, "-") for name in case.expected} == case.expected, told


class TestAccess:
    """The comments by which a go-live finds its mistake; the first is counted in a production table."""

    @pytest.mark.parametrize(
        ("change", "comment"),
        [
            ({"HMAC": "0" * 128}, "HMAC invalide"),
            ({"HMAC": None}, "HMAC requis"),
            ({"HMAC": None, "CLE": "wrong"}, "PAYBOX : Accès refusé ou site/rang/clé invalide"),
            ({"SITE": "1234567"}, "PAYBOX : Accès refusé ou site/rang/clé invalide"),
        ],
    )
    def test_refusal_says_what_is_wrong(
        self, bench: Any, change: dict[str, str | None], comment: str
    ) -> None:
        fields: dict[str, str | None] = {**dict(bench.frame("00003", **CARD)), **change}
        sent = [(name, value) for name, value in fields.items() if value is not None]
        told = answer(bench.post_direct(sent))
        assert (told["CODEREPONSE"], told["COMMENTAIRE"]) == ("00006", comment)

    def test_call_by_get_is_taken(self, bench: Any) -> None:
        got = bench.http.get(f"/PPPS.php?{urlencode(bench.frame('00003', **CARD))}", headers=URLENCODED)
        assert answer(got)["CODEREPONSE"] == "00000"


class TestSubscribers:
    def test_change_of_a_card_authorises_its_amount(self, bench: Any) -> None:
        """LIVE nexylan expects an authorisation."""
        bench.direct("00056", REFABONNE="ABO-2", **CARD)
        changed = bench.direct("00057", REFABONNE="ABO-2", MONTANT="0000057042", **CARD)
        assert (changed["CODEREPONSE"], changed["AUTORISATION"]) == ("00000", "XXXXXX")
        assert bench.ledger()[-1] == ("authorisation", "Q-0001-2", 57042, "00000")
        refused = bench.direct("00057", REFABONNE="ABO-2", **{**CARD, "PORTEUR": "1111222233335555"})
        assert refused["CODEREPONSE"] == "00004"

    def test_debit_takes_the_card_number_itself_and_echoes_it(self, bench: Any) -> None:
        """RECORDED lexik."""
        bench.direct("00056", REFABONNE="ABO-1", **CARD)
        told = bench.debit(ACCEPTED)
        assert (told["CODEREPONSE"], told["PORTEUR"]) == ("00000", ACCEPTED)

    def test_one_card_of_one_site_has_one_token(self, bench: Any) -> None:
        """LIVE kevin-lesenechal."""
        first = bench.direct("00056", REFABONNE="ABO-1", **CARD)["PORTEUR"]
        assert bench.direct("00056", REFABONNE="ABO-2", **CARD)["PORTEUR"] == first
        other = {**CARD, "PORTEUR": "4975660000000004"}
        assert bench.direct("00056", REFABONNE="ABO-3", **other)["PORTEUR"] != first


def test_values_are_encoded_when_asked(bench: Any) -> None:
    told = answer(bench.post_direct(bench.frame("00003", URL_ENCODE="O", **CARD)))
    assert told["COMMENTAIRE"] == "Demande%20trait%E9e%20avec%20succ%E8s"


@pytest.mark.parametrize(("kind", "change"), [("00012", {}), ("00061", {}), ("00003", {"ID3D": "00000000"})])
def test_what_a_direct_call_cannot_have_is_said_beside_the_line(
    bench: Any, kind: str, change: dict[str, str]
) -> None:
    told = bench.post_direct(bench.frame(kind, **CARD, **change))
    assert ("simul" in told.headers[HINT], b"simul" in told.content) == (True, False)
    assert HINT not in bench.post_direct(bench.frame("00003", **CARD)).headers


def test_reason_of_ours_stands_beside_the_line_too(bench: Any) -> None:
    paid = bench.direct("00003", **CARD)
    numbers = {name: paid[name] for name in ("NUMTRANS", "NUMAPPEL")}
    refused = bench.post_direct(bench.frame("00014", MONTANT="0000020032", **numbers))
    assert answer(refused)["COMMENTAIRE"] == "PAYBOX : Montant incorrect"
    assert "remboursable" in refused.headers[HINT]
