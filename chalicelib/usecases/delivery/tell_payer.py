from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.payers.receiving import payer_of
from chalicelib.usecases.delivery.ports import DeliveryPorts
from chalicelib.usecases.invoices.render_invoice import render_invoice_of
from chalicelib.usecases.registrations.show_account import open_file, show_account


def tell_payer(ports: DeliveryPorts, entry: OutboxEntry) -> None:
    """Mail a third-party payer, with the PDF of its invoice; no reminder of one that is paid by now."""
    account = show_account(ports, entry.person_id)
    file = open_file(ports, account, entry.registration_id)
    payer = payer_of(file, entry.invoice_number)
    books = file.of_payers.of_invoice(payer.invoice_number)
    if not entry.email or (entry.topic is Topic.PAYER_REMINDER and not books.owed_cents):
        return
    (invoice,) = books.invoices
    document = render_invoice_of(ports, account, invoice.number)
    pdf, language = ports.documents.get(document.key), payer.facts.language
    ports.mailer.send_to_payer(entry, language, invoice, file.campaign, pdf)
