"""The shop's form before a card is asked for: what must be there, its formats, its seal.

An error page says the gateway's own words; which field is wrong is the simulator's hint, and marked as that.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from infra.local.paybox.merchants import Merchant, find_merchant
from infra.local.paybox.payer_xml import billing_mistake, leniencies, shopping_cart_mistake
from infra.local.paybox.settings import REFUSED, SETTINGS, Settings
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
NO_ACCESS = "Problème d'identification du commerce. Accès refusé !"
NOT_SIMULATED = "Le simulateur ne joue pas ce formulaire."
URL_CHARACTERS = r"[A-Za-z0-9\-._~:/?#@!$&'()*+,;=%\[\]]+"
LANGUAGES = ("FRA", "GBR", "ESP", "ITA", "DEU", "NLD", "SWE", "PRT")
LONGEST_URL = 150
SHORT_EMAIL, SHORT_RANK = 60, 2
FORM_LIVES = {"one_hour": timedelta(hours=1), "one_day": timedelta(days=1)}
# They change what is debited, or when: better a page that says so than a payment that forgets them.
NOT_PLAYED = re.compile("PBX_(2MONT[0-9]|DATE[0-9]|TOKEN|EMPREINTE|IDABT)")
SUBSCRIPTION = re.compile("(PBX|IBS)_(2MONT|NBPAIE|FREQ|QUAND|DELAIS)[0-9]")


class FormRefused(Exception):
    """An error page: `title` and `detail` are the gateway's words, `hint` is the simulator's."""

    def __init__(self, title: str, detail: str = "", hint: str = "") -> None:
        super().__init__(title, detail, hint)
        self.title = title
        self.detail = detail
        self.hint = hint


@dataclass(frozen=True)
class Form:
    """A form that can be paid; `used` names the settings that it takes for granted."""

    merchant: Merchant
    fields: dict[str, str]
    used: tuple[str, ...]


def check_form(received: Fields, settings: Settings, now: datetime) -> Form:
    """The form as it can be paid, or `FormRefused`."""
    pbx = [(name, value) for name, value in received if name.startswith("PBX_")]
    fields = dict(pbx)
    for name in REQUIRED:
        if not fields.get(name):
            raise FormRefused("Erreur PAYBOX 4", hint=f"Variable {name} manquante")
    merchant = _identify(pbx, fields)
    if len(fields) != len(pbx):
        raise FormRefused(NO_ACCESS, hint="Une variable est présente deux fois")
    _check_played(fields)
    for name, value in pbx:
        if not is_readable(name + value):
            raise FormRefused(NO_ACCESS, hint=f"Variable {name!a} illisible")
    _check_formats(fields)
    _check_age(fields["PBX_TIME"], settings["form_life"], now)
    return Form(merchant, fields, _used(fields, settings))


def _identify(pbx: Fields, fields: dict[str, str]) -> Merchant:
    merchant = find_merchant(fields["PBX_SITE"], fields["PBX_RANG"], fields["PBX_IDENTIFIANT"])
    if merchant is None:
        raise FormRefused(NO_ACCESS, "Erreur PAYBOX 3 Accès refusé", "Site, rang ou identifiant inconnu")
    message = [(name, value) for name, value in pbx if name != "PBX_HMAC"]
    algorithm = fields.get("PBX_HASH", "SHA512")
    if not is_signed(message, fields["PBX_HMAC"], key_hex=merchant.hmac_key_hex, algorithm=algorithm):
        raise FormRefused(NO_ACCESS, "Erreur PAYBOX 3 Accès refusé", "PBX_HMAC ne signe pas ce formulaire")
    return merchant


def _check_played(fields: dict[str, str]) -> None:
    for name in fields:
        if NOT_PLAYED.fullmatch(name):
            raise FormRefused(NOT_SIMULATED, hint=f"Variable {name} non simulée")
    if SUBSCRIPTION.search(fields["PBX_CMD"]):
        raise FormRefused(NOT_SIMULATED, hint="Abonnement à la fin de PBX_CMD non simulé")


def _check_formats(fields: dict[str, str]) -> None:
    if fields["PBX_DEVISE"] != "978":
        raise FormRefused("Erreur PAYBOX 10", "Devise inconnue")
    if not re.fullmatch(r"[0-9]{3,10}", fields["PBX_TOTAL"]) or int(fields["PBX_TOTAL"]) == 0:
        raise FormRefused("Erreur PAYBOX 11", "Montant incorrect")
    for name, is_right in FORMATS.items():
        if fields.get(name) and not is_right(fields[name]):
            raise FormRefused(NO_ACCESS, hint=f"Variable {name} incorrecte")
    if bool(fields.get("PBX_TYPEPAIEMENT")) != bool(fields.get("PBX_TYPECARTE")):
        raise FormRefused(NO_ACCESS, hint="PBX_TYPEPAIEMENT et PBX_TYPECARTE vont ensemble")
    for name, mistake in XML_SHAPES.items():
        if sentence := mistake(fields[name]):
            raise FormRefused(NO_ACCESS, hint=f"Variable {name} incorrecte : {sentence}")


def _check_age(written: str, form_life: str, now: datetime) -> None:
    """A time that is not ISO 8601 with its zone has no age: integrators send free forms."""
    try:
        age = now - datetime.fromisoformat(written)
    except (ValueError, TypeError):
        return
    if form_life in FORM_LIVES and age > FORM_LIVES[form_life]:
        raise FormRefused(NO_ACCESS, hint="PBX_TIME est trop ancien (réglage form_life)")


def _used(fields: dict[str, str], settings: Settings) -> tuple[str, ...]:
    used = tuple(_taken_for_granted(fields))
    for name in used:
        if settings[name] == REFUSED:
            raise FormRefused(NO_ACCESS, hint=f"{SETTINGS[name].label} (réglage {name})")
    return used


def _taken_for_granted(fields: dict[str, str]) -> Iterator[str]:
    yield from leniencies(fields["PBX_BILLING"])
    if fields["PBX_HMAC"] != fields["PBX_HMAC"].upper():
        yield "lower_case_hmac"
    if len(fields["PBX_PORTEUR"]) > SHORT_EMAIL:
        yield "long_email"
    if len(fields["PBX_RANG"]) > SHORT_RANK:
        yield "long_rank"


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
