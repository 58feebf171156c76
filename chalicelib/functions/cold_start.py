"""Garbage collection during a cold start: what is loaded by then stays, so it is not examined.

`app.py` switches collection off before its imports.
"""

import gc
from collections.abc import Callable
from typing import Any


def end_cold_start(event: Any, get_response: Callable[[Any], Any]) -> Any:
    """Middleware that switches collection on after the first answer; what was loaded is left out of it."""
    try:
        return get_response(event)
    finally:
        if not gc.isenabled():
            gc.freeze()
            gc.enable()
