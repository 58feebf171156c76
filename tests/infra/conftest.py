import fcntl
import os
from pathlib import Path

import pytest

from infra.cloud.package import package
from infra.local import ministack


@pytest.fixture(scope="session")
def root() -> Path:
    return ministack.ROOT


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build once a run, for all its workers, in a shell that lets Python write byte code, as most do."""
    run = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        run = run.parent
    folder, whole = run / "package", run / "package-is-whole"
    with pytest.MonkeyPatch.context() as shell, (run / "package-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not whole.exists():
            shell.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
            package(folder)
            whole.touch()
    return folder
