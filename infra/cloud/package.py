"""Package what is deployed: `python -m infra.cloud.package FOLDER` writes sam.yaml and deployment.zip there.

Chalice packages whatever lies in the project's folder and ends well when a wheel is missing. Here it sees a
copy without caches and with compiled catalogues and templates, takes wheels from .wheels alone. Its package
is compiled, loses what no function reads, and is examined before it is deployed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from importlib.util import cache_from_source
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from chalicelib.functions.cold_start import GENERATED
from chalicelib.functions.on_demand import INDEX
from chalicelib.portal.render import compile_templates
from chalicelib.portal.sentences import compiled
from infra.cloud.archive import COMPILED, slim
from infra.cloud.parts import merged
from infra.cloud.release import rewrite
from infra.cloud.runtime import PYTHON, RUNTIME
from infra.cloud.wheels import GLIBC_MINOR

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parents[2]
WHEELS = ROOT / os.environ.get("WHEELS", ".wheels")
SHIPPED = ("app.py", "chalicelib", "requirements.txt", ".chalice", "infra/constraints.txt")
CHALICE = (
    "import sys, chalice.utils as u; u.OSUtils.ZIP_DEFLATED = u.zipfile.ZIP_STORED; "
    "from chalice.cli import main; sys.exit(main())"
)
"""Chalice's own command, which does not compress: the archive is written anew."""
UNZIPPED_LIMIT_BYTES = 140 * 1024 * 1024
"""Lambda takes 250 MB; what grows shows, for each cold start reads it."""
ZIPPED_LIMIT_BYTES = 55_000_000
"""Each function of each release keeps a copy of it: docs/scale.md."""


class PackageUnfit(RuntimeError):
    """The package would not run on Lambda; the message lists why."""


def package(folder: Path) -> None:
    """Raise PackageUnfit, or CalledProcessError with Chalice's own words on stderr."""
    with tempfile.TemporaryDirectory() as project:
        for name in SHIPPED:
            _copy(ROOT / name, Path(project) / name)
        compile_catalogues(Path(project) / "chalicelib")
        compile_templates(Path(project) / COMPILED)
        _chalice(Path(project), folder)
        generated = _generated(Path(project))
    rewrite(folder / "sam.yaml")
    slim(folder / "deployment.zip", generated)
    if findings := examine(folder / "deployment.zip"):
        raise PackageUnfit("\n".join(findings))


def compile_catalogues(house: Path) -> None:
    """Put a .mo beside each .po, so that a cold start needs no parser."""
    for path in (house / "portal" / "catalogues").rglob("*.po"):
        path.with_suffix(".mo").write_bytes(compiled(path))


def examine(deployment: Path) -> list[str]:
    """Give a sentence for each thing that Lambda would stumble over."""
    with zipfile.ZipFile(deployment) as archive:
        names = set(archive.namelist())
        tags = {name: _tags(archive, name) for name in names if name.endswith(".dist-info/WHEEL")}
        unzipped = sum(each.file_size for each in archive.infolist())
    plain = {name for name in names if name.endswith(".py") and cache_from_source(name) not in names}
    packaged = {_distribution(name.partition(".dist-info")[0]) for name in tags}
    wanted = {_distribution(wheel.name) for wheel in WHEELS.glob("*.whl")}
    sentences = [f"{name} is missing." for name in sorted(wanted - packaged)]
    sentences += [
        f"{name.partition('/')[0]} does not run on Lambda: {', '.join(each)}."
        for name, each in sorted(tags.items())
        if not any(runs_on_lambda(tag) for tag in each)
    ]
    sentences += [f"{name} is not compiled: each cold start would." for name in sorted(plain)]
    if (zipped := deployment.stat().st_size) > ZIPPED_LIMIT_BYTES:
        sentences.append(f"Zipped it has {zipped:,} bytes, more than {ZIPPED_LIMIT_BYTES:,}.")
    if unzipped > UNZIPPED_LIMIT_BYTES:
        sentences.append(f"Unzipped it has {unzipped:,} bytes, more than {UNZIPPED_LIMIT_BYTES:,}.")
    return sentences


def runs_on_lambda(tag: str) -> bool:
    """Tell whether a wheel's tag (cp311-abi3-manylinux_2_17_x86_64) fits Lambda's x86-64 Linux."""
    _python, _abi, platform = tag.split("-")
    if platform in ("any", "manylinux2014_x86_64"):
        return True
    name, _, version = platform.removesuffix("_x86_64").partition("_2_")
    return name == "manylinux" and version.isdigit() and int(version) <= GLIBC_MINOR


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.pyc", "deployments"))
    else:
        shutil.copyfile(source, target)


def _chalice(project: Path, folder: Path) -> None:
    template = project / "resources.yaml"
    template.write_text(yaml.safe_dump(merged(), sort_keys=False, allow_unicode=True), encoding="utf-8")
    options = ["--stage", "production", "--merge-template", str(template), "--template-format", "yaml"]
    wheels_only = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(WHEELS), "AWS_DEFAULT_REGION": "eu-west-3"}
    # Chalice imports the copy before it zips it: byte code written then would ship.
    as_copied = {"PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", CHALICE, "package", *options, str(folder.resolve())],
        cwd=project,
        env=os.environ | wheels_only | as_copied,
        stdout=subprocess.DEVNULL,
        check=True,
    )


def _generated(project: Path) -> dict[str, bytes]:
    """Write into the copy what spares cold starts work: only now, for Chalice looks at every route there."""
    command = [sys.executable, "-m", "infra.cloud.generated", str(project / "chalicelib")]
    subprocess.run(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=True)  # noqa: S603 - our own words
    written = (project / "chalicelib" / "functions" / each.name for each in (GENERATED, INDEX))
    return {str(path.relative_to(project)): path.read_bytes() for path in written}


def _tags(archive: zipfile.ZipFile, name: str) -> list[str]:
    lines = archive.read(name).decode().splitlines()
    return [line.removeprefix("Tag: ") for line in lines if line.startswith("Tag: ")]


def _distribution(name: str) -> str:
    """Bring a wheel's or a dist-info's name into one form, without its version."""
    return name.partition("-")[0].replace("_", "-").replace(".", "-").lower()


def main(arguments: Sequence[str]) -> int:
    """Give the exit code. With `--any-python` the package is for the local AWS."""
    *options, folder = arguments
    if sys.version_info[:2] != PYTHON and "--any-python" not in options:
        print(f"What ships runs on {RUNTIME}: `make package` finds that Python.", file=sys.stderr)
        return 1
    try:
        package(Path(folder))
    except PackageUnfit as unfit:
        print(unfit, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError:
        print("Chalice could not package the application: see above.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
