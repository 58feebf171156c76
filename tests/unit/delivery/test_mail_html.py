"""Each mail as HTML: the words, amounts and links of its text, one button, nothing that a name could add."""

import re
from dataclasses import replace
from email.message import EmailMessage
from html import unescape
from html.parser import HTMLParser

import pytest

from chalicelib.delivery.mail_html import LABELS
from chalicelib.delivery.mail_text import MAILS
from chalicelib.domain.languages import Language
from chalicelib.domain.outbox import LINKS, NOTICES, TO_CARD_PAYERS, TO_PAYERS, Topic
from chalicelib.domain.people import Person
from tests.unit.delivery.link_receipts import receipt_mail
from tests.unit.delivery.test_mail_languages import CALLS, FRENCH
from tests.unit.delivery.test_mails import (
    ACCOUNT,
    CHRIS,
    REGISTRATION,
    access_mail,
    account_mail,
    plain,
    requested_mail,
)
from tests.unit.delivery.test_mails_to_payers import sent as payer_mail

ADDRESS = re.compile(r"https://portal\.test(?:/[^\s,]*[^\s,.])?/?")
CLIPPED_FROM_BYTES = 100_000
"""Some mailboxes cut a longer mail."""
TO_PEOPLE = sorted(set(Topic) - CALLS - TO_PAYERS)


class Page(HTMLParser):
    """What a reader of the HTML finds: its words, its addresses, its tags, its button."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words, self.links, self.tags, self.buttons = "", list[str](), set[str](), list[str]()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        named = dict(attrs)
        if href := named.get("href"):
            self.links.append(href)
        if named.get("class") == "button-link":
            self.buttons.append(href or "")
        self.words += "" if tag in {"a", "strong"} else " "

    def handle_data(self, data: str) -> None:
        if self.lasttag not in {"style", "title"}:
            self.words += data


def mail(topic: Topic, to: Person) -> EmailMessage:
    if topic in LINKS:
        return requested_mail(topic, to)
    if topic in TO_CARD_PAYERS:
        return receipt_mail(to.language, topic=topic)
    if topic in TO_PAYERS:
        found: EmailMessage = payer_mail(topic)
        return found
    return access_mail(topic, to) if topic in NOTICES else account_mail(topic, to=to)


def parts(whole: EmailMessage) -> tuple[str, str]:
    text, html = whole.get_body(("plain",)), whole.get_body(("html",))
    assert text is not None
    assert html is not None
    return text.get_content(), html.get_content()


@pytest.mark.parametrize("topic", sorted(set(Topic) - CALLS))
@pytest.mark.parametrize("language", Language)
def test_html_says_what_the_text_says_with_the_same_links(topic: Topic, language: Language) -> None:
    whole = mail(topic, replace(CHRIS, language=language))
    text, html = parts(whole)
    page = Page(html)
    told = plain(page.words)
    assert plain(whole["Subject"]) in told
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        said = plain(ADDRESS.sub("", paragraph).replace("\n- ", " ")).removeprefix("- ")
        assert squeezed(said) in squeezed(without_links(told)), said
    assert set(page.links) == set(ADDRESS.findall(text))
    assert page.buttons == ADDRESS.findall(text)[:1]


def squeezed(words: str) -> str:
    return re.sub(r"[\s]", "", words)


def without_links(told: str) -> str:
    """Return the words without the shown forms of addresses."""
    return re.sub(r"(?:https://)?portal\.test(?:/[^\s,]*[^\s,.])?/?", "", told)


@pytest.mark.parametrize("topic", TO_PEOPLE)
def test_html_of_an_english_mail_is_english(topic: Topic) -> None:
    html = parts(mail(topic, replace(CHRIS, language=Language.EN)))[1]
    assert '<html lang="en">' in html
    for staff_words in ("Sécurité de mon compte", "Impayé de l'an dernier", "Impayé de l&#39;an dernier"):
        html = html.replace(staff_words, "")
    assert not FRENCH.search(Page(html).words)


@pytest.mark.parametrize("topic", sorted(set(Topic) - CALLS))
def test_mail_is_an_alternative_of_seven_bits_that_no_mailbox_cuts(topic: Topic) -> None:
    whole = mail(topic, CHRIS)
    body = next(each for each in whole.walk() if each.get_content_type() == "multipart/alternative")
    assert [each.get_content_type() for each in body.iter_parts()] == ["text/plain", "text/html"]
    assert {each["Content-Transfer-Encoding"] for each in body.iter_parts()} <= {
        "7bit",
        "base64",
        "quoted-printable",
    }
    assert whole["Content-Language"] == "fr"
    assert whole["Auto-Submitted"] == "auto-generated"
    assert (whole.get_content_type() == "multipart/mixed") == (topic in TO_PAYERS)
    assert len(parts(whole)[1].encode()) < CLIPPED_FROM_BYTES


def test_style_is_in_the_elements_and_nothing_is_fetched() -> None:
    html = parts(account_mail(Topic.DEBIT_NOTICE))[1]
    assert re.search(r'<h1 style="[^"]*color: ?#12404d', html)
    assert "prefers-color-scheme: dark" in html
    assert not re.search(r"<img|<link|<script|url\(|@import", html)


def test_amounts_and_days_are_strong() -> None:
    html = parts(account_mail(Topic.DEBIT_NOTICE))[1]
    strong = [plain(unescape(each)) for each in re.findall(r"<strong[^>]*>(.*?)</strong>", html)]
    assert strong == ["200,31 €", "13/07/2022"]


def test_names_and_reasons_are_no_markup_and_no_link() -> None:
    name = '<img src=x onerror="a()"> https://portal.test.evil.test/pay'
    hostile = replace(REGISTRATION, reason="</p><a href='https://evil.test'>Payez</a>")
    account = replace(ACCOUNT, registrations=(hostile,))
    text, html = parts(account_mail(Topic.REGISTRATION_REFUSED, account, replace(CHRIS, first_name=name)))
    page = Page(html)
    assert name in text
    assert name in page.words
    assert page.tags.isdisjoint({"img", "script"})
    assert {link.partition("?")[0] for link in page.links} == {"https://portal.test/dossier"}


def test_named_lines_and_ends_of_sentences_stay_lines_of_their_own() -> None:
    html = parts(account_mail(Topic.REGISTRATION_REFUSED))[1]
    assert "<br>Motif&nbsp;: Pièce absente." in html


@pytest.mark.parametrize("language", Language)
def test_every_page_that_a_mail_leads_to_has_words_of_its_own(language: Language) -> None:
    written = "".join(path.read_text(encoding="utf-8") for path in (MAILS / language).iterdir())
    pages = set(re.findall(r"\{\{ portal \}\}/?([a-z-]*)", written)) | {"password", "iban"}
    assert pages == set(LABELS[language])
