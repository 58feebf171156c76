from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.errors import SecondFactorUnavailable


@contextmanager
def outage_as_refusal() -> Iterator[None]:
    """Raise `SecondFactorUnavailable` if AWS is unreachable or refuses."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise SecondFactorUnavailable from error
