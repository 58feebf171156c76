"""Rules between the parts of a campaign file.

They read raw values, so that they apply even if another part is malformed.
"""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from chalicelib.campaigns.texts import TEXT_KEYS
from chalicelib.domain.books.chart import DEFAULT_CHART
from chalicelib.domain.imports.students import COLUMNS
from chalicelib.domain.printable import hidden_in

Finding = tuple[tuple[str, ...], str]

CODES = {
    "fee_situations": re.compile("[A-Za-z0-9]{1,8}"),
    "programmes": re.compile("[A-Za-z0-9_-]{1,40}"),
    "plans": re.compile("[a-z0-9-]{1,40}"),
}


def findings(campaign: dict[str, Any]) -> Iterator[Finding]:
    """Yield the path and a French sentence for each broken rule."""
    yield from _odd_codes(campaign)
    yield from _tariffs_without_situation(campaign)
    yield from _steps_named_twice(campaign)
    yield from _unknown_columns(campaign)
    yield from _accounts_without_target(campaign)
    if isinstance(campaign.get("texts"), dict):
        yield from _text_keys(campaign["texts"])


def hidden_characters(values: Any, path: tuple[str, ...] = ()) -> Iterator[Finding]:
    """Yield each text with a control or format character: it would be printed otherwise than it reads.

    A version that was stored before this rule is read all the same.
    """
    if isinstance(values, str):
        if hidden := hidden_in(values):
            yield path, f"un caractère invisible (U+{ord(hidden):04X}) : supprimez-le"
        return
    inner = (
        values.items() if isinstance(values, dict) else enumerate(values if isinstance(values, list) else ())
    )
    for key, value in inner:
        yield from hidden_characters(value, (*path, str(key)))


def _block(values: dict[str, Any], key: str) -> dict[str, Any]:
    found = values.get(key)
    return found if isinstance(found, dict) else {}


def _unknown_columns(campaign: dict[str, Any]) -> Iterator[Finding]:
    for column in _block(campaign, "import_headings"):
        if column not in COLUMNS:
            yield ("import_headings", column), f"« {column} » n'est pas une colonne : {', '.join(COLUMNS)}"


def _accounts_without_target(campaign: dict[str, Any]) -> Iterator[Finding]:
    """Yield each account of the journal that the school's mapping leaves out; without a mapping none is."""
    targets = _block(_block(campaign, "accounting"), "accounts")
    chart = {str(book): number for book, number in DEFAULT_CHART.items()} | _block(campaign, "chart")
    for account in sorted({str(number) for number in chart.values()}) if targets else ():
        if account not in targets:
            yield ("accounting", "accounts"), f"le compte {account} n'a pas de compte de l'école"


def _odd_codes(campaign: dict[str, Any]) -> Iterator[Finding]:
    for block, form in CODES.items():
        for code in _block(campaign, block):
            if not form.fullmatch(code):
                yield (block, code), f"« {code} » n'est pas un code : lettres, chiffres, tirets, sans espace"


def _tariffs_without_situation(campaign: dict[str, Any]) -> Iterator[Finding]:
    known = _block(campaign, "fee_situations")
    programmes = _block(campaign, "programmes")
    for programme in programmes:
        tariffs = _block(_block(programmes, programme), "tariffs")
        for situation in tariffs:
            if situation not in known:
                yield (
                    ("programmes", programme, "tariffs", situation),
                    f"la situation « {situation} » n'existe pas dans « fee_situations »",
                )
        for situation in _block(_block(programmes, programme), "sources"):
            if situation not in tariffs:
                yield (
                    ("programmes", programme, "sources", situation),
                    f"la situation « {situation} » n'a pas de tarif dans cette formation",
                )


def _steps_named_twice(campaign: dict[str, Any]) -> Iterator[Finding]:
    steps = campaign.get("previous_steps")
    seen: set[str] = set()
    for rank, step in enumerate(steps if isinstance(steps, list) else []):
        key = str(step.get("key")) if isinstance(step, dict) else ""
        if key in seen:
            yield ("previous_steps", str(rank), "key"), f"l'étape « {key} » figure déjà plus haut"
        seen.add(key)


def _text_keys(texts: dict[str, Any]) -> Iterator[Finding]:
    for key in TEXT_KEYS:
        if key not in texts:
            yield ("texts",), f"le texte « {key} » manque"
    for key in texts:
        if key not in TEXT_KEYS:
            close = get_close_matches(key, TEXT_KEYS, n=1)
            hint = f" : vouliez-vous « {close[0]} » ?" if close else ""
            yield ("texts", key), f"aucune page n'emploie le texte « {key} »{hint}"
