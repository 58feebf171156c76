from chalicelib.domain.account import Account
from chalicelib.domain.errors import InvoiceNotRendered
from chalicelib.domain.invoices import StoredDocument
from chalicelib.usecases.invoices.ports import InvoicePorts

LINK_SECONDS = 120


def render_invoice(ports: InvoicePorts, person_id: str, number: int) -> StoredDocument:
    """Render an invoice's PDF from its stored facts once; later calls return the stored PDF."""
    account = ports.accounts.account(person_id)
    account.invoice(number)
    return render_invoice_of(ports, account, number)


def render_invoice_of(ports: InvoicePorts, account: Account, number: int) -> StoredDocument:
    """Do the same for an account already read, the invoices of third-party payers included."""
    invoice = account.any_invoice(number)
    if number in account.documents:
        return account.documents[number]
    document = ports.documents.put_once(ports.documents.key_for(invoice), ports.render_invoice(invoice))
    ports.accounts.keep_document(account.person.id, number, document)
    return document


def link_invoice(ports: InvoicePorts, person_id: str, number: int) -> str:
    """Return a link to the PDF that expires in minutes.

    Raise `InvoiceNotRendered` before its first rendering.
    """
    account = ports.accounts.account(person_id)
    account.invoice(number)
    if number not in account.documents:
        raise InvoiceNotRendered
    return ports.documents.link(account.documents[number].key, LINK_SECONDS)
