from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol

from chalicelib.domain.access import Action, permit
from chalicelib.domain.books.journal import JournalEntry, MoneyEvent
from chalicelib.domain.books.journaling import journaled, recorded
from chalicelib.domain.changes import Changes
from chalicelib.domain.collection.bounces import BankReturn, take_back
from chalicelib.domain.errors import ConcurrentUpdate, NotFound
from chalicelib.domain.identifiers import is_refund_id, person_of
from chalicelib.domain.payers.receiving import is_of_payer, take_back_of_payer
from chalicelib.domain.payments import Payment
from chalicelib.domain.people import Person
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.domain.trail.audit import Act
from chalicelib.domain.treasury.bank_movements import BankMovement, shown
from chalicelib.domain.treasury.lines import Explanation, ExplanationKind, StatementLine
from chalicelib.domain.treasury.remittances import Remittance
from chalicelib.domain.treasury.undoing import (
    counter_entry,
    new_again,
    not_credited,
    on_its_way,
    out_of_books_entry,
    parts_to_undo,
    require_undoable,
    suspended_again,
)
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.collection.receive_payment import payment_id_of
from chalicelib.usecases.collection.take_back_payment import show_payment
from chalicelib.usecases.races import again
from chalicelib.usecases.reconciliation.kept_ports import Reconciliations
from chalicelib.usecases.refunds.acts import open_transfer
from chalicelib.usecases.statements.acts import ledger_of, open_line
from chalicelib.usecases.statements.ports import SettlingPorts
from chalicelib.usecases.statements.show_returns import shown_by

_OF_PEOPLE = frozenset({ExplanationKind.PAYMENT, ExplanationKind.BOUNCE, ExplanationKind.CHARGEBACK})


class UndoPorts(SettlingPorts, Protocol):
    """The ports of undoing what a line was explained by."""

    @property
    def reconciliations(self) -> Reconciliations: ...


def undo_line(ports: UndoPorts, line_id: str, reason: str, by: Person, seen: int) -> StatementLine:
    """Undo what a line was explained by, with a reason; `seen` is the version of the line that was seen.

    What the line booked is taken back by counter-entries, each part in a commit of its own, and its money is
    on 471 again; all parts are tried before the first. A line that only showed what was booked by another
    act, or that lies on 471, is new again.
    """
    permit(by, Action.KEEP_BOOKS, "")
    line, told = open_line(ports, line_id, seen), reason.strip()[:500]
    parts = parts_to_undo(line, told)
    for each in parts:
        if each.kind in _OF_PEOPLE:
            permit(by, Action.ENTER_PAYMENT, person_of(each.subject))
    if not line.suspended_at and not any(_is_booked(ports, line, each) for each in parts):
        return again(lambda: _release(ports, line_id, seen, told, by), ports.pause)
    if not parts:
        return again(lambda: _leave_suspense(ports, line_id, seen, told, by), ports.pause)
    for each in parts:
        _undone(ports, line, each, told, by)
    for each in parts:
        again(partial(_undo, ports, line_id, each, told, by), ports.pause)
    return ports.statements.line(line_id)


def _release(ports: UndoPorts, line_id: str, seen: int, reason: str, by: Person) -> StatementLine:
    """Let a line show nothing any more: nothing was booked for it."""
    line = open_line(ports, line_id, seen)
    freed = [_not_shown(ports, each) for each in parts_to_undo(line, reason)]
    rows = (*(row for each in freed for row in each.rows), *_shown_no_more(ports, line, line.explanations))
    files = {row.id: row for each in freed for row in each.unchanged}
    return _written(ports, line, Changes(rows, unchanged=tuple(files.values())), (), reason, by)


def _leave_suspense(ports: UndoPorts, line_id: str, seen: int, reason: str, by: Person) -> StatementLine:
    line = open_line(ports, line_id, seen)
    entry = out_of_books_entry(line, ledger_of(ports, line.iban))
    return _written(ports, line, Changes(), (entry,), reason, by)


def _written(
    ports: UndoPorts,
    line: StatementLine,
    along: Changes,
    entries: tuple[JournalEntry, ...],
    reason: str,
    by: Person,
) -> StatementLine:
    done = new_again(line, by.id, ports.now(), reason)
    parts = " ".join(f"{each.kind}={each.cents}" for each in line.explanations)
    entry = audited(
        ports, by.id, Act.LINE_UNDONE, line.id, line.id, reason, amount_cents=line.cents, parts=parts
    )
    ports.store.commit(recorded(replace(along, rows=(*along.rows, done), audit=entry), entries))
    return done


def _undo(ports: UndoPorts, line_id: str, part: Explanation, reason: str, by: Person) -> None:
    line = ports.statements.line(line_id)
    if part not in line.explanations:
        raise ConcurrentUpdate
    ports.store.commit(_undone(ports, line, part, reason, by))


def _undone(ports: UndoPorts, line: StatementLine, part: Explanation, reason: str, by: Person) -> Changes:
    """Return all that undoing a part writes, the next version of the line included."""
    done = suspended_again(line, part, by.id, ports.now(), reason)
    if part.kind is ExplanationKind.PAYMENT and _is_booked(ports, line, part):
        return _receipt_undone(ports, line, part, done, by)
    ledger = ledger_of(ports, line.iban)
    remittance = _remittance(ports, ledger.series, part)
    given_up = _given_up(ports, line, part, remittance)
    along = replace(given_up, rows=(*given_up.rows, *_shown_no_more(ports, line, (part,))))
    told = {"amount_cents": part.cents, "parts": f"{part.kind}={part.cents}"}
    entry = audited(ports, by.id, Act.LINE_UNDONE, line.id, line.id, reason, **told)
    changes = replace(along, rows=(*along.rows, done), audit=entry)
    moved = part if _is_booked(ports, line, part) else replace(part, kind=ExplanationKind.SUSPENSE)
    return recorded(changes, (counter_entry(line, moved, ledger, remittance),))


def _receipt_undone(
    ports: UndoPorts, line: StatementLine, part: Explanation, done: StatementLine, by: Person
) -> Changes:
    """Return what takes the payment of a line back: what it paid is owed again, the student is told."""
    file, payment = show_payment(ports, part.subject)
    require_undoable(file, payment)
    returned = BankReturn(payment.amount_cents, done.reason, undone_line=line.id)
    changes = _taken_back(file, payment, returned, by, ports)
    entry = audited(
        ports,
        by.id,
        Act.LINE_UNDONE,
        file.registration.person_id,
        payment.id,
        done.reason,
        amount_cents=payment.amount_cents,
        line=line.id,
    )
    movements = _movements(ports, part)
    told = tuple(shown(each, line.id) for each in movements if not each.line_id)
    return journaled(replace(changes, rows=(*changes.rows, done, *told), audit=entry), file, ports.now())


def _shown_no_more(
    ports: UndoPorts, line: StatementLine, parts: Iterable[Explanation]
) -> tuple[BankMovement, ...]:
    """Return the movements of 512 that the line showed: from now on none does."""
    found = (each for part in parts for each in _movements(ports, part))
    return tuple(shown(each, "") for each in found if each.line_id == line.id)


def _movements(ports: UndoPorts, part: Explanation) -> Sequence[BankMovement]:
    """Return what is kept of the entries on 512 that a part is about, shown or not."""
    return tuple(ports.reconciliations.bank_movements(_entries(ports, part)).values())


def _entries(ports: UndoPorts, part: Explanation) -> list[str]:
    """Return the ids of the entries by which other acts booked a part."""
    if part.kind is ExplanationKind.DEPOSIT:
        slip = ports.cheques.slip(part.subject)
        return [f"{slip.series}-{MoneyEvent.DEPOSIT}-{slip.id}"]
    if part.kind is ExplanationKind.TRANSFER_FILE:
        is_one = is_refund_id(part.subject)
        refunds = (part.subject,) if is_one else ports.transfer_files.find(part.subject).refunds
        paid = {each: open_transfer(ports, each).payment.id for each in refunds}
        return [entry.id for each, payment_id in paid.items() for entry in _journal(ports, each, payment_id)]
    if part.kind in _OF_PEOPLE:
        return [entry.id for entry in _journal(ports, part.subject, part.subject)]
    return []


def _journal(ports: UndoPorts, of: str, subject: str) -> list[JournalEntry]:
    account = ports.accounts.account(person_of(of))
    return [each for each in (*account.journal, *account.of_payers.journal) if each.subject == subject]


def _taken_back(
    file: RegistrationFile, payment: Payment, returned: BankReturn, by: Person, ports: UndoPorts
) -> Changes:
    if is_of_payer(file, payment):
        return take_back_of_payer(file, payment, returned, ports.now())
    return take_back(file, payment, returned, by.id, ports.now())


def _given_up(
    ports: UndoPorts, line: StatementLine, part: Explanation, remittance: Remittance | None
) -> Changes:
    """Return the rows of what is not credited, or not shown, by the line any more."""
    if remittance:
        return Changes((on_its_way(remittance),))
    if part.kind is ExplanationKind.DEPOSIT and _is_booked(ports, line, part):
        slip = ports.cheques.slip(part.subject)
        found = (ports.cheques.find(each.number, each.payment_id) for each in slip.cheques)
        back = {each.payment_id for each in found if each and each.returned_on}
        return Changes((not_credited(slip, returned=bool(back.difference(slip.returned))),))
    return _not_shown(ports, part)


def _not_shown(ports: UndoPorts, part: Explanation) -> Changes:
    """Return the rows of what was booked by another act: no line shows it any more."""
    if part.kind is ExplanationKind.DEPOSIT:
        slip = ports.cheques.slip(part.subject)
        return Changes((replace(slip, line="", line_only_shows=False, version=slip.version + 1),))
    if part.kind not in _OF_PEOPLE:
        return Changes()
    file, payment = show_payment(ports, part.subject)
    if part.kind is ExplanationKind.PAYMENT:
        freed = replace(payment, line_id="")
    else:
        freed = shown_by(payment, part.cents, "")
    return Changes((replace(freed, version=payment.version + 1),), unchanged=(file.registration,))


def _remittance(ports: UndoPorts, series: str, part: Explanation) -> Remittance | None:
    if part.kind is not ExplanationKind.REMITTANCE:
        return None
    found = ports.reconciliations.remittance(series, part.subject)
    if found is None:
        raise NotFound
    return found


def _is_booked(ports: UndoPorts, line: StatementLine, part: Explanation) -> bool:
    """Return True if the act on the line booked the part, False if it only shows what another act booked."""
    if part.kind is ExplanationKind.PAYMENT:
        return part.subject in _booked_by(ports, line, part)
    if part.kind is ExplanationKind.DEPOSIT:
        return not ports.cheques.slip(part.subject).line_only_shows
    return part.kind in {ExplanationKind.FEE, ExplanationKind.REMITTANCE}


def _booked_by(ports: UndoPorts, line: StatementLine, part: Explanation) -> Sequence[str]:
    """Return the ids of the payments that the versions of a line would have booked for the registration."""
    _, payment = show_payment(ports, part.subject)
    versions = range(1, line.version + 1)
    return [payment_id_of(payment.registration_id, f"{line.id} {version}") for version in versions]
