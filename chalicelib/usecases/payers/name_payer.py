from dataclasses import replace

from chalicelib.domain.access import Action, permit
from chalicelib.domain.books.journaling import journaled
from chalicelib.domain.errors import NotFound
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.payers import naming as rules
from chalicelib.domain.payers.naming import Naming
from chalicelib.domain.payers.payer import Payer, PayerFacts, require_as_read
from chalicelib.domain.people import Person
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.payers.ports import PayerPorts
from chalicelib.usecases.races import again
from chalicelib.usecases.registrations.show_account import open_file


def name_payer(
    ports: PayerPorts,
    registration_id: str,
    facts: PayerFacts,
    by: Person,
    seen: str | int | None = None,
    owed_seen_cents: int | None = None,
) -> Payer:
    """Name the third-party payer of a registration, in place of one that is named and not invoiced.

    Repeating the same writes nothing. `seen` is the `seen_hash`, or the version, of the named payer which the
    person saw, None if they saw none: raise `PayerChanged` if another one is named now. `owed_seen_cents` is
    what they saw that the student owed, None if unknown: raise `RestChanged` if that is another amount.
    """
    permit(by, Action.NAME_PAYER, person_of(registration_id))
    naming = Naming(facts, by.id, owed_seen_cents)
    return again(lambda: _name(ports, registration_id, naming, by, seen), ports.pause)


def preview_payer(
    ports: PayerPorts, registration_id: str, facts: PayerFacts, by: Person, seen: str | int | None = None
) -> tuple[RegistrationFile, RegistrationFile]:
    """Return the file as it is, and as it would be with the payer by the same rules, and write nothing."""
    permit(by, Action.NAME_PAYER, person_of(registration_id))
    file = _file(ports, registration_id)
    require_as_read(file.named_payer, seen)
    changes = rules.name_payer(file, Naming(facts, by.id), ports.now())
    payer = next(row for row in changes.rows if isinstance(row, Payer))
    others = tuple(each for each in file.payers if each.id != payer.id)
    return file, replace(file, payers=(*others, payer))


def take_back_payer(
    ports: PayerPorts, registration_id: str, reason: str, by: Person, seen: str | None = None
) -> Payer:
    """Withdraw the named payer before its invoice: the student owes its share again.

    `seen` is the `seen_hash` of the payer that the person saw, None if unknown: raise `PayerChanged` for
    another one.
    """
    permit(by, Action.NAME_PAYER, person_of(registration_id))
    return again(lambda: _take_back(ports, registration_id, reason, by, seen), ports.pause)


def _name(
    ports: PayerPorts, registration_id: str, naming: Naming, by: Person, seen: str | int | None
) -> Payer:
    file = _file(ports, registration_id)
    if file.named_payer and file.named_payer.facts == rules.known(file, naming.facts):
        return file.named_payer
    require_as_read(file.named_payer, seen)
    changes = rules.name_payer(file, naming, ports.now())
    payer = next(row for row in changes.rows if isinstance(row, Payer))
    person_id = file.registration.person_id
    entry = audited(
        ports,
        by.id,
        Act.PAYER_NAMED,
        person_id,
        registration_id,
        payer=payer.facts.name,
        siret=payer.facts.siret,
        amount_cents=payer.facts.share_cents,
    )
    ports.store.commit(replace(changes, audit=entry))
    return payer


def _take_back(ports: PayerPorts, registration_id: str, reason: str, by: Person, seen: str | None) -> Payer:
    account = ports.accounts.account(person_of(registration_id))
    file = open_file(ports, account, registration_id)
    if file.named_payer and seen is not None:
        require_as_read(file.named_payer, seen)
    sequence = ports.accounts.sequence(file.campaign)
    changes = rules.take_back_payer(account, file, reason, sequence, ports.now())
    payer = next(row for row in changes.rows if isinstance(row, Payer))
    entry = audited(
        ports,
        by.id,
        Act.PAYER_WITHDRAWN,
        file.registration.person_id,
        registration_id,
        reason,
        payer=payer.facts.name,
        amount_cents=payer.facts.share_cents,
    )
    ports.store.commit(journaled(replace(changes, audit=entry), file, ports.now()))
    return payer


def _file(ports: PayerPorts, registration_id: str) -> RegistrationFile:
    return open_file(ports, ports.accounts.account(person_of(registration_id)), registration_id)


def payer_with(file: RegistrationFile, payer_id: str) -> Payer:
    """Return a payer of the file; raise `NotFound`."""
    for payer in file.payers:
        if payer.id == payer_id:
            return payer
    raise NotFound
