"""Direct Plus subscribers: a card kept under a merchant's own reference, known outside by a token alone."""

import secrets
import sqlite3
import string
from dataclasses import dataclass

TOKEN_LENGTH = 11


@dataclass(frozen=True)
class Subscriber:
    site: str
    refabonne: str
    token: str
    yymm: str
    number: str


def find_subscriber(db: sqlite3.Connection, site: str, refabonne: str) -> Subscriber | None:
    row = db.execute(
        "SELECT * FROM subscribers WHERE site = ? AND refabonne = ?", (site, refabonne)
    ).fetchone()
    return Subscriber(**dict(row)) if row else None


def keep_subscriber(
    db: sqlite3.Connection, *, site: str, refabonne: str, yymm: str, number: str
) -> Subscriber:
    """Creates the subscriber or changes its card; the token changes with the card."""
    token = "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(TOKEN_LENGTH))
    subscriber = Subscriber(site, refabonne, token, yymm, number)
    db.execute(
        "INSERT OR REPLACE INTO subscribers VALUES (?, ?, ?, ?, ?)", (site, refabonne, token, yymm, number)
    )
    return subscriber


def forget_subscriber(db: sqlite3.Connection, subscriber: Subscriber) -> None:
    db.execute(
        "DELETE FROM subscribers WHERE site = ? AND refabonne = ?", (subscriber.site, subscriber.refabonne)
    )
