"""The shop's form before a card is asked for: what must be there, its formats, its seal."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from infra.local.paybox.merchants import Merchant, find_merchant
from infra.local.paybox.payer_xml import billing_mistake, shopping_cart_mistake
from infra.local.paybox.signature import Fields, is_readable, is_signed
from infra.local.paybox.variables import read_returned

REQUIRED = (
    "PBX_SITE",
    "PBX_RANG",
    "PBX_IDENTIFIANT",
    "PBX_TOTAL",
    "PBX_DEVISE",
    "PBX_CMD",
    "PBX_PORTEUR",
    "PBX_RETOUR",
    "PBX_TIME",
    "PBX_SHOPPINGCART",
    "PBX_BILLING",
    "PBX_HMAC",
)
URL_CHARACTERS = r"[A-Za-z0-9\-._~:/?#@!$&'()*+,;=%\[\]]+"
LANGUAGES = ("FRA", "GBR", "ESP", "ITA", "DEU", "NLD", "SWE", "PRT")
LONGEST_URL = 150
# They change what is debited, or when: better an error page than a payment that forgets them.
NOT_PLAYED = ("PBX_2MONT1", "PBX_TOKEN", "PBX_EMPREINTE")


class FormRefused(Exception):
    """The gateway's own error page; `title` is what the merchant reads there."""

    def __init__(self, title: str, detail: str = "") -> None:
        super().__init__(title, detail)
        self.title = title
        self.detail = detail


def check_form(received: Fields) -> tuple[Merchant, dict[str, str]]:
    """The merchant and the fields of a form that can be paid, or `FormRefused`."""
    pbx = [(name, value) for name, value in received if name.startswith("PBX_")]
    fields = dict(pbx)
    for name in REQUIRED:
        if not fields.get(name):
            raise FormRefused("Erreur PAYBOX 4", f"Variable {name} manquante")
    merchant = _identify(pbx, fields)
    if len(fields) != len(pbx):
        raise FormRefused("Erreur PAYBOX 4", "Une variable est présente deux fois")
    for name, value in pbx:
        if name in NOT_PLAYED or not is_readable(name + value):
            raise FormRefused("Erreur PAYBOX 4", f"Variable {name!a} incorrecte ou non simulée")
    _check_formats(fields)
    return merchant, fields


def _identify(pbx: Fields, fields: dict[str, str]) -> Merchant:
    refusal = FormRefused(
        "Problème d'identification du commerce. Accès refusé !", "Erreur PAYBOX 3 Accès refusé"
    )
    merchant = find_merchant(fields["PBX_SITE"], fields["PBX_RANG"], fields["PBX_IDENTIFIANT"])
    if merchant is None:
        raise refusal
    message = [(name, value) for name, value in pbx if name != "PBX_HMAC"]
    algorithm = fields.get("PBX_HASH", "SHA512")
    if not is_signed(message, fields["PBX_HMAC"], key_hex=merchant.hmac_key_hex, algorithm=algorithm):
        raise refusal
    return merchant


def _check_formats(fields: dict[str, str]) -> None:
    if fields["PBX_DEVISE"] != "978":
        raise FormRefused("Erreur PAYBOX 10", "Devise inconnue")
    if not re.fullmatch(r"[0-9]{3,10}", fields["PBX_TOTAL"]) or int(fields["PBX_TOTAL"]) == 0:
        raise FormRefused("Erreur PAYBOX 11", "Montant incorrect")
    for name, is_right in FORMATS.items():
        if fields.get(name) and not is_right(fields[name]):
            raise FormRefused("Erreur PAYBOX 4", f"Variable {name} incorrecte")
    if bool(fields.get("PBX_TYPEPAIEMENT")) != bool(fields.get("PBX_TYPECARTE")):
        raise FormRefused("Erreur PAYBOX 4", "PBX_TYPEPAIEMENT et PBX_TYPECARTE vont ensemble")
    for name, mistake in XML_SHAPES.items():
        if sentence := mistake(fields[name]):
            raise FormRefused("Erreur PAYBOX 4", f"Variable {name} incorrecte : {sentence}")


def _matches(pattern: str) -> Callable[[str], bool]:
    return lambda value: re.fullmatch(pattern, value) is not None


def _is_email(value: str) -> bool:
    return re.fullmatch(r"(?=.{6,120}$)[^@\s]+@[^@\s]+\.[^@\s.]+", value) is not None


def _is_absolute_url(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    absolute = parts.scheme in ("http", "https") and bool(parts.hostname)
    return absolute and len(value) <= LONGEST_URL and re.fullmatch(URL_CHARACTERS, value) is not None


def _is_returned(value: str) -> bool:
    try:
        read_returned(value)
    except ValueError:
        return False
    return len(value) < LONGEST_URL


FORMATS: dict[str, Callable[[str], bool]] = {
    "PBX_CMD": _matches(".{1,250}"),
    "PBX_PORTEUR": _is_email,
    "PBX_RETOUR": _is_returned,
    "PBX_EFFECTUE": _is_absolute_url,
    "PBX_REFUSE": _is_absolute_url,
    "PBX_ANNULE": _is_absolute_url,
    "PBX_ATTENTE": _is_absolute_url,
    "PBX_REPONDRE_A": _is_absolute_url,
    "PBX_RUF1": _matches("GET|POST"),
    "PBX_SOUHAITAUTHENT": _matches("0?[1-4]"),
    "PBX_LANGUE": lambda value: value in LANGUAGES,
    "PBX_DISPLAY": _matches("[0-9]{1,5}"),
    "PBX_AUTOSEULE": _matches("[ON]"),
    "PBX_DIFF": _matches("[0-9]{2}"),
    "PBX_ARCHIVAGE": _matches("[A-Za-z0-9]{1,12}"),
    "PBX_REFABONNE": _matches(".{1,250}"),
    "PBX_DATEVALMAX": _matches("[0-9]{2}(0[1-9]|1[0-2])"),
    "PBX_NOM_MARCHAND": _matches(".{1,40}"),
    "PBX_ERRORCODETEST": _matches("[0-9A-Z]{5}"),
}
XML_SHAPES: dict[str, Callable[[str], str | None]] = {
    "PBX_SHOPPINGCART": shopping_cart_mistake,
    "PBX_BILLING": billing_mistake,
}
