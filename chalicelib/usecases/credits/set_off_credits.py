from contextlib import suppress
from dataclasses import replace

from chalicelib.domain.account import Account
from chalicelib.domain.books.allocation import set_off
from chalicelib.domain.books.journaling import journaled
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.domain.trail.audit import SCHEDULE, Act
from chalicelib.usecases.audit.ports import ActPorts
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.registrations.ports import RegistrationPorts
from chalicelib.usecases.registrations.show_account import open_file


def set_off_credits(ports: ActPorts, account: Account, file: RegistrationFile) -> bool:
    """Allocate the credits of a registration to what it owes; return True if there were any to allocate.

    Raise `ConcurrentUpdate` if another writer came first.
    """
    changes = set_off(account, file, ports.now())
    if changes is None:
        return False
    registration = file.registration
    entry = audited(ports, SCHEDULE, Act.CREDIT_SET_OFF, registration.person_id, registration.id)
    ports.store.commit(journaled(replace(changes, audit=entry), file, ports.now()))
    return True


def set_off_anew(ports: RegistrationPorts, registration_id: str) -> None:
    """Read a registration again and allocate credits that nothing could take before.

    An instalment takes none while a debit or a page might pay it. A lost race leaves them to the next act.
    """
    account = ports.accounts.account(person_of(registration_id))
    with suppress(ConcurrentUpdate):
        set_off_credits(ports, account, open_file(ports, account, registration_id))
