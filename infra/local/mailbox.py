"""The mails that the local stack sent: SES keeps them in memory, this keeps them over a stop."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from infra.local.clock import PARIS
from infra.local.ministack import sent_mails

if TYPE_CHECKING:
    from pathlib import Path

    from infra.local.clock import MovableClock


LATE_SECONDS = 5.0
"""How much earlier than one that was seen a mail may be that comes later."""


class Mailbox:
    """Collects what ministack's SES was given, with the time of the movable clock; alone writes `file`."""

    def __init__(self, endpoint_url: str, clock: MovableClock, file: Path) -> None:
        self._endpoint_url = endpoint_url
        self._clock = clock
        self._file = file
        self._lock = threading.Lock()
        self._seen = 0.0
        self._read: dict[str, Any] | None = None

    def items(self) -> list[dict[str, str]]:
        """Give `{to, subject, text, sent_at}` of every mail, oldest first."""
        return [{key: mail[key] for key in ("to", "subject", "text", "sent_at")} for mail in self.collect()]

    def html(self, mail_id: str) -> str | None:
        """Give the HTML of one mail, None if there is no such mail or it has none."""
        return next((mail.get("html") or None for mail in self.collect() if mail["id"] == mail_id), None)

    def collect(self) -> list[dict[str, str]]:
        """Take in what was sent since; call it before the clock is moved, so each mail has its moment."""
        with self._lock:
            kept = self._kept()
            known = {each["id"] for each in kept["mails"]}
            sent = sent_mails(self._endpoint_url, self._seen - LATE_SECONDS)
            self._seen = max([self._seen, *(each["Timestamp"] for each in sent)])
            new = [each for each in sent if each["MessageId"] not in known]
            mails = kept["mails"] + [
                self._mail(each) for each in new if each["Timestamp"] > kept["emptied_at"]
            ]
            if new:
                self._write(kept["emptied_at"], mails)
            return list(mails)

    def empty(self) -> None:
        with self._lock:
            self._write(datetime.now(UTC).timestamp(), [])

    def _mail(self, sent: dict[str, Any]) -> dict[str, str]:
        return {
            "id": sent["MessageId"],
            "to": ", ".join(sent["To"]),
            "subject": sent["Subject"],
            "text": sent["BodyText"],
            "html": sent["BodyHtml"] or "",
            "sent_at": self._clock.at(datetime.fromtimestamp(sent["Timestamp"], UTC))
            .astimezone(PARIS)
            .isoformat(),
        }

    def _kept(self) -> dict[str, Any]:
        if self._read is None:
            is_there = self._file.exists()
            told = self._file.read_text(encoding="utf-8") if is_there else '{"emptied_at": 0.0, "mails": []}'
            self._read = dict(json.loads(told))
        return self._read

    def _write(self, emptied_at: float, mails: list[dict[str, str]]) -> None:
        whole = self._file.with_suffix(".new")
        kept = {"emptied_at": emptied_at, "mails": mails}
        whole.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
        whole.replace(self._file)
        self._read = kept
