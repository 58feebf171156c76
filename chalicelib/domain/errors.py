"""Every refusal the rules can pronounce; the HTTP status of each is in `web/problems.py`.

QuittanceError
├── NotFound
├── Forbidden
├── InvalidCredentials
├── TooManyAttempts
├── SessionMissing
│   └── SecondFactorNeeded
├── ReauthenticationNeeded
├── SecondFactorMissing
├── CodeNotValid
├── SecondFactorUnavailable
├── PasswordTooWeak
├── LinkNotValid
├── TicketRefused
├── IdentityUnknown
├── IdentityTaken
├── IdentityProviderUnavailable
├── RolesNotCompatible
├── ErasureNotPossible
├── WindowClosed
├── FeeSituationNotAllowed
├── FeeSituationMissing
├── RegistrationLocked
├── RegistrationRefused
├── DecisionNotPossible    (its kinds are in decisions.py)
├── PlanNotAllowed
├── PlanLocked
├── PlanBinding
├── PlanNotApproved
├── InstalmentNotPayable
├── ReleaseNotPossible
├── NothingToPay
├── AlreadyPaid
├── PaymentUnclear
├── PaymentOpen
├── AddressUnknown
├── IdempotencyKeyReused
├── InvoiceNotRendered
├── GatewayUnavailable
├── NotificationRejected
│   ├── SignatureMismatch
│   └── NotificationMalformed
└── ConcurrentUpdate       (two writers met: read again and retry; shown where it is lost twice)
"""


class QuittanceError(Exception):
    """A refusal with its stable `code` and a French sentence: its own, or the one it is raised with."""

    code = "error"
    sentence = ""

    def __init__(self, sentence: str = "") -> None:
        self.sentence = sentence or self.sentence
        super().__init__(self.sentence)


class NotFound(QuittanceError):
    code = "not_found"
    sentence = "Cette page n'existe pas, ou n'est pas la vôtre."


class Forbidden(QuittanceError):
    code = "forbidden"
    sentence = "Votre rôle ne permet pas cette action."


class InvalidCredentials(QuittanceError):
    code = "invalid_credentials"
    sentence = "Adresse mail, mot de passe ou code incorrect. Vérifiez votre saisie, puis recommencez."


class TooManyAttempts(QuittanceError):
    """`retry_after_seconds` is when the same try may be made again."""

    code = "too_many_attempts"

    def __init__(self, retry_after_seconds: int) -> None:
        minutes = -(-retry_after_seconds // 60)
        super().__init__(
            f"Trop d'essais ont échoué. Réessayez dans {minutes} min, ou demandez un lien par mail "
            "pour choisir un nouveau mot de passe : il ouvre toujours l'accès."
        )
        self.retry_after_seconds = retry_after_seconds


class SessionMissing(QuittanceError):
    code = "session_missing"
    sentence = "Votre session est absente ou expirée. Connectez-vous de nouveau."


class SecondFactorNeeded(SessionMissing):
    """The session waits for its second factor: to everything else it does not exist yet."""


class ReauthenticationNeeded(QuittanceError):
    code = "reauthentication_needed"
    sentence = (
        "Cette action demande une identité confirmée depuis moins de 15 minutes. Connectez-vous de nouveau."
    )


class SecondFactorMissing(QuittanceError):
    code = "second_factor_missing"
    sentence = (
        "Le personnel se connecte avec un second facteur. Ouvrez le portail dans un navigateur : "
        "il vous guidera pour l'installer."
    )


class CodeNotValid(QuittanceError):
    code = "code_not_valid"
    sentence = "Ce code n'est pas valable. Attendez le suivant, puis saisissez-le."


class SecondFactorUnavailable(QuittanceError):
    """The key that seals second factors cannot be used at this moment."""

    code = "second_factor_unavailable"
    sentence = (
        "Le second facteur ne peut être ni vérifié ni installé en ce moment. "
        "Saisissez un code de secours, ou revenez dans quelques minutes."
    )


class PasswordTooWeak(QuittanceError):
    code = "password_too_weak"


class LinkNotValid(QuittanceError):
    code = "link_not_valid"
    sentence = "Ce lien a déjà servi ou a expiré. Demandez-en un nouveau : il arrive par mail."


class TicketRefused(QuittanceError):
    code = "ticket_refused"
    sentence = (
        "Le serveur d'authentification n'a pas confirmé votre identité. "
        "Recommencez depuis la page de connexion."
    )


class IdentityUnknown(QuittanceError):
    code = "identity_unknown"
    sentence = (
        "Aucun compte n'est relié à cette identité. Connectez-vous avec votre adresse mail, "
        "puis reliez-la dans « Sécurité de mon compte »."
    )


class IdentityTaken(QuittanceError):
    code = "identity_taken"
    sentence = "Cette identité est déjà reliée à un compte. Écrivez à l'adresse de contact."


class IdentityProviderUnavailable(QuittanceError):
    code = "identity_provider_unavailable"
    sentence = (
        "Le serveur d'authentification ne répond pas. Connectez-vous avec votre adresse mail, "
        "ou revenez dans quelques minutes."
    )


class RolesNotCompatible(QuittanceError):
    code = "roles_not_compatible"


class ErasureNotPossible(QuittanceError):
    code = "erasure_not_possible"


class WindowClosed(QuittanceError):
    code = "window_closed"


class FeeSituationNotAllowed(QuittanceError):
    code = "fee_situation_not_allowed"


class FeeSituationMissing(QuittanceError):
    code = "fee_situation_missing"
    sentence = "Choisissez d'abord votre situation dans le menu « Mon dossier d'inscription »."


class RegistrationLocked(QuittanceError):
    code = "registration_locked"


class RegistrationRefused(QuittanceError):
    code = "registration_refused"


class DecisionNotPossible(QuittanceError):
    """An act of the staff, or on one's own account, that the present state does not allow."""

    code = "decision_not_possible"


class PlanNotAllowed(QuittanceError):
    code = "plan_not_allowed"


class PlanLocked(QuittanceError):
    code = "plan_locked"


class PlanBinding(QuittanceError):
    code = "plan_binding"
    sentence = "Vous avez demandé à payer en plusieurs fois : retirez d'abord votre demande dans le menu 2b."


class PlanNotApproved(QuittanceError):
    code = "plan_not_approved"
    sentence = "Aucun échéancier n'est approuvé : attendez le mail des services comptables, puis revenez ici."


class InstalmentNotPayable(QuittanceError):
    code = "instalment_not_payable"
    sentence = "Cette échéance n'est pas à régler à la main : elle est réglée, ou sera prélevée d'elle-même."


class ReleaseNotPossible(QuittanceError):
    code = "release_not_possible"


class NothingToPay(QuittanceError):
    code = "nothing_to_pay"
    sentence = (
        "Votre situation ne donne lieu à aucun paiement : "
        "votre inscription sera complète dès que la scolarité aura vérifié vos pièces."
    )


class AlreadyPaid(QuittanceError):
    code = "already_paid"
    sentence = "Votre inscription est déjà réglée : votre facture vous attend dans « Éditer ma facture »."


class PaymentUnclear(QuittanceError):
    code = "payment_unclear"
    sentence = (
        "Un paiement est en cours de vérification auprès de la banque. Ne payez pas une seconde fois : "
        "revenez dans une heure, ou écrivez à l'adresse de contact."
    )


class PaymentOpen(QuittanceError):
    code = "payment_open"
    sentence = "Un paiement par carte est ouvert : terminez-le, ou abandonnez-le, puis recommencez."


class AddressUnknown(QuittanceError):
    code = "address_unknown"
    sentence = "Cette adresse enregistrée n'existe pas. Choisissez-en une autre, ou saisissez-la de nouveau."


class IdempotencyKeyReused(QuittanceError):
    code = "idempotency_key_reused"
    sentence = "Cette clé d'idempotence a déjà servi pour une autre demande. Prenez-en une nouvelle."


class InvoiceNotRendered(QuittanceError):
    code = "invoice_not_rendered"
    sentence = "Le PDF de cette facture n'est pas encore généré : demandez d'abord sa génération."


class GatewayUnavailable(QuittanceError):
    code = "gateway_unavailable"
    sentence = (
        "La page de paiement PAYBOX ne répond pas en ce moment. Rien n'a été débité : "
        "revenez dans quelques minutes."
    )


class NotificationRejected(QuittanceError):
    code = "notification_rejected"


class SignatureMismatch(NotificationRejected):
    code = "signature_mismatch"


class NotificationMalformed(NotificationRejected):
    code = "notification_malformed"


class ConcurrentUpdate(QuittanceError):
    """A conditional write lost its race. `what` names the row; the caller reads again and decides anew."""

    code = "superseded"

    def __init__(self, what: str = "") -> None:
        super().__init__(
            "Une autre opération est passée au même instant. Rechargez la page, puis recommencez."
        )
        self.what = what
