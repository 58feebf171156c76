from dataclasses import asdict
from typing import Any

from chalicelib import wiring
from chalicelib.observability import failing_plainly
from chalicelib.usecases import reconcile_payments as usecase
from chalicelib.usecases.reconcile_debits import reconcile_debits


def reconcile_payments(_event: Any) -> dict[str, dict[str, int]]:
    """Every five minutes: finish what was cut short, ask the gateway about what it left unsaid.

    Pages and debits do not wait for each other: what fails for one is looked at for the other.
    """
    with failing_plainly("payments not reconciled"):
        ports = wiring.ports()
        try:
            pages = asdict(usecase.reconcile_payments(ports))
        finally:
            debits = asdict(reconcile_debits(ports))
        return {"pages": pages, "debits": debits}
