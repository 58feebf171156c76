"""Conversion of domain objects into responses of the API."""

from collections.abc import Sequence
from datetime import date

from chalicelib.api.credit_note_views import credit_note_view
from chalicelib.api.plan_views import plan_request_view
from chalicelib.domain.account import Account
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.evidence.checks import EvidenceCheck, shown_state
from chalicelib.domain.fees import is_complete, total_cents
from chalicelib.domain.invoices import Invoice, Order
from chalicelib.domain.languages import Language
from chalicelib.domain.menu import MenuItem
from chalicelib.domain.money import FeeLine, totals
from chalicelib.domain.payers.covers import Cover, covers_of
from chalicelib.domain.payments import Attempt, Payment
from chalicelib.domain.people import Person
from chalicelib.domain.receipts import Receipt, receipt
from chalicelib.domain.refunds.refund import Refund, RefundState
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.domain.treasury.details import TransferDetails, transfer_details
from chalicelib.portal.payment_words import MESSAGES
from chalicelib.portal.sentences import sentence
from chalicelib.usecases.campaigns.explain_amount import Explanation
from chalicelib.web.schemas import card_payments as payment_schemas
from chalicelib.web.schemas import registrations as schemas
from chalicelib.web.schemas.covers import CoverView
from chalicelib.web.schemas.evidence import EvidenceState, EvidenceView


def person_brief(person: Person) -> schemas.PersonBrief:
    return schemas.PersonBrief(
        id=person.id, first_name=person.first_name, last_name=person.last_name, email=person.email
    )


def me(person: Person) -> schemas.Me:
    return schemas.Me(
        person=person_brief(person),
        birth_on=person.birth_on,
        addresses=[
            schemas.SavedAddress.model_validate(each, from_attributes=True) for each in person.addresses
        ],
        roles=sorted(person.roles),
    )


def menu_entry(item: MenuItem, campaign: Campaign, language: Language) -> schemas.MenuEntry:
    return schemas.MenuEntry(
        key=item.key,
        label=campaign.text(f"menu.{item.key}", language),
        state=item.state,
        reason=sentence(item.reason, language),
        until=item.until,
    )


def situation_view(campaign: Campaign, code: str, language: Language) -> schemas.CodeLabel:
    return schemas.CodeLabel(code=code, label=campaign.fee_situation_label(code).in_language(language))


def programme_view(campaign: Campaign, code: str, language: Language) -> schemas.CodeLabel:
    return schemas.CodeLabel(code=code, label=campaign.programme_label(code).in_language(language))


def registration_view(file: RegistrationFile, language: Language) -> schemas.RegistrationView:
    registration, campaign = file.registration, file.campaign
    code = registration.fee_situation_code
    return schemas.RegistrationView(
        id=registration.id,
        campaign=registration.campaign_id,
        programme=programme_view(campaign, registration.programme_code, language),
        status=registration.status,
        status_label=campaign.text(f"status.{registration.status}", language),
        reason=registration.reason,
        fee_situation=situation_view(campaign, code, language) if code else None,
        allowed_fee_situations=[
            situation_view(campaign, allowed, language)
            for allowed in file.programme.tariffs
            if registration.allows(allowed)
        ],
        total_cents=total_cents(file),
        plan_request=plan_request_view(file.plan_request),
        seen_steps=sorted(registration.seen_steps),
        evidence=[_evidence(each) for each in registration.evidence],
        complete=is_complete(file),
    )


def _evidence(check: EvidenceCheck) -> EvidenceView:
    return EvidenceView(source=check.source, state=EvidenceState(shown_state(check)), asked_at=check.asked_at)


def quote_view(lines: tuple[FeeLine, ...], why: Explanation, language: Language) -> schemas.Quote:
    return schemas.Quote(
        lines=[schemas.QuoteLine.model_validate(line, from_attributes=True) for line in lines],
        total_cents=totals(lines).total_cents,
        explanation=_explanation(why, language),
    )


def _explanation(why: Explanation, language: Language) -> schemas.QuoteExplanation:
    version = why.version
    return schemas.QuoteExplanation(
        campaign=schemas.CodeLabel(code=why.campaign.id, label=why.campaign.label.in_language(language)),
        source=why.source.in_language(language) if why.source else None,
        version=version.number if version else None,
        loaded_by=why.loaded_by,
        loaded_at=version.loaded_at if version else None,
        holds_from=version.holds_from if version else None,
        orders=why.orders,
    )


def card_payment(account: Account, attempt: Attempt) -> payment_schemas.CardPayment:
    received = receipt(account, attempt)
    return payment_schemas.CardPayment(
        id=attempt.id,
        state=attempt.state,
        amount_cents=attempt.amount_cents,
        message=MESSAGES[attempt.state],
        started_at=attempt.started_at,
        expires_at=attempt.expires_at,
        receipt=_receipt(received) if received else None,
    )


def _receipt(received: Receipt) -> payment_schemas.Receipt:
    return payment_schemas.Receipt(
        paid_on=received.paid_on,
        banked_on=received.banked_on,
        reference=received.reference,
        card=received.card or None,
        invoice_number=received.invoice_number,
        card_lack=received.card_lack,
        next_debits=[
            payment_schemas.NextDebit(due_on=each.due_on, amount_cents=each.amount_cents)
            for each in received.next_debits
        ],
    )


def invoice_view(account: Account, invoice: Invoice) -> schemas.InvoiceView:
    return schemas.InvoiceView(
        number=invoice.number,
        issued_on=invoice.issued_on,
        session=invoice.session,
        excl_tax_cents=invoice.totals.excl_tax_cents,
        tax_cents=invoice.totals.tax_cents,
        total_cents=invoice.totals.total_cents,
        credited_cents=account.credited_cents(invoice),
        paid_cents=account.paid_cents(invoice),
        settled_on=account.settled_on(invoice.order_number, invoice.totals.total_cents),
        rendered=invoice.number in account.documents,
    )


def order_view(account: Account, order: Order) -> schemas.OrderView:
    return schemas.OrderView(
        number=order.number,
        ordered_on=order.ordered_on,
        blocked=account.registration(order.registration_id).blocked,
        settled_on=account.settled_on(order.number, order.totals.total_cents),
        excl_tax_cents=order.totals.excl_tax_cents,
        tax_cents=order.totals.tax_cents,
        total_cents=order.totals.total_cents,
        financed_cents=order.financed_cents,
        invoiced_cents=order.invoiced_cents,
    )


def payment_view(payment: Payment) -> schemas.PaymentView:
    return schemas.PaymentView(
        id=payment.id,
        received_on=paris_day(payment.received_at),
        booked_on=paris_day(payment.received_at),
        banked_on=payment.banked_on,
        method=payment.method,
        amount_cents=payment.amount_cents,
        allocated_cents=payment.allocated_cents,
        refunded_cents=payment.refunded_cents,
        paid_on=payment.paid_on,
        reference=payment.reference,
        bounced_cents=payment.bounced_cents,
    )


def _refund_views(account: Account) -> list[schemas.RefundView]:
    """Return the refunds that were approved, and what was given back at the bank besides."""
    own = [_refund_view(each) for each in account.shown_refunds]
    elsewhere = [
        schemas.RefundView(payment=each.id, method=each.method, amount_cents=cents)
        for each in account.payments
        if (cents := account.given_back_elsewhere(each))
    ]
    return [*own, *elsewhere]


def _refund_view(refund: Refund) -> schemas.RefundView:
    return schemas.RefundView(
        id=refund.id,
        state=refund.state,
        payment=refund.payment_id,
        method=refund.method,
        amount_cents=refund.amount_cents,
        refunded_on=paris_day(refund.ended_at)
        if refund.state is RefundState.DONE and refund.ended_at
        else None,
    )


def account_view(account: Account, files: Sequence[RegistrationFile], today: date) -> schemas.AccountView:
    return schemas.AccountView(
        orders=[order_view(account, order) for order in account.orders],
        invoices=[invoice_view(account, invoice) for invoice in account.invoices],
        payments=[payment_view(payment) for payment in account.payments],
        credit_notes=[
            credit_note_view(note, rendered=note.number in account.credit_documents)
            for note in account.credit_notes
        ],
        refunds=_refund_views(account),
        totals=schemas.AccountTotals.model_validate(account.position(today), from_attributes=True),
        unpaid_cents=account.arrears_cents,
        covers=[cover_view(cover) for file in files for cover in covers_of(file)],
        transfer=_transfer_view(transfer_details(account, files, today)),
    )


def _transfer_view(details: TransferDetails | None) -> schemas.TransferDetailsView | None:
    if details is None:
        return None
    school = details.account
    return schemas.TransferDetailsView(
        holder=school.holder,
        iban=school.iban,
        bic=school.bic,
        reference=details.reference,
        amount_cents=details.cents,
    )


def cover_view(cover: Cover) -> CoverView:
    return CoverView(
        registration=cover.registration_id,
        payer=cover.payer,
        amount_cents=cover.cents,
        invoice_number=cover.invoice_number,
    )
