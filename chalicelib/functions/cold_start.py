"""What a cold start is spared: collecting garbage, and compiling what dataclasses generate.

What is loaded by the first answer stays, so it is not examined. `app.py` and `background.py` begin here,
before their other imports.
"""

import dataclasses
import gc
import hashlib
import marshal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

GENERATED = Path(__file__).with_name(f"generated.{sys.implementation.cache_tag}")
"""Written by infra/cloud/generated.py, for the Python that packages: code by the digest of its source.

Each code is loaded by itself: a function runs a part of them.
"""


def begin_cold_start(generated: Path = GENERATED) -> None:
    gc.disable()
    if generated.exists():
        reuse(marshal.loads(generated.read_bytes()))  # noqa: S302 - of our own package  # nosec B302


def reuse(compiled: Mapping[bytes, bytes]) -> None:
    """Have dataclasses run compiled code for the methods that they generate as text.

    Text that is not in `compiled` is compiled as always: another Python may generate other text.
    """

    def run(text: str, scope: dict[str, Any], names: dict[str, Any]) -> None:
        found = compiled.get(digest(text))
        code = marshal.loads(found) if found else text  # noqa: S302 - of our own package  # nosec B302
        exec(code, scope, names)  # noqa: S102 - what dataclasses would run  # nosec B102

    dataclasses.exec = run  # type: ignore[attr-defined]  # shadows the builtin in that module alone


def digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def end_cold_start(event: Any, get_response: Callable[[Any], Any]) -> Any:
    """Middleware that switches collection on after the first answer; what was loaded is left out of it."""
    try:
        return get_response(event)
    finally:
        if not gc.isenabled():
            gc.freeze()
            gc.enable()
