from dataclasses import asdict
from typing import Any

from chalicelib import wiring
from chalicelib.observability import failing_plainly
from chalicelib.usecases import apply_retention as usecase


def apply_retention(_event: Any) -> dict[str, int]:
    """Every day: let go of what may not be held any more."""
    with failing_plainly("retention not applied"):
        return asdict(usecase.apply_retention(wiring.ports()))
