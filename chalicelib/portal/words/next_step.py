"""What a student reads of the next step: its sentence, and the button that does it with its page."""

from typing import NamedTuple

from chalicelib.domain.guidance.next_step import NextStep, Todo
from chalicelib.domain.guidance.stages import Stage, StageState
from chalicelib.domain.languages import Language
from chalicelib.portal.sentences import sentence
from chalicelib.portal.texts import marked, said
from chalicelib.portal.wording import last_minute, moment


class Told(NamedTuple):
    """A sentence, and a button with the path it leads to; "" without one. `colour` is the CSS class."""

    sentence: str
    button: str = ""
    path: str = ""
    colour: str = ""


_TOLD = {
    Todo.NO_FILE: Told(marked("Aucun dossier ne vous est ouvert pour cette campagne.")),
    Todo.CHOOSE: Told(
        marked("Choisissez votre situation."), marked("Choisir ma situation"), "/dossier", "act"
    ),
    Todo.PAY: Told(
        marked("Réglez vos frais d'inscription."), marked("Régler mon inscription"), "/pay-once", "act"
    ),
    Todo.PAY_REST: Told(
        marked("Une partie est reçue : réglez le reste."), marked("Payer le reste"), "/pay-once", "act"
    ),
    Todo.PAY_KEPT: Told(
        marked("Vous avez renoncé à cette inscription, mais il reste une somme à payer."),
        marked("Payer le reste"),
        "/pay-once",
        "act",
    ),
    Todo.CLOSED: Told(marked("Rien à faire pour le moment : les inscriptions sont fermées.")),
    Todo.OVER: Told(marked("Les inscriptions sont closes : écrivez à l'école s'il vous reste une démarche.")),
    Todo.PLAN_REQUESTED: Told(
        marked("Votre demande de paiement en plusieurs fois est à l'étude : vous n'avez rien à faire."),
        marked("Voir ma demande"),
        "/choose-plan",
    ),
    Todo.PLAN_CHANGED: Told(
        marked(
            "Le prix ou les échéances ont changé depuis votre demande : refaites-la au prix d'aujourd'hui."
        ),
        marked("Refaire ma demande"),
        "/choose-plan",
        "act",
    ),
    Todo.PAY_FIRST: Told(
        marked("Votre demande est acceptée : payez la première échéance."),
        marked("Payer la première échéance"),
        "/pay-plan",
        "act",
    ),
    Todo.NEXT_DEBIT: Told(
        marked("Vous n'avez rien à faire : votre prochaine échéance sera prélevée."),
        marked("Voir mon échéancier"),
        "/pay-plan",
    ),
    Todo.LATE_DEBIT: Told(
        marked("Un prélèvement prévu n'a pas encore eu lieu : il se fera dès que possible, sans démarche."),
        marked("Voir mon échéancier"),
        "/pay-plan",
    ),
    Todo.RETRY: Told(
        marked("Un prélèvement n'a pas abouti : payez cette échéance, ou attendez le nouvel essai."),
        marked("Payer cette échéance"),
        "/pay-plan/{rank}",
        "no",
    ),
    Todo.PAY_INSTALMENT: Told(
        marked("Une échéance n'a pas pu être prélevée : réglez-la par carte dès que possible."),
        marked("Régler cette échéance"),
        "/pay-plan/{rank}",
        "no",
    ),
    Todo.NEW_CARD: Told(
        marked(
            "Votre carte ne peut pas payer toutes vos échéances : réglez la prochaine avec une autre carte."
        ),
        marked("Régler avec une autre carte"),
        "/pay-plan/{rank}",
        "no",
    ),
    Todo.STOPPED: Told(
        marked("Vos prélèvements sont suspendus par les services comptables : rien ne sera débité."),
        marked("Voir mon échéancier"),
        "/pay-plan",
    ),
    Todo.REST_BESIDE_PLAN: Told(
        marked("Une somme n'est dans aucune de vos échéances : elle ne sera pas prélevée, réglez-la."),
        marked("Voir mon échéancier"),
        "/pay-plan",
        "act",
    ),
    Todo.SMALL_REST: Told(
        marked("Vous n'avez rien à faire : moins de 1 € reste dû, la comptabilité s'en charge."),
        marked("Voir ma position de compte"),
        "/account",
    ),
    Todo.DEBIT_CHECKED: Told(
        marked(
            "Un prélèvement est en cours de vérification auprès de la banque : ne payez pas une seconde fois."
        ),
        marked("Voir mon échéancier"),
        "/pay-plan",
        "heed",
    ),
    Todo.RESUME: Told(
        marked("Un paiement est ouvert : terminez-le ou abandonnez-le."),
        marked("Voir ce paiement"),
        "/payments/{attempt_id}",
        "act",
    ),
    Todo.CONFIRMING: Told(
        marked("Votre paiement est en cours de confirmation : ne payez pas une seconde fois."),
        marked("Voir ce paiement"),
        "/payments/{attempt_id}",
        "heed",
    ),
    Todo.CHECKING: Told(
        marked(
            "Un paiement est en cours de vérification auprès de la banque : ne payez pas une seconde fois."
        ),
        marked("Voir ce paiement"),
        "/payments/{attempt_id}",
        "heed",
    ),
    Todo.PAYER_AWAITED: Told(
        marked("Vous n'avez rien à faire : la prise en charge de vos frais est en cours."),
        marked("Voir ma position de compte"),
        "/account",
    ),
    Todo.GIVE_IBAN: Told(
        marked("L'école vous rend de l'argent par virement : donnez votre IBAN."),
        marked("Donner mon IBAN"),
        "/account",
        "act",
    ),
    Todo.CREDIT_BACK: Told(
        marked("Vous n'avez rien à faire : un crédit vous sera rendu."),
        marked("Voir ma position de compte"),
        "/account",
    ),
    Todo.REFUSED: Told(
        marked("Votre dossier est refusé par la scolarité."), marked("Voir mon dossier"), "/dossier", "no"
    ),
    Todo.WITHDRAWN: Told(marked("Vous avez renoncé à cette inscription : il n'y a plus rien à faire.")),
    Todo.NOT_POSSIBLE: Told(""),
    Todo.FREE: Told(marked("Vous n'avez rien à régler : la scolarité vérifie vos pièces justificatives.")),
    Todo.WAIT_CHECK: Told(marked("Vous n'avez rien à faire : la scolarité vérifie votre dossier.")),
    Todo.COMPLETE: Told(
        marked("Votre inscription est terminée : vous n'avez plus rien à faire ici."),
        marked("Télécharger mes documents"),
        "/invoices",
        "yes",
    ),
}
_WHEN = {
    Todo.CHOOSE: marked("Avant le %(until)s."),
    Todo.PAY: marked("Avant le %(until)s."),
    Todo.PAY_REST: marked("Avant le %(until)s."),
    Todo.CLOSED: marked("Réouverture le %(from)s."),
    Todo.PLAN_REQUESTED: marked("Demandée le %(day)s."),
    Todo.NEXT_DEBIT: marked("Le %(day)s."),
    Todo.LATE_DEBIT: marked("Prévu le %(day)s."),
    Todo.RETRY: marked("Nouvel essai le %(day)s."),
    Todo.PAY_INSTALMENT: marked("Échéance du %(day)s."),
    Todo.NEW_CARD: marked("Échéance du %(day)s."),
    Todo.DEBIT_CHECKED: marked("Échéance du %(day)s."),
}
_STAGES = {
    Stage.SITUATION: marked("Situation"),
    Stage.PAYMENT: marked("Paiement"),
    Stage.CHECK: marked("Vérification par la scolarité"),
    Stage.REGISTERED: marked("Inscription"),
}
_STATES = {
    StageState.DONE: marked("fait"),
    StageState.CURRENT: marked("en cours"),
    StageState.LATER: marked("à venir"),
    StageState.NOT_NEEDED: marked("sans objet"),
}


def told_step(step: NextStep, language: Language) -> Told:
    """Return what to read of a step in a language; the path of its button is complete."""
    told = _TOLD[step.todo]
    words = sentence(step.refusal, language) if step.refusal else told.sentence
    path = told.path.format(rank=step.rank, attempt_id=step.attempt_id)
    return Told(said(words, language), said(told.button, language), path, told.colour)


def told_when(step: NextStep, language: Language, day: str) -> str:
    """Return the sentence of the step's date, "" without one; `day` is its day as the page writes days."""
    words = _WHEN.get(step.todo)
    if words is None or (step.day is None and step.until is None):
        return ""
    ends, begins = (
        (last_minute(step.until, language), moment(step.until, language)) if step.until else ("", "")
    )
    return said(words, language, **{"day": day, "until": ends, "from": begins})


def stage_word(stage: Stage, language: Language) -> str:
    return said(_STAGES[stage], language)


def stage_state_word(state: StageState, language: Language) -> str:
    return said(_STATES[state], language)
