"""A school's logo travels with its mails as a picture that every reader shows."""

from dataclasses import replace
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

from chalicelib.campaigns.logo import png_logo
from chalicelib.campaigns.reader import load_shipped
from chalicelib.delivery.mailer import SesMailer
from chalicelib.domain.calendar import PARIS
from chalicelib.domain.campaigns.look import Look
from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.people import Person, Role
from chalicelib.invoicing.logo import render_logo
from tests.unit.delivery.test_mails import Outbox

CHRIS = Person("p", "student@demo.test", "Chris", "TESTCD", frozenset({Role.STUDENT}))
NOW = datetime(2022, 6, 24, 10, 0, tzinfo=PARIS)
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 10"><rect width="30" height="10"/></svg>'
DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="


def mail_with(logo: str) -> EmailMessage:
    campaign = replace(load_shipped("clermont-auvergne-inp-2022"), look=Look(logo=logo))
    entry, outbox = OutboxEntry("entry-1", Topic.PASSWORD_SET, "p", "", NOW), Outbox()
    mailer = SesMailer(outbox, "school@demo.test", "https://portal.test", render_logo)
    mailer.send_notice(CHRIS, entry, campaign)
    return message_from_bytes(outbox.sent[0]["RawMessage"]["Data"], policy=SMTP)


def test_logo_stands_beside_its_html_and_the_text_stays_first() -> None:
    mail = mail_with(DRAWING)
    text, related = mail.iter_parts()
    assert (mail.get_content_type(), text.get_content_type()) == ("multipart/alternative", "text/plain")
    html, picture = related.iter_parts()
    assert (related.get_content_type(), html.get_content_type()) == ("multipart/related", "text/html")
    assert picture.get_content_type() == "image/png"
    assert picture.get_content_disposition() == "inline"
    named = picture["Content-ID"].strip("<>")
    assert f'src="cid:{named}" alt=""' in html.get_content()
    assert picture.get_content()[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(picture.get_content()[16:20]) == 3 * 96


def test_logo_given_as_a_picture_is_drawn_too() -> None:
    assert render_logo(png_logo(DOT))[:4] == b"\x89PNG"


def test_mail_goes_without_a_logo_where_there_is_none_or_it_cannot_be_drawn() -> None:
    for logo in ("", "<svg"):
        mail = mail_with(logo)
        assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
        assert "cid:" not in mail.as_string()
