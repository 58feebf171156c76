"""What ministack changed since it wrote its state last: ministack writes that when it stops, and not before.

Each request that changed rows, messages or mails appends a line before it is answered; a start reads them
again. A line holds what is there afterwards, not what was asked: reading it twice changes nothing. One that
a kill cut short was never answered. Objects of S3 are files at once; the rest (stacks, keys, secrets)
changes when something is deployed, and whoever deploys asks for a writing: POST /_quittance/keep.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

KEEP = "/_quittance/keep"
PURGE = "/_quittance/purge"
MAIL_SECONDS = 3600  # longer than any collector of mails stays away


class Journal:
    """Puts itself between ministack and its own functions; `folder` is where ministack writes its state."""

    def __init__(self, local_aws: Any, folder: Path) -> None:
        self._aws = local_aws
        self._file = folder / "journal.jsonl"
        self._begun = folder / "begun"
        self._rows: list[Any] = []
        self._messages: dict[Any, dict[str, Any]] = {}
        self._mails: set[str] = set()
        self._forget_what_never_became_whole(folder)
        self._app, self._load, self._save = local_aws.app, local_aws._load_persisted_state, local_aws.save_all  # noqa: SLF001 - there is no option for it
        local_aws.app, local_aws._load_persisted_state, local_aws.save_all = self.app, self.load, self.save  # noqa: SLF001
        self._dynamodb, self._sqs, self._ses = map(local_aws._get_module, ("dynamodb", "sqs", "ses"))  # noqa: SLF001
        self._set, self._remove = self._dynamodb._set_item, self._dynamodb._remove_item  # noqa: SLF001
        self._dynamodb._set_item, self._dynamodb._remove_item = self.set_row, self.remove_row  # noqa: SLF001
        self._lines = self._file.open("ab", buffering=0)

    def _forget_what_never_became_whole(self, folder: Path) -> None:
        """Begin again where the first start of all was killed before anything could be used."""
        if self._begun.exists():
            shutil.rmtree(folder)
            shutil.rmtree(os.environ["S3_DATA_DIR"], ignore_errors=True)
        if not folder.exists():
            folder.mkdir(parents=True)
            self._begun.touch()

    async def app(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve as ministack does; no answer leaves before the journal has what it changed."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["path"] == KEEP:
            self._aws.save_all(self._aws._build_persistence_save_dict())  # noqa: SLF001
            await send({"type": "http.response.start", "status": 204, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return

        service = dict(scope["headers"]).get(b"authorization", b"")

        async def after_the_journal(message: Any) -> None:
            if message["type"] == "http.response.start":
                self._note(is_of_queues=b"/sqs/" in service or scope["path"] == PURGE)
            await send(message)

        await self._app(scope, receive, after_the_journal)

    def set_row(self, table: Any, hash_key: Any, range_key: Any, row: Any) -> Any:
        self._rows.append([table["TableArn"], hash_key, range_key, row])
        return self._set(table, hash_key, range_key, row)

    def remove_row(self, table: Any, hash_key: Any, range_key: Any) -> Any:
        self._rows.append([table["TableArn"], hash_key, range_key, None])
        return self._remove(table, hash_key, range_key)

    def _note(self, *, is_of_queues: bool) -> None:
        rows, self._rows = self._rows, []
        messages = self._changed_messages() if is_of_queues else []
        line = {"rows": rows, "messages": messages, "mails": self._new_mails()}
        if any(line.values()):
            self._lines.write(json.dumps(line).encode() + b"\n")

    def _changed_messages(self) -> list[Any]:
        """Give `[scope, {id: message, or nothing once it is gone}]` of each queue that changed."""
        changed = []
        for scope, queue in self._sqs._queues.all_items():  # noqa: SLF001
            now = {each["id"]: (each["visible_at"], each["receive_count"]) for each in queue["messages"]}
            before = self._messages.get(scope, {})
            if now != before:
                told = {
                    each["id"]: each
                    for each in queue["messages"]
                    if now[each["id"]] != before.get(each["id"])
                }
                changed.append([scope, told | dict.fromkeys(before.keys() - now.keys())])
                self._messages[scope] = now
        return changed

    def _new_mails(self) -> list[Any]:
        """Give `[scope, mail]` of each mail that was sent since; ministack never forgets one by itself."""
        stores = self._ses._sent_emails.all_items()  # noqa: SLF001
        if sum(len(mails) for _, mails in stores) == len(self._mails):
            return []
        new = [each for each in self._sent() if each[1]["MessageId"] not in self._mails]
        self._mails |= {mail["MessageId"] for _, mail in new}
        return new

    def _sent(self) -> list[Any]:
        stores = self._ses._sent_emails.all_items()  # noqa: SLF001
        return [[scope, mail] for scope, mails in stores for mail in mails]

    def load(self) -> None:
        """Read the state that was written last, then each whole line since."""
        self._load()
        whole, _, _ = self._file.read_bytes().rpartition(b"\n")  # what follows was never answered
        os.truncate(self._file, len(whole) + 1 if whole else 0)
        for line in whole.splitlines():
            self._read(json.loads(line))
        self._rows.clear()
        self._changed_messages()
        self._new_mails()

    def _read(self, line: dict[str, Any]) -> None:
        for arn, hash_key, range_key, row in line["rows"]:
            _, _, _, region, account, name = arn.split(":")
            table = self._dynamodb._tables.get_scoped(account, region, name.partition("/")[2])  # noqa: SLF001
            if table and row is None:
                self._remove(table, hash_key, range_key)
            elif table:
                self._set(table, hash_key, range_key, row)
        for scope, messages in line["messages"]:
            queue = self._sqs._queues.get_scoped(*scope)  # noqa: SLF001
            if queue:
                kept = {each["id"]: each for each in queue["messages"]} | messages
                queue["messages"] = [each for each in kept.values() if each]
        for scope, mail in line["mails"]:
            mails = self._ses._sent_emails.get_scoped(*scope) or []  # noqa: SLF001
            if all(each["MessageId"] != mail["MessageId"] for each in mails):
                self._ses._sent_emails.set_scoped(*scope, [*mails, mail])  # noqa: SLF001

    def save(self, services: Any) -> None:
        """Write the whole state, then begin a new journal if every part of it was written.

        Mails are no part of what ministack writes: those of the last hour begin the new journal.
        """
        began = time.time()
        self._save(services)
        written = self._file.with_name("dynamodb.json")
        if not written.exists() or written.stat().st_mtime < began - 1:
            return
        late = [each for each in self._sent() if each[1]["Timestamp"] > began - MAIL_SECONDS]
        fresh = self._file.with_suffix(".new")
        fresh.write_bytes(json.dumps({"rows": [], "messages": [], "mails": late}).encode() + b"\n")
        self._lines.close()
        fresh.replace(self._file)
        self._lines = self._file.open("ab", buffering=0)
        self._begun.unlink(missing_ok=True)
