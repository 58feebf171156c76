from chalicelib.domain.account import Account
from chalicelib.domain.errors import NotFound
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.invoices import Invoice
from chalicelib.usecases.registrations.ports import RegistrationPorts


def find_invoice(
    ports: RegistrationPorts, number: int, registration_id: str | None = None
) -> tuple[Account, Invoice]:
    """Return the invoice with a number, and the account that it is in.

    Sellers of two series may have the same number: `registration_id` says which is meant. It is needed for
    an invoice of a release that did not file them by number as well. Raise `NotFound`.
    """
    owner = registration_id or _registration_of(ports, number)
    account = ports.accounts.account(person_of(owner))
    invoice = account.any_invoice(number)
    if invoice.registration_id != owner:
        raise NotFound
    return account, invoice


def _registration_of(ports: RegistrationPorts, number: int) -> str:
    found = ports.accounts.invoices(number)
    if len(found) != 1:
        raise NotFound
    return found[0].registration_id
