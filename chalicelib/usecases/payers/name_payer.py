from dataclasses import replace

from chalicelib.domain.access import Action, permit
from chalicelib.domain.books.journaling import journaled
from chalicelib.domain.errors import NotFound
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.payers import naming as rules
from chalicelib.domain.payers.naming import Naming
from chalicelib.domain.payers.payer import Payer, PayerFacts
from chalicelib.domain.payers.refusals import PayerChanged
from chalicelib.domain.people import Person
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.payers.ports import PayerPorts
from chalicelib.usecases.races import again
from chalicelib.usecases.registrations.show_account import open_file


def name_payer(
    ports: PayerPorts, registration_id: str, facts: PayerFacts, by: Person, seen_version: int | None = None
) -> Payer:
    """Name the third-party payer of a registration, in place of one that is named and not invoiced.

    Repeating the same writes nothing. `seen_version` is that of the named payer which the person saw, None
    if they saw none: raise `PayerChanged` if another one is named now.
    """
    permit(by, Action.NAME_PAYER, person_of(registration_id))
    return again(lambda: _name(ports, registration_id, facts, by, seen_version), ports.pause)


def preview_payer(ports: PayerPorts, registration_id: str, facts: PayerFacts, by: Person) -> RegistrationFile:
    """Return the file as it would be with the payer, by the same rules, and write nothing."""
    permit(by, Action.NAME_PAYER, person_of(registration_id))
    file = _file(ports, registration_id)
    changes = rules.name_payer(file, Naming(facts, by.id), ports.now())
    payer = next(row for row in changes.rows if isinstance(row, Payer))
    others = tuple(each for each in file.payers if each.id != payer.id)
    return replace(file, payers=(*others, payer))


def take_back_payer(ports: PayerPorts, registration_id: str, reason: str, by: Person) -> Payer:
    """Withdraw the named payer before its invoice: the student owes its share again."""
    permit(by, Action.NAME_PAYER, person_of(registration_id))
    return again(lambda: _take_back(ports, registration_id, reason, by), ports.pause)


def _name(
    ports: PayerPorts, registration_id: str, facts: PayerFacts, by: Person, seen_version: int | None
) -> Payer:
    file = _file(ports, registration_id)
    if file.payer and file.payer.is_named and file.payer.facts == rules.known(file, facts):
        return file.payer
    named = file.payer.version if file.payer and file.payer.is_named else None
    if seen_version != named:
        raise PayerChanged
    changes = rules.name_payer(file, Naming(facts, by.id), ports.now())
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


def _take_back(ports: PayerPorts, registration_id: str, reason: str, by: Person) -> Payer:
    account = ports.accounts.account(person_of(registration_id))
    file = open_file(ports, account, registration_id)
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
