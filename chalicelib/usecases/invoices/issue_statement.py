import hashlib
from datetime import date

from chalicelib.domain.books.as_of import evening
from chalicelib.domain.books.statement import statement_of
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.invoices import StoredDocument
from chalicelib.usecases.invoices.ports import InvoicePorts
from chalicelib.usecases.invoices.render_invoice import LINK_SECONDS


def issue_statement(
    ports: InvoicePorts, person_id: str, registration_id: str, as_of: date | None = None
) -> tuple[StoredDocument, str]:
    """Render the statement of the whole account at the end of a Paris day, today by default.

    The registration names the school whose letterhead it bears. Return the stored PDF and a link that
    expires in minutes; the same account and days give one document. Raise `DayToCome` for a day after today.
    """
    today = paris_day(ports.now())
    day = evening(as_of, today)
    account = ports.accounts.account(person_id)
    campaign = ports.campaigns.get(account.registration(registration_id).campaign_id)
    pdf = ports.render_statement(statement_of(account, campaign, day, today))
    key = f"certificates/{registration_id}/{hashlib.sha256(pdf).hexdigest()}.pdf"
    document = ports.documents.put_once(key, pdf)
    return document, ports.documents.link(key, LINK_SECONDS)
