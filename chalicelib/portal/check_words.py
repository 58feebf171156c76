"""The checks of a request for a plan: what each says where it passes, and where it does not."""

from chalicelib.domain.plan.request_checks import Check
from chalicelib.portal.texts import marked

_CHECKS = {
    Check.AMOUNT: (
        marked("le montant est bien ce qui est dû"),
        marked("le montant n'est plus ce qui est dû"),
    ),
    Check.PLAN: (marked("l'échéancier est permis"), marked("l'échéancier n'est pas permis pour ce montant")),
    Check.ACCEPTED: (marked("le dossier est ouvert"), marked("le dossier est refusé, retiré ou bloqué")),
    Check.VALIDATED: (
        marked("la scolarité a validé la situation"),
        marked("la scolarité n'a pas encore validé la situation"),
    ),
    Check.NOTHING_PAID: (marked("rien n'est payé ni en cours"), marked("un paiement est reçu ou en cours")),
}


def check_word(check: Check, passes: bool) -> str:  # noqa: FBT001 - the result
    return _CHECKS[check][0 if passes else 1]
