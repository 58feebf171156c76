from functools import cache
from pathlib import Path
from typing import Any

from chalicelib.domain.account import Account
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.money import euros
from chalicelib.domain.outbox import OutboxEntry
from chalicelib.domain.people import Person


class SesMailer:
    """Plain French mails by Amazon SES. `client` is boto3's `ses`; `base_url` the portal's public address."""

    def __init__(self, client: Any, sender: str, base_url: str) -> None:
        self._client = client
        self._sender = sender
        self._base_url = base_url

    def send(self, to: Person, entry: OutboxEntry, account: Account, campaign: Campaign) -> None:
        registration = account.registration(entry.registration_id)
        subject, text = compose(
            entry.topic,
            first_name=to.first_name,
            school=campaign.school.name,
            contact=campaign.school.contact_email,
            programme=campaign.programme(registration.programme_code).label.fr,
            amount=euros(entry.amount_cents),
            invoice_number=entry.invoice_number,
            reason=registration.reason,
            portal=self._base_url,
        )
        self._client.send_email(
            Source=self._sender,
            Destination={"ToAddresses": [to.email]},
            Message={
                "Subject": {"Data": subject, "Charset": "UTF-8"},
                "Body": {"Text": {"Data": text, "Charset": "UTF-8"}},
            },
        )


def compose(template: str, **facts: Any) -> tuple[str, str]:
    """Return subject and text: a template's first line is its subject, what follows a blank line its text."""
    subject, _, text = _templates().get_template(f"{template}.txt").render(**facts).partition("\n\n")
    return " ".join(subject.split()), text.strip() + "\n"


@cache
def _templates() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 - heavy, mails alone need it

    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "mails"),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - plain text, no markup to escape
    )
