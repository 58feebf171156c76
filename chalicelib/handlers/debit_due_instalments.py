from dataclasses import asdict
from typing import Any

from chalicelib import wiring
from chalicelib.usecases.plan_debits import plan_debits


def debit_due_instalments(_event: Any) -> dict[str, Any]:
    """Every hour, by UTC: queue what is due. The tick has no date; the Paris day says what is due."""
    plan = plan_debits(wiring.ports())
    return asdict(plan) | {"planned_on": plan.planned_on.isoformat()}
