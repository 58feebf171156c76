from chalicelib.domain.errors import InvoiceNotRendered
from chalicelib.domain.invoices import StoredDocument
from chalicelib.usecases.invoices.ports import InvoicePorts
from chalicelib.usecases.invoices.render_invoice import LINK_SECONDS


def render_credit_note(ports: InvoicePorts, person_id: str, number: int) -> StoredDocument:
    """Render a credit note's PDF from its stored facts once; later calls return the stored PDF."""
    account = ports.accounts.account(person_id)
    note = account.credit_note(number)
    if number in account.credit_documents:
        return account.credit_documents[number]
    document = ports.documents.put_once(ports.documents.key_for(note), ports.render_credit_note(note))
    ports.accounts.keep_credit_document(account.person.id, number, document)
    return document


def link_credit_note(ports: InvoicePorts, person_id: str, number: int) -> str:
    """Return a link to the PDF that expires in minutes.

    Raise `InvoiceNotRendered` before its first rendering.
    """
    account = ports.accounts.account(person_id)
    account.credit_note(number)
    if number not in account.credit_documents:
        raise InvoiceNotRendered
    return ports.documents.link(account.credit_documents[number].key, LINK_SECONDS)
