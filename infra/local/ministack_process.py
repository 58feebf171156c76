"""Run ministack until the process that started it is gone; ministack's own environment runs this file.

Its standard input is a pipe that nobody writes to. The system closes it whatever ends the other side, a
kill -9 included, and ministack then gets the SIGTERM that makes it write its state. What it is asked between
two such writings stands in the journal, so that a kill -9 of ministack itself loses nothing either.
"""

import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from ministack import app as local_aws  # type: ignore[import-not-found] # not of our environment
from ministack.core import lambda_runtime  # type: ignore[import-not-found] # the same
from ministack.services import dynamodb  # type: ignore[import-not-found] # the same

sys.path.append(str(Path(__file__).parent))
from ministack_code import share  # type: ignore[import-not-found] # of this folder, see -P
from ministack_journal import Journal  # type: ignore[import-not-found] # the same
from ministack_mails import Mails  # type: ignore[import-not-found] # the same
from ministack_queries import Queries  # type: ignore[import-not-found] # the same
from ministack_queues import Queues  # type: ignore[import-not-found] # the same
from ministack_server import install  # type: ignore[import-not-found] # the same

sys.path.pop()

of_cognito = local_aws._handle_cognito_body_request  # noqa: SLF001 - there is no option for it


async def after_domains(method: str, path: str, headers: dict[str, str], *rest: Any) -> Any:
    """Leave POST /login of a portal to API Gateway: ministack takes it, on any host, for Cognito's."""
    if headers.get("host", "").partition(":")[0].endswith(".localhost"):
        return None
    return await of_cognito(method, path, headers, *rest)


def leave_with_parent() -> None:
    """Wait for the end of the pipe. os.read, because a buffered read would hold its lock at exit."""
    os.read(0, 1)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=leave_with_parent, daemon=True).start()
    local_aws._handle_cognito_body_request = after_domains  # noqa: SLF001 - the same
    install()
    share(lambda_runtime)
    Mails(local_aws)
    Queries(dynamodb)
    Queues(local_aws)
    if os.environ.get("PERSIST_STATE") == "1":
        Journal(local_aws, Path(os.environ["STATE_DIR"]))
    local_aws.main()
