"""The templates as a package ships them: compiled, all of them, and no page differs."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from jinja2 import ModuleLoader

from chalicelib.campaigns.reader import load_shipped
from chalicelib.domain.languages import Language
from chalicelib.portal import render
from infra.cloud.archive import COMPILED
from tests.unit.portal.conftest import PortalPorts, environment, serve

__all__ = ["environment"]


def test_package_has_each_template_compiled_and_shows_the_same_pages(
    built: Path, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with zipfile.ZipFile(built / "deployment.zip") as archive:
        compiled = [name for name in archive.namelist() if name.startswith(COMPILED)]
        archive.extractall(tmp_path, compiled)
    templates = root / "chalicelib/portal/templates"
    written = {path.relative_to(templates).as_posix() for path in templates.rglob("*.html")}
    addresses = ("/login?lang=fr", "/login?lang=en", "/pay?token=unknown", "/nowhere", "/about")
    pages = [_shown(each, monkeypatch) for each in addresses]
    with monkeypatch.context() as shipped:
        shipped.setattr(render, "COMPILED", tmp_path / COMPILED)
        render.environment_of.cache_clear()
        jinja = render.environment_of(Language.FR)
        assert isinstance(jinja.loader, ModuleLoader)
        assert {name for name in written if jinja.get_template(name).name == name} == written
        assert [_shown(each, monkeypatch) for each in addresses] == pages
    render.environment_of.cache_clear()
    assert {name.removeprefix(COMPILED) for name in compiled} == {
        f"{ModuleLoader.get_module_filename(name)}c" for name in written
    }


def _shown(address: str, monkeypatch: pytest.MonkeyPatch) -> str:
    with monkeypatch.context() as page:
        return serve(PortalPorts(load_shipped("clermont-auvergne-inp-2022")), page).get(address).text


def test_templates_are_compiled_alike_each_time(root: Path, tmp_path: Path) -> None:
    command = (
        "from pathlib import Path; from chalicelib.portal.render import compile_templates as c; c(Path({}))"
    )
    for seed in "12":
        folder = str(tmp_path / seed)
        subprocess.run(  # noqa: S603 - the words above
            [sys.executable, "-c", command.format(repr(folder))],
            cwd=root,
            env=os.environ | {"PYTHONHASHSEED": seed},
            check=True,
        )

    one, two = ({path.name: path.read_bytes() for path in (tmp_path / each).iterdir()} for each in "12")
    assert one
    assert one == two
