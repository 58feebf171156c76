"""Reading of campaign files: accepted or refused as a whole."""

import re
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from chalicelib.domain.campaign import Campaign

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from chalicelib.campaigns.yaml_tree import Tree

LONGEST_CHARACTERS = 500_000
SHIPPED_NAME = re.compile("[a-z0-9-]{1,100}")  # a name may come from an address: never a path

BLANK = {"fr": "–", "en": "–"}

SENTENCES = {
    "missing": "cette clé obligatoire manque",
    "extra_forbidden": "cette clé est inconnue : corrigez-la ou supprimez-la",
    "string_type": "un texte est attendu : mettez-le entre guillemets",
    "int_type": "un nombre entier est attendu, sans guillemets",
    "list_type": "une liste est attendue : une ligne par élément, qui commence par un tiret",
    "dict_type": "un bloc de clés est attendu",
    "model_type": "un bloc de clés est attendu",
    "too_short": "il en faut au moins {min_length}",
    "greater_than_equal": "il faut au moins {ge}",
    "less_than_equal": "il faut au plus {le}",
    "literal_error": "valeurs admises : {expected}",
    "enum": "valeurs admises : {expected}",
    "value_error": "{error}",
}


class CampaignFileError(ValueError):
    """A refused file. `errors` holds every error, in the file's order, as `file:line path: sentence`."""

    def __init__(self, errors: tuple[str, ...]) -> None:
        super().__init__("\n".join(errors))
        self.errors = errors


def read_campaign(text: str, path: str) -> Campaign:
    """Return the campaign written in `text`; `path` names the file in errors. Raise `CampaignFileError`."""
    from chalicelib.campaigns.yaml_tree import read_tree  # noqa: PLC0415 - yaml costs every cold start

    if len(text) > LONGEST_CHARACTERS:
        raise CampaignFileError((f"{path}:1 : le fichier dépasse {LONGEST_CHARACTERS} caractères",))
    return _accepted(read_tree(text), path)


def _accepted(tree: "Tree", path: str) -> Campaign:
    campaign = _campaign(tree)
    if tree.misfits or campaign is None:
        raise CampaignFileError(_sentences(tree, path))
    return campaign


@lru_cache(maxsize=8)
def read_stored(text: str, path: str) -> Campaign:
    """Return the campaign of a text that an earlier release accepted.

    A text of a page of later on is blank, one of a page that is gone is left out. Raise `CampaignFileError`.
    """
    from chalicelib.campaigns.texts import TEXT_KEYS  # noqa: PLC0415 - with what follows
    from chalicelib.campaigns.yaml_tree import read_tree  # noqa: PLC0415 - yaml costs every cold start

    tree = read_tree(text)
    if isinstance(tree.values, dict) and isinstance(tree.values.get("texts"), dict):
        given = tree.values["texts"]
        tree.values["texts"] = {key: given.get(key, BLANK) for key in TEXT_KEYS}
    return _accepted(tree, path)


@cache
def load_shipped(name: str) -> Campaign:
    """Return the shipped campaign of the file `name`. Raise `CampaignFileError`."""
    file = files("chalicelib.campaigns").joinpath("files", f"{name}.yaml")
    if not SHIPPED_NAME.fullmatch(name) or not file.is_file():
        raise CampaignFileError((f"{name}.yaml:1 : aucune campagne de ce nom n'est livrée",))
    return read_campaign(file.read_text(encoding="utf-8"), file.name)


def shipped_text(name: str) -> str:
    """Return the text of the shipped file `name`."""
    return files("chalicelib.campaigns").joinpath("files", f"{name}.yaml").read_text(encoding="utf-8")


def _campaign(tree: "Tree") -> Campaign | None:
    from pydantic import ValidationError  # noqa: PLC0415 - with the schema, only where a file is read

    from chalicelib.campaigns.rules import findings  # noqa: PLC0415 - the same
    from chalicelib.campaigns.schema import CampaignEntry  # noqa: PLC0415 - the same

    if tree.values is None:
        if not tree.misfits:
            tree.refuse((), 1, "le fichier est vide")
        return None
    if isinstance(tree.values, dict):
        for path, sentence in findings(tree.values):
            tree.refuse(path, tree.line_of(path), sentence)
    try:
        return CampaignEntry.model_validate(tree.values).domain()
    except ValidationError as error:
        _keep_errors(tree, error)
        return None


def _keep_errors(tree: "Tree", error: "ValidationError") -> None:
    refused = {misfit.path for misfit in tree.misfits}
    for detail in error.errors(include_url=False):
        path = tuple(str(part) for part in detail["loc"])
        if path not in refused:  # one error is enough: the first says more
            tree.refuse(path, tree.line_of(path), _sentence(detail))


def _sentence(detail: "ErrorDetails") -> str:
    context: dict[str, Any] = detail.get("ctx", {})
    return SENTENCES.get(detail["type"], "cette valeur est refusée").format_map(context)


def _sentences(tree: "Tree", path: str) -> tuple[str, ...]:
    in_order = sorted(tree.misfits, key=lambda misfit: misfit.line)
    return tuple(f"{path}:{each.line} {'.'.join(each.path)}: {each.sentence}" for each in in_order)
