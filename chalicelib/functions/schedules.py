"""What runs by the clock. A tick carries no date: the rules ask in Paris time what is due."""

from dataclasses import asdict
from typing import Any

from chalicelib import wiring
from chalicelib.observability import failing_plainly
from chalicelib.usecases.audit import seal_audit as sealing
from chalicelib.usecases.debits import plan_debits as planner
from chalicelib.usecases.debits.reconcile_debits import reconcile_debits
from chalicelib.usecases.delivery.deliver_outbox import send_outbox
from chalicelib.usecases.payments import reconcile_payments as reconciliation
from chalicelib.usecases.privacy import apply_retention as retention


def publish_outbox(_event: Any) -> dict[str, int]:
    """Every minute: hand to the queue what committed changes still owe."""
    with failing_plainly("outbox not published"):
        return {"sent": send_outbox(wiring.ports())}


def seal_audit(_event: Any) -> dict[str, int]:
    """Every minute: give each audit entry its place in the chain."""
    with failing_plainly("audit trail not sealed"):
        return {"sealed": sealing.seal_audit(wiring.ports())}


def reconcile_payments(_event: Any) -> dict[str, dict[str, int]]:
    """Every five minutes: finish what was cut short, ask the gateway about what it left unsaid.

    Pages and debits do not wait for each other: what fails for one is looked at for the other.
    """
    with failing_plainly("payments not reconciled"):
        ports = wiring.ports()
        try:
            pages = asdict(reconciliation.reconcile_payments(ports))
        finally:
            debits = asdict(reconcile_debits(ports))
        return {"pages": pages, "debits": debits}


def plan_debits(_event: Any) -> dict[str, Any]:
    """Every hour, by UTC: queue the instalments that are due on this Paris day."""
    with failing_plainly("instalments not planned"):
        plan = planner.plan_debits(wiring.ports())
    return asdict(plan) | {"planned_on": plan.planned_on.isoformat()}


def apply_retention(_event: Any) -> dict[str, int]:
    """Every day: delete or anonymise what may not be held any more."""
    with failing_plainly("retention not applied"):
        return asdict(retention.apply_retention(wiring.ports()))
