"""Direct Plus subscribers: a card kept under a merchant's own reference, known outside by a token alone."""

import hashlib
import sqlite3
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
    """Creates the subscriber or changes its card; one card of one site always has the same token."""
    token = _token(site, number)
    subscriber = Subscriber(site, refabonne, token, yymm, number)
    db.execute(
        "INSERT OR REPLACE INTO subscribers VALUES (?, ?, ?, ?, ?)", (site, refabonne, token, yymm, number)
    )
    return subscriber


def _token(site: str, number: str) -> str:
    letters = hashlib.sha256(f"{site} {number}".encode()).hexdigest()
    return f"SLD{letters[: TOKEN_LENGTH - 3]}"


def forget_subscriber(db: sqlite3.Connection, subscriber: Subscriber) -> None:
    db.execute(
        "DELETE FROM subscribers WHERE site = ? AND refabonne = ?", (subscriber.site, subscriber.refabonne)
    )
