import hashlib

from chalicelib.domain.calendar import paris_day
from chalicelib.domain.certificates import certify
from chalicelib.domain.invoices import StoredDocument
from chalicelib.usecases.invoices.ports import InvoicePorts
from chalicelib.usecases.invoices.render_invoice import LINK_SECONDS


def issue_certificate(
    ports: InvoicePorts, person_id: str, registration_id: str
) -> tuple[StoredDocument, str]:
    """Render today's certificate; return the stored PDF and a link that expires in minutes.

    Its key is the digest of its bytes, so the same account on the same day gives one document.
    """
    account = ports.accounts.account(person_id)
    registration = account.registration(registration_id)
    campaign = ports.campaigns.get(registration.campaign_id)
    pdf = ports.render_certificate(certify(account, registration, campaign, paris_day(ports.now())))
    key = f"certificates/{registration_id}/{hashlib.sha256(pdf).hexdigest()}.pdf"
    document = ports.documents.put_once(key, pdf)
    return document, ports.documents.link(key, LINK_SECONDS)
