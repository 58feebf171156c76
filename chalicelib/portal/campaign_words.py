"""Labels of campaigns: the state of a version, the parts of a file."""

from chalicelib.domain.campaigns.versions import VersionState

_STATES = {
    VersionState.PROPOSED: "En attente d'une seconde personne",
    VersionState.APPLIED: "Appliquée",
    VersionState.REFUSED: "Refusée",
    VersionState.REPLACED: "Remplacée par une plus récente",
}
_COLOURS = {VersionState.PROPOSED: "heed", VersionState.APPLIED: "yes"}
_PARTS = {
    "label": "le nom de la campagne",
    "school": "l'établissement",
    "guide_url": "le lien du menu 0",
    "previous_steps": "les étapes préalables",
    "fee_situations": "les situations",
    "numbering": "les premiers numéros",
    "exemption_mention": "la mention de TVA",
    "texts": "les textes des pages",
    "retention": "les durées de conservation",
    "chart": "les comptes",
    "withdrawal_fee_cents": "ce qui est gardé en cas de désistement",
    "year_starts_on": "le début de l'année",
    "import_headings": "les titres des fichiers à importer",
}


def version_word(state: VersionState) -> str:
    return _STATES[state]


def version_colour(state: VersionState) -> str:
    return _COLOURS.get(state, "no")


def part_word(name: str) -> str:
    return _PARTS.get(name, name)
