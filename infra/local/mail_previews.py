"""Every mail of Quittance with invented facts, as text and as HTML, to be read before it is sent."""

from __future__ import annotations

from datetime import date
from typing import Any

from chalicelib.campaigns.reader import load_shipped
from chalicelib.delivery.mail_html import compose_html
from chalicelib.delivery.mail_text import compose
from chalicelib.domain.languages import Language, amount, day
from chalicelib.domain.outbox import TO_PAYERS, Topic

CAMPAIGN = "clermont-auvergne-inp-2022"
NO_MAILS = frozenset({Topic.CHECK_EVIDENCE, Topic.CONTINUE_IMPORT, Topic.FORGET_CARD})
TOPICS = tuple(sorted(topic for topic in Topic if topic not in NO_MAILS))
REASON = {Language.FR: "Motif d'exemple.", Language.EN: "Sample reason."}
ANSWER_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""A mail is shown as a mail program would: it runs nothing, fetches nothing, and is of no origin."""
_IN_A_TAB = '<head><base target="_blank">'


def preview_text(topic: Topic, language: Language, portal: str) -> tuple[str, str]:
    """Return subject and text."""
    return compose(topic, language, **sample_facts(topic, language, portal))


def preview_html(topic: Topic, language: Language, portal: str) -> str:
    return for_a_frame(compose_html(topic, language, sample_facts(topic, language, portal)))


def for_a_frame(html: str) -> str:
    """Let the links of a mail open in a tab of their own: the portal is shown in no frame."""
    return html.replace("<head>", _IN_A_TAB, 1)


def sample_facts(topic: Topic, language: Language, portal: str) -> dict[str, Any]:
    """Return all that a mail may tell."""
    campaign = load_shipped(CAMPAIGN)
    entry_reason = REASON[language]
    if topic is Topic.ARREARS_REMINDER or topic in TO_PAYERS:
        entry_reason = "second"
    return {
        "portal": portal,
        "link": f"{portal}/{'iban' if topic is Topic.IBAN_NEEDED else 'password'}?token=sample",
        "minutes": 30,
        "hours": 72,
        "first_name": "Chris",
        "school": campaign.school.name,
        "look": campaign.look,
        "contact": campaign.school.contact_email,
        "file": "",
        "programme": campaign.programme_label("I2223_Y1_1A").in_language(language),
        "plan": campaign.plan_label("paybox-3").in_language(language),
        "situation": campaign.fee_situation_label("01").in_language(language),
        "reason": REASON[language],
        "plan_reason": REASON[language],
        "entry_reason": entry_reason,
        "invoice_number": 9357,
        "rank": 1 if topic is Topic.PAYMENT_BOOKED else 2,
        "instalments": 3,
        "refusal": "",
        "card_lack": "",
        "card_last_digits": "44",
        "card_expires": "07/22",
        "payer": "TEST",
        "student": "TESTCD Chris",
        "initials": "C. T.",
        "reference": "0000007001",
        "is_credit": False,
        "iban": "FR76 3000 1007 9412 3456 7890 185",
        **_sample_figures(language),
        **dict.fromkeys(("has_refund", "can_be_debited"), True),
        **dict.fromkeys(("is_stopped", "has_ended", "has_ended_plan", "has_withdrawn_plan"), False),
    }


def _sample_figures(language: Language) -> dict[str, Any]:
    third = amount(20031, language)
    second_day, third_day = day(date(2022, 7, 10), language), day(date(2022, 8, 10), language)
    return {
        "amount": third,
        "given_back": third,
        "remaining": amount(40069, language),
        "owed": amount(60100, language),
        "owed_now": "",
        "kept": "",
        "next_amount": third,
        "due_on": second_day,
        "next_due_on": second_day,
        "next_try_on": second_day,
        "last_due_on": third_day,
        "issued_on": day(date(2022, 6, 24), language),
        "paid_on": day(date(2022, 6, 24), language),
        "to_come": [(third, second_day), (amount(20038, language), third_day)],
    }
