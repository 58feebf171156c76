"""The payment pages that shops have opened, as they are kept between two clicks."""

import json
import secrets
import sqlite3
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from infra.local.paybox.cards import CardEntry

MOST_ATTEMPTS = 3
DEFAULT_DISPLAY_SECONDS = 900


class PageState(StrEnum):
    OPEN = "open"
    CHALLENGED = "challenged"
    PAID = "paid"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    TIMED_OUT = "timed_out"
    PENDING = "pending"


@dataclass
class Page:
    """`back_to` is the signed address to which the browser leaves, once the page is over."""

    id: str
    fields: dict[str, str]
    opened_at: datetime
    attempts: int = 0
    state: PageState = PageState.OPEN
    card: CardEntry | None = None
    back_to: str = ""

    @property
    def is_over(self) -> bool:
        return self.state not in (PageState.OPEN, PageState.CHALLENGED)

    @property
    def amount_cents(self) -> int:
        return int(self.fields["PBX_TOTAL"])

    def is_late(self, now: datetime) -> bool:
        seconds = int(self.fields.get("PBX_DISPLAY") or DEFAULT_DISPLAY_SECONDS)
        return (now - self.opened_at).total_seconds() > seconds


def open_page(db: sqlite3.Connection, fields: dict[str, str], now: datetime) -> Page:
    page = Page(id=secrets.token_urlsafe(16), fields=fields, opened_at=now)
    db.execute(
        "INSERT INTO pages (id, fields, opened_at) VALUES (?, ?, ?)",
        (page.id, json.dumps(fields), now.isoformat()),
    )
    return page


def find_page(db: sqlite3.Connection, page_id: str) -> Page | None:
    row = db.execute("SELECT * FROM pages WHERE id = ?", (page_id,)).fetchone()
    if row is None:
        return None
    return Page(
        id=row["id"],
        fields=json.loads(row["fields"]),
        opened_at=datetime.fromisoformat(row["opened_at"]),
        attempts=row["attempts"],
        state=PageState(row["state"]),
        card=CardEntry(**json.loads(row["card"])) if row["card"] else None,
        back_to=row["back_to"],
    )


def keep_page(db: sqlite3.Connection, page: Page) -> None:
    card = json.dumps(asdict(page.card)) if page.card else ""
    db.execute(
        "UPDATE pages SET attempts = ?, state = ?, card = ?, back_to = ? WHERE id = ?",
        (page.attempts, page.state, card, page.back_to, page.id),
    )
