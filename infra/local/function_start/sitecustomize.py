"""Run by Python when a function starts on the local AWS: the application goes by the clock of `make run`.

The package stays as it was built. Once `chalicelib.wiring` is imported, the clock that it takes by default is
the one that the control server shows at LOCAL_CLOCK, as the gateway's simulator has it too; and what is asked
of AWS is recorded where a test wants it (recorded_calls).
"""

from __future__ import annotations

import json
import os
import sys
import urllib.request
from datetime import datetime
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import PathFinder
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

WIRING = "chalicelib.wiring"


def local_now() -> datetime:
    """Return the time of the local stack, whose clock can be moved."""
    with urllib.request.urlopen(os.environ["LOCAL_CLOCK"], timeout=10) as answer:  # noqa: S310 - a loopback http address  # nosec B310
        return datetime.fromisoformat(json.load(answer)["now"])


class _Wiring(MetaPathFinder, Loader):
    """Import the wiring as always, then replace its clock."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        found = PathFinder.find_spec(fullname, path, target) if fullname == WIRING else None
        if found and found.loader:
            self._loader, found.loader = found.loader, self
        return found

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._loader.exec_module(module)
        module.Services.__init__.__defaults__ = (local_now,)
        import_module("recorded_calls").install()


if "LOCAL_CLOCK" in os.environ:
    sys.meta_path.insert(0, _Wiring())
