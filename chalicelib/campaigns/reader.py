"""Reading of campaign files: accepted or refused as a whole."""

import json
import re
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from chalicelib.campaigns.building import campaign_of, with_today_texts
from chalicelib.domain.campaign import Campaign

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from chalicelib.campaigns.building import Values
    from chalicelib.campaigns.yaml_tree import Tree

LONGEST_CHARACTERS = 500_000
SHIPPED_NAME = re.compile("[a-z0-9-]{1,100}")  # a name may come from an address: never a path

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
    return campaign_of(_values(text, path))


def values_of(text: str, path: str) -> str:
    """Return the values of a file as JSON, which `building.py` takes. Raise `CampaignFileError`."""
    return json.dumps(_values(text, path), ensure_ascii=False, separators=(",", ":"))


def _values(text: str, path: str) -> "Values":
    if len(text) > LONGEST_CHARACTERS:
        raise CampaignFileError((f"{path}:1 : le fichier dépasse {LONGEST_CHARACTERS} caractères",))
    from chalicelib.campaigns.rules import hidden_characters  # noqa: PLC0415 - only where a file is read

    tree = _tree(text)
    for place, sentence in hidden_characters(tree.values):
        tree.refuse(place, tree.line_of(place), sentence)
    return _accepted(tree, path)


def _tree(text: str) -> "Tree":
    from chalicelib.campaigns.yaml_tree import read_tree  # noqa: PLC0415 - yaml costs every cold start

    return read_tree(text)


def _accepted(tree: "Tree", path: str) -> "Values":
    values = _checked(tree)
    if tree.misfits or values is None:
        raise CampaignFileError(_sentences(tree, path))
    return values


@lru_cache(maxsize=8)
def read_stored(text: str, path: str) -> Campaign:
    """Return the campaign of a text that an earlier release accepted. Raise `CampaignFileError`."""
    tree = _tree(text)
    if isinstance(tree.values, dict) and isinstance(tree.values.get("texts"), dict):
        tree.values = with_today_texts(tree.values)
    return campaign_of(_accepted(tree, path))


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


def _checked(tree: "Tree") -> "Values | None":
    """Return what the schema accepts, without the keys that the file leaves out."""
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
        return CampaignEntry.model_validate(tree.values).model_dump(mode="json", exclude_unset=True)
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
