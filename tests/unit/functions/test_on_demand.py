"""What packaging writes for cold starts serves what the whole application serves."""

import dataclasses
import json
import marshal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import app
from chalicelib.api.openapi import document
from chalicelib.functions.cold_start import digest, reuse
from infra.cloud.generated import record
from infra.local import ministack

ONE_BY_ONE = """
import json, pathlib, sys
from chalicelib.functions.on_demand import OnDemand
from chalicelib.pages.frame.shown import SHOWN
index = pathlib.Path(sys.argv[1])
served = OnDemand("served")
shown = served.serve(list, index)
served.import_views("/api/v1/me")
alone = sorted({"jinja2", "chalicelib.pages.page", "chalicelib.functions.background"} & set(sys.modules))
for path in json.loads(index.read_text())["paths"]:
    served.import_views(path)
routes = {path: sorted(methods) for path, methods in served.routes.items()}
print(json.dumps({"alone": alone, "routes": routes, "shown": shown, "now": sorted(SHOWN)}))
"""

DESCRIBED = """
import json, pathlib, sys
from chalicelib.functions.on_demand import OnDemand
served = OnDemand("served")
served.serve(list, pathlib.Path(sys.argv[1]))
served.import_views("/api/v1/openapi.json")
from chalicelib.api.openapi import document
print(json.dumps(document()))
"""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    house = tmp_path_factory.mktemp("house")
    (house / "functions").mkdir()
    command = [sys.executable, "-m", "infra.cloud.generated", str(house)]
    subprocess.run(command, cwd=ministack.ROOT, check=True)  # noqa: S603 - our own program
    return house / "functions"


def test_paths_imported_one_by_one_serve_what_the_whole_application_serves(written: Path) -> None:
    command = [sys.executable, "-c", ONE_BY_ONE, str(written / "index.json")]
    ran = subprocess.run(command, cwd=ministack.ROOT, capture_output=True, text=True, check=True)  # noqa: S603 - our own lines
    told = json.loads(ran.stdout)

    whole = {path: sorted(methods) for path, methods in app.app.routes.items() if methods}
    assert told["routes"] == whole
    assert told["shown"] == told["now"]
    assert told["alone"] == []


def test_description_of_the_api_holds_every_operation_where_it_is_asked_for_first(written: Path) -> None:
    command = [sys.executable, "-c", DESCRIBED, str(written / "index.json")]
    ran = subprocess.run(command, cwd=ministack.ROOT, capture_output=True, text=True, check=True)  # noqa: S603 - our own lines

    assert json.loads(ran.stdout) == document()


def test_methods_of_dataclasses_are_shipped_compiled(written: Path) -> None:
    found = marshal.loads((written / f"generated.{sys.implementation.cache_tag}").read_bytes())  # noqa: S302 - just written

    assert len(found) > 400
    assert all(marshal.loads(each).co_name == "<module>" for each in found.values())  # noqa: S302 - just written


@pytest.fixture
def generating() -> Iterator[None]:
    before = vars(dataclasses).pop("exec", None)
    yield
    vars(dataclasses).pop("exec", None)
    if before:
        vars(dataclasses)["exec"] = before


@pytest.mark.usefixtures("generating")
def test_dataclass_of_compiled_text_is_the_same_and_unknown_text_is_compiled() -> None:
    space = {"__name__": "chalicelib.domain.people", "dataclass": dataclasses.dataclass}
    source = "@dataclass(frozen=True)\nclass Pair:\n    left: int\n    right: int = 2\n"
    kept = record()
    exec(source, space)  # noqa: S102 - the lines above
    reuse(kept)
    again = {"__name__": "chalicelib.domain.people", "dataclass": dataclasses.dataclass}
    exec(source, again)  # noqa: S102 - the same

    assert kept
    assert repr(again["Pair"](1)) == "Pair(left=1, right=2)"  # type: ignore[operator]
    with pytest.raises(dataclasses.FrozenInstanceError):
        again["Pair"](1).left = 3  # type: ignore[operator]
    other = dataclasses.make_dataclass("Other", ["only_here"])
    assert repr(other(1)) == "Other(only_here=1)"
    assert len(digest("")) == 32
