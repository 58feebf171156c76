"""The receipt of who paid by a link, as SES is handed it."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

from chalicelib.delivery.mailer import SesMailer
from chalicelib.domain.languages import Language
from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.payment_links.link_use import CardPayer
from chalicelib.domain.payments import Payment, PaymentMethod
from chalicelib.domain.people import Address
from tests.unit.delivery.test_mails_to_payers import CAMPAIGN, Outbox
from tests.usecases.conftest import CHRIS

NOW = datetime(2022, 6, 24, 10, tzinfo=UTC)
HOME = Address("1 rue de la Démonstration", "63000", "Clermont-Ferrand", "FR", "+33", "0600000000")


def receipt_mail(
    language: Language, allocated_cents: int = 30000, topic: Topic = Topic.LINK_RECEIPT
) -> EmailMessage:
    payer, outbox = CardPayer("Alex", "TESTAC", "parent@demo.test", HOME, language), Outbox()
    payment = Payment("p", "p-1", PaymentMethod.CARD, 30000, allocated_cents, NOW, transaction="7001")
    entry = OutboxEntry(f"{topic}-7001", topic, "p", "p-1", NOW, amount_cents=30000)
    mailer = SesMailer(outbox, "school@demo.test", "https://portal.test")
    mailer.send_to_card_payer(payer, entry, payment, CHRIS, CAMPAIGN)
    (mail,) = outbox.sent
    assert mail["Destinations"] == ["parent@demo.test"]
    found: EmailMessage = message_from_bytes(mail["RawMessage"]["Data"], policy=SMTP)  # type: ignore[assignment]
    return found
