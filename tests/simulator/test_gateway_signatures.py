import pytest

from infra.local.paybox.signature import message_hmac

KEY_HEX = "0123456789ABCDEF" * 8
FIRST = (
    "PBX_SITE=1999888&PBX_RANG=32&PBX_IDENTIFIANT=107904482&PBX_TOTAL=1000&PBX_DEVISE=978&PBX_CMD=TEST zyxwv"
    "&PBX_PORTEUR=test@paybox.com&PBX_RETOUR=Mt:M;Ref:R;Auto:A;Erreur:E&PBX_TIME=2014-12-01T00:00:00+00:00"
)
WITH_XML = (
    "PBX_SITE=1999888&PBX_RANG=32&PBX_IDENTIFIANT=107904482&PBX_TOTAL=1000&PBX_DEVISE=978&PBX_CMD=TEST-0001"
    "&PBX_PORTEUR=test@paybox.com&PBX_RETOUR=Mt:M;Ref:R;Auto:A;Erreur:E;Sign:K&PBX_HASH=SHA512"
    "&PBX_TIME=2026-01-15T10:00:00+01:00"
    '&PBX_SHOPPINGCART=<?xml version="1.0" encoding="utf-8"?>'
    "<shoppingcart><total><totalQuantity>1</totalQuantity></total></shoppingcart>"
    '&PBX_BILLING=<?xml version="1.0" encoding="utf-8"?><Billing><Address><FirstName>Jean</FirstName>'
    "<LastName>Dupont</LastName><Address1>1 rue de Paris</Address1><ZipCode>75001</ZipCode><City>Paris</City>"
    "<CountryCode>250</CountryCode><CountryCodeMobilePhone>+33</CountryCodeMobilePhone>"
    "<MobilePhone>0612345678</MobilePhone></Address></Billing>"
)
DIRECT = (
    "VERSION=00104&TYPE=00053&SITE=1999888&RANG=32&IDENTIFIANT=107904482&NUMQUESTION=0000000001"
    "&DATEQ=15012026100000&MONTANT=0000001000&DEVISE=978&REFERENCE=TEST-0001-2&REFABONNE=ABO-0001"
    "&PORTEUR=SLDLrcsLMPC&DATEVAL=1228&ACTIVITE=027&HASH=SHA512"
)


@pytest.mark.parametrize(
    # Signatures under the published test key: no secret.
    ("message", "seal"),
    [
        (
            FIRST,
            (
                "7D15A9C93C4B1A3E11427C35A4CE539CD146182A8EE9E2964E82AA99385007D8"  # pragma: allowlist secret
                "B08823272399B384E037F53DEA5008F66F37011FEF44CD65A8B4D964FB55FD10"  # pragma: allowlist secret
            ),
        ),
        (
            WITH_XML,
            (
                "4D8674FCDEAF9CCDB0049DB1457E5E4EA7858EFDA265F948422AC9FEF00BE34B"  # pragma: allowlist secret
                "D1E82EAA1B73EE9553C96B30BE6A6F7B171B22E9B837BAF76F6BD4D92922B187"  # pragma: allowlist secret
            ),
        ),
        (
            DIRECT,
            (
                "2C5FD84A0081E40FEF587CBE6B46D01CC10FDDDF7820CDCFB8370EFC4B120049"  # pragma: allowlist secret
                "F8DC394CAD5A34569C7090B43FD3A1FC6E99BBE72ED3035CF618692C44AAE26C"  # pragma: allowlist secret
            ),
        ),
    ],
)
def test_published_vectors_are_reproduced(message: str, seal: str) -> None:
    fields = [(name, value) for name, _, value in (part.partition("=") for part in message.split("&"))]
    assert message_hmac(fields, KEY_HEX) == seal
