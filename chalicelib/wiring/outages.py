"""Faults of AWS that pass by themselves: it is unreachable, overloaded or failing."""

from collections.abc import Iterator

LONGEST_CHAIN = 10
FIRST_SERVER_ERROR = 500
_PASSING = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "SlowDown",
        "ThrottlingException",
        "TransactionInProgressException",
    }
)
"""The codes by which AWS asks to come again later, with a status below 500."""


def is_outage(error: BaseException) -> bool:
    """Return True if the error, or one that caused it, is of an answer that did not come, or says so.

    Whether a write happened is not known then.
    """
    return any(_is_passing(each) for each in _chain(error))


def _is_passing(error: BaseException) -> bool:
    from botocore import exceptions
    from botocore.parsers import ResponseParserError

    if isinstance(error, exceptions.ClientError):
        told = error.response
        status = told.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return status >= FIRST_SERVER_ERROR or told.get("Error", {}).get("Code") in _PASSING
    return isinstance(error, exceptions.ConnectionError | exceptions.HTTPClientError | ResponseParserError)


def _chain(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    for _ in range(LONGEST_CHAIN):
        if cause is None:
            return
        yield cause
        cause = cause.__cause__ or cause.__context__
