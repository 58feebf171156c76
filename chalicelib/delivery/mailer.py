import hashlib
from collections.abc import Callable, Mapping
from datetime import date
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP
from email.utils import parseaddr
from typing import Any

from chalicelib.delivery.mail_html import compose_html
from chalicelib.delivery.mail_text import compose
from chalicelib.delivery.receipt_facts import receipt_facts
from chalicelib.domain.account import Account
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.fees import owed_of_withdrawn, total_cents
from chalicelib.domain.invoices import Invoice
from chalicelib.domain.languages import Language, amount, day
from chalicelib.domain.links import IBAN_LINK_LIFETIME, LINK_LIFETIME
from chalicelib.domain.outbox import OutboxEntry
from chalicelib.domain.owed import owed_cents
from chalicelib.domain.payment_links.link_use import CardPayer
from chalicelib.domain.payments import Payment
from chalicelib.domain.people import Person
from chalicelib.domain.plan.instalments import InstalmentState, Mandate
from chalicelib.domain.plan.plan_cards import can_be_debited, file_lack, instalment_that_needs_a_card
from chalicelib.domain.plan.standing import place_of, standing
from chalicelib.domain.registration_file import RegistrationFile, file_of
from chalicelib.domain.rehearsal import MARK, is_rehearsed

ENTRY_HEADER = "X-Quittance-Entry"
CORRELATION_HEADER = "X-Correlation-ID"
LOGO = "logo@quittance"
SEVEN_BITS = SMTP.clone(cte_type="7bit")
"""SES takes no other raw mail: what is not ASCII goes as quoted-printable or base64."""


class SesMailer:
    """Send mails, as text and as HTML, in the reader's language, by Amazon SES.

    `client` is botocore's `ses`; `base_url` the portal's public URL.

    Each mail has a digest of its outbox entry in Message-ID and in X-Quittance-Entry, and in X-Correlation-ID
    the id of the request that caused it, which its log lines have. SES has no idempotency
    token: it accepts a repeated call, and replaces Message-ID by one of its own. So a duplicate is not
    prevented; X-Quittance-Entry, which SES passes on, lets a filter or a person find it. A relay that keeps
    Message-ID lets mailboxes find it too.
    """

    def __init__(
        self,
        client: Any,
        sender: str,
        base_url: str,
        draw: Callable[[str], bytes] = lambda _: b"",
        note: Callable[[OutboxEntry, str], None] = lambda *_: None,
    ) -> None:
        """Take `draw`, which gives an SVG as PNG: a logo travels with its mail, where all readers show it.

        `note` is called with the entry of a mail that left, and with SES's id of the mail.
        """
        self._client = client
        self._sender = sender
        self._base_url = base_url
        self._draw = draw
        self._note = note

    def send(self, to: Person, entry: OutboxEntry, account: Account, campaign: Campaign, today: date) -> None:
        self._mail(to, entry, facts(to, entry, account, campaign, today))

    def send_link(self, to: Person, entry: OutboxEntry, token: str, campaign: Campaign) -> None:
        minutes = int(LINK_LIFETIME.total_seconds()) // 60
        link = f"{self._base_url}/password?token={token}"
        self._mail(to, entry, {"link": link, "minutes": minutes, **_greeting(to, campaign)})

    def send_iban_link(
        self, to: Person, entry: OutboxEntry, token: str, account: Account, campaign: Campaign, today: date
    ) -> None:
        hours = int(IBAN_LINK_LIFETIME.total_seconds()) // 3600
        told = facts(to, entry, account, campaign, today)
        self._mail(to, entry, {**told, "link": f"{self._base_url}/iban?token={token}", "hours": hours})

    def send_to_card_payer(
        self, to: CardPayer, entry: OutboxEntry, payment: Payment, student: Person, campaign: Campaign
    ) -> None:
        told = receipt_facts(to, entry, payment, student, campaign)
        self._sent(to.email, entry, self._written(to.email, to.language, entry, told))

    def send_notice(self, to: Person, entry: OutboxEntry, campaign: Campaign) -> None:
        self._mail(to, entry, {"entry_reason": entry.reason, **_greeting(to, campaign)})

    def send_to_payer(
        self, entry: OutboxEntry, language: Language, invoice: Invoice, campaign: Campaign, pdf: bytes
    ) -> None:
        told = payer_facts(entry, language, invoice, campaign)
        name = f"facture-{invoice.number}.pdf"
        self._sent(entry.email, entry, self._written(entry.email, language, entry, told, (name, pdf)))

    def _mail(self, to: Person, entry: OutboxEntry, told: Mapping[str, Any]) -> None:
        self._sent(to.email, entry, self._written(to.email, to.language, entry, told))

    def _sent(self, to: str, entry: OutboxEntry, mail: EmailMessage) -> None:
        answer = self._client.send_raw_email(
            Source=self._sender,
            Destinations=[ascii_domain(to)],
            RawMessage={"Data": mail.as_bytes()},
        )
        self._note(entry, answer["MessageId"])

    def _written(
        self,
        to: str,
        language: Language,
        entry: OutboxEntry,
        told: Mapping[str, Any],
        attached: tuple[str, bytes] | None = None,
    ) -> EmailMessage:
        logo = self._draw(told["look"].logo) if told["look"].logo else b""
        whole = {"portal": self._base_url, "logo": f"cid:{LOGO}" if logo else "", **told}
        subject, text = compose(entry.topic, language, **whole)
        if is_rehearsed(told["school"]):
            subject = f"[{MARK}] {subject}"
        named = hashlib.sha256(entry.id.encode()).hexdigest()[:32]
        mail = EmailMessage(policy=SEVEN_BITS)
        mail["From"] = self._sender
        mail["To"] = ascii_domain(to)
        mail["Subject"] = subject
        mail["Message-ID"] = f"<{named}@{parseaddr(self._sender)[1].rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail[ENTRY_HEADER] = named
        if entry.correlation_id:
            mail[CORRELATION_HEADER] = entry.correlation_id
        mail.set_content(text)
        mail.add_alternative(compose_html(entry.topic, language, whole, subject), subtype="html")
        if logo:
            _html_of(mail).add_related(
                logo, "image", "png", cid=f"<{LOGO}>", disposition="inline", filename="logo.png"
            )
        if attached:
            name, pdf = attached
            mail.add_attachment(pdf, maintype="application", subtype="pdf", filename=name)
        # After the parts: a header of the content moves into the first of them.
        mail["Content-Language"] = language.value
        return mail


def _html_of(mail: EmailMessage) -> MIMEPart:
    return next(part for part in mail.iter_parts() if part.get_content_type() == "text/html")


def ascii_domain(email: str) -> str:
    """Return the address with its domain in the ASCII form (RFC 3490), the only one that SES takes."""
    local, at, domain = email.rpartition("@")
    return f"{local}{at}{domain.encode('idna').decode()}"


def facts(
    to: Person, entry: OutboxEntry, account: Account, campaign: Campaign, today: date
) -> dict[str, Any]:
    """Return the data of a mail: it may say that a debit was refused, never why; the reason is for staff.

    `file` ends the address of a page about one file, where the person has several.
    """
    file = file_of(account, entry.registration_id, campaign)
    registration, request, language = file.registration, file.plan_request, to.language
    return {
        **_greeting(to, campaign),
        "file": f"?registration={registration.id}" if len(account.registrations) > 1 else "",
        "programme": campaign.programme_label(registration.programme_code).in_language(language),
        "amount": amount(entry.amount_cents, language),
        "invoice_number": entry.invoice_number,
        "remaining": amount(owed_cents(file), language) if registration.part_paid else "",
        "reason": entry.reason or registration.reason,
        "plan": campaign.plan_label(request.plan_code).in_language(language) if request else "",
        "plan_reason": entry.reason or (request.reason if request else ""),
        "entry_reason": entry.reason,
        **_correction_facts(entry, file, language),
        "is_stopped": bool(request and request.is_stopped),
        "rank": place_of(entry.rank, file.instalments) if entry.rank else 0,
        **_instalment_facts(entry, file, language, today),
        **_card_facts(file.mandate),
        **_new_card_facts(file, language),
    }


def _correction_facts(entry: OutboxEntry, file: RegistrationFile, language: Language) -> dict[str, Any]:
    registration, request = file.registration, file.plan_request
    code = registration.fee_situation_code or ""
    return {
        "situation": file.campaign.fee_situation_label(code).in_language(language),
        "owed": amount(total_cents(file) or 0, language),
        "has_refund": entry.amount_cents > 0,
        "has_ended": not registration.is_accepted,
        "owed_now": amount(owed, language) if (owed := owed_of_withdrawn(file)) else "",
        "kept": amount(registration.kept_cents, language) if registration.kept_cents else "",
        "has_ended_plan": file.has_started_plan and not file.remaining_cents,
        "has_withdrawn_plan": bool(request) and not file.has_binding_plan,
    }


def payer_facts(
    entry: OutboxEntry, language: Language, invoice: Invoice, campaign: Campaign
) -> dict[str, Any]:
    """Return the data of a mail to a third-party payer about its invoice."""
    buyer = invoice.buyer
    return {
        "school": campaign.school.name,
        "look": campaign.look,
        "contact": campaign.school.contact_email,
        "payer": invoice.client.last_name,
        "student": buyer.student if buyer else "",
        "programme": invoice.session,
        "invoice_number": invoice.number,
        "issued_on": day(invoice.issued_on, language),
        "due_on": day(buyer.due_on, language) if buyer else "",
        "iban": buyer.iban if buyer else "",
        "amount": amount(entry.amount_cents, language),
        "entry_reason": entry.reason,
    }


def _greeting(to: Person, campaign: Campaign) -> dict[str, Any]:
    return {
        "first_name": to.first_name,
        "school": campaign.school.name,
        "look": campaign.look,
        "contact": campaign.school.contact_email,
    }


def _instalment_facts(
    entry: OutboxEntry, file: RegistrationFile, language: Language, today: date
) -> dict[str, Any]:
    instalments = standing(file.instalments)
    named = next((each for each in file.instalments if each.rank == entry.rank), None)
    return {
        "instalments": len(instalments),
        "due_on": day(named.due_on, language) if named else "",
        "next_try_on": day(named.next_try_on, language) if named and named.next_try_on >= today else "",
        "last_due_on": day(instalments[-1].due_on, language) if instalments else "",
        "refusal": named.refusal_code if named else "",
        "can_be_debited": named is not None and can_be_debited(named, file.mandate),
        "to_come": [
            (amount(each.remaining_cents, language), day(each.due_on, language))
            for each in instalments
            if each.state is InstalmentState.DUE and each.due_on >= today
        ],
    }


def _card_facts(mandate: Mandate | None) -> dict[str, str]:
    """Return the card's expiry as printed on it, MM/YY."""
    expires = mandate.card_expires if mandate else ""
    return {
        "card_last_digits": mandate.card_last_digits if mandate else "",
        "card_expires": f"{expires[2:]}/{expires[:2]}" if expires else "",
    }


def _new_card_facts(file: RegistrationFile, language: Language) -> dict[str, Any]:
    """Return what asks for another card, and the instalment that gives it, "" if none is needed."""
    wanted = instalment_that_needs_a_card(file)
    return {
        "card_lack": file_lack(file),
        "next_amount": amount(wanted.remaining_cents, language) if wanted else "",
        "next_due_on": day(wanted.next_try_on, language) if wanted else "",
    }
