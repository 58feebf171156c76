from pathlib import Path

import pytest

from infra.cloud.package import package
from infra.local import ministack


@pytest.fixture(scope="session")
def root() -> Path:
    return ministack.ROOT


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build in a shell that lets Python write byte code, as most do."""
    folder = tmp_path_factory.mktemp("package") / "build"
    with pytest.MonkeyPatch.context() as shell:
        shell.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        package(folder)
    return folder
