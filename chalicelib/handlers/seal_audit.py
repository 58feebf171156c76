from typing import Any

from chalicelib import wiring
from chalicelib.observability import failing_plainly
from chalicelib.usecases import seal_audit as usecase


def seal_audit(_event: Any) -> dict[str, int]:
    """Every minute: give what was done its place in the audit trail."""
    with failing_plainly("audit trail not sealed"):
        return {"sealed": usecase.seal_audit(wiring.ports())}
