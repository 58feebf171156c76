"""Every refusal the rules can pronounce; the HTTP status of each is in `handlers/problems.py`.

    QuittanceError
    ├── NotFound
    ├── Forbidden
    ├── InvalidCredentials
    ├── SessionMissing
    ├── WindowClosed
    ├── FeeSituationNotAllowed
    ├── FeeSituationMissing
    ├── RegistrationLocked
    ├── RegistrationRefused
    ├── DecisionNotPossible
    ├── PlanNotAllowed
    ├── PlanLocked
    ├── PlanBinding
    ├── PlanNotApproved
    ├── InstalmentNotPayable
    ├── ReleaseNotPossible
    ├── NothingToPay
    ├── AlreadyPaid
    ├── PaymentUnclear
    ├── AddressUnknown
    ├── IdempotencyKeyReused
    ├── InvoiceNotRendered
    ├── GatewayUnavailable
    ├── NotificationRejected
    │   ├── SignatureMismatch
    │   └── NotificationMalformed
    └── Superseded             (two writers met: read again and retry, never shown)

Each message is a sentence for the person who reads it and says what to do.
"""


class QuittanceError(Exception):
    """A refusal with its stable `code` and a French sentence."""

    code = "error"

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotFound(QuittanceError):
    code = "not_found"

    def __init__(self, sentence: str = "Cette page n'existe pas, ou n'est pas la vôtre.") -> None:
        super().__init__(sentence)


class Forbidden(QuittanceError):
    code = "forbidden"

    def __init__(self, sentence: str = "Votre rôle ne permet pas cette action.") -> None:
        super().__init__(sentence)


class InvalidCredentials(QuittanceError):
    code = "invalid_credentials"

    def __init__(self) -> None:
        super().__init__("Adresse mail ou mot de passe incorrect. Vérifiez votre saisie, puis recommencez.")


class SessionMissing(QuittanceError):
    code = "session_missing"

    def __init__(self) -> None:
        super().__init__("Votre session est absente ou expirée. Connectez-vous de nouveau.")


class WindowClosed(QuittanceError):
    code = "window_closed"


class FeeSituationNotAllowed(QuittanceError):
    code = "fee_situation_not_allowed"


class FeeSituationMissing(QuittanceError):
    code = "fee_situation_missing"

    def __init__(self) -> None:
        super().__init__("Choisissez d'abord votre situation dans le menu « Mon dossier d'inscription ».")


class RegistrationLocked(QuittanceError):
    code = "registration_locked"


class RegistrationRefused(QuittanceError):
    code = "registration_refused"


class DecisionNotPossible(QuittanceError):
    code = "decision_not_possible"


class PlanNotAllowed(QuittanceError):
    code = "plan_not_allowed"


class PlanLocked(QuittanceError):
    code = "plan_locked"


class PlanBinding(QuittanceError):
    code = "plan_binding"

    def __init__(self) -> None:
        super().__init__(
            "Vous avez demandé à payer en plusieurs fois : retirez d'abord votre demande dans le menu 2b."
        )


class PlanNotApproved(QuittanceError):
    code = "plan_not_approved"

    def __init__(self) -> None:
        super().__init__(
            "Aucun échéancier n'est approuvé : attendez le mail des services comptables, puis revenez ici."
        )


class InstalmentNotPayable(QuittanceError):
    code = "instalment_not_payable"

    def __init__(self) -> None:
        super().__init__(
            "Cette échéance n'est pas à régler à la main : elle est réglée, ou sera prélevée d'elle-même."
        )


class ReleaseNotPossible(QuittanceError):
    code = "release_not_possible"


class NothingToPay(QuittanceError):
    code = "nothing_to_pay"

    def __init__(self) -> None:
        super().__init__(
            "Votre situation ne donne lieu à aucun paiement : "
            "votre inscription sera complète dès que la scolarité aura vérifié vos pièces."
        )


class AlreadyPaid(QuittanceError):
    code = "already_paid"

    def __init__(self) -> None:
        super().__init__(
            "Votre inscription est déjà réglée : votre facture vous attend dans « Éditer ma facture »."
        )


class PaymentUnclear(QuittanceError):
    code = "payment_unclear"

    def __init__(self) -> None:
        super().__init__(
            "Un paiement est en cours de vérification auprès de la banque. Ne payez pas une seconde fois : "
            "revenez dans une heure, ou écrivez à l'adresse de contact."
        )


class AddressUnknown(QuittanceError):
    code = "address_unknown"

    def __init__(self) -> None:
        super().__init__(
            "Cette adresse enregistrée n'existe pas. Choisissez-en une autre, ou saisissez-la de nouveau."
        )


class IdempotencyKeyReused(QuittanceError):
    code = "idempotency_key_reused"

    def __init__(self) -> None:
        super().__init__(
            "Cette clé d'idempotence a déjà servi pour une autre demande. Prenez-en une nouvelle."
        )


class InvoiceNotRendered(QuittanceError):
    code = "invoice_not_rendered"

    def __init__(self) -> None:
        super().__init__("Le PDF de cette facture n'est pas encore généré : demandez d'abord sa génération.")


class GatewayUnavailable(QuittanceError):
    code = "gateway_unavailable"

    def __init__(self) -> None:
        super().__init__(
            "La page de paiement PAYBOX ne répond pas en ce moment. Rien n'a été débité : "
            "revenez dans quelques minutes."
        )


class NotificationRejected(QuittanceError):
    code = "notification_rejected"


class SignatureMismatch(NotificationRejected):
    code = "signature_mismatch"


class NotificationMalformed(NotificationRejected):
    code = "notification_malformed"


class Superseded(QuittanceError):
    """A conditional write lost its race. `what` names the row; the caller reads again and decides anew."""

    code = "superseded"

    def __init__(self, what: str = "") -> None:
        super().__init__(
            "Une autre opération est passée au même instant. Rechargez la page, puis recommencez."
        )
        self.what = what
