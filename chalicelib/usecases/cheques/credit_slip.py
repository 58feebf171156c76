from dataclasses import dataclass, replace
from datetime import date

from chalicelib.domain.access import Action, permit
from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.journal import JournalEntry, MoneyEvent
from chalicelib.domain.books.journaling import recorded
from chalicelib.domain.books.ledger import ledger_of, require_open
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.changes import Changes
from chalicelib.domain.people import Person
from chalicelib.domain.trail.audit import Act
from chalicelib.domain.treasury.entries import treasury_entry
from chalicelib.domain.treasury.slips import Slip, credited
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.cheques.list_cheques import campaign_of
from chalicelib.usecases.cheques.ports import ChequePorts
from chalicelib.usecases.races import again


@dataclass(frozen=True)
class BankCredit:
    """What the bank credited for a slip: the sum, its day, and the statement line that told it, "" by hand.

    `held_in` is the book that holds the money by now: 471 if the line was in suspense.
    """

    cents: int
    on: date
    line: str = ""
    held_in: Book = Book.BANK


def credit_slip(ports: ChequePorts, slip_id: str, credit: BankCredit, by: Person) -> Slip:
    """Book that the bank credited a slip: from the cheques to the bank account, on the bank's day.

    Raise `SlipNotDeposited`, `SlipAlreadyCredited`, `SlipCreditDiffers`, `SlipMisdated`.
    """
    permit(by, Action.KEEP_BOOKS, "")
    return again(lambda: _credit(ports, slip_id, credit, by), ports.pause)


def slip_credit(ports: ChequePorts, slip_id: str, credit: BankCredit, by: str) -> tuple[Slip, JournalEntry]:
    """Return the credited slip and its entry, for the act that explains the line of a statement by it.

    The day that a line tells is never refused; raise `PeriodClosed` for one that a person gave.
    """
    slip = ports.cheques.slip(slip_id)
    then = credited(slip, credit.cents, credit.on, paris_day(ports.now()), by, credit.line)
    campaign = campaign_of(ports.campaigns, slip.series)
    moved = {credit.held_in: credit.cents, Book.CHEQUES: -credit.cents}
    ledger = ledger_of(campaign, ports.now())
    if not credit.line:
        require_open(ledger, credit.on)
    entry = treasury_entry(MoneyEvent.DEPOSIT, slip.id, credit.on, moved, ledger)
    return then, replace(entry, id=f"{entry.id}-{then.version}") if credit.line else entry


def _credit(ports: ChequePorts, slip_id: str, credit: BankCredit, by: Person) -> Slip:
    slip, booked = slip_credit(ports, slip_id, credit, by.id)
    entry = audited(
        ports,
        by.id,
        Act.SLIP_CREDITED,
        slip.id,
        slip.id,
        amount_cents=credit.cents,
        credited_on=credit.on,
        line=credit.line,
    )
    ports.store.commit(recorded(Changes((slip,), entry), (booked,)))
    return slip
