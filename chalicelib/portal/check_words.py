"""The checks of a request for a plan: what each says where it passes, and where it does not."""

from chalicelib.domain.plan.request_checks import Check

_CHECKS = {
    Check.AMOUNT: ("le montant est bien ce qui est dû", "le montant n'est plus ce qui est dû"),
    Check.PLAN: ("l'échéancier est permis", "l'échéancier n'est pas permis pour ce montant"),
    Check.ACCEPTED: ("le dossier est ouvert", "le dossier est refusé, retiré ou bloqué"),
    Check.VALIDATED: (
        "la scolarité a validé la situation",
        "la scolarité n'a pas encore validé la situation",
    ),
    Check.NOTHING_PAID: ("rien n'est payé ni en cours", "un paiement est reçu ou en cours"),
}


def check_word(check: Check, passes: bool) -> str:  # noqa: FBT001 - the result
    return _CHECKS[check][0 if passes else 1]
