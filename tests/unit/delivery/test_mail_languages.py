"""Every mail in the language of the person it is for."""

import re
from dataclasses import replace
from email import message_from_bytes
from pathlib import Path

import pytest
from jinja2 import Environment, meta

from chalicelib.delivery import mailer
from chalicelib.delivery.mailer import SesMailer
from chalicelib.domain.languages import Language
from chalicelib.domain.outbox import LINKS, NOTICES, TO_CARD_PAYERS, TO_PAYERS, OutboxEntry, Topic
from chalicelib.domain.people import Person
from tests.unit.delivery.link_receipts import receipt_mail
from tests.unit.delivery.test_mails import (
    ABOUT_ACCOUNTS,
    ABOUT_DEBITS,
    BARE,
    CAMPAIGN,
    CHRIS,
    NOW,
    Outbox,
    link_mail,
    mail_of,
    notice_mail,
)

TEMPLATES = Path(mailer.__file__).parent / "mails"
ALEX = replace(CHRIS, first_name="Alex", language=Language.EN)
FRENCH = re.compile(r"\b(le|la|les|votre|vous|est|une|Motif|Bonjour)\b")


def variables(path: Path) -> set[str]:
    return meta.find_undeclared_variables(
        Environment(autoescape=True).parse(path.read_text(encoding="utf-8"))
    )


def written(topic: Topic) -> tuple[str, str]:
    if topic in TO_CARD_PAYERS:
        mail = receipt_mail(Language.EN, topic=topic)
        body = mail.get_body(("plain",))
        assert body is not None
        return mail["Subject"], body.get_content().rstrip()
    if topic in LINKS:
        return link_mail(topic, ALEX)
    return notice_mail(topic, ALEX) if topic in NOTICES else mail_of(topic, to=ALEX)


CALLS = {Topic.CHECK_EVIDENCE, Topic.FORGET_CARD, Topic.CONTINUE_IMPORT}
"""Entries that are no mails."""


@pytest.mark.parametrize("language", Language)
def test_each_language_has_each_mail_and_no_other(language: Language) -> None:
    mails = {path.stem for path in (TEMPLATES / language).iterdir()}
    assert mails == {topic.value for topic in Topic} - CALLS


def test_there_is_no_mail_in_a_language_that_nobody_has() -> None:
    assert {path.name for path in TEMPLATES.iterdir()} == {language.value for language in Language}


@pytest.mark.parametrize("topic", sorted(set(Topic) - CALLS))
def test_languages_tell_the_same(topic: Topic) -> None:
    french, english = (variables(TEMPLATES / language / f"{topic}.txt") for language in Language)
    assert english == french


@pytest.mark.parametrize("topic", sorted(set(Topic) - CALLS - TO_PAYERS))
def test_english_mail_greets_and_is_english_throughout(topic: Topic) -> None:
    subject, text = written(topic)
    assert text.startswith("Hello Alex,")
    assert text.endswith(CAMPAIGN.school.name)
    assert CAMPAIGN.school.contact_email in text
    said = f"{subject} {text}".replace("Sécurité de mon compte", "").replace("Pièce absente", "")
    assert not FRENCH.search(said.replace("Impayé de l'an dernier", "")), said
    assert "{" not in said


@pytest.mark.parametrize("topic", ABOUT_ACCOUNTS)
def test_english_mail_can_be_told_of_an_account_without_a_plan(topic: Topic) -> None:
    subject, text = mail_of(topic, BARE, to=ALEX, rank=0)
    assert "None" not in subject + text


@pytest.mark.parametrize("topic", ABOUT_DEBITS)
def test_english_mail_about_a_debit_writes_amounts_and_days_in_english(topic: Topic) -> None:
    subject, text = mail_of(topic, to=ALEX)
    assert "€200.31" in subject
    assert "nstalment 2 of 3" in text
    assert "€200.31" in text
    assert "/2022" not in text


def test_notice_of_a_debit_names_the_day_without_doubt() -> None:
    subject, _ = mail_of(Topic.DEBIT_NOTICE, to=ALEX)
    assert subject == "Debit of €200.31 on 13 July 2022"


def test_labels_are_those_of_the_language() -> None:
    _, text = mail_of(Topic.PLAN_APPROVED, to=ALEX, rank=0)
    assert f"“{CAMPAIGN.plan_label('paybox-3').en}”" in text
    assert f"“{CAMPAIGN.programme_label('I2223_Y1_1A').en}”" in text


@pytest.mark.parametrize("person", [CHRIS, ALEX])
def test_mail_says_its_language_to_the_program_that_shows_it(person: Person) -> None:
    outbox = Outbox()
    entry = OutboxEntry("e", Topic.PASSWORD_SET, "p", "", NOW)
    SesMailer(outbox, "school@demo.test", "https://portal.test").send_notice(person, entry, CAMPAIGN)
    mail = message_from_bytes(outbox.sent[0]["RawMessage"]["Data"])
    assert mail["Content-Language"] == person.language


@pytest.mark.parametrize(
    ("email", "delivered"),
    [
        ("lea@bücher.example", "lea@xn--bcher-kva.example"),
        ("lea@例え.テスト", "lea@xn--r8jz45g.xn--zckzah"),
        ("lea@demo.test", "lea@demo.test"),
    ],
)
def test_domain_in_another_script_is_told_to_ses_in_its_ascii_form(email: str, delivered: str) -> None:
    """SES takes no other; the local part stays as it is."""
    outbox = Outbox()
    entry = OutboxEntry("e", Topic.PASSWORD_SET, "p", "", NOW)
    mailer = SesMailer(outbox, "school@demo.test", "https://portal.test")
    mailer.send_notice(replace(CHRIS, email=email), entry, CAMPAIGN)
    (sent,) = outbox.sent
    assert sent["Destinations"] == [delivered]
    assert message_from_bytes(sent["RawMessage"]["Data"])["To"] == delivered


@pytest.mark.parametrize(
    ("person", "rank", "said"),
    [
        (CHRIS, 0, "Il ne règle donc rien : ce qui était dû le reste."),
        (CHRIS, 2, "Elle ne sera pas prélevée de nouveau sans une décision"),
        (ALEX, 0, "So it settles nothing: what was due is still due."),
        (ALEX, 2, "It will not be debited again unless our accounting office decides so."),
    ],
)
def test_money_that_was_given_back_is_never_called_paid(person: Person, rank: int, said: str) -> None:
    subject, text = mail_of(Topic.PAYMENT_REFUNDED, to=person, rank=rank)
    assert said in re.sub(r"\s+", " ", text)
    assert ("rendu" if person is CHRIS else "given back") in subject
