"""A table that does not answer: 503 with the time to come again, by the API and as a page."""

from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError, ReadTimeoutError
from botocore.parsers import ResponseParserError
from pynamodb.exceptions import GetError

from chalicelib.web.faults import RETRY_AFTER_SECONDS
from chalicelib.wiring.outages import is_outage
from tests.unit.portal.conftest import Browser


def told(code: str, status: int) -> ClientError:
    answer = {"Error": {"Code": code, "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "GetItem")  # type: ignore[arg-type]


def wrapped(cause: Exception) -> Exception:
    """As pynamodb raises what botocore raised."""
    error = GetError("Failed", cause)
    error.__cause__ = cause
    return error


GONE = EndpointConnectionError(endpoint_url="http://127.0.0.1:1")
PASSING = [
    GONE,
    wrapped(GONE),
    ReadTimeoutError(endpoint_url="http://127.0.0.1:1"),
    ResponseParserError(),
    told("InternalServerError", 500),
    wrapped(told("ServiceUnavailable", 503)),
    told("ProvisionedThroughputExceededException", 400),
]
OURS = [
    KeyError("a"),
    NoCredentialsError(),
    told("AccessDeniedException", 400),
    wrapped(told("ValidationException", 400)),
    ClientError({}, "GetItem"),
]


@pytest.mark.parametrize("error", PASSING, ids=repr)
def test_passes_by_itself(error: Exception) -> None:
    assert is_outage(error)


@pytest.mark.parametrize("error", OURS, ids=repr)
def test_is_a_fault_of_ours(error: Exception) -> None:
    assert not is_outage(error)


def test_long_chain_of_causes_ends() -> None:
    last: Exception = GONE
    for _ in range(20):
        another = KeyError("a")
        another.__cause__, last = last, another
    assert not is_outage(last)


def failing(error: Exception) -> Callable[..., object]:
    def call(*_: object, **__: object) -> object:
        raise error

    return call


@pytest.mark.parametrize(("error", "status"), [(PASSING[1], 503), (OURS[0], 500)], ids=["passing", "ours"])
def test_api_and_page_say_when_to_come_again(
    student: Browser, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    monkeypatch.setattr(student.ports.accounts, "account", failing(error))
    bearer = {"Authorization": f"Bearer {student.http.cookies['quittance']}"}
    page, answer = student.get("/account"), student.http.get("/api/v1/account", headers=bearer)
    assert (page.status_code, answer.status_code) == (status, status)
    waits = str(RETRY_AFTER_SECONDS) if status == 503 else None
    assert (page.headers.get("retry-after"), answer.headers.get("retry-after")) == (waits, waits)
    assert answer.json()["code"] == ("temporarily_unavailable" if waits else "internal_error")
    assert ("Réessayez dans quelques secondes" in page.text) == bool(waits)
