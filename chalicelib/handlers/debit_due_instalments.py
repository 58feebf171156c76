from dataclasses import asdict
from typing import Any

from chalicelib import wiring
from chalicelib.observability import failing_plainly
from chalicelib.usecases.plan_debits import plan_debits


def debit_due_instalments(_event: Any) -> dict[str, Any]:
    """Every hour, by UTC: queue what is due. The tick has no date; the Paris day says what is due."""
    with failing_plainly("instalments not planned"):
        plan = plan_debits(wiring.ports())
    return asdict(plan) | {"planned_on": plan.planned_on.isoformat()}
