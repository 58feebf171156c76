"""Every refusal that the rules can raise; the HTTP status of each is in `web/statuses.py`.

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
├── ProgrammeNotPriced
├── RegistrationLocked
├── RegistrationRefused
├── DecisionNotPossible    (its kinds are in decisions.py and collection/refusals.py)
├── PlanNotAllowed
├── PlanLocked
├── PlanBinding
├── PlanNotApproved
├── InstalmentNotPayable
├── ReleaseNotPossible
├── NothingToPay
│   ├── CoveredByCredit
│   └── RestTooSmall
├── AlreadyPaid
├── PaymentUnclear
├── PaymentOpen
├── AddressUnknown
├── AddressMissing
├── IdempotencyKeyReused
├── InvoiceNotRendered
├── ImportMistake          (its kinds are in imports/mistakes.py)
├── GatewayUnavailable
├── NotificationRejected
│   ├── SignatureMismatch
│   └── NotificationMalformed
└── ConcurrentUpdate       (two writers met: read again and retry; shown where it is lost twice)

Sentences are in `portal/catalogues`, by `key`. A code with several causes has a class for each, in causes.py.
"""

from typing import ClassVar, dataclass_transform


@dataclass_transform(eq_default=False)
class QuittanceError(Exception):
    """A refusal with its stable `code`, which programs read, and its data: fields as of a dataclass.

    `cause` distinguishes refusals that share a code; together they form `key`, which names the sentence.
    """

    code, cause = "error", ""
    field_names: ClassVar[tuple[str, ...]] = ()  # a dataclass each costs too much: a cold start has a hundred

    def __init_subclass__(cls) -> None:
        cls.field_names = tuple(dict.fromkeys((*cls.field_names, *vars(cls).get("__annotations__", ()))))

    def __init__(self, *given: object, **named: object) -> None:
        told = dict(zip(self.field_names, given, strict=False)) | named
        if (self.field_names and len(told) < len(given) + len(named)) or told.keys() - {*self.field_names}:
            raise TypeError(f"{type(self).__name__} has the fields {self.field_names}")
        vars(self).update(told | {n: getattr(type(self), n) for n in self.field_names if n not in told})

    @property
    def key(self) -> str:
        return f"{self.code}.{self.cause}" if self.cause else self.code

    def __str__(self) -> str:
        """Return the name without the data: the text may be logged."""
        return self.key

    def __eq__(self, other: object) -> bool:
        """Compare as values, so that two menus closed for the same reason are equal."""
        return type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash(self.key)


class NotFound(QuittanceError):
    code = "not_found"


class Forbidden(QuittanceError):
    code = "forbidden"


class InvalidCredentials(QuittanceError):
    code = "invalid_credentials"


class TooManyAttempts(QuittanceError):
    """`retry_after_seconds` is the time after which the same try may be made again."""

    code = "too_many_attempts"
    retry_after_seconds: int

    @property
    def minutes(self) -> int:
        return -(-self.retry_after_seconds // 60)


class SessionMissing(QuittanceError):
    code = "session_missing"


class SecondFactorNeeded(SessionMissing):
    """The session waits for its second factor and gives access to nothing else."""


class ReauthenticationNeeded(QuittanceError):
    code = "reauthentication_needed"


class SecondFactorMissing(QuittanceError):
    code = "second_factor_missing"


class CodeNotValid(QuittanceError):
    code = "code_not_valid"


class SecondFactorUnavailable(QuittanceError):
    """The key that encrypts second factors cannot be used at this moment."""

    code = "second_factor_unavailable"


class PasswordTooWeak(QuittanceError):
    code = "password_too_weak"


class LinkNotValid(QuittanceError):
    code = "link_not_valid"


class TicketRefused(QuittanceError):
    code = "ticket_refused"


class IdentityUnknown(QuittanceError):
    code = "identity_unknown"


class IdentityTaken(QuittanceError):
    code = "identity_taken"


class IdentityProviderUnavailable(QuittanceError):
    code = "identity_provider_unavailable"


class RolesNotCompatible(QuittanceError):
    code = "roles_not_compatible"


class ErasureNotPossible(QuittanceError):
    code = "erasure_not_possible"


class WindowClosed(QuittanceError):
    code = "window_closed"


class FeeSituationNotAllowed(QuittanceError):
    code = "fee_situation_not_allowed"
    fee_situation: str
    allowed: tuple[str, ...]


class FeeSituationMissing(QuittanceError):
    code = "fee_situation_missing"


class ProgrammeNotPriced(QuittanceError):
    """The programme has left the campaign file, and nothing was ordered that would say what it costs."""

    code = "programme_not_priced"


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


class PlanNotApproved(QuittanceError):
    code = "plan_not_approved"


class InstalmentNotPayable(QuittanceError):
    code = "instalment_not_payable"


class ReleaseNotPossible(QuittanceError):
    code = "release_not_possible"


class NothingToPay(QuittanceError):
    code = "nothing_to_pay"


class CoveredByCredit(NothingToPay):
    """Money received before anything was owed covers what is declared now."""

    cause = "credit"
    credit_cents: int


class RestTooSmall(NothingToPay):
    """What is left is below the gateway's minimum: accounting writes it off."""

    cause = "rest"
    rest_cents: int


class AlreadyPaid(QuittanceError):
    code = "already_paid"


class PaymentUnclear(QuittanceError):
    code = "payment_unclear"


class PaymentOpen(QuittanceError):
    code = "payment_open"


class AddressUnknown(QuittanceError):
    code = "address_unknown"


class AddressMissing(QuittanceError):
    """No invoice without the client's address: neither the request nor a saved address gives one."""

    code = "address_missing"


class IdempotencyKeyReused(QuittanceError):
    code = "idempotency_key_reused"


class InvoiceNotRendered(QuittanceError):
    code = "invoice_not_rendered"


class GatewayUnavailable(QuittanceError):
    code = "gateway_unavailable"


class NotificationRejected(QuittanceError):
    code = "notification_rejected"


class SignatureMismatch(NotificationRejected):
    code = "signature_mismatch"


class NotificationMalformed(NotificationRejected):
    code = "notification_malformed"


class ConcurrentUpdate(QuittanceError):
    """A conditional write lost a race. `what` names the row; the caller reads again and decides again."""

    code = "superseded"
    what: str = ""
