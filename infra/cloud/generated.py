"""What a cold start reads instead of making it: `python -m infra.cloud.generated FOLDER` writes it there.

FOLDER is a copy of chalicelib. Written are the compiled methods of each dataclass, for this Python
(chalicelib/functions/cold_start.py), and which module serves which path (chalicelib/functions/on_demand.py).
"""

from __future__ import annotations

import dataclasses
import json
import marshal
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import TYPE_CHECKING, Any

from chalice.app import Chalice

from chalicelib.functions.cold_start import GENERATED, digest
from chalicelib.functions.on_demand import INDEX

if TYPE_CHECKING:
    from chalice.app import Blueprint

SHIPPED = ("chalicelib", "annotated_types", "pydantic")
"""Packages whose dataclasses are created during a cold start."""
DESCRIBES_ALL = "/api/v1/openapi.json"


def write(house: Path) -> None:
    compiled = record()
    for each in walk_packages(import_module("chalicelib").__path__, "chalicelib."):
        import_module(each.name)
    folder = house / "functions"
    (folder / GENERATED.name).write_bytes(marshal.dumps(compiled))
    (folder / INDEX.name).write_text(json.dumps(index(), separators=(",", ":")), encoding="utf-8")


def record() -> dict[bytes, bytes]:
    """Compile from now on what dataclasses generate, and keep it: call it before the modules are imported."""
    kept: dict[bytes, bytes] = {}

    def run(text: str, scope: dict[str, Any], names: dict[str, Any]) -> None:
        code = compile(text, "<string>", "exec")
        if scope.get("__name__", "").partition(".")[0] in SHIPPED:
            kept[digest(text)] = marshal.dumps(code)
        exec(code, scope, names)  # noqa: S102 - what dataclasses would run  # nosec B102

    dataclasses.exec = run  # type: ignore[attr-defined]  # shadows the builtin in that module alone
    return kept


def index() -> dict[str, Any]:
    """Return the blueprints of each path, and the paths of pages that can be shown by GET."""
    paths: dict[str, list[str]] = {}
    register: Any = Chalice.register_blueprint

    def note(application: Chalice, blueprint: Blueprint) -> None:
        before = {path: len(methods) for path, methods in application.routes.items()}
        register(application, blueprint)
        for path, methods in application.routes.items():
            if len(methods) != before.get(path, 0):
                paths.setdefault(path, []).append(_name(blueprint))

    patched: Any = Chalice
    patched.register_blueprint = note
    import_module("app")
    described = {name for path, names in paths.items() if path.startswith("/api/") for name in names}
    paths[DESCRIBES_ALL] = sorted(described)
    return {"paths": paths, "shown": sorted(import_module("chalicelib.pages.frame.shown").SHOWN)}


def _name(blueprint: Blueprint) -> str:
    """Return where a blueprint is: its module and its name there."""
    module = blueprint._import_name  # noqa: SLF001 - Chalice shows it no other way
    here = vars(sys.modules[module])
    return f"{module}:{next(name for name, each in here.items() if each is blueprint)}"


if __name__ == "__main__":
    write(Path(sys.argv[1]))
