"""Every mail as its reader gets it: French, plain, and silent about why a card was refused."""

import re
from dataclasses import replace
from datetime import date, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest

from chalicelib.campaigns.reader import load_shipped
from chalicelib.delivery.mailer import ENTRY_HEADER, SesMailer
from chalicelib.domain.account import Account
from chalicelib.domain.calendar import PARIS
from chalicelib.domain.invoices import Order
from chalicelib.domain.languages import Language
from chalicelib.domain.money import FeeLine
from chalicelib.domain.outbox import (
    LINKS,
    NOTICES,
    OF_ENDPOINTS,
    TO_CARD_PAYERS,
    TO_PAYERS,
    OutboxEntry,
    Topic,
)
from chalicelib.domain.payments import Evidence
from chalicelib.domain.people import Person, Role
from chalicelib.domain.plan.instalments import Instalment, InstalmentState, Mandate
from chalicelib.domain.plan.plan_requests import PlanRequest, PlanRequestState
from chalicelib.domain.registration import Registration
from chalicelib.domain.rehearsal import rehearsed

CAMPAIGN = load_shipped("clermont-auvergne-inp-2022")
NOW = datetime(2022, 6, 24, 10, 0, tzinfo=PARIS)
CHRIS = Person("p", "student@demo.test", "Chris", "TESTCD", frozenset({Role.STUDENT}))
REGISTRATION = Registration("p-1", "p", CAMPAIGN.id, "I2223_Y1_1A", "TESTCD Chris", reason="Pièce absente.")
REQUEST = PlanRequest(
    registration_id="p-1",
    person_id="p",
    campaign_id=CAMPAIGN.id,
    holder="TESTCD Chris",
    plan_code="paybox-3",
    total_cents=60100,
    schedule_hash="hash",
    requested_at=NOW,
    state=PlanRequestState.REFUSED,
    reason="Impayé de l'an dernier.",
)
MANDATE = Mandate(
    registration_id="p-1",
    person_id="p",
    subscriber="subscriber-1",
    token="SLDLrcsLMPC",
    card_expires="2207",
    card_last_digits="12",
    consent="J'autorise…",
    schedule_hash="hash",
    agreed_at=NOW,
    evidence=Evidence(),
)
SECOND = Instalment(
    registration_id="p-1",
    person_id="p",
    rank=2,
    due_on=date(2022, 7, 10),
    amount_cents=20031,
    schedule_hash="hash",
    next_try_on=date(2022, 7, 13),
    tries=1,
    refusal_code="00143",
)
FIRST = replace(SECOND, rank=1, due_on=date(2022, 6, 24), state=InstalmentState.PAID, refusal_code="")
THIRD = replace(SECOND, rank=3, due_on=date(2022, 8, 10), amount_cents=20038)
BARE = Account(CHRIS, registrations=(REGISTRATION,))
ACCOUNT = replace(BARE, plan_requests=(REQUEST,), instalments=(THIRD, FIRST, SECOND), mandates=(MANDATE,))
ORDER = Order(9357, "p-1", date(2022, 6, 24), (FeeLine("Droits", 1, 60100),), 60100, 60100)
CARDLESS = replace(ACCOUNT, mandates=(replace(MANDATE, token=""),), orders=(ORDER,))
WITH_CARD = replace(ACCOUNT, mandates=(replace(MANDATE, card_expires="2212"),))
CALLS = {Topic.CHECK_EVIDENCE, Topic.FORGET_CARD, Topic.CONTINUE_IMPORT}
ABOUT_ACCOUNTS = [
    each for each in Topic if each not in {*LINKS, *NOTICES, *TO_PAYERS, *CALLS, *TO_CARD_PAYERS}
]
ABOUT_DEBITS = [
    Topic.DEBIT_NOTICE,
    Topic.DEBIT_TAKEN,
    Topic.DEBIT_RETRIED,
    Topic.PAYER_NEEDED,
    Topic.IN_ARREARS,
]


class Outbox:
    """SES as the mailer calls it, keeping what was sent."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    def send_raw_email(self, **mail: Any) -> dict[str, str]:
        self.sent.append(mail)
        return {"MessageId": f"mail-{len(self.sent)}"}

    def only(self) -> EmailMessage:
        (mail,) = self.sent
        assert (mail["Source"], mail["Destinations"]) == ("school@demo.test", ["student@demo.test"])
        return message_from_bytes(mail["RawMessage"]["Data"], policy=SMTP)


def mail_of(topic: Topic, account: Account = ACCOUNT, to: Person = CHRIS, **entry: Any) -> tuple[str, str]:
    """Return subject and text on one line each, with ordinary spaces."""
    return told(account_mail(topic, account, to, **entry))


def link_mail(topic: Topic, to: Person = CHRIS) -> tuple[str, str]:
    return told(requested_mail(topic, to))


def notice_mail(topic: Topic, to: Person = CHRIS) -> tuple[str, str]:
    return told(access_mail(topic, to))


def account_mail(topic: Topic, account: Account = ACCOUNT, to: Person = CHRIS, **entry: Any) -> EmailMessage:
    outbox = Outbox()
    whole = {"rank": 2, "amount_cents": 20031, "invoice_number": 9196} | entry
    written = OutboxEntry(f"{topic}-1", topic, "p", "p-1", NOW, **whole)
    mailer = SesMailer(outbox, "school@demo.test", "https://portal.test")
    if topic is Topic.IBAN_NEEDED:
        mailer.send_iban_link(to, written, "t0ken", account, CAMPAIGN, NOW.date())
    else:
        mailer.send(to, written, account, CAMPAIGN, NOW.date())
    return outbox.only()


def requested_mail(topic: Topic, to: Person = CHRIS) -> EmailMessage:
    outbox, asked = Outbox(), OutboxEntry(f"{topic}-1", topic, "", "", NOW, email=CHRIS.email)
    SesMailer(outbox, "school@demo.test", "https://portal.test").send_link(to, asked, "t0ken", CAMPAIGN)
    return outbox.only()


def access_mail(topic: Topic, to: Person = CHRIS) -> EmailMessage:
    outbox, entry = Outbox(), OutboxEntry(f"{topic}-1", topic, "p", "", NOW)
    SesMailer(outbox, "school@demo.test", "https://portal.test").send_notice(to, entry, CAMPAIGN)
    return outbox.only()


def told(mail: EmailMessage) -> tuple[str, str]:
    assert (mail["From"], mail["To"]) == ("school@demo.test", "student@demo.test")
    body = mail.get_body(("plain",))
    assert body is not None
    return plain(mail["Subject"]), plain(body.get_content())


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


@pytest.mark.parametrize("topic", ABOUT_ACCOUNTS)
def test_every_topic_has_a_subject_a_greeting_and_the_school(topic: Topic) -> None:
    subject, text = mail_of(topic)
    assert subject
    assert text.startswith("Bonjour Chris,")
    assert text.endswith(CAMPAIGN.school.name)
    assert "{" not in subject + text


@pytest.mark.parametrize("topic", ABOUT_ACCOUNTS)
def test_every_topic_can_be_told_of_an_account_without_a_plan(topic: Topic) -> None:
    subject, text = mail_of(topic, BARE, rank=0)
    assert "None" not in subject + text


@pytest.mark.parametrize("topic", ABOUT_ACCOUNTS)
@pytest.mark.parametrize("language", Language)
def test_links_name_the_file_of_who_has_several(topic: Topic, language: Language) -> None:
    to = replace(CHRIS, language=language)
    other = replace(REGISTRATION, id="p-2", programme_code="P2223_Y3_3A")
    both = replace(ACCOUNT, registrations=(REGISTRATION, other))
    pages = re.compile(r"https://portal\.test/(?:pay-plan|pay-once|dossier)(\S*)")
    assert set(pages.findall(mail_of(topic, both, to)[1])) <= {"?registration=p-1"}
    assert set(pages.findall(mail_of(topic, ACCOUNT, to)[1])) <= {""}


@pytest.mark.parametrize("topic", ABOUT_DEBITS)
def test_mail_about_a_debit_names_its_rank_amount_and_menu(topic: Topic) -> None:
    subject, text = mail_of(topic)
    assert "200,31 €" in subject
    assert "La 2e échéance sur 3" in text or "la 2e échéance sur 3" in text
    assert "200,31 €" in text
    assert "https://portal.test/pay-plan" in text


@pytest.mark.parametrize("topic", ABOUT_ACCOUNTS)
def test_no_mail_names_the_card_schemes_reason_or_the_token(topic: Topic) -> None:
    told = " ".join(mail_of(topic, rank=2)).casefold()
    for reason in ("143", "vol", "provision", "opposition", "plafond", "fraude", "sldlrcslmpc"):
        assert reason not in told


def test_notice_says_amount_date_and_last_digits() -> None:
    waiting = replace(SECOND, next_try_on=SECOND.due_on, tries=0, refusal_code="")
    subject, text = mail_of(Topic.DEBIT_NOTICE, replace(ACCOUNT, instalments=(FIRST, waiting, THIRD)))
    assert subject == "Prélèvement de 200,31 € le 10/07/2022"
    assert "200,31 €, sera prélevée le 10/07/2022 sur votre carte bancaire se terminant par 12." in text


def test_retried_debit_says_when_it_will_be_tried_again() -> None:
    assert "Nous essaierons de nouveau le 13/07/2022." in mail_of(Topic.DEBIT_RETRIED)[1]


def test_approval_leads_to_menu_3_and_refusal_says_why() -> None:
    subject, approved = mail_of(Topic.PLAN_APPROVED, rank=0, amount_cents=60100)
    assert "acceptée" in subject
    assert "« Paybox 3 échéances »" in approved
    assert "601,00 €" in approved
    assert "menu 3 du portail : https://portal.test/pay-plan" in approved
    assert "Motif : Impayé de l'an dernier." in mail_of(Topic.PLAN_REFUSED, rank=0)[1]


def test_stopped_plan_says_why_and_that_nothing_is_taken() -> None:
    _, text = mail_of(Topic.PLAN_STOPPED, rank=0, reason="Litige avec la banque.")
    assert "Motif : Litige avec la banque." in text
    assert "Aucune échéance ne sera plus prélevée tant que l'échéancier est suspendu." in text


@pytest.mark.parametrize("topic", [Topic.PLAN_RESUMED, Topic.PLAN_RECUT])
def test_changed_plan_says_what_is_still_to_come(topic: Topic) -> None:
    cancelled = replace(SECOND, state=InstalmentState.CANCELLED)
    _, text = mail_of(topic, replace(ACCOUNT, instalments=(FIRST, cancelled, THIRD)), rank=0)
    assert "- 200,38 € le 10/08/2022" in text
    assert "200,31 €" not in text
    assert "Un mail vous préviendra avant" in text


def test_plan_cut_again_while_it_is_stopped_says_so() -> None:
    stopped = replace(ACCOUNT, plan_requests=(replace(REQUEST, stopped_at=NOW),))
    _, text = mail_of(Topic.PLAN_RECUT, stopped, rank=0)
    assert "Les prélèvements restent suspendus : un mail vous préviendra de leur reprise." in text


def test_refused_registration_says_the_registrars_reason() -> None:
    assert "Motif : Pièce absente." in mail_of(Topic.REGISTRATION_REFUSED, rank=0)[1]


def test_card_that_ends_early_is_told_with_both_dates() -> None:
    _, text = mail_of(Topic.CARD_ENDS_EARLY, rank=0, amount_cents=0)
    assert "expire en 07/22, avant la dernière échéance du 10/08/2022." in text


def test_card_that_ends_early_is_told_with_the_last_date_that_stands() -> None:
    shorter = replace(ACCOUNT, instalments=(FIRST, SECOND, replace(THIRD, state=InstalmentState.CANCELLED)))
    assert "avant la dernière échéance du 10/07/2022." in mail_of(Topic.CARD_ENDS_EARLY, shorter, rank=0)[1]


def test_card_that_was_not_kept_is_told_without_a_date_of_its_own() -> None:
    subject, text = mail_of(Topic.CARD_NOT_KEPT, CARDLESS, rank=0, amount_cents=0)
    assert subject == "Votre paiement est enregistré, mais votre carte n'a pas pu être conservée"
    assert "expire" not in text
    assert "la prochaine échéance de 200,31 € : https://portal.test/pay-plan" in text
    assert "Faites-le avant le 13/07/2022." in text


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("no_token", "n'a pas pu être prélevée : votre carte n'avait pas pu être conservée. Rien"),
        ("card_expires_before", "n'a pas pu être prélevée : votre carte a expiré. Rien"),
        ("card_expired", "n'a pas pu être prélevée : nous n'avons pas de carte valable. Rien"),
        ("00143", "n'a pas pu être prélevée. Rien"),
    ],
)
def test_payer_is_told_our_own_reason_and_never_the_banks(code: str, said: str) -> None:
    needed = replace(SECOND, state=InstalmentState.NEEDS_PAYER, refusal_code=code)
    _, text = mail_of(Topic.PAYER_NEEDED, replace(ACCOUNT, instalments=(FIRST, needed, THIRD)))
    assert said in text


def test_debit_without_a_card_is_not_announced_as_one() -> None:
    subject, text = mail_of(Topic.DEBIT_NOTICE, CARDLESS)
    assert subject == "Échéance de 200,31 € le 13/07/2022"
    assert "nous n'avons pas de carte pour la prélever ce jour-là" in text
    assert "rien à faire" not in text


def test_first_payment_without_a_card_promises_no_debits() -> None:
    _, text = mail_of(Topic.PAYMENT_BOOKED, CARDLESS, rank=1)
    assert "C'est la 1re échéance sur 3 de votre échéancier. Les dates et les montants des suivantes" in text
    assert "prélevées" not in text


@pytest.mark.parametrize(
    ("rank", "said"),
    [
        (0, "Votre facture n° 9196 vous attend"),
        (1, "C'est la 1re échéance sur 3 de votre échéancier. Les suivantes seront prélevées"),
        (2, "C'est la 2e échéance sur 3 de votre échéancier : elle est réglée."),
    ],
)
def test_booked_payment_says_what_it_pays(rank: int, said: str) -> None:
    _, text = mail_of(Topic.PAYMENT_BOOKED, WITH_CARD, rank=rank)
    assert said in text
    assert "n° 9196" in text
    assert "menu 4 : https://portal.test/invoices" in text


def check_greeting(subject: str, text: str) -> None:
    assert subject
    assert text.startswith("Bonjour Chris,")
    assert CAMPAIGN.school.contact_email in text
    assert text.endswith(CAMPAIGN.school.name)
    assert "{" not in subject + text


@pytest.mark.parametrize("topic", sorted(LINKS))
def test_link_is_under_our_own_address_and_says_how_long_it_is_good(topic: Topic) -> None:
    subject, text = link_mail(topic)
    check_greeting(subject, text)
    assert "https://portal.test/password?token=t0ken" in text
    assert "valable 30 minutes et une seule fois" in text
    assert "Vous n'avez rien demandé ? Ne faites rien" in text
    assert "t0ken" not in subject


def test_first_link_and_a_later_one_are_told_apart() -> None:
    assert "première connexion" in link_mail(Topic.FIRST_CONNECTION)[0]
    assert "Réinitialiser" in link_mail(Topic.PASSWORD_RESET)[0]


@pytest.mark.parametrize("topic", sorted(NOTICES - OF_ENDPOINTS))
def test_notice_says_what_to_do_if_it_was_somebody_else(topic: Topic) -> None:
    subject, text = notice_mail(topic)
    check_greeting(subject, text)
    assert "Ce n'était pas vous" in text
    assert "token" not in text


def named_by(entry_id: str, sender: str = "school@demo.test") -> tuple[str, str]:
    """Return what a mail about an entry is named by: its Message-ID, and the header that SES passes on."""
    outbox = Outbox()
    entry = OutboxEntry(entry_id, Topic.PASSWORD_SET, "p", "", NOW)
    SesMailer(outbox, sender, "https://portal.test").send_notice(CHRIS, entry, CAMPAIGN)
    mail = message_from_bytes(outbox.sent[0]["RawMessage"]["Data"], policy=SMTP)
    return mail["Message-ID"], mail[ENTRY_HEADER]


def test_subject_of_a_rehearsals_mail_says_so() -> None:
    outbox = Outbox()
    entry = OutboxEntry("entry-1", Topic.PASSWORD_SET, "p", "", NOW)
    SesMailer(outbox, "school@demo.test", "https://portal.test").send_notice(
        CHRIS, entry, rehearsed(CAMPAIGN)
    )
    assert told(outbox.only())[0].startswith("[TEST] ")


def test_mail_sent_twice_has_one_name_and_another_mail_another() -> None:
    assert named_by("entry-1") == named_by("entry-1")
    assert not set(named_by("entry-1")) & set(named_by("entry-2"))


def test_mail_names_the_request_that_caused_it_and_is_noted_by_its_entry_and_its_id_of_ses() -> None:
    outbox, noted = Outbox(), []
    mailer = SesMailer(
        outbox,
        "school@demo.test",
        "https://portal.test",
        note=lambda entry, mail_id: noted.append((entry.id, mail_id)),
    )
    entry = OutboxEntry("entry-1", Topic.PASSWORD_SET, "p", "", NOW)
    mailer.send_notice(CHRIS, replace(entry, correlation_id="request-1"), CAMPAIGN)
    mailer.send_notice(CHRIS, entry, CAMPAIGN)
    mails = [message_from_bytes(each["RawMessage"]["Data"], policy=SMTP) for each in outbox.sent]
    assert [mail["X-Correlation-ID"] for mail in mails] == ["request-1", None]
    assert noted == [("entry-1", "mail-1"), ("entry-1", "mail-2")]


@pytest.mark.parametrize("sender", ["school@demo.test", "École <school@demo.test>"])
def test_name_of_a_mail_is_of_the_senders_domain_and_tells_nothing_of_the_entry(sender: str) -> None:
    message_id, header = named_by("forget_card-subscriber-1", sender)
    assert re.fullmatch("[0-9a-f]{32}", header)
    assert message_id == f"<{header}@demo.test>"


def test_every_line_of_a_mail_is_short_ascii() -> None:
    outbox = Outbox()
    entry = OutboxEntry("e", Topic.PLAN_REFUSED, "p", "p-1", NOW, reason="é" * 2000)
    SesMailer(outbox, "school@demo.test", "https://portal.test").send(
        CHRIS, entry, ACCOUNT, CAMPAIGN, NOW.date()
    )
    written = outbox.sent[0]["RawMessage"]["Data"]
    assert written.isascii()
    assert max(len(line) for line in written.splitlines()) < 998


def test_cancelled_instalments_are_not_counted() -> None:
    cancelled = replace(SECOND, state=InstalmentState.CANCELLED)
    fourth, fifth = replace(THIRD, rank=4), replace(THIRD, rank=5, due_on=date(2022, 9, 10))
    recut = replace(WITH_CARD, instalments=(FIRST, cancelled, replace(cancelled, rank=3), fourth, fifth))
    assert "La 2e échéance sur 3 de votre inscription" in mail_of(Topic.DEBIT_NOTICE, recut, rank=4)[1]


def test_iban_is_asked_for_by_a_link_of_ours_that_says_how_long_it_lasts() -> None:
    _, text = mail_of(Topic.IBAN_NEEDED)
    assert "https://portal.test/iban?token=t0ken" in text
    assert "valable 72 heures et une seule fois" in text
