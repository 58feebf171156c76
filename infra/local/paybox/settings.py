"""What a contract decides, what is contested and what is not known outside the bank: one setting for each.

`PUT /_settings` with `{"settings": {"return": "immediate"}}` changes them, the home page too; what is not
named has its first value. docs/simulator.md tells what each of them stands for and what to ask the bank.
"""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

TAKEN, REFUSED = "taken", "refused"
LENIENT = (TAKEN, REFUSED)


class BadSetting(ValueError):
    """A setting that does not exist; the message says which do."""


@dataclass(frozen=True)
class Setting:
    """`choices`: the first one holds until another is set. `source`: who was seen to rely on it."""

    name: str
    label: str
    choices: tuple[str, ...] = LENIENT
    source: str = ""


CONTRACT = (
    Setting(
        "return",
        "Après le paiement : ticket et « retour boutique », ou retour immédiat",
        ("ticket", "immediate"),
        "PAYBOX, « Gestion de la réponse » : le retour immédiat est une option du contrat",
    ),
)
UNKNOWN = (
    Setting(
        "form_life",
        "Âge de PBX_TIME au-delà duquel un formulaire est refusé",
        ("for_ever", "one_hour", "one_day"),
    ),
    Setting(
        "paid_order",
        "Une commande payée répond 00015 pour toujours, ou le jour même seulement",
        ("for_ever", "one_day"),
    ),
    Setting(
        "found_try",
        "Ce que la question 00011 trouve quand une référence a plusieurs essais",
        ("debit", "latest", "first"),
    ),
)
PHONE = Setting(
    "without_phone",
    "PBX_BILLING sans téléphone : pris, carte authentifiée, carte refusée (00159) ou page refusée",
    (TAKEN, "challenged", "card_refused", REFUSED),
    "esup-pay 2.2.0, eopayment 3.15 ; nursit/bank 128 et 130 : la carte est parfois refusée",
)
LENIENCIES = (
    PHONE,
    Setting(
        "empty_elements", "PBX_BILLING : élément vide", source="module PrestaShop officiel, nursit/bank 118"
    ),
    Setting(
        "long_zip_code",
        "PBX_BILLING : ZipCode de 11 à 16 caractères",
        source="module WooCommerce officiel, nursit ; module PrestaShop officiel : 10",
    ),
    Setting(
        "long_phone",
        "PBX_BILLING : MobilePhone de 11 à 16 caractères",
        source="module WooCommerce officiel : 16",
    ),
    Setting(
        "long_country_code",
        "PBX_BILLING : indicatif de 4 chiffres, comme +1268",
        source="modules officiels : l'indicatif est envoyé tel quel",
    ),
    Setting(
        "long_names",
        "PBX_BILLING : FirstName ou LastName de 23 à 45 caractères",
        source="un seul client (45) ; tous les autres s'arrêtent à 22",
    ),
    Setting("accents", "PBX_BILLING : lettres hors ASCII", source="eopayment 3.15"),
    Setting("several_lines", "XML sur plusieurs lignes", source="client up2pay en TypeScript"),
    Setting("lower_case_hmac", "PBX_HMAC en minuscules", source="module WooCommerce officiel"),
    Setting("long_email", "PBX_PORTEUR de 61 à 120 caractères", source="manuel : 120 ; un client : 60"),
    Setting("long_rank", "PBX_RANG de 3 chiffres", source="module PrestaShop officiel : %03d"),
)
SETTINGS = {each.name: each for each in (*CONTRACT, *UNKNOWN, *LENIENCIES)}

Settings = Mapping[str, str]


def current_settings(db: sqlite3.Connection) -> dict[str, str]:
    """Return the value of every setting."""
    changed = {row["name"]: row["value"] for row in db.execute("SELECT * FROM settings")}
    return {name: changed.get(name, each.choices[0]) for name, each in SETTINGS.items()}


def replace_settings(db: sqlite3.Connection, document: object) -> None:
    """Set what `{"settings": {…}}` names and put every other setting back to its first value."""
    settings = document.get("settings") if isinstance(document, dict) else None
    if not isinstance(settings, dict):
        raise BadSetting('The body must be {"settings": {…}}.')
    for name, value in settings.items():
        if name not in SETTINGS:
            raise BadSetting(f"There is no setting {name}; there are {', '.join(SETTINGS)}.")
        if value not in SETTINGS[name].choices:
            raise BadSetting(f"{name} must be one of {', '.join(SETTINGS[name].choices)}.")
    db.execute("DELETE FROM settings")
    db.executemany("INSERT INTO settings VALUES (?, ?)", settings.items())
