"""Errors for people and programs: RFC 9457 problem+json with a stable `code` and what to do."""

from http import HTTPStatus

from chalice.app import Response
from pydantic import BaseModel, ConfigDict, ValidationError

from chalicelib.domain import errors
from chalicelib.domain.languages import Language
from chalicelib.portal.sentences import field_sentence, sentence, text

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


class FormUnreadable(errors.QuittanceError):
    code = "form_unreadable"


FRAMEWORK = {
    HTTPStatus.NOT_FOUND: "not_found",
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
    from chalicelib.web.statuses import STATUS  # noqa: PLC0415 - it imports every room, for a refusal alone

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
        from chalicelib.domain.sessions import RECENT  # noqa: PLC0415 - only where it is told

        proof = f"max_age={int(RECENT.total_seconds())}"
        answer.headers["WWW-Authenticate"] = f'Bearer error="insufficient_user_authentication", {proof}'
    return answer


def _fields(error: errors.QuittanceError) -> list[FieldProblem] | None:
    """Return each error of a refused file, in French as the file's readers are told."""
    from chalicelib.domain.campaigns.refusals import CampaignFileRefused  # noqa: PLC0415 - only if refused

    if not isinstance(error, CampaignFileRefused):
        return None
    return [FieldProblem(path=place, message=told) for place, told in error.errors]


def invalid(error: ValidationError, language: Language) -> Response:
    fields = [
        FieldProblem(
            path=".".join(str(part) for part in each["loc"]),
            message=field_sentence(each["type"], each.get("ctx", {}), language),
        )
        for each in error.errors(include_url=False, include_input=False)
    ]
    code = "validation_failed"
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, code, text(code, language), language, fields)


def unexpected(language: Language = Language.FR) -> Response:
    code = "internal_error"
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, code, text(code, language), language)


def is_of_framework(response: Response) -> bool:
    """Tell whether the framework refused, before any view was called."""
    return isinstance(response.body, dict) and "Code" in response.body


def in_our_words(response: Response, language: Language) -> Response:
    """Convert a refusal of the framework into our form."""
    status = HTTPStatus(response.status_code)
    if status in FRAMEWORK:
        code = FRAMEWORK[status]
        ours = problem(status, code, text(code, language), language)
        given = dict(response.headers).items()
        ours.headers.update({str(k): str(v) for k, v in given if str(k).lower() == "allow"})
        return ours
    return unexpected(language)
