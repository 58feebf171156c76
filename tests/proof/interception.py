"""Stands between the use cases and every port that leaves the process, so that a test can cut in there."""

from collections.abc import Callable
from typing import Any

from tests.fakes.ports import FakePorts

PORTS = (
    "accounts",
    "alarms",
    "audit",
    "batches",
    "cheques",
    "periods",
    "rapprochements",
    "credits",
    "debit_queue",
    "debits",
    "documents",
    "gateway",
    "iban_links",
    "payment_link_keys",
    "lines",
    "mailer",
    "notifications",
    "outbox",
    "outbox_queue",
    "people",
    "personal",
    "plan_requests",
    "questions",
    "reconciliations",
    "refunds",
    "registrations",
    "statements",
    "store",
    "transfer_files",
)
WITHOUT_IO = {"reference", "attempt_id", "read_notification", "kept_text", "key_for", "read_export"}
"""These compute; every other method of a port is a point where a process can die."""
READS = {
    "accounts.account",
    "accounts.open_attempts",
    "accounts.sequence",
    "batches.find",
    "brakes.current",
    "batches.listed",
    "batches.sequence",
    "batches.text",
    "lines.of_campaign",
    "reconciliations.bank_movements",
    "reconciliations.cursor",
    "reconciliations.difference",
    "reconciliations.movements",
    "reconciliations.open_differences",
    "reconciliations.open_movements",
    "reconciliations.open_remittances",
    "reconciliations.remittance",
    "reconciliations.unshown",
    "statements.chain",
    "statements.find",
    "statements.line",
    "statements.lines",
    "statements.listed",
    "statements.of_state",
    "rapprochements.find",
    "rapprochements.listed",
    "periods.closed",
    "periods.closing",
    "periods.closings",
    "cheques.find",
    "cheques.lines",
    "cheques.numbered",
    "cheques.sequence",
    "cheques.slip",
    "cheques.slips",
    "cheques.waiting",
    "debits.conflicts",
    "debits.due",
    "debits.in_flight",
    "gateway.payment_page",
    "iban_links.find",
    "payment_link_keys.find",
    "refunds.of_state",
    "notifications.unapplied",
    "outbox.find",
    "outbox.pending",
    "people.to_review",
    "personal.file",
    "personal.held",
    "transfer_files.find",
    "transfer_files.listed",
    "transfer_files.sequence",
    "transfer_files.text",
}
"""These leave the world as it is: to die before one or after it is the same death."""

Around = Callable[[str, Callable[[], Any]], Any]


class Died(BaseException):
    """The process ended here."""


class Tapped:
    """An adapter whose every call goes through `around`, which is told its name."""

    def __init__(self, adapter: Any, name: str, around: Around) -> None:
        self._adapter = adapter
        self._name = name
        self._around = around

    def __getattr__(self, method: str) -> Any:
        call: Any = getattr(self._adapter, method)
        if method in WITHOUT_IO or not callable(call):
            return call
        point, around = f"{self._name}.{method}", self._around

        def tapped(*arguments: Any, **named: Any) -> Any:
            return around(point, lambda: call(*arguments, **named))

        setattr(self, method, tapped)
        return tapped


def tap(ports: FakePorts, around: Around, also: tuple[str, ...] = ()) -> None:
    """Stand between; `also` are ports that other histories do not have, so that theirs stay as they were."""
    for name in (*PORTS, *also):
        setattr(ports, name, Tapped(getattr(ports, name), name, around))
