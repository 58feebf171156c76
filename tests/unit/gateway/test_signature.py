"""The published vectors, and signatures that the real gateway made."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from chalicelib.gateway.signature import (
    OFFICIAL_KEY,
    OFFICIAL_KEY_FINGERPRINT,
    fingerprint,
    hmac_of,
    is_genuine,
    signature_in,
)

KEY = "0123456789ABCDEF" * 8

PAGE = (
    "PBX_SITE=1999888&PBX_RANG=32&PBX_IDENTIFIANT=107904482&PBX_TOTAL=1000&PBX_DEVISE=978&PBX_CMD=TEST zyxwv"
    "&PBX_PORTEUR=test@paybox.com&PBX_RETOUR=Mt:M;Ref:R;Auto:A;Erreur:E&PBX_TIME=2014-12-01T00:00:00+00:00"
)
PAGE_WITH_XML = (
    "PBX_SITE=1999888&PBX_RANG=32&PBX_IDENTIFIANT=107904482&PBX_TOTAL=1000&PBX_DEVISE=978&PBX_CMD=TEST-0001"
    "&PBX_PORTEUR=test@paybox.com&PBX_RETOUR=Mt:M;Ref:R;Auto:A;Erreur:E;Sign:K&PBX_HASH=SHA512"
    "&PBX_TIME=2026-01-15T10:00:00+01:00"
    '&PBX_SHOPPINGCART=<?xml version="1.0" encoding="utf-8"?><shoppingcart><total>'
    "<totalQuantity>1</totalQuantity></total></shoppingcart>"
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
# Signatures under the published test key: no secret.
VECTORS = {
    PAGE: (
        "7D15A9C93C4B1A3E11427C35A4CE539CD146182A8EE9E2964E82AA99385007D8"  # pragma: allowlist secret
        "B08823272399B384E037F53DEA5008F66F37011FEF44CD65A8B4D964FB55FD10"  # pragma: allowlist secret
    ),
    PAGE_WITH_XML: (
        "4D8674FCDEAF9CCDB0049DB1457E5E4EA7858EFDA265F948422AC9FEF00BE34B"  # pragma: allowlist secret
        "D1E82EAA1B73EE9553C96B30BE6A6F7B171B22E9B837BAF76F6BD4D92922B187"  # pragma: allowlist secret
    ),
    DIRECT: (
        "2C5FD84A0081E40FEF587CBE6B46D01CC10FDDDF7820CDCFB8370EFC4B120049"  # pragma: allowlist secret
        "F8DC394CAD5A34569C7090B43FD3A1FC6E99BBE72ED3035CF618692C44AAE26C"  # pragma: allowlist secret
    ),
}

ACCEPTED = (
    b"amount=3245&reference=8&autorization=XXXXXX&error=00000",
    (
        b"ZOxcZvegFEZbLnDUOKeS3kNkL7YbVJpVFQi9YYxuqe5wcvNIAw%2BmcxODwjg09Y9s3xd%2BweQ79nQtnL19O0sjDRqy5svZsxFOy7"
        b"GRZKisruSIjveeH7ZYmwb0z7Th9WZtv%2FjdSZwcMQ%2BQ%2FlYOBwm4ufoWYgREBo5HCdIDcctJZdg%3D"
    ),
)
ACCEPTED_TOO = (
    b"amount=1000&reference=2014-3&autorization=XXXXXX&error=00000",
    (
        b"HjE0NvaFWU6SK5UnxExHzPek37NHrTcV7db6yV5g0uMc7s7U6Vw3zgPIEPkj7RdrWFwGpgFCCAPPhqu6Mgy%2F32cx%2BxsdTEVPIy"
        b"xGI69HU4muycdMCTg0roKW78kUOtUYZnYuegIJbP8ThrQE6kYZMfIoep7IQLXZ2etKMCh4VNQ%3D"
    ),
)
# What the gateway once sent: a signature is no secret.
REFUSED = (
    b"Mt=8160&Ref=COM000000117T1402932051&Erreur=00004",
    (
        # pragma: allowlist nextline secret
        b"j2OZPEE0gKc+D34u2QkpBUR3VQyd9zYhpewHS6IZ1vjdiuGvC01irSBb2taQblYQ3RXI0DkmgIgdFY8ywW6NOdWx1vH+1c3GSZX2MhMq"
        # pragma: allowlist nextline secret
        b"lonpfElUAN/lzYNH/tw+ntQLvzO2HBPobCLNUERqKrFqU9dSAvAYagXNdjpU+XPzPgI="
    ),
)


@pytest.mark.parametrize("message", VECTORS, ids=["page", "page with xml", "direct"])
def test_hmac_is_the_published_one(message: str) -> None:
    pairs = [field.partition("=") for field in message.split("&")]

    assert hmac_of([(name, value) for name, _, value in pairs], KEY) == VECTORS[message]


def test_order_of_the_fields_changes_the_hmac() -> None:
    assert hmac_of([("A", "1"), ("B", "2")], KEY) != hmac_of([("B", "2"), ("A", "1")], KEY)


@pytest.mark.parametrize("sample", [ACCEPTED, ACCEPTED_TOO, REFUSED], ids=["accepted", "again", "refused"])
def test_what_the_real_gateway_signed_is_genuine(sample: tuple[bytes, bytes]) -> None:
    signed, parameter = sample
    signature = signature_in(parameter)

    assert signature is not None
    assert is_genuine(signed, signature, [OFFICIAL_KEY])
    assert not is_genuine(signed + b"0", signature, [OFFICIAL_KEY])


def test_signature_of_one_message_does_not_fit_another() -> None:
    signature = signature_in(ACCEPTED[1])

    assert signature is not None
    assert not is_genuine(ACCEPTED_TOO[0], signature, [OFFICIAL_KEY])


def test_any_of_several_trusted_keys_will_do(signer: Any, other_signer: Any) -> None:
    signed, _, parameter = signer.body(b"Mt=1").rpartition(b"&Sign=")
    signature = signature_in(parameter) or b""

    assert is_genuine(signed, signature, [other_signer.public_pem, signer.public_pem])
    assert not is_genuine(signed, signature, [other_signer.public_pem])
    assert not is_genuine(signed, signature, [])


@pytest.mark.parametrize(
    "parameter",
    [
        b"",
        b"!" * 172,
        base64.b64encode(b"s" * 127),
        base64.b64encode(b"s" * 129),
        b"A" * 171,
        b"A" * 170 + b"B=",  # the same bytes as with A, in another spelling
        b"A" * 171 + b"=\n",
        b"%FF" * 128,
    ],
)
def test_other_shapes_are_no_signature(parameter: bytes) -> None:
    assert signature_in(parameter) is None


def test_signature_is_decoded_once_and_once_more_where_a_percent_is_left() -> None:
    once = REFUSED[1].replace(b"+", b"%2B")

    assert signature_in(once) == base64.b64decode(REFUSED[1])
    assert signature_in(once.replace(b"%", b"%25")) == base64.b64decode(REFUSED[1])
    assert signature_in(once.replace(b"%", b"%2525")) is None
    assert signature_in(REFUSED[1]) == base64.b64decode(REFUSED[1])


def test_official_key_has_its_published_fingerprint(signer: Any) -> None:
    assert fingerprint(OFFICIAL_KEY) == OFFICIAL_KEY_FINGERPRINT
    assert fingerprint(OFFICIAL_KEY.replace("\n", "\r\n")) == OFFICIAL_KEY_FINGERPRINT
    assert fingerprint(signer.public_pem) != OFFICIAL_KEY_FINGERPRINT


def test_trusting_a_key_that_is_not_rsa_is_a_mistake_of_configuration() -> None:
    pem = (
        ec.generate_private_key(ec.SECP256R1())
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )
    with pytest.raises(TypeError, match="RSA"):
        is_genuine(b"Mt=1", b"s" * 128, [pem])


def test_trusting_a_text_that_is_no_rsa_key_by_its_digest_is_refused() -> None:
    elliptic = ec.generate_private_key(ec.SECP256R1()).public_key()
    pem = elliptic.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    for text in (pem.decode(), "no key"):
        with pytest.raises(ValueError, match=r".*"):
            fingerprint(text)


@pytest.mark.parametrize("bits", [1024, 2048])
def test_message_may_be_signed_by_any_key_of_the_list_and_by_a_longer_one(signer: Any, bits: int) -> None:
    """The gateway's key changes: both are trusted for a while, then the new one alone."""
    new = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    spki = serialization.PublicFormat.SubjectPublicKeyInfo
    pem = new.public_key().public_bytes(serialization.Encoding.PEM, spki).decode()
    signed = base64.b64encode(new.sign(b"Mt=1", padding.PKCS1v15(), hashes.SHA1()))  # noqa: S303 - its choice
    signature = signature_in(signed)

    assert signature is not None
    assert is_genuine(b"Mt=1", signature, [signer.public_pem, pem])
    assert is_genuine(b"Mt=1", signature, [pem])
    assert not is_genuine(b"Mt=1", signature, [signer.public_pem])
    assert not is_genuine(b"Mt=2", signature, [signer.public_pem, pem])
