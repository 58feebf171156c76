"""Answers to faults of ours: one that passes by itself says when to come again."""

from http import HTTPStatus

from chalice.app import Response

from chalicelib.domain.languages import Language
from chalicelib.portal.sentences import text
from chalicelib.web.problems import problem, unexpected
from chalicelib.wiring.outages import is_outage

UNAVAILABLE = "temporarily_unavailable"
"""The code of an operation that AWS did not let end: asking again tells whether it wrote."""
RETRY_AFTER_SECONDS = 5


def fault(error: Exception, language: Language = Language.FR) -> Response:
    if not is_outage(error):
        return unexpected(language)
    said = text(UNAVAILABLE, language)
    answer = problem(HTTPStatus.SERVICE_UNAVAILABLE, UNAVAILABLE, said, language)
    answer.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return answer
