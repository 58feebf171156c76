from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from chalicelib.domain.access import Action, permit
from chalicelib.domain.account import Account
from chalicelib.domain.books.as_of import evening
from chalicelib.domain.books.hand_letterings import HandLettering, undone
from chalicelib.domain.books.lettering import Group, groups_of, next_letter, require_letterable
from chalicelib.domain.books.lettering_refusals import LetteringStale
from chalicelib.domain.books.receivables import Debtor, receivables_of
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.changes import Changes
from chalicelib.domain.people import Person
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.lettering.ports import LetteringPorts
from chalicelib.usecases.races import again


@dataclass(frozen=True)
class LetteredDebtor:
    """What one debtor's account 411 holds, as groups, and what was lettered by hand, undone or not."""

    debtor: Debtor
    groups: tuple[Group, ...]
    by_hand: tuple[HandLettering, ...]

    @property
    def cents(self) -> int:
        return sum(each.cents for each in self.groups)


def show_lettering(
    ports: LetteringPorts, person_id: str, as_of: date | None
) -> tuple[date, Sequence[LetteredDebtor]]:
    """Return the letters of an account's debtors at the end of a day; raise `DayToCome`, `NotFound`."""
    day = evening(as_of, paris_day(ports.now()))
    return day, debtors_of(ports.accounts.account(person_id), day)


def letter_entries(
    ports: LetteringPorts, person_id: str, entries: Sequence[str], by: Person, *, is_partial: bool
) -> HandLettering:
    """Letter entries of one debtor together, by hand; with `is_partial` a rest may stay open.

    Raise `LetteringStale`, `LetteringOneSided`, `LetteringUnequal`.
    """
    permit(by, Action.KEEP_BOOKS, "")
    named = tuple(dict.fromkeys(entries))
    return again(lambda: _letter(ports, person_id, named, by, is_partial=is_partial), ports.pause)


def undo_lettering(
    ports: LetteringPorts, person_id: str, lettering_id: str, reason: str, by: Person
) -> HandLettering:
    """Undo a lettering by hand of an account; raise `LetteringStale` for an unknown one, `LetteringUndone`.

    Letters that follow an allocation end with it: by a bounce, a credit note, a refund.
    """
    permit(by, Action.KEEP_BOOKS, "")
    return again(lambda: _undo(ports, person_id, lettering_id, reason, by), ports.pause)


def debtors_of(account: Account, day: date) -> tuple[LetteredDebtor, ...]:
    """Return the debtors of an account with their letters at the end of a day."""
    journal = (*account.journal, *account.of_payers.journal)
    return tuple(
        LetteredDebtor(debtor, groups_of(items, hand, day), hand)
        for debtor, items in receivables_of(account, journal)
        for hand in (tuple(each for each in account.letterings if each.debtor_id == debtor.id),)
    )


def _letter(
    ports: LetteringPorts, person_id: str, named: tuple[str, ...], by: Person, *, is_partial: bool
) -> HandLettering:
    now, account = ports.now(), ports.accounts.account(person_id)
    for each in debtors_of(account, paris_day(now)):
        if any(item.entry.id in named for group in each.groups for item in group.items):
            require_letterable(each.groups, named, is_partial=is_partial)
            lettering = HandLettering(
                id=f"{each.debtor.id}-l{len(each.by_hand) + 1}",
                person_id=person_id,
                debtor_id=each.debtor.id,
                letter=next_letter(each.by_hand),
                entries=named,
                by=by.id,
                at=now,
            )
            return _written(ports, lettering, Act.ENTRIES_LETTERED, by)
    raise LetteringStale


def _undo(ports: LetteringPorts, person_id: str, lettering_id: str, reason: str, by: Person) -> HandLettering:
    account = ports.accounts.account(person_id)
    found = next((each for each in account.letterings if each.id == lettering_id), None)
    if found is None:
        raise LetteringStale
    return _written(ports, undone(found, by.id, reason, ports.now()), Act.LETTERING_UNDONE, by)


def _written(ports: LetteringPorts, lettering: HandLettering, act: Act, by: Person) -> HandLettering:
    entry = audited(
        ports,
        by.id,
        act,
        lettering.person_id,
        lettering.id,
        lettering.undo_reason,
        letter=lettering.letter,
        entries=" ".join(lettering.entries),
    )
    ports.store.commit(Changes((lettering,), entry))
    return lettering
