"""Logs and metrics. Only the fields named here reach a log: no name, address, token or card detail.

An exception's message may hold such a detail too (a refused value, a mail address, a key of the table): a
fault is logged only by its types and its places in the code.
"""

from __future__ import annotations

import copy
import logging
import re
import warnings
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from traceback import walk_tb
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter
from aws_lambda_powertools.metrics import MetricUnit

from chalicelib.correlation import correlated, correlation_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.domain.credits import Credit
    from chalicelib.domain.notifications import Notification
    from chalicelib.domain.outbox import OutboxEntry
    from chalicelib.domain.payments import Attempt, Payment
    from chalicelib.domain.plan.instalments import Debit, Instalment
    from chalicelib.domain.reconciliation.policies import Reconciliation
    from chalicelib.domain.refunds.refund import Refund

SERVICE = "quittance"
ALLOWED = frozenset(
    {
        *("level", "location", "message", "timestamp", "service"),
        *("function_name", "function_request_id", "aws_request_id", "xray_trace_id"),
        *("correlation_id", "request_id"),
        *("anomaly", "attempt", "code", "debit", "endpoint", "entry", "failure", "instalment"),
        *("notification", "payment", "refund", "act", "written", "question", "operation", "mail"),
        *("fault", "at", "row", "findings", "run"),
        *("person", "method", "outcome", "network", "route"),
    }
)
"""The fields allowed in a log line; any other is left out."""

LONGEST_CHAIN = 8
MOST_PLACES = 20
_HERE = Path(__file__)
_HOUSE = _HERE.parent
_AWS_CODE = re.compile(r"[A-Za-z]{1,60}")


class Failed(Exception):
    """A schedule failed. Its message is only the schedule's name, because Lambda prints it."""


class AllowListed(LambdaPowertoolsFormatter):
    """Format records as one JSON object a line, of ALLOWED fields.

    Only the constant part of a message is written, never its arguments; an exception becomes `fault` and `at`
    (see `told`); a value that is not plain becomes the name of its type.
    """

    def format(self, record: logging.LogRecord) -> str:
        bare = copy.copy(record)
        bare.msg = record.msg if isinstance(record.msg, str) else type(record.msg).__name__
        bare.args = ()
        if record.exc_info and record.exc_info[1]:
            vars(bare).update(told(record.exc_info[1]))
        bare.exc_info = bare.exc_text = bare.stack_info = None
        return super().format(bare)

    def serialize(self, log: Any) -> str:
        named = {"correlation_id": correlation_id()} if correlation_id() else {}
        return super().serialize({name: _plain(log[name]) for name in log if name in ALLOWED} | named)


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value if isinstance(value, str | int) else type(value).__name__


@cache
def logger() -> Logger:
    return Logger(service=SERVICE, logger_formatter=AllowListed())


def told(error: BaseException) -> dict[str, list[str]]:
    """Return the loggable data of an exception and its causes.

    `fault`, types; `at`, "file:line function"; `row`, the `log_name` of a row that could not be loaded;
    `findings`, our own sentences of a start that was refused.
    """
    chain = list(_chain(error))
    places = [place for each in chain for place in _places(each)]
    rows = [name for each in chain if (name := getattr(each, "log_name", ""))]
    faults = {"fault": [_kind(each) for each in chain], "at": places[-MOST_PLACES:]}
    findings = [sentence for each in chain for sentence in getattr(each, "findings", ())]
    return faults | ({"row": rows} if rows else {}) | ({"findings": findings} if findings else {})


def log_fault(what: str, error: BaseException) -> None:
    """Log a fault by its types and places, never by messages or values; `what` is a constant of ours."""
    logger().error(what, extra=told(error), stacklevel=3)


def report_fault(what: str, error: BaseException) -> None:
    """Log and count a fault that is answered by a response: Lambda sees no error."""
    log_fault(what, error)
    count("Faults")


def note_debit_check() -> None:
    """Count a check of the due instalments: an alarm tells if there is none."""
    count("DebitChecks")


def note_days_reconciled() -> None:
    """Count a tick at which every day that is over was compared: an alarm tells if there is none."""
    count("ReconciledDays")


def note_page(attempt: Attempt) -> None:
    """Log and count a page of the gateway that was opened: an alarm tells if no notification follows.

    The zero beside it gives the other metric a value in the same hour: CloudWatch computes nothing without.
    """
    with correlated(attempt.correlation_id):
        logger().info("payment page opened", extra={"attempt": attempt.id})
    count("Notifications", 0)
    count("PagesOpened")


def note_notification() -> None:
    """Count a genuine notification of the gateway."""
    count("Notifications")


def note_question(operation: str, number: int, code: str | None) -> None:
    """Log a question to the gateway by its type and number; `code` is None if no answer was understood."""
    told = {"outcome": "no answer"} if code is None else {"outcome": "answered", "code": code}
    logger().info("gateway asked", extra={"operation": operation, "question": number, **told})


def note_mail(entry: OutboxEntry, mail_id: str) -> None:
    """Log a mail that left by its outbox entry and by SES's id, which its bounces bear."""
    logger().info("mail sent", extra={"entry": entry.id, "mail": mail_id})


def note_access(what: str, outcome: str, **fields: str) -> None:
    """Log an accepted or refused access; `what` and `outcome` are words of ours, `person` is an id."""
    logger().info(what, extra={"outcome": outcome, **fields})


def note_validation(reason: str) -> None:
    """Log why an answer of the CAS server opened no session; `reason` holds no text of the answer."""
    note_access("CAS answer refused", reason)


def note_withheld(instalment_id: str, reason: str) -> None:
    """Log that a due instalment was withheld; `reason` is a word of ours."""
    logger().info("instalment withheld", extra={"instalment": instalment_id, "outcome": reason})


@contextmanager
def failing_plainly(what: str) -> Iterator[None]:
    """Report an exception and raise one with the message `what` alone, for Lambda to count."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - Lambda would print its message
        log_fault(what, error)
        raise Failed(what) from None


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield the exception, then its causes back to the first one."""
    cause: BaseException | None = error
    for _ in range(LONGEST_CHAIN):
        if cause is None:
            return
        yield cause
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)


def _kind(error: BaseException) -> str:
    """Return the type; for an error of AWS, with its AWS code."""
    response = getattr(error, "response", None)
    named = response.get("Error") if isinstance(response, dict) else None
    code = named.get("Code") if isinstance(named, dict) else None
    known = isinstance(code, str) and _AWS_CODE.fullmatch(code)
    return f"{type(error).__name__} {code}" if known else type(error).__name__


def _places(error: BaseException) -> list[str]:
    """Return the places in our own code that it passed, and the place it was raised."""
    frames = [
        (Path(frame.f_code.co_filename), line, frame.f_code.co_name)
        for frame, line in walk_tb(error.__traceback__)
    ]
    ours = [frame for frame in frames[:-1] if frame[0].is_relative_to(_HOUSE) and frame[0] != _HERE]
    return [_place(*frame) for frame in [*ours, *frames[-1:]]]


def _place(file: Path, line: int, function: str) -> str:
    inside = file.is_relative_to(_HOUSE)
    name = file.relative_to(_HOUSE.parent).as_posix() if inside else "/".join(file.parts[-2:])
    return f"{name}:{line} {function}"


def _take_over() -> None:
    """Format every log line of the process by the allow-list, from any logger.

    Chalice logs to the logger of the application's name, which is this one: it leaves a logger alone that has
    its handler already. Libraries log to the root, which has Lambda's handler. Their lines below a warning,
    at any level the environment asks for, may have been filled in before they come here; so may Python's own
    warnings, which are errors in all tests.
    """
    logger()
    for handler in logging.getLogger().handlers:
        if type(handler).__name__.startswith("LambdaLoggerHandler"):
            handler.setFormatter(AllowListed(service=SERVICE))
            handler.setLevel(logging.WARNING)
            warnings.simplefilter("ignore")


@cache
def metrics() -> Metrics:
    """Count in the dimension `service`, the stack by POWERTOOLS_SERVICE_NAME."""
    return Metrics(namespace="Quittance")


def count(metric: str, value: int = 1) -> None:
    metrics().add_metric(name=metric, unit=MetricUnit.Count, value=value)
    metrics().flush_metrics()


class MetricAlarms:
    """Alarms: each is a warning in the log and a metric watched by CloudWatch."""

    def raise_failure(self, what: str, error: Exception) -> None:
        log_fault(what, error)
        count("Failures")

    def raise_anomaly(self, notification: Notification) -> None:
        self._raise("Anomalies", anomaly=notification.anomaly, notification=notification.key)

    def raise_overpayment(self, attempt: Attempt) -> None:
        self._raise("Overpayments", attempt=attempt.id)

    def raise_refunded(self, payment: Payment) -> None:
        self._raise("RefundedPayments", payment=payment.id)

    def raise_mismatch(self, instalment: Instalment) -> None:
        self._raise("Mismatches", instalment=instalment.id)

    def raise_conflict(self, instalment: Instalment) -> None:
        self._raise("Conflicts", instalment=instalment.id)

    def raise_missed(self, instalment: Instalment) -> None:
        self._raise("MissedDebits", instalment=instalment.id)

    def raise_refused_setup(self, debit: Debit, code: str) -> None:
        self._raise("RefusedSetups", debit=debit.id, code=code)

    def raise_refund_unclear(self, refund: Refund) -> None:
        self._raise("UnclearRefunds", refund=refund.id)

    def raise_given_up(self, entry: OutboxEntry) -> None:
        self._raise("GivenUpEntries", entry=entry.id, failure=entry.last_failure)

    def raise_unanswered(self, asked: Attempt | Debit) -> None:
        self._raise("UnansweredAttempts", **{type(asked).__name__.lower(): asked.id})

    def raise_old_credit(self, credit: Credit) -> None:
        self._raise("OldCredits", payment=credit.parts[0].payment.id)

    def raise_key_ends(self) -> None:
        self._raise("KeysNearEnd")

    def raise_endpoint_off(self, endpoint_id: str, cause: str) -> None:
        self._raise("EndpointsOff", endpoint=endpoint_id, outcome=cause)

    def raise_differences(self, run: Reconciliation) -> None:
        self._raise("UnexplainedDifferences", run=run.id)

    def _raise(self, metric: str, **fields: Any) -> None:
        logger().warning(metric, extra=fields)
        count(metric)


# At import, so that it comes before Chalice's own.
_take_over()
