"""What many tests share: one local AWS and one running stack a test process."""

import os
import uuid
from collections.abc import Iterator

import pytest

from infra.local import environment, ministack, resources


@pytest.fixture(scope="session")
def aws() -> Iterator[str]:
    """Point every AWS client of this process at a ministack of its own, for as long as it tests."""
    before = dict(os.environ)
    with ministack.running() as endpoint_url:
        environment.enter(os.environ, environment.local_aws(endpoint_url))
        yield endpoint_url
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def names(aws: str) -> resources.Names:
    """A table, a bucket and queues of this test's own."""
    return resources.create(aws, prefix=f"test-{uuid.uuid4().hex[:12]}")
