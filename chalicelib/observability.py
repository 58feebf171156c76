"""Logs and metrics. Only the fields named here reach a log: no name, address, token or card detail."""

from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from chalicelib.domain.instalments import Debit, Instalment
from chalicelib.domain.notifications import Notification
from chalicelib.domain.payments import Attempt

SERVICE = "quittance"


@cache
def logger() -> Logger:
    return Logger(service=SERVICE)


@cache
def metrics() -> Metrics:
    return Metrics(namespace="Quittance", service=SERVICE)


def count(metric: str) -> None:
    metrics().add_metric(name=metric, unit=MetricUnit.Count, value=1)
    metrics().flush_metrics()


class MetricAlarms:
    """Each alarm is a warning in the log and a count that CloudWatch watches."""

    def raise_anomaly(self, notification: Notification) -> None:
        self._raise("Anomalies", anomaly=notification.anomaly, notification=notification.key)

    def raise_overpayment(self, attempt: Attempt) -> None:
        self._raise("Overpayments", attempt=attempt.id)

    def raise_mismatch(self, instalment: Instalment) -> None:
        self._raise("Mismatches", instalment=instalment.id)

    def raise_conflict(self, instalment: Instalment) -> None:
        self._raise("Conflicts", instalment=instalment.id)

    def raise_refused_setup(self, debit: Debit, code: str) -> None:
        self._raise("RefusedSetups", debit=debit.id, code=code)

    def raise_unanswered(self, attempt: Attempt) -> None:
        self._raise("UnansweredAttempts", attempt=attempt.id)

    def _raise(self, metric: str, **fields: Any) -> None:
        logger().warning(metric, extra=fields)
        count(metric)
