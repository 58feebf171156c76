from pathlib import Path

import pytest

from infra.local import ministack


@pytest.fixture(scope="session")
def root() -> Path:
    return ministack.ROOT
