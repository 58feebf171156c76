"""Why a decision or an act on an account is not possible: one class and one code a reason.

DecisionNotPossible
├── ReasonMissing          (a fault of the request: 422)
├── AlreadyDecided
├── NotDeclared
├── RolesUnchanged
├── SecondFactorInPlace
├── SecondFactorNotBegun
├── SecondFactorRequired
├── SecondFactorAbsent
├── NothingToStop
├── PlanAlreadyStopped
├── PlanNotStopped
├── NothingToRecut
├── DebitInFlight
└── DebitInConflict
"""

from chalicelib.domain.errors import DecisionNotPossible


class ReasonMissing(DecisionNotPossible):
    code = "reason_missing"


class AlreadyDecided(DecisionNotPossible):
    code = "already_decided"


class NotDeclared(DecisionNotPossible):
    code = "not_declared"
    sentence = "L'étudiant n'a pas encore déclaré sa situation : il n'y a rien à valider ni à refuser."


class RolesUnchanged(DecisionNotPossible):
    code = "roles_unchanged"
    sentence = "Cette personne a déjà exactement ces rôles."


class SecondFactorInPlace(DecisionNotPossible):
    code = "second_factor_in_place"
    sentence = "Un second facteur est déjà en place. Retirez-le d'abord."


class SecondFactorNotBegun(DecisionNotPossible):
    code = "second_factor_not_begun"
    sentence = "Aucun second facteur n'attend de confirmation. Recommencez l'installation."


class SecondFactorRequired(DecisionNotPossible):
    code = "second_factor_required"
    sentence = "Le personnel garde un second facteur. Téléphone perdu ? L'administration peut le retirer."


class SecondFactorAbsent(DecisionNotPossible):
    code = "second_factor_absent"
    sentence = "Aucun second facteur n'est en place."


class NothingToStop(DecisionNotPossible):
    code = "nothing_to_stop"
    sentence = "Aucun échéancier n'est en cours sur ce dossier : il n'y a pas de prélèvement à suspendre."


class PlanAlreadyStopped(DecisionNotPossible):
    code = "plan_already_stopped"
    sentence = "Cet échéancier est déjà suspendu. Rechargez la page pour voir son état actuel."


class PlanNotStopped(DecisionNotPossible):
    code = "plan_not_stopped"
    sentence = "Cet échéancier n'est pas suspendu : il n'y a rien à reprendre."


class NothingToRecut(DecisionNotPossible):
    code = "nothing_to_recut"
    sentence = "Il ne reste rien à répartir : aucune échéance de ce dossier n'est encore due."


class DebitInFlight(DecisionNotPossible):
    code = "debit_in_flight"
    sentence = (
        "Un prélèvement ou un paiement de ce dossier est en cours auprès de la banque. "
        "Recommencez quand son résultat est connu, dans une heure environ."
    )


class DebitInConflict(DecisionNotPossible):
    code = "debit_in_conflict"
    sentence = "Une échéance de ce dossier attend votre décision : libérez-la d'abord, puis recommencez."
