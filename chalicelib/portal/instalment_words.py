"""Labels of an instalment's state: a neutral one for the payer, the exact one for the staff.

The payer is never told the card scheme's reason of a refusal.
"""

from chalicelib.domain.books.given_back import REFUNDED
from chalicelib.domain.collection.bounces import BOUNCED
from chalicelib.domain.languages import Language
from chalicelib.domain.plan.instalments import DebitState, Instalment, InstalmentState, Mandate
from chalicelib.domain.plan.plan_cards import CardLack, can_be_debited, is_too_small
from chalicelib.domain.plan.plan_requests import PlanRequestState
from chalicelib.portal.texts import marked, said
from chalicelib.portal.wording import day

_FOR_PAYER = {
    InstalmentState.DUE: marked("Prélèvement à venir"),
    InstalmentState.CLAIMED: marked("Prélèvement en cours"),
    InstalmentState.SENT: marked("Prélèvement en cours"),
    InstalmentState.UNKNOWN: marked("En cours de vérification auprès de la banque"),
    InstalmentState.CONFLICT: marked("En cours de vérification auprès de la banque"),
    InstalmentState.PAID: marked("Réglée"),
    InstalmentState.NEEDS_PAYER: marked("À régler par vous-même"),
    InstalmentState.ARREARS: marked("Impayée, à régler"),
    InstalmentState.CANCELLED: marked("Annulée"),
}
_FOR_STAFF = {
    InstalmentState.DUE: marked("À prélever"),
    InstalmentState.CLAIMED: marked("Prise en charge, rien d'envoyé"),
    InstalmentState.SENT: marked("Envoyée à la passerelle"),
    InstalmentState.UNKNOWN: marked("Sans réponse claire"),
    InstalmentState.CONFLICT: marked("Attend votre décision"),
    InstalmentState.PAID: marked("Réglée"),
    InstalmentState.NEEDS_PAYER: marked("Attend l'étudiant"),
    InstalmentState.ARREARS: marked("Impayée"),
    InstalmentState.CANCELLED: marked("Annulée"),
}
_COLOURS = {
    InstalmentState.PAID: "yes",
    InstalmentState.NEEDS_PAYER: "heed",
    InstalmentState.ARREARS: "no",
    InstalmentState.CONFLICT: "no",
    InstalmentState.UNKNOWN: "heed",
}
_DEBITS = {
    DebitState.CLAIMED: marked("Pris en charge"),
    DebitState.SENT: marked("Envoyé"),
    DebitState.PAID: marked("Accepté"),
    DebitState.REFUNDED: marked("Accepté, puis rendu par la banque"),
    DebitState.REFUSED: marked("Refusé"),
    DebitState.UNKNOWN: marked("Sans réponse claire"),
    DebitState.DROPPED: marked("Abandonné"),
}
_LACKS_FOR_PAYER = {
    CardLack.NO_TOKEN: marked(
        "Votre paiement est enregistré, mais votre carte n'a pas pu être conservée : vos prochaines "
        "échéances ne peuvent pas être prélevées."
    ),
    CardLack.EXPIRES_BEFORE: marked(
        "Votre carte expire avant votre dernière échéance : toutes ne pourront pas être prélevées."
    ),
}
_LACKS_FOR_STAFF = {
    CardLack.NO_TOKEN: marked("Sans carte"),
    CardLack.EXPIRES_BEFORE: marked("Carte trop courte"),
}
_REFUSALS = {
    CardLack.NO_TOKEN.value: marked("carte non conservée"),
    CardLack.EXPIRES_BEFORE.value: marked("carte expirée"),
    BOUNCED: marked("règlement repris par la banque"),
    "card_expired": marked("carte expirée ou non conservée"),  # written for both until 0.3.0
}
_REQUESTS = {
    PlanRequestState.REQUESTED: marked("En attente de décision"),
    PlanRequestState.APPROVED: marked("Acceptée"),
    PlanRequestState.REFUSED: marked("Refusée"),
    PlanRequestState.WITHDRAWN: marked("Retirée"),
}
REQUEST_TABS = {
    PlanRequestState.REQUESTED: marked("En attente de décision"),
    PlanRequestState.APPROVED: marked("Acceptées"),
    PlanRequestState.REFUSED: marked("Refusées"),
    PlanRequestState.WITHDRAWN: marked("Retirées"),
}
_REQUEST_COLOURS = {
    PlanRequestState.APPROVED: "yes",
    PlanRequestState.REFUSED: "no",
    PlanRequestState.REQUESTED: "heed",
}


SUSPENDED = marked("Suspendue")
SMALL = marked("Moins de 1 € : la comptabilité s'en charge")


def _is_suspended(instalment: Instalment, *, is_stopped: bool) -> bool:
    return is_stopped and instalment.state is InstalmentState.DUE


def for_payer(
    instalment: Instalment, mandate: Mandate | None, *, is_stopped: bool, language: Language = Language.FR
) -> str:
    on = day(instalment.next_try_on, language)
    return said(_for_payer(instalment, mandate, is_stopped=is_stopped), language, day=on)


def _for_payer(instalment: Instalment, mandate: Mandate | None, *, is_stopped: bool) -> str:
    if _is_suspended(instalment, is_stopped=is_stopped):
        return SUSPENDED
    if is_too_small(instalment):
        return SMALL
    if instalment.state is InstalmentState.DUE and not can_be_debited(instalment, mandate):
        return marked("Attend une autre carte")
    if instalment.state is InstalmentState.DUE and instalment.tries:
        return marked("Non aboutie, nouvel essai le %(day)s")
    return _FOR_PAYER[instalment.state]


def lack_for_payer(lack: CardLack, language: Language = Language.FR) -> str:
    return said(_LACKS_FOR_PAYER[lack], language)


def lack_for_staff(lack: CardLack, language: Language = Language.FR) -> str:
    return said(_LACKS_FOR_STAFF[lack], language)


def refusal_word(code: str, language: Language = Language.FR) -> str:
    """Return our own reason in words, the gateway's code as it is."""
    return said(_REFUSALS[code], language) if code in _REFUSALS else code


def for_staff(instalment: Instalment, *, is_stopped: bool, language: Language = Language.FR) -> str:
    on = day(instalment.next_try_on, language)
    return said(_for_staff(instalment, is_stopped=is_stopped), language, day=on)


def _for_staff(instalment: Instalment, *, is_stopped: bool) -> str:
    if _is_suspended(instalment, is_stopped=is_stopped):
        return SUSPENDED
    if is_too_small(instalment):
        return SMALL
    if instalment.state is InstalmentState.DUE and instalment.tries:
        return marked("À prélever de nouveau le %(day)s")
    if instalment.state is InstalmentState.CONFLICT and instalment.refusal_code == REFUNDED:
        return marked("Prélevée, puis rendue par la banque : attend votre décision")
    return _FOR_STAFF[instalment.state]


def colour(instalment: Instalment, *, is_stopped: bool) -> str:
    """Return the CSS class of the state; "heed" after a refusal, which the student may pay by hand."""
    if _is_suspended(instalment, is_stopped=is_stopped):
        return "heed"
    if instalment.state is InstalmentState.DUE and instalment.tries:
        return "heed"
    return _COLOURS.get(instalment.state, "")


def debit_word(state: DebitState, language: Language = Language.FR) -> str:
    return said(_DEBITS[state], language)


def request_word(state: PlanRequestState, language: Language = Language.FR) -> str:
    return said(_REQUESTS[state], language)


def request_colour(state: PlanRequestState) -> str:
    return _REQUEST_COLOURS.get(state, "")
