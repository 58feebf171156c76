"""The campaign of the file that writes every key, as its text and its stored values must both make it."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from chalicelib.campaigns.reader import read_campaign
from chalicelib.domain.books.chart import DEFAULT_CHART, Book
from chalicelib.domain.calendar import PARIS, Window
from chalicelib.domain.campaign import (
    BankAccount,
    Campaign,
    Exemption,
    FeeSituation,
    Numbering,
    PayerTerms,
    Plan,
    PostalAddress,
    PreviousStep,
    Programme,
    Reminder,
    ReminderText,
    Retention,
    School,
    Split,
    Text,
)
from chalicelib.domain.campaigns.look import Look
from chalicelib.domain.exports.layouts import (
    AccountingExport,
    Align,
    Charset,
    Column,
    Field,
    Form,
    Layout,
    LineEnd,
)
from chalicelib.domain.money import FeeLine
from chalicelib.domain.publication import Publication

FILES = Path(__file__).parents[2] / "campaigns"


def text_of(name: str) -> str:
    return (FILES / f"{name}.yaml").read_text(encoding="utf-8")


COMPLETE_TEXT = text_of("ecole-complete-2032")
NUMBERS = ("411", "4118", "7061", "44571", "5115", "5112", "512", "658", "6588", "6541", "4191", "471", "627")
COMPLETE = Campaign(
    id="ecole-complete-2032",
    label=Text(fr="Rentrée 2032", en="Autumn 2032"),
    school=School(
        name="École complète des Marées",
        address=PostalAddress(
            lines=(
                "Phare",
                "1 jetée de Nulle-Part",
            ),
            zip_code="99998",
            city="Nulle-Part",
            country="FR",
        ),
        siren="111111118",
        contact_email="bonjour@ecole-complete.example",
        phone_country_code="+33",
        phone="100000000",
    ),
    guide_url="https://ecole-complete.example/guide",
    previous_steps=(
        PreviousStep(
            key="interview",
            label=Text(fr="Entretien", en="Interview"),
            link="https://ecole-complete.example/entretien",
            note=Text(fr="Le jury vous a reçu.", en="The jury has met you."),
        ),
    ),
    windows=(
        Window(
            opens_at=datetime(2032, 7, 1, 8, 0, tzinfo=PARIS),
            closes_at=datetime(2032, 8, 31, 18, 0, tzinfo=PARIS),
        ),
        Window(
            opens_at=datetime(2032, 10, 31, 0, 30, tzinfo=PARIS),
            closes_at=datetime(2032, 12, 1, 0, 0, tzinfo=PARIS),
        ),
    ),
    fee_situations={
        "A": FeeSituation(
            code="A",
            label=Text(fr="Élève des marées", en="Student of the tides"),
            source=Text(fr="arrêté imaginaire", en="imaginary order"),
            exemption=Exemption.BY_RIGHT,
        ),
        "B": FeeSituation(
            code="B",
            label=Text(fr="Élève des courants", en="Student of the currents"),
            exemption=Exemption.BY_DECISION,
        ),
    },
    programmes={
        "MAREE-1": Programme(
            code="MAREE-1",
            label=Text(fr="Première année de marées", en="First year of tides"),
            tariffs={
                "A": (
                    FeeLine(
                        product="Frais pédagogiques",
                        quantity=2,
                        unit_price_cents=120005,
                        vat_rate=Decimal("5.5"),
                        discount_percent=Decimal("33.33"),
                    ),
                ),
                "B": (FeeLine(product="Droits", quantity=1, unit_price_cents=0),),
            },
            sources={"B": Text(fr="décision du conseil", en="decision of the board")},
        )
    },
    plans={
        "trois-fois": Plan(
            code="trois-fois",
            label=Text(fr="En trois fois", en="In three"),
            split=Split.PERCENT,
            instalments=3,
            shares=(
                Decimal("33.33"),
                Decimal("33.33"),
                Decimal("33.34"),
            ),
            first_amount_cents=None,
            minimum_total_cents=0,
            due_day=10,
            retry_after_days=(
                1,
                3,
            ),
            notice_days=7,
        ),
        "acompte": Plan(
            code="acompte",
            label=Text(fr="Acompte de 150 €", en="Deposit of €150"),
            split=Split.FIXED_FIRST,
            instalments=2,
            shares=(),
            first_amount_cents=15000,
            minimum_total_cents=30000,
            due_day=28,
            retry_after_days=(),
            notice_days=0,
        ),
    },
    numbering=Numbering(series="MAREE32", first_order=7, first_invoice=500),
    exemption_mention=Text(fr="Exonéré par la loi des marées", en="Exempt by the law of tides"),
    texts=read_campaign(text_of("ecole-imaginaire-2031"), "").texts,
    retention=Retention(
        never_paid_months=6,
        mandate_evidence_months=14,
        notification_months=9,
        account_months=24,
        accounting_years=11,
    ),
    chart=DEFAULT_CHART | {Book.FEES: "7061", Book.PAYERS: "4118"},
    import_headings={
        "email": (
            "Courriel",
            "Adresse de messagerie",
        )
    },
    reminders=(
        Reminder(after_days=5, text=ReminderText.FIRST),
        Reminder(after_days=20, text=ReminderText.LAST),
    ),
    withdrawal_fee_cents=1900,
    year_starts_on=date(2032, 9, 1),
    payer_terms=PayerTerms(due_days=45, vat_number="FR00111111118"),
    bank_account=BankAccount(
        holder="Agent comptable des Marées", iban="FR1420041010050500013M02606", bic="PSSTFRPPXXX"
    ),
    accounting=AccountingExport(
        accounts={each: {"account": f"{each:0<8}", "centre": "UB900"} for each in NUMBERS},
        layout=Layout(
            columns=(
                Column(name="COMPTE", target="account", width=8),
                Column(name="UB", target="centre", width=6),
                Column(name="DEBIT", fact=Field.DEBIT, width=12, align=Align.RIGHT, fill="0"),
                Column(name="DEVISE", text="EUR", width=3),
            ),
            form=Form.FIXED,
            separator="\t",
            charset=Charset.LATIN9,
            line_end=LineEnd.LF,
            dates="JJMMAA",
            decimal="",
            has_names=False,
            header="LOT {batch} DU {date}",
            footer="FIN {lines}",
            ending="txt",
        ),
        journal="DRO",
        journal_label="Droits",
        carry_account="8900",
    ),
    publication=Publication(
        director="La directrice des Marées",
        host="Un hébergeur imaginaire",
        data_protection_contact="dpo@ecole-complete.example",
        accessibility_contact="acces@ecole-complete.example",
        audit_percent=80,
        audited_on=date(2032, 3, 1),
        audited_by="Un cabinet imaginaire",
    ),
    look=Look(
        accent="#1d6b3a",
        accent_dark="#8fd6a6",
        logo='<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 2"><path d="M0 0h4v2z"/></svg>',
    ),
)
