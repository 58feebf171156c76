from chalicelib.domain.access import Action, permit
from chalicelib.domain.account import Account
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.causes import ErasureUnreasoned
from chalicelib.domain.changes import Changes
from chalicelib.domain.people import Person, activated
from chalicelib.domain.privacy.erasure import erased, redactions_of_erasure, require_settled
from chalicelib.domain.sessions import Login
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.privacy.ports import PrivacyPorts


def erase_person(ports: PrivacyPorts, person_id: str, reason: str, by: Person) -> None:
    """Erase a person and keep the books; raise `ErasureNotPossible` while money may still move.

    Safe to repeat: after a crash it goes on where it stopped, as does the daily retention.
    """
    permit(by, Action.ERASE_PERSON, person_id)
    if not reason.strip():
        raise ErasureUnreasoned
    erase(ports, person_id, reason, by.id)


def erase(ports: PrivacyPorts, person_id: str, reason: str, by: str) -> None:
    """Erase a person; `by` is a person's id or SCHEDULE."""
    account = ports.accounts.account(person_id)
    if account.person.erased_on is None:
        _end(ports, _closed(ports, account, by), reason, by)
    finish_erasure(ports, person_id)


def finish_erasure(ports: PrivacyPorts, person_id: str) -> None:
    """Finish an erasure. Safe to repeat."""
    file = ports.personal.file(person_id)
    ports.personal.end_entries(person_id, ports.now())
    ports.personal.redact(person_id, redactions_of_erasure(file))
    ports.audit.forget_reasons(person_id)
    for registration in file.account.registrations:
        ports.documents.erase(f"certificates/{registration.id}/")


def _closed(ports: PrivacyPorts, account: Account, by: str) -> Person:
    """Close the account, so that no payment can start, then check again that none has started."""
    require_settled(account)
    person = account.person
    if not person.is_active:
        return person
    closed = activated(person, is_active=False)
    ports.store.commit(
        Changes((closed,), audit=audited(ports, by, Act.ACCOUNT_DISABLED, person.id, person.id))
    )
    require_settled(ports.accounts.account(person.id))
    return closed


def _end(ports: PrivacyPorts, person: Person, reason: str, by: str) -> None:
    """Remove name, mail address and credentials in the transaction that records the erasure."""
    entry = audited(ports, by, Act.PERSON_ERASED, person.id, person.id, reason)
    credentials = ports.people.credentials(person.email)
    login = (Login(person.email, credentials),) if credentials else ()
    ports.store.commit(Changes((erased(person, paris_day(ports.now())),), entry, ended=login))
