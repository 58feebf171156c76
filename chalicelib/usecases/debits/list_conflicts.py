from collections.abc import Sequence

from chalicelib.domain.plan.instalments import Instalment
from chalicelib.usecases.debits.ports import DebitPorts


def list_conflicts(ports: DebitPorts) -> Sequence[Instalment]:
    """Return the instalments with a debit the gateway cannot account for; staff must release them."""
    return ports.debits.conflicts()
