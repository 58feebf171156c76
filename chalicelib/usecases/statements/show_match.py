from collections.abc import Iterator
from dataclasses import dataclass, replace

from chalicelib.domain.identifiers import person_of
from chalicelib.domain.payments import Payment
from chalicelib.domain.treasury.entered import entered_for, owed_of
from chalicelib.domain.treasury.lines import StatementLine
from chalicelib.usecases.registrations.show_account import open_file
from chalicelib.usecases.statements.match_line import Match, Part
from chalicelib.usecases.statements.ports import StatementPorts


@dataclass(frozen=True)
class PartShown:
    """A part with what it is confirmed by; `entered` are the transfers entered by hand that it may be."""

    part: Part
    holder: str
    entered: tuple[Payment, ...] = ()


def show_match(ports: StatementPorts, line: StatementLine, match: Match) -> tuple[PartShown, ...]:
    """Return the parts of a match as things are now; raise `NotFound` for a registration that is none."""
    return tuple(_shown(ports, line, match))


def _shown(ports: StatementPorts, line: StatementLine, match: Match) -> Iterator[PartShown]:
    for part in match.merged.parts:
        account = ports.accounts.account(person_of(part.registration_id))
        file = open_file(ports, account, part.registration_id)
        holder = file.registration.holder
        if part.payment_id:
            yield PartShown(part, holder)
            continue
        known = [each for each in entered_for(account, line, part.cents) if each.id not in match.shown]
        read = replace(
            part,
            apart=frozenset(each.id for each in known),
            owed_seen_cents=owed_of(file, part.invoice_number),
        )
        yield PartShown(read, holder, tuple(known))
