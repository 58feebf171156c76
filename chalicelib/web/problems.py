"""Errors for people and programs: RFC 9457 problem+json with a stable `code` and what to do."""

from http import HTTPStatus

from chalice.app import Response
from pydantic import BaseModel, ConfigDict, ValidationError

from chalicelib.domain import decisions, errors
from chalicelib.domain.books import period_refusals as periods
from chalicelib.domain.books.as_of import DayToCome
from chalicelib.domain.brakes.refusals import PortalClosed
from chalicelib.domain.campaigns import refusals
from chalicelib.domain.collection import refusals as collection
from chalicelib.domain.corrections import refusals as corrections
from chalicelib.domain.evidence import refusals as evidence
from chalicelib.domain.imports.mistakes import AdministratorPresent, ImportMistake, ImportRunning
from chalicelib.domain.languages import Language
from chalicelib.domain.lists.comments import CommentChanged, FollowUpPast, FollowUpWithoutComment
from chalicelib.domain.payers import refusals as payers
from chalicelib.domain.payment_links.refusals import PaymentLinkNotPossible, PaymentLinkNotValid
from chalicelib.domain.programs.refusals import ProgramNotPossible
from chalicelib.domain.refunds import refusals as refunds
from chalicelib.domain.sessions import RECENT
from chalicelib.domain.trail import search, undo
from chalicelib.domain.treasury import refusals as treasury
from chalicelib.domain.treasury import slip_refusals as slips
from chalicelib.portal.sentences import sentence, text

LARGEST_BODY_BYTES = 16 * 1024
LARGEST_UPLOAD_BYTES = 5 * 1024**2
"""The longest file in a request; a longer one goes to the bucket (`POST /staff/imports`).

In AWS it is 4.5 MB: API Gateway hands a file to Lambda in base64, a third longer, and Lambda takes 6 MB.
"""


class BodyTooLarge(errors.QuittanceError):
    code = "body_too_large"
    kib = LARGEST_BODY_BYTES // 1024


class UploadMissing(errors.QuittanceError):
    code = "upload_missing"


class UploadTooLarge(errors.QuittanceError):
    code = "upload_too_large"
    mib = LARGEST_UPLOAD_BYTES // 1024**2


class BodyNotJson(errors.QuittanceError):
    code = "body_not_json"


STATUS: dict[type[errors.QuittanceError], HTTPStatus] = {
    errors.NotFound: HTTPStatus.NOT_FOUND,
    evidence.EvidenceNotAsked: HTTPStatus.UNPROCESSABLE_ENTITY,
    evidence.EvidenceClosed: HTTPStatus.CONFLICT,
    errors.Forbidden: HTTPStatus.FORBIDDEN,
    errors.InvalidCredentials: HTTPStatus.UNAUTHORIZED,
    errors.TooManyAttempts: HTTPStatus.TOO_MANY_REQUESTS,
    errors.SessionMissing: HTTPStatus.UNAUTHORIZED,
    errors.SecondFactorNeeded: HTTPStatus.UNAUTHORIZED,
    ProgramNotPossible: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.ReauthenticationNeeded: HTTPStatus.UNAUTHORIZED,
    errors.SecondFactorMissing: HTTPStatus.FORBIDDEN,
    errors.CodeNotValid: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.SecondFactorUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.PasswordTooWeak: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.LinkNotValid: HTTPStatus.GONE,
    errors.TicketRefused: HTTPStatus.UNAUTHORIZED,
    errors.IdentityUnknown: HTTPStatus.FORBIDDEN,
    errors.IdentityTaken: HTTPStatus.CONFLICT,
    errors.IdentityProviderUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.RolesNotCompatible: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.ErasureNotPossible: HTTPStatus.CONFLICT,
    errors.WindowClosed: HTTPStatus.CONFLICT,
    errors.FeeSituationNotAllowed: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.FeeSituationMissing: HTTPStatus.CONFLICT,
    errors.ProgrammeNotPriced: HTTPStatus.CONFLICT,
    errors.RegistrationLocked: HTTPStatus.CONFLICT,
    errors.RegistrationRefused: HTTPStatus.CONFLICT,
    errors.DecisionNotPossible: HTTPStatus.CONFLICT,
    decisions.ReasonMissing: HTTPStatus.UNPROCESSABLE_ENTITY,
    corrections.CorrectionMoved: HTTPStatus.CONFLICT,
    corrections.CorrectionNotPossible: HTTPStatus.CONFLICT,
    corrections.CreditedMeanwhile: HTTPStatus.CONFLICT,
    corrections.CreditNoteEmpty: HTTPStatus.UNPROCESSABLE_ENTITY,
    corrections.CreditNoteTooLarge: HTTPStatus.CONFLICT,
    corrections.KeptNotPossible: HTTPStatus.UNPROCESSABLE_ENTITY,
    undo.NothingToUndo: HTTPStatus.CONFLICT,
    undo.UndoOvertaken: HTTPStatus.CONFLICT,
    undo.UndoTooLate: HTTPStatus.CONFLICT,
    DayToCome: HTTPStatus.UNPROCESSABLE_ENTITY,
    search.AuditTooLong: HTTPStatus.UNPROCESSABLE_ENTITY,
    CommentChanged: HTTPStatus.CONFLICT,
    FollowUpPast: HTTPStatus.UNPROCESSABLE_ENTITY,
    FollowUpWithoutComment: HTTPStatus.UNPROCESSABLE_ENTITY,
    corrections.RestChanged: HTTPStatus.CONFLICT,
    PaymentLinkNotPossible: HTTPStatus.CONFLICT,
    PaymentLinkNotValid: HTTPStatus.UNPROCESSABLE_ENTITY,
    corrections.WaiverNotPossible: HTTPStatus.UNPROCESSABLE_ENTITY,
    corrections.WaiverWaiting: HTTPStatus.CONFLICT,
    corrections.WaiverDecided: HTTPStatus.CONFLICT,
    corrections.NothingToWriteOff: HTTPStatus.CONFLICT,
    corrections.RestAboveWriteOff: HTTPStatus.UNPROCESSABLE_ENTITY,
    collection.ReceiptNotPossible: HTTPStatus.CONFLICT,
    collection.ReceiptMisdated: HTTPStatus.UNPROCESSABLE_ENTITY,
    collection.ReceiptRepeated: HTTPStatus.CONFLICT,
    collection.BounceNotPossible: HTTPStatus.CONFLICT,
    collection.DisputeMissing: HTTPStatus.UNPROCESSABLE_ENTITY,
    collection.DisputeNotOfCard: HTTPStatus.UNPROCESSABLE_ENTITY,
    collection.DisputeMisdated: HTTPStatus.UNPROCESSABLE_ENTITY,
    slips.SlipMisdated: HTTPStatus.UNPROCESSABLE_ENTITY,
    periods.PeriodClosed: HTTPStatus.UNPROCESSABLE_ENTITY,
    collection.DisputeClosed: HTTPStatus.CONFLICT,
    payers.PayerNotPossible: HTTPStatus.CONFLICT,
    payers.PayerNotNamed: HTTPStatus.CONFLICT,
    payers.PayerAboveOwed: HTTPStatus.UNPROCESSABLE_ENTITY,
    payers.PayerAboveTariff: HTTPStatus.CONFLICT,
    payers.PayerNotValid: HTTPStatus.UNPROCESSABLE_ENTITY,
    payers.PayerReceiptTooLarge: HTTPStatus.UNPROCESSABLE_ENTITY,
    payers.PayerCreditTooLarge: HTTPStatus.CONFLICT,
    payers.PayerAwaited: HTTPStatus.CONFLICT,
    errors.PlanNotAllowed: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.PlanLocked: HTTPStatus.CONFLICT,
    errors.PlanBinding: HTTPStatus.CONFLICT,
    errors.PlanNotApproved: HTTPStatus.CONFLICT,
    errors.InstalmentNotPayable: HTTPStatus.CONFLICT,
    errors.ReleaseNotPossible: HTTPStatus.CONFLICT,
    errors.NothingToPay: HTTPStatus.CONFLICT,
    errors.AlreadyPaid: HTTPStatus.CONFLICT,
    errors.PaymentUnclear: HTTPStatus.CONFLICT,
    errors.PaymentOpen: HTTPStatus.CONFLICT,
    errors.AddressUnknown: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.AddressMissing: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.IdempotencyKeyReused: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.InvoiceNotRendered: HTTPStatus.CONFLICT,
    refunds.RefundableChanged: HTTPStatus.CONFLICT,
    refunds.RefundAbovePayment: HTTPStatus.UNPROCESSABLE_ENTITY,
    refunds.RefundMethodNotPossible: HTTPStatus.UNPROCESSABLE_ENTITY,
    refunds.RefundLapsed: HTTPStatus.CONFLICT,
    refunds.RefundSheetChanged: HTTPStatus.CONFLICT,
    refunds.RefundNotReady: HTTPStatus.CONFLICT,
    refunds.TransfersChanged: HTTPStatus.CONFLICT,
    refunds.IbanNotValid: HTTPStatus.UNPROCESSABLE_ENTITY,
    treasury.BooksMoved: HTTPStatus.CONFLICT,
    treasury.BooksNotValid: HTTPStatus.UNPROCESSABLE_ENTITY,
    ImportRunning: HTTPStatus.CONFLICT,
    AdministratorPresent: HTTPStatus.CONFLICT,
    ImportMistake: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.GatewayUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    PortalClosed: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.SignatureMismatch: HTTPStatus.BAD_REQUEST,
    errors.NotificationMalformed: HTTPStatus.BAD_REQUEST,
    errors.ConcurrentUpdate: HTTPStatus.CONFLICT,
    refusals.CampaignNotPossible: HTTPStatus.UNPROCESSABLE_ENTITY,
    refusals.CampaignPartInUse: HTTPStatus.CONFLICT,
    refusals.CampaignSeriesChanged: HTTPStatus.CONFLICT,
    refusals.CampaignUnchanged: HTTPStatus.CONFLICT,
    refusals.CampaignFileRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    refusals.CampaignNotText: HTTPStatus.UNPROCESSABLE_ENTITY,
    refusals.CampaignTooLong: HTTPStatus.UNPROCESSABLE_ENTITY,
    refusals.CampaignNotNamed: HTTPStatus.UNPROCESSABLE_ENTITY,
    refusals.CampaignBackdated: HTTPStatus.UNPROCESSABLE_ENTITY,
    BodyTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    BodyNotJson: HTTPStatus.BAD_REQUEST,
    UploadMissing: HTTPStatus.UNPROCESSABLE_ENTITY,
    UploadTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
}


FRAMEWORK = {
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "unsupported_media_type",
}
TITLED = frozenset(
    {
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.CONFLICT,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        HTTPStatus.SERVICE_UNAVAILABLE,
    }
)
"""Statuses with a title of their own; the others share one."""


class FieldProblem(BaseModel):
    model_config = ConfigDict(defer_build=True)

    path: str
    message: str


class Problem(BaseModel):
    model_config = ConfigDict(defer_build=True)

    type: str
    title: str
    status: int
    detail: str
    code: str
    fields: list[FieldProblem] | None = None


def status_of(error: errors.QuittanceError) -> HTTPStatus:
    """Return the HTTP status; a cause has the status of its code."""
    return status_of_kind(type(error))


def status_of_kind(error: type[errors.QuittanceError]) -> HTTPStatus:
    """Return the status of a refusal: its own, else that of the family it belongs to."""
    return next(STATUS[kind] for kind in error.__mro__ if kind in STATUS)


def title_of(status: HTTPStatus, language: Language = Language.FR) -> str:
    return text(f"title.{status.value if status in TITLED else 'other'}", language)


def problem(
    status: HTTPStatus,
    code: str,
    detail: str,
    language: Language,
    fields: list[FieldProblem] | None = None,
) -> Response:
    body = Problem(
        type=f"urn:quittance:problem:{code}",
        title=title_of(status, language),
        status=status,
        detail=detail,
        code=code,
        fields=fields,
    )
    headers: dict[str, str | list[str]] = {
        "Content-Type": "application/problem+json",
        "Content-Language": language.value,
    }
    if status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(body.model_dump_json(exclude_none=True), headers=headers, status_code=status.value)


def refusal(error: errors.QuittanceError, language: Language = Language.FR) -> Response:
    answer = problem(status_of(error), error.code, sentence(error, language), language, _fields(error))
    if after := getattr(error, "retry_after_seconds", None):
        answer.headers["Retry-After"] = str(after)
    if isinstance(error, errors.ReauthenticationNeeded):  # RFC 9470
        proof = f"max_age={int(RECENT.total_seconds())}"
        answer.headers["WWW-Authenticate"] = f'Bearer error="insufficient_user_authentication", {proof}'
    return answer


def _fields(error: errors.QuittanceError) -> list[FieldProblem] | None:
    """Return each error of a refused file, in French as the file's readers are told."""
    if not isinstance(error, refusals.CampaignFileRefused):
        return None
    return [FieldProblem(path=place, message=told) for place, told in error.errors]


def invalid(error: ValidationError, language: Language) -> Response:
    fields = [
        FieldProblem(path=".".join(str(part) for part in each["loc"]), message=each["msg"])
        for each in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    code = "validation_failed"
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, code, text(code, language), language, fields)


def unexpected(language: Language = Language.FR) -> Response:
    code = "internal_error"
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, code, text(code, language), language)


def in_our_words(response: Response, language: Language) -> Response:
    """Convert a refusal of the framework, made before any view was called, into our form."""
    if not (isinstance(response.body, dict) and "Code" in response.body):
        return response
    status = HTTPStatus(response.status_code)
    if status in FRAMEWORK:
        code = FRAMEWORK[status]
        ours = problem(status, code, text(code, language), language)
        given = dict(response.headers).items()
        ours.headers.update({str(k): str(v) for k, v in given if str(k).lower() == "allow"})
        return ours
    return unexpected(language)
