"""The codes of the gateway and of card issuers in words; a code that is not here is shown alone."""

from chalicelib.domain.languages import Language
from chalicelib.portal.texts import marked, said

_WORDS = {
    "00000": marked("accepté"),
    "00001": marked("centre d'autorisation injoignable"),
    "00003": marked("erreur de la passerelle"),
    "00004": marked("numéro de carte ou cryptogramme invalide"),
    "00008": marked("date de fin de validité incorrecte"),
    "00015": marked("déjà payé sous cette référence"),
    "00017": marked("carte inconnue de la passerelle"),
    "00018": marked("transaction introuvable"),
    "00021": marked("carte non autorisée"),
    "00029": marked("carte non conforme"),
    "00030": marked("page laissée sans réponse"),
    "00040": marked("authentification du porteur demandée"),
    "00105": marked("refusé par la banque, sans motif"),
    "00114": marked("numéro de carte invalide"),
    "00119": marked("à représenter"),
    "00133": marked("carte expirée"),
    "00141": marked("carte perdue"),
    "00143": marked("carte volée"),
    "00151": marked("provision insuffisante"),
    "00154": marked("carte expirée"),
    "00157": marked("opération non permise à ce porteur"),
    "00159": marked("suspicion de fraude"),
    "00161": marked("plafond de la carte dépassé"),
    "00189": marked("authentification du porteur demandée"),
    "00191": marked("banque injoignable"),
    "00196": marked("panne chez la banque"),
    "001A1": marked("authentification du porteur demandée"),
}


def code_word(code: str, language: Language = Language.FR) -> str:
    """Return a code with its meaning: "00151 : provision insuffisante"."""
    if code not in _WORDS:
        return code
    return said(marked("%(name)s : %(value)s"), language, name=code, value=said(_WORDS[code], language))


_YES_OR_NO = {
    "Y": marked("Oui"),
    "O": marked("Oui"),
    "N": marked("Non"),
    "A": marked("Tentée"),
    "U": marked("Indisponible"),
}


def yes_or_no(told: str, language: Language = Language.FR) -> str:
    """Return what the gateway told of authentication and guarantee in words; "–" if it told nothing."""
    return said(_YES_OR_NO[told], language) if told in _YES_OR_NO else told or "–"
