from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from chalicelib.domain.access import Action, permit
from chalicelib.domain.causes import OwnFile
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate, DecisionNotPossible, NotFound
from chalicelib.domain.lists.lines import RegistrationLine
from chalicelib.domain.people import Person
from chalicelib.domain.treasury.lines import LineState, Proposal, StatementLine
from chalicelib.domain.treasury.proposals import (
    Clue,
    best_of,
    certain,
    clues_of,
    credit_for,
    proposals_for,
)
from chalicelib.domain.treasury.refusals import TransferEntered
from chalicelib.domain.treasury.register import Register
from chalicelib.usecases.isolation import HasTime, Passed, always, for_each
from chalicelib.usecases.paging import every
from chalicelib.usecases.registrations.show_account import open_files
from chalicelib.usecases.statements.match_line import Match, Part, match_line
from chalicelib.usecases.statements.ports import StatementPorts

WEIGHT_AT_ONCE = 100
"""Lines, their transactions and proposals of one commit: it has 100 actions and 4 MB at most."""
WHAT = "line not looked at"


@dataclass
class Matching:
    """What a pass over the new lines did: lines booked by their reference, and lines with proposals."""

    matched: int = 0
    proposed: int = 0
    passed: Passed = field(default_factory=Passed)


def propose_matches(ports: StatementPorts, by: Person, has_time: HasTime = always) -> Matching:
    """Look at every new line: book what has a reference and no more than is owed, propose the others.

    What is of the person's own file is proposed alone. Lines for which there was no time stay new: repeat it.
    """
    permit(by, Action.KEEP_BOOKS, "")
    done, proposed = Matching(), list[StatementLine]()
    new = every(lambda after: ports.statements.of_state(LineState.NEW, after))
    lines = [line for line in new if line.cents > 0]
    register = _register(ports, has_time) if lines else Register(())

    def look(line: StatementLine) -> None:
        found = _found(ports, line, register)
        sure = certain(line, clues_of(line), found)
        if sure and _booked(ports, line, sure, by):
            done.matched += 1
        elif found:
            state = LineState.PROPOSED
            proposed.append(replace(line, state=state, proposals=found, version=line.version + 1))
        if sum(1 + len(each.details) + len(each.proposals) for each in proposed) >= WEIGHT_AT_ONCE:
            _write(ports, proposed, done)

    done.passed.add(for_each(ports, WHAT, lines, look, has_time))
    _write(ports, proposed, done)
    return done


def proposals_of(ports: StatementPorts, line: StatementLine) -> tuple[Proposal, ...]:
    """Return what is proposed for a line as things are now; nothing for money that left."""
    if line.open_cents <= 0:
        return ()
    return _found(ports, line, _register(ports))


def _register(ports: StatementPorts, has_time: HasTime | None = None) -> Register:
    """Return the register of every campaign: money of last year's fees may come late."""
    return Register(_registrations(ports, has_time))


def _registrations(ports: StatementPorts, has_time: HasTime | None = None) -> Iterator[RegistrationLine]:
    """Yield the lines of every campaign: money of last year's fees may come late.

    Each reading brings some changes into them: while there is time they are read until none waits any more.
    """
    for campaign in ports.campaigns.every():
        book = ports.lines.of_campaign(campaign.id)
        while (waiting := book.waiting) and has_time and has_time():
            book = ports.lines.of_campaign(campaign.id)
            if book.waiting >= waiting:  # an account that cannot be read
                break
        yield from book.lines


def _write(ports: StatementPorts, proposed: list[StatementLine], done: Matching) -> None:
    """Write the lines in one commit; each alone if another writer, or a list that lags, is in the way."""
    waiting = tuple(proposed)
    proposed.clear()
    if not waiting:
        return
    try:
        ports.store.commit(Changes(waiting))
    except ConcurrentUpdate:
        passed = for_each(ports, WHAT, waiting, lambda line: ports.store.commit(Changes((line,))))
        done.passed.add(passed)
        done.proposed += len(waiting) - passed.lost - passed.failed
    else:
        done.proposed += len(waiting)


def _booked(ports: StatementPorts, line: StatementLine, sure: Proposal, by: Person) -> bool:
    """Book a certain proposal; False if a rule of receipts, or the person's own file, forbids it.

    So does a transfer that was entered by hand since the proposal was made.
    """
    try:
        match_line(ports, line.id, Match((Part(sure.registration_id, line.open_cents),)), by, line.version)
    except (DecisionNotPossible, OwnFile, TransferEntered):
        return False
    return True


def _found(ports: StatementPorts, line: StatementLine, register: Register) -> tuple[Proposal, ...]:
    """Return the best proposals, of each transaction of a batch its own."""
    return tuple(each for clue in clues_of(line) for each in best_of(_of(ports, clue, line, register)))


def _of(ports: StatementPorts, clue: Clue, line: StatementLine, register: Register) -> Iterator[Proposal]:
    for person_id in register.people(clue):
        try:
            account = ports.accounts.account(person_id)
        except NotFound:  # a reference of nobody
            continue
        files = open_files(ports, account)
        found = [each for file in files for each in proposals_for(clue, line, file)]
        yield from found or credit_for(clue, files)
