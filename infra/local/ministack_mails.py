"""The mails that ministack's SES was given since a moment: its own list is of all, each time it is asked."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs

PATH = "/_quittance/mails"


class Mails:
    """Puts itself before ministack's application; `after` of the query is a time in seconds."""

    def __init__(self, local_aws: Any) -> None:
        self._ses = local_aws._get_module("ses")  # noqa: SLF001 - there is no option for it
        self._app = local_aws.app
        local_aws.app = self.app

    async def app(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["path"] != PATH:
            await self._app(scope, receive, send)
            return
        after = float(parse_qs(scope["query_string"].decode()).get("after", ["0"])[0])
        body = json.dumps(self._sent(after)).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _sent(self, after: float) -> list[dict[str, Any]]:
        return [
            {
                name: each.get(f"Rendered{name}") or each.get(name)
                for name in ("Subject", "BodyText", "BodyHtml")
            }
            | {name: each[name] for name in ("MessageId", "To", "Timestamp")}
            for _, mails in self._ses._sent_emails.all_items()  # noqa: SLF001 - the same
            for each in mails
            if each["Timestamp"] > after
        ]
