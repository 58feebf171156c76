"""A third-party payer is told at the address that it gave, with the PDF of its invoice."""

from datetime import UTC, date, datetime
from email import message_from_bytes
from email.policy import SMTP
from typing import Any

import pytest

from chalicelib.campaigns.reader import load_shipped
from chalicelib.delivery.mailer import SesMailer
from chalicelib.domain.campaign import PostalAddress
from chalicelib.domain.invoices import Buyer, Client, Invoice, Seller
from chalicelib.domain.languages import Language
from chalicelib.domain.money import FeeLine
from chalicelib.domain.outbox import TO_PAYERS, OutboxEntry, Topic

CAMPAIGN = load_shipped("clermont-auvergne-inp-2022")
PLACE = PostalAddress(("2 rue de la Démonstration",), "63000", "Clermont-Ferrand", "FR")
IBAN = "FR7630006000011234567890189"
INVOICE = Invoice(
    number=9197,
    registration_id="p-1",
    order_number=9358,
    issued_on=date(2022, 6, 24),
    label="Paiement",
    session="I2223_Y1_1A - Ingénieur",
    seller=Seller(CAMPAIGN.school.name, PLACE, "130028061"),
    client=Client("", "Société de démonstration", PLACE),
    lines=(FeeLine("Droits", 1, 40000),),
    exemption_mention="Non soumis",
    paid_cents=0,
    settled_on=None,
    buyer=Buyer("p-1-p1", "TESTCD Chris", "73282932000074", "", "", date(2022, 7, 24), IBAN, "AGRIFRPP"),
)


class Outbox:
    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    def send_raw_email(self, **mail: Any) -> dict[str, str]:
        self.sent.append(mail)
        return {"MessageId": f"mail-{len(self.sent)}"}


def sent(topic: Topic, reason: str = "", language: Language = Language.FR) -> Any:
    outbox = Outbox()
    entry = OutboxEntry(
        f"{topic}-1",
        topic,
        "p",
        "p-1",
        datetime(2022, 6, 24, tzinfo=UTC),
        invoice_number=9197,
        amount_cents=40000,
        reason=reason,
        email="payer@démo.test",
    )
    mailer = SesMailer(outbox, "school@demo.test", "https://portal.test")
    mailer.send_to_payer(entry, language, INVOICE, CAMPAIGN, b"%PDF-1.7 invoice")
    (mail,) = outbox.sent
    assert mail["Destinations"] == ["payer@xn--dmo-bma.test"]
    return message_from_bytes(mail["RawMessage"]["Data"], policy=SMTP)


@pytest.mark.parametrize("topic", sorted(TO_PAYERS))
def test_mail_names_invoice_amount_and_student_and_brings_the_pdf(topic: Topic) -> None:
    mail = sent(topic)
    text = mail.get_body(("plain",)).get_content()
    for told in ("9197", "400,00", "TESTCD Chris", CAMPAIGN.school.contact_email):
        assert told in f"{mail['Subject']} {text}"
    (pdf,) = mail.iter_attachments()
    assert (pdf.get_filename(), pdf.get_content_type()) == ("facture-9197.pdf", "application/pdf")
    assert pdf.get_content() == b"%PDF-1.7 invoice"


def test_what_is_asked_names_the_account_to_pay_to_and_the_day() -> None:
    text = sent(Topic.PAYER_INVOICED).get_body(("plain",)).get_content()
    assert IBAN in text
    assert "24/07/2022" in text


@pytest.mark.parametrize(
    ("rung", "begins"), [("first", "facture"), ("second", "Second rappel"), ("last", "Dernier rappel")]
)
def test_reminder_says_more_with_each_rung(rung: str, begins: str) -> None:
    assert sent(Topic.PAYER_REMINDER, rung)["Subject"].startswith(begins)


@pytest.mark.parametrize("topic", sorted(TO_PAYERS))
def test_mail_is_in_the_payers_language(topic: Topic) -> None:
    mail = sent(topic, language=Language.EN)
    text = f"{mail['Subject']} {mail.get_body(('plain',)).get_content()}"
    assert ("Hello" in text, "Bonjour" in text) == (True, False)
    assert "€400.00" in text
    assert "24 June 2022" in text or "24/06/2022" not in text
