"""The examples of docs/events.md run as they are written, and their reader's books are ours."""

import re
from pathlib import Path
from typing import Any

import app
from chalicelib.domain.people import Role
from chalicelib.usecases.events.number_events import number_events
from infra.local.front import create_front
from infra.local.serving import serve
from tests.access.conftest import Portals
from tests.access.test_service_keys import TOKEN, with_key

DOCUMENT = (Path(__file__).parents[2] / "docs" / "events.md").read_text(encoding="utf-8")


def test_reader_in_python_has_our_books_after_any_absence(worlds: Portals) -> None:
    world = with_key(worlds.of(Role.AUDITOR))
    world.ports.move(minutes=1)
    number_events(world.ports)
    blocks = re.findall(r"```python\n(.*?)```", DOCUMENT, re.DOTALL)
    (code,) = (each for each in blocks if "def read_on" in each)
    reader: dict[str, Any] = {}
    exec(code, reader)  # noqa: S102 - the text of our own documentation
    with serve(create_front(app.app)) as base_url:
        events, after = reader["read_on"](base_url, TOKEN, 0)
        assert reader["read_on"](base_url, TOKEN, after) == ([], after)
    assert [event["sequence"] for event in events] == list(range(1, after + 1))
    theirs = [
        (posting["account"], posting["cents"]) for event in events for posting in event["data"]["postings"]
    ]
    journal = [entry for entry in world.ports.memory.journal.values() if entry.person_id]
    ours = [(posting.account, posting.cents) for entry in journal for posting in entry.postings]
    assert sorted(theirs) == sorted(ours) != []
