"""The application of the routes: the views of a path are imported when it is first asked for.

One function serves all paths, and a sandbox is asked for few of them.
"""

import json
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

from chalice.app import Blueprint, Chalice

from chalicelib.functions.routes import GREEDY, Routes, routed

INDEX = Path(__file__).with_name("index.json")
"""Written when packaging (infra/cloud/generated.py); elsewhere there is none, and all views are imported."""


class OnDemand(Chalice):
    """A Chalice application that registers a blueprint at the first request for one of its paths."""

    def serve(self, every: Callable[[], Iterable[Blueprint]], index: Path = INDEX) -> list[str]:
        """Return the paths that can be shown by GET, as far as an index tells them."""
        self._waiting: dict[str, list[str]] = {}
        self._served: set[str] = set()
        if not index.exists():
            for blueprint in every():
                self.register_blueprint(blueprint)
            self._paths = Routes(self.routes)
            return []
        told = json.loads(index.read_text(encoding="utf-8"))
        self._waiting = told["paths"]
        self._paths = Routes(self._waiting)
        shown: list[str] = told["shown"]
        return shown

    def __call__(self, event: Any, context: Any) -> dict[str, Any]:
        event = routed(event, self._paths)
        path = event.get("requestContext", {}).get("resourcePath", "")
        if path == GREEDY:
            self.routes.setdefault(path, {})  # of no method: Chalice refuses, as `answer_nowhere` says
        self.import_views(path)
        answer: dict[str, Any] = super().__call__(event, context)
        return answer

    def import_views(self, path: str) -> None:
        """Import and register what serves the path, once; what fails is tried again by the next request."""
        for name in self._waiting.get(path, ()):
            if name not in self._served:
                module, _, attribute = name.partition(":")
                self.register_blueprint(getattr(import_module(module), attribute))
                self._served.add(name)
        self._waiting.pop(path, None)
