"""The gateway's books: what the bank would say happened.

`transactions` hold what can still be captured, cancelled or given back; `operations` are only ever added to
and are the judge of every promise about debits: money moved is a capture with code 00000, so a payment on the
page is an authorisation and a capture. Debits and refunds are remitted to the bank in the night after them
(Paris time): remittances.py.
"""

import sqlite3
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum

from infra.local.paybox.cards import ACCEPTED

FIRST_NUMTRANS = 34_813_567
FIRST_NUMAPPEL = 61_548_235
NO_NUMBER = "0" * 10
FOUND_FIRST = {
    "debit": "kind <> 'Débit', captured_on = '', state = 'Refusé', numtrans DESC",
    "latest": "numtrans DESC",
    "first": "numtrans",
}


class State(StrEnum):
    """The words that an inquiry (00017) answers."""

    AUTHORISED = "Autorisé"
    CAPTURED = "Capturé"
    CANCELLED = "Annulé"
    REFUNDED = "Remboursé"
    REFUSED = "Refusé"


@dataclass(frozen=True)
class Order:
    """What a merchant asks to be authorised."""

    site: str
    reference: str
    amount_cents: int
    scheme: str = ""
    on_page: bool = False
    rang: str = "32"


class Kind(StrEnum):
    """The words of the back office's exports."""

    DEBIT = "Débit"
    REFUND = "Remboursement"
    CREDIT = "Crédit"  # without a debit before it


@dataclass(frozen=True)
class Transaction:
    numtrans: str
    numappel: str
    site: str
    reference: str
    amount_cents: int
    state: State
    code: str
    scheme: str
    on_page: bool
    captured_cents: int = 0
    refunded_cents: int = 0
    captured_on: str = ""
    rang: str = "32"
    kind: Kind = Kind.DEBIT

    @property
    def is_debit(self) -> bool:
        return self.kind is Kind.DEBIT

    def is_remitted_by(self, today: str) -> bool:
        """Tell whether it was remitted in a night before `today` (YYYY-MM-DD)."""
        is_kept = bool(self.captured_on) and self.state is not State.CANCELLED
        return is_kept and self.captured_on < today


@dataclass(frozen=True)
class Operation:
    """One line of `GET /_ledger`; `type` is authorisation, capture, refund or cancel."""

    at: str
    type: str
    reference: str
    amount_cents: int
    numtrans: str
    numappel: str
    code: str


class Ledger:
    """The books, within one transaction of the store; `now` is a Paris time."""

    def __init__(self, db: sqlite3.Connection, now: datetime) -> None:
        self._db = db
        self._now = now

    def authorise(self, order: Order, code: str) -> Transaction:
        """Books an answer of the authorisation centre, refusals too."""
        state = State.AUTHORISED if code == ACCEPTED else State.REFUSED
        return self._open(order, state, "authorisation", code)

    def capture(self, transaction: Transaction, amount_cents: int, deferred_days: int = 0) -> None:
        """Take the money; a debit deferred by PBX_DIFF or DIFFERE is remitted that many days later."""
        day = self._now.date() + timedelta(days=deferred_days)
        self._db.execute(
            "UPDATE transactions SET state = ?, captured_cents = ?, captured_on = ? WHERE numtrans = ?",
            (State.CAPTURED, amount_cents, day.isoformat(), transaction.numtrans),
        )
        self._record("capture", transaction, amount_cents)

    def cancel(self, transaction: Transaction) -> None:
        self._db.execute(
            "UPDATE transactions SET state = ? WHERE numtrans = ?", (State.CANCELLED, transaction.numtrans)
        )
        self._record("cancel", transaction, transaction.captured_cents or transaction.amount_cents)

    def lower(self, transaction: Transaction, amount_cents: int) -> None:
        """Changes the amount of what is not remitted yet; the difference is booked as cancelled."""
        self._db.execute(
            "UPDATE transactions SET amount_cents = ?, captured_cents = min(captured_cents, ?)"
            " WHERE numtrans = ?",
            (amount_cents, amount_cents, transaction.numtrans),
        )
        self._record("cancel", transaction, transaction.amount_cents - amount_cents)

    def refund(self, transaction: Transaction, order: Order) -> Transaction:
        """Gives back part or all of a debit; full refunds show on the debit itself, parts do not.

        The refund has its own NUMTRANS and the payment's NUMAPPEL.
        """
        refunded = transaction.refunded_cents + order.amount_cents
        state = State.REFUNDED if refunded == transaction.captured_cents else State.CAPTURED
        self._db.execute(
            "UPDATE transactions SET state = ?, refunded_cents = ? WHERE numtrans = ?",
            (state, refunded, transaction.numtrans),
        )
        return self._open(order, State.REFUNDED, "refund", ACCEPTED, transaction.numappel, Kind.REFUND)

    def credit(self, order: Order) -> Transaction:
        """Gives money without a debit before it."""
        return self._open(order, State.REFUNDED, "refund", ACCEPTED, kind=Kind.CREDIT)

    def find(self, site: str, numtrans: str, numappel: str = "") -> Transaction | None:
        row = self._db.execute(
            "SELECT * FROM transactions WHERE site = ? AND numtrans = ? AND ? IN ('', numappel)",
            (site, numtrans, numappel),
        ).fetchone()
        return _transaction(row) if row else None

    def find_by_reference(
        self, site: str, reference: str, amount_cents: int, found_try: str = "debit"
    ) -> Transaction | None:
        """Find one of several tries, by the setting: the debit if there is one, the latest or the first.

        A refund may bear its debit's reference and amount.
        """
        row = self._db.execute(
            "SELECT * FROM transactions WHERE site = ? AND reference = ? AND amount_cents = ?"  # noqa: S608 (our own texts)
            f" ORDER BY {FOUND_FIRST[found_try]} LIMIT 1",
            (site, reference, amount_cents),
        ).fetchone()
        return _transaction(row) if row else None

    def is_paid_on_page(self, site: str, reference: str, paid_order: str = "for_ever") -> bool:
        """Tell whether 00015 answers this order: for ever once it is paid, or on the same day only."""
        since = self._now.date().isoformat() if paid_order == "one_day" else ""
        return bool(
            self._db.execute(
                "SELECT count(*) FROM transactions JOIN operations USING (numtrans) WHERE site = ?"
                " AND transactions.reference = ? AND on_page AND transactions.code = ? AND at >= ?"
                " AND type = 'authorisation'",
                (site, reference, ACCEPTED, since),
            ).fetchone()[0]
        )

    def is_remitted(self, transaction: Transaction) -> bool:
        return transaction.is_remitted_by(self._now.date().isoformat())

    def transactions(self) -> list[Transaction]:
        return [_transaction(row) for row in self._db.execute("SELECT * FROM transactions ORDER BY numtrans")]

    def operations(self) -> list[dict[str, object]]:
        return [dict(row) for row in self._db.execute("SELECT * FROM operations ORDER BY rowid")]

    def _open(
        self,
        order: Order,
        state: State,
        type_: str,
        code: str,
        numappel: str = "",
        kind: Kind = Kind.DEBIT,
    ) -> Transaction:
        transaction = Transaction(
            numtrans=self._next("numtrans", FIRST_NUMTRANS),
            numappel=numappel or self._next("numappel", FIRST_NUMAPPEL),
            site=order.site,
            reference=order.reference,
            amount_cents=order.amount_cents,
            state=state,
            code=code,
            scheme=order.scheme,
            on_page=order.on_page,
            captured_on="" if kind is Kind.DEBIT else self._now.date().isoformat(),
            rang=order.rang,
            kind=kind,
        )
        row = asdict(transaction)
        self._db.execute(
            f"INSERT INTO transactions ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",  # noqa: S608 (our own columns)
            tuple(row.values()),
        )
        self._record(type_, transaction, order.amount_cents)
        return transaction

    def _record(self, kind: str, transaction: Transaction, amount_cents: int) -> None:
        operation = Operation(
            at=self._now.isoformat(),
            type=kind,
            reference=transaction.reference,
            amount_cents=amount_cents,
            numtrans=transaction.numtrans,
            numappel=transaction.numappel,
            code=transaction.code,
        )
        self._db.execute(
            "INSERT INTO operations VALUES (?, ?, ?, ?, ?, ?, ?)", tuple(asdict(operation).values())
        )

    def _next(self, name: str, first: int) -> str:
        row = self._db.execute(
            "INSERT INTO counters VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
            (name, first),
        ).fetchone()
        return f"{row['value']:010d}"


def _transaction(row: sqlite3.Row) -> Transaction:
    values = {field.name: row[field.name] for field in fields(Transaction)}
    told = {"state": State(row["state"]), "kind": Kind(row["kind"]), "on_page": bool(row["on_page"])}
    return Transaction(**{**values, **told})
