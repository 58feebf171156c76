"""One registration's file: the registration, its campaign, and all rows of the registration."""

from dataclasses import dataclass

from chalicelib.domain.account import Account
from chalicelib.domain.books.journal import JournalEntry
from chalicelib.domain.campaign import Campaign, Plan, Programme
from chalicelib.domain.corrections.credit_notes import CreditNote
from chalicelib.domain.errors import PaymentOpen, PaymentUnclear
from chalicelib.domain.invoices import Invoice, Order
from chalicelib.domain.payments import Attempt, AttemptState, Payment
from chalicelib.domain.plan.instalments import Debit, Instalment, InstalmentState, Mandate
from chalicelib.domain.plan.plan_requests import PlanRequest
from chalicelib.domain.refunds.refund import Refund
from chalicelib.domain.registration import Registration

_NEED_PAYER = frozenset({InstalmentState.NEEDS_PAYER, InstalmentState.ARREARS})


@dataclass(frozen=True)
class RegistrationFile:
    """The rows of one registration in an account; instalments are in the order of their ranks."""

    registration: Registration
    campaign: Campaign
    plan_request: PlanRequest | None = None
    mandate: Mandate | None = None
    attempts: tuple[Attempt, ...] = ()
    orders: tuple[Order, ...] = ()
    invoices: tuple[Invoice, ...] = ()
    credit_notes: tuple[CreditNote, ...] = ()
    payments: tuple[Payment, ...] = ()
    instalments: tuple[Instalment, ...] = ()
    debits: tuple[Debit, ...] = ()
    journal: tuple[JournalEntry, ...] = ()
    refunds: tuple[Refund, ...] = ()

    @property
    def programme(self) -> Programme:
        """The programme of the campaign, or one without tariffs if it is no longer in the campaign file."""
        code = self.registration.programme_code
        return self.campaign.programmes.get(code) or Programme(code, self.campaign.programme_label(code), {})

    @property
    def has_unclear_attempt(self) -> bool:
        return any(attempt.state is AttemptState.UNKNOWN for attempt in self.attempts)

    def open_attempt(self, rank: int | None) -> Attempt | None:
        """Return the attempt that may still be paid for one instalment, or for all at once."""
        attempts = (attempt for attempt in self.attempts if attempt.is_open and attempt.rank == rank)
        return next(attempts, None)

    def require_no_open_attempt(self) -> None:
        """Raise `PaymentUnclear` or `PaymentOpen` while a payment of what is declared now may still come."""
        if self.has_unclear_attempt:
            raise PaymentUnclear
        if any(attempt.is_open for attempt in self.attempts):
            raise PaymentOpen

    def require_no_page_beside(self, rank: int | None) -> None:
        """Raise `PaymentOpen` while a page of another target is open: both could be paid."""
        if any(attempt.is_open and attempt.rank != rank for attempt in self.attempts):
            raise PaymentOpen

    @property
    def has_binding_plan(self) -> bool:
        return self.plan_request is not None and self.plan_request.is_binding

    @property
    def has_started_plan(self) -> bool:
        return self.plan_request is not None and self.plan_request.started

    @property
    def agreed_plan(self) -> Plan | None:
        """The plan as it was agreed to, else as the campaign has it now.

        None if the campaign no longer has it.
        """
        if self.mandate and self.mandate.plan:
            return self.mandate.plan
        return self.campaign.plans.get(self.plan_request.plan_code) if self.plan_request else None

    @property
    def needs_payer(self) -> bool:
        """True if an instalment waits for the student to pay it by hand."""
        return any(instalment.state in _NEED_PAYER for instalment in self.instalments)

    @property
    def ordered_cents(self) -> int:
        return sum(order.totals.total_cents for order in self.orders)

    @property
    def charged_cents(self) -> int:
        """The amount ordered less that of the credit notes, and less what was written off."""
        credited = sum(note.totals.total_cents for note in self.credit_notes)
        return self.ordered_cents - credited - self.registration.written_off_cents

    @property
    def remaining_cents(self) -> int:
        """The sum of the instalments not paid yet, in cents."""
        return sum(instalment.remaining_cents for instalment in self.instalments)


def file_of(account: Account, registration_id: str, campaign: Campaign) -> RegistrationFile:
    """Return the file of one registration; raise `NotFound` if the account has no such registration."""
    registration = account.registration(registration_id)
    instalments = sorted(account.instalments_of(registration_id), key=lambda instalment: instalment.rank)
    ranks = {instalment.id for instalment in instalments}
    return RegistrationFile(
        registration=registration,
        campaign=campaign,
        plan_request=account.plan_request(registration_id),
        mandate=account.mandate(registration_id),
        attempts=tuple(row for row in account.attempts if row.registration_id == registration_id),
        orders=tuple(row for row in account.orders if row.registration_id == registration_id),
        invoices=tuple(row for row in account.invoices if row.registration_id == registration_id),
        credit_notes=tuple(row for row in account.credit_notes if row.registration_id == registration_id),
        payments=tuple(row for row in account.payments if row.registration_id == registration_id),
        instalments=tuple(instalments),
        debits=tuple(debit for debit in account.debits if debit.instalment_id in ranks),
        journal=tuple(row for row in account.journal if row.registration_id == registration_id),
        refunds=tuple(row for row in account.refunds if row.registration_id == registration_id),
    )
