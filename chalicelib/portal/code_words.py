"""The codes of the gateway and of card issuers in words; a code that is not here is shown alone."""

_WORDS = {
    "00000": "accepté",
    "00001": "centre d'autorisation injoignable",
    "00003": "erreur de la passerelle",
    "00004": "numéro de carte ou cryptogramme invalide",
    "00008": "date de fin de validité incorrecte",
    "00015": "déjà payé sous cette référence",
    "00017": "carte inconnue de la passerelle",
    "00018": "transaction introuvable",
    "00021": "carte non autorisée",
    "00029": "carte non conforme",
    "00030": "page laissée sans réponse",
    "00040": "authentification du porteur demandée",
    "00105": "refusé par la banque, sans motif",
    "00114": "numéro de carte invalide",
    "00119": "à représenter",
    "00133": "carte expirée",
    "00141": "carte perdue",
    "00143": "carte volée",
    "00151": "provision insuffisante",
    "00154": "carte expirée",
    "00157": "opération non permise à ce porteur",
    "00159": "suspicion de fraude",
    "00161": "plafond de la carte dépassé",
    "00189": "authentification du porteur demandée",
    "00191": "banque injoignable",
    "00196": "panne chez la banque",
    "001A1": "authentification du porteur demandée",
}


def code_word(code: str) -> str:
    """Return a code with its meaning: "00151 : provision insuffisante"."""
    return f"{code} : {_WORDS[code]}" if code in _WORDS else code
