"""Labels of campaigns: the state of a version, the parts of a file."""

from chalicelib.domain.campaigns.versions import VersionState
from chalicelib.domain.languages import Language
from chalicelib.portal.texts import marked, said

_STATES = {
    VersionState.PROPOSED: marked("En attente d'une seconde personne"),
    VersionState.APPLIED: marked("Appliquée"),
    VersionState.REFUSED: marked("Refusée"),
    VersionState.REPLACED: marked("Remplacée par une plus récente"),
}
_COLOURS = {VersionState.PROPOSED: "heed", VersionState.APPLIED: "yes"}
PARTS = {
    "label": marked("le nom de la campagne"),
    "school": marked("l'établissement"),
    "guide_url": marked("le lien du menu 0"),
    "previous_steps": marked("les étapes préalables"),
    "fee_situations": marked("les situations"),
    "numbering": marked("les premiers numéros"),
    "exemption_mention": marked("la mention de TVA"),
    "texts": marked("les textes des pages"),
    "retention": marked("les durées de conservation"),
    "chart": marked("les comptes"),
    "withdrawal_fee_cents": marked("ce qui est gardé en cas de désistement"),
    "year_starts_on": marked("le début de l'année"),
    "import_headings": marked("les titres des fichiers à importer"),
    "look": marked("les couleurs et le logo"),
    "reminders": marked("les relances"),
    "payer_terms": marked("ce que disent les factures des tiers payeurs"),
    "bank_account": marked("le compte bancaire des virements"),
    "accounting": marked("les comptes et le fichier de la comptabilité de l'école"),
    "publication": marked("les mentions légales et l'accessibilité"),
}


def version_word(state: VersionState, language: Language = Language.FR) -> str:
    return said(_STATES[state], language)


def version_colour(state: VersionState) -> str:
    return _COLOURS.get(state, "no")


def part_word(name: str, language: Language = Language.FR) -> str:
    return said(PARTS[name], language) if name in PARTS else name
