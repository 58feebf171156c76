from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from chalicelib.domain.access import Action, permit
from chalicelib.domain.causes import OwnFile
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import DecisionNotPossible, NotFound
from chalicelib.domain.lists.lines import RegistrationLine
from chalicelib.domain.people import Person
from chalicelib.domain.treasury.lines import LineState, Proposal, StatementLine
from chalicelib.domain.treasury.proposals import (
    Clue,
    best_of,
    certain,
    clues_of,
    credit_for,
    is_invoiced,
    is_named,
    proposals_for,
)
from chalicelib.usecases.isolation import HasTime, Passed, always, for_each
from chalicelib.usecases.paging import every
from chalicelib.usecases.registrations.show_account import open_files
from chalicelib.usecases.statements.match_line import Match, Part, match_line
from chalicelib.usecases.statements.ports import StatementPorts


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
    done = Matching()
    new = every(lambda after: ports.statements.of_state(LineState.NEW, after))
    lines = [line for line in new if line.cents > 0]
    named = tuple(_registrations(ports)) if lines else ()
    done.passed = for_each(
        ports, "line not looked at", lines, lambda line: _look(ports, line, named, by, done), has_time
    )
    return done


def proposals_of(ports: StatementPorts, line: StatementLine) -> tuple[Proposal, ...]:
    """Return what is proposed for a line as things are now; nothing for money that left."""
    if line.open_cents <= 0:
        return ()
    return _found(ports, line, tuple(_registrations(ports)))


def _registrations(ports: StatementPorts) -> Iterator[RegistrationLine]:
    """Yield the lines of every campaign: money of last year's fees may come late."""
    for campaign in ports.campaigns.every():
        yield from ports.lines.of_campaign(campaign.id).lines


def _look(
    ports: StatementPorts,
    listed: StatementLine,
    named: tuple[RegistrationLine, ...],
    by: Person,
    done: Matching,
) -> None:
    line = ports.statements.line(listed.id)  # the list may lag
    if line.state is not LineState.NEW:
        return
    found = _found(ports, line, named)
    sure = certain(line, clues_of(line), found)
    if sure and _booked(ports, line, sure, by):
        done.matched += 1
    elif found:
        proposed = replace(line, state=LineState.PROPOSED, proposals=found, version=line.version + 1)
        ports.store.commit(Changes((proposed,)))
        done.proposed += 1


def _booked(ports: StatementPorts, line: StatementLine, sure: Proposal, by: Person) -> bool:
    """Book a certain proposal; False if a rule of receipts, or the person's own file, forbids it."""
    try:
        match_line(ports, line.id, Match((Part(sure.registration_id, line.open_cents),)), by, line.version)
    except (DecisionNotPossible, OwnFile):
        return False
    return True


def _found(
    ports: StatementPorts, line: StatementLine, named: tuple[RegistrationLine, ...]
) -> tuple[Proposal, ...]:
    """Return the best proposals, of each transaction of a batch its own."""
    return tuple(each for clue in clues_of(line) for each in best_of(_of(ports, clue, line, named)))


def _of(
    ports: StatementPorts, clue: Clue, line: StatementLine, named: Iterable[RegistrationLine]
) -> Iterator[Proposal]:
    own = [each for each in named if is_named(clue, each) or is_invoiced(clue, each)]
    for person_id in dict.fromkeys((*clue.people, *(each.person_id for each in own))):
        try:
            account = ports.accounts.account(person_id)
        except NotFound:  # a reference of nobody
            continue
        files = open_files(ports, account)
        found = [each for file in files for each in proposals_for(clue, line, file)]
        yield from found or credit_for(clue, files)
