from chalicelib.domain.account import Account
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.errors import NotFound
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.menu import MenuItem, menu
from chalicelib.domain.registration_file import RegistrationFile, file_of
from chalicelib.usecases.registrations.ports import RegistrationPorts


def show_account(ports: RegistrationPorts, person_id: str) -> Account:
    """Return a student's whole account, in one read."""
    return ports.accounts.account(person_id)


def open_file(ports: RegistrationPorts, account: Account, registration_id: str) -> RegistrationFile:
    """Return the file of one registration of the account.

    Raise `NotFound` if the account has no such registration.
    """
    registration = account.registration(registration_id)
    return file_of(account, registration_id, ports.campaigns.get(registration.campaign_id))


def show_file(ports: RegistrationPorts, person_id: str, registration_id: str) -> RegistrationFile:
    """Read one registration's file; raise `NotFound` if the person has no such registration."""
    return open_file(ports, ports.accounts.account(person_id), registration_id)


def open_files(ports: RegistrationPorts, account: Account) -> tuple[RegistrationFile, ...]:
    """Return every file of the account, in the order of its registrations."""
    return tuple(open_file(ports, account, registration.id) for registration in account.registrations)


def account_behind(ports: RegistrationPorts, identifier: str) -> Account | None:
    """Return the account that a registration's, attempt's or instalment's id belongs to, or None."""
    try:
        return ports.accounts.account(person_of(identifier))
    except NotFound:
        return None


def show_menu(
    ports: RegistrationPorts, account: Account, registration_id: str | None = None
) -> tuple[tuple[MenuItem, ...], Campaign]:
    """Return the menus of one file and its campaign; without an id those of the latest registration."""
    chosen = registration_id or (account.latest_registration.id if account.latest_registration else None)
    file = open_file(ports, account, chosen) if chosen else None
    return menu(file, ports.now()), file.campaign if file else ports.campaigns.current()
