from chalicelib.domain.account import Account
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.errors import NotFound
from chalicelib.domain.fees import quote
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.menu import MenuItem, menu
from chalicelib.domain.money import FeeLine
from chalicelib.domain.payments import Attempt
from chalicelib.usecases.registrations.ports import RegistrationPorts


def show_account(ports: RegistrationPorts, person_id: str) -> tuple[Account, Campaign]:
    """Return all a student has, in one read, and the campaign it lives in."""
    account = ports.accounts.account(person_id)
    if account.registrations:
        return account, ports.campaigns.get(account.registrations[0].campaign_id)
    return account, ports.campaigns.current()


def account_behind(ports: RegistrationPorts, identifier: str) -> Account | None:
    """Return the account that a registration's, attempt's or instalment's id leads to; None for nobody's."""
    try:
        return ports.accounts.account(person_of(identifier))
    except NotFound:
        return None


def show_menu(ports: RegistrationPorts, person_id: str) -> tuple[tuple[MenuItem, ...], Campaign]:
    account, campaign = show_account(ports, person_id)
    return menu(account, campaign, ports.now()), campaign


def show_quote(ports: RegistrationPorts, person_id: str, registration_id: str) -> tuple[FeeLine, ...]:
    account, campaign = show_account(ports, person_id)
    return quote(account.registration(registration_id), campaign)


def show_attempt(ports: RegistrationPorts, person_id: str, attempt_id: str) -> Attempt:
    attempt = ports.accounts.account(person_id).attempt(attempt_id)
    if attempt is None:
        raise NotFound
    return attempt
