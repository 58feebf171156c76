"""The queues of ministack, emptied in one request: of AWS each needs one of its own."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

PATH = "/_quittance/purge"


class Queues:
    """Puts itself before ministack's application; each `queue` of the query is a queue's address."""

    def __init__(self, local_aws: Any) -> None:
        self._sqs = local_aws._get_module("sqs")  # noqa: SLF001 - there is no option for it
        self._app = local_aws.app
        local_aws.app = self.app

    async def app(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["path"] != PATH or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        named = parse_qs(scope["query_string"].decode()).get("queue", [])
        for (_, _, address), queue in self._sqs._queues.all_items():  # noqa: SLF001 - the same
            if address in named:
                queue["messages"].clear()
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})
