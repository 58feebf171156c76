"""Where the gateway keeps everything: one SQLite file, so that a stop loses nothing."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS operations (
    at TEXT NOT NULL, type TEXT NOT NULL, reference TEXT NOT NULL, amount_cents INTEGER NOT NULL,
    numtrans TEXT NOT NULL, numappel TEXT NOT NULL, code TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS transactions (
    numtrans TEXT PRIMARY KEY, numappel TEXT NOT NULL, site TEXT NOT NULL, reference TEXT NOT NULL,
    amount_cents INTEGER NOT NULL, state TEXT NOT NULL, code TEXT NOT NULL, scheme TEXT NOT NULL,
    on_page INTEGER NOT NULL, captured_cents INTEGER NOT NULL DEFAULT 0,
    refunded_cents INTEGER NOT NULL DEFAULT 0, captured_on TEXT NOT NULL DEFAULT '',
    rang TEXT NOT NULL DEFAULT '32', kind TEXT NOT NULL DEFAULT 'Débit'
);
CREATE INDEX IF NOT EXISTS transactions_by_reference ON transactions (site, reference);
CREATE INDEX IF NOT EXISTS operations_by_number ON operations (numtrans);
CREATE TABLE IF NOT EXISTS subscribers (
    site TEXT NOT NULL, refabonne TEXT NOT NULL, token TEXT NOT NULL, yymm TEXT NOT NULL,
    number TEXT NOT NULL, PRIMARY KEY (site, refabonne)
);
CREATE TABLE IF NOT EXISTS questions (
    site TEXT NOT NULL, day TEXT NOT NULL, number INTEGER NOT NULL, question TEXT NOT NULL,
    PRIMARY KEY (site, day, number)
);
CREATE TABLE IF NOT EXISTS pages (
    id TEXT PRIMARY KEY, fields TEXT NOT NULL, opened_at TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'open', card TEXT NOT NULL DEFAULT '', back_to TEXT NOT NULL DEFAULT ''
);
CREATE TABLE IF NOT EXISTS rules (rank INTEGER PRIMARY KEY, rule TEXT NOT NULL, times_left INTEGER);
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS warnings (
    at TEXT NOT NULL, reference TEXT NOT NULL, url TEXT NOT NULL, message TEXT NOT NULL
);
"""
LATER_COLUMNS = {"rang": "TEXT NOT NULL DEFAULT '32'", "kind": "TEXT NOT NULL DEFAULT 'Débit'"}
"""Columns of `transactions` that files of earlier versions lack."""
TABLES = (
    "counters",
    "operations",
    "transactions",
    "subscribers",
    "questions",
    "pages",
    "rules",
    "settings",
    "warnings",
)


class Store:
    """One writer at a time: whatever happens in a `transaction` is kept whole, or not at all."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        with closing(self._connect()) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(SCHEMA)
            known = {row["name"] for row in connection.execute("PRAGMA table_info(transactions)")}
            for name in LATER_COLUMNS.keys() - known:
                connection.execute(f"ALTER TABLE transactions ADD COLUMN {name} {LATER_COLUMNS[name]}")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock, closing(self._connect()) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def reset(self) -> None:
        with self.transaction() as connection:
            for table in TABLES:
                connection.execute(f"DELETE FROM {table}")  # noqa: S608 (a name from the tuple above)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._file, timeout=30, isolation_level=None)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection
