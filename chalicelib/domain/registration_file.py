"""One registration's file: the registration, its campaign, and all rows of the registration."""

from dataclasses import dataclass, replace

from chalicelib.domain.account import Account
from chalicelib.domain.books.journal import JournalEntry
from chalicelib.domain.campaign import Campaign, Plan, Programme
from chalicelib.domain.corrections.credit_notes import CreditNote
from chalicelib.domain.corrections.waiver import Waiver
from chalicelib.domain.errors import PaymentOpen, PaymentUnclear
from chalicelib.domain.invoices import Invoice, Order
from chalicelib.domain.money import FeeLine, totals
from chalicelib.domain.payers.books import NO_BOOKS, PayerBooks, taken_cents
from chalicelib.domain.payers.payer import Payer, PayerState
from chalicelib.domain.payment_links.link import PaymentLink
from chalicelib.domain.payments import Attempt, AttemptState, Payment
from chalicelib.domain.plan.instalments import Debit, Instalment, InstalmentState, Mandate
from chalicelib.domain.plan.plan_requests import PlanRequest
from chalicelib.domain.refunds.refund import Refund
from chalicelib.domain.registration import Registration

COVERED = "Pris en charge par"
"""The line that takes the share of a third-party payer off the price begins so."""
_TAKE_NOTHING = frozenset({PayerState.WITHDRAWN, PayerState.GIVEN_UP})
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
    payers: tuple[Payer, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    payment_links: tuple[PaymentLink, ...] = ()
    of_payers: PayerBooks = NO_BOOKS
    """The documents and payments of third-party payers: never among the student's own."""

    @property
    def programme(self) -> Programme:
        """The programme with what the student owes for each situation: less what others pay.

        It is one without tariffs if it is no longer in the campaign file.
        """
        code = self.registration.programme_code
        programme = self.campaign.programmes.get(code)
        if programme is None:
            return Programme(code, self.campaign.programme_label(code), {})
        if not self.shares:
            return programme
        tariffs = {code: _less_shares(lines, self.shares) for code, lines in programme.tariffs.items()}
        return replace(programme, tariffs=tariffs)

    @property
    def payer(self) -> Payer | None:
        """The payer that was named last and not withdrawn, None if there is none."""
        return next((each for each in reversed(self.payers) if each.state is not PayerState.WITHDRAWN), None)

    @property
    def named_payer(self) -> Payer | None:
        """The payer that waits for its invoice, None if there is none."""
        return self.payer if self.payer and self.payer.is_named else None

    @property
    def has_payer(self) -> bool:
        """True while a payer takes a share of the price of the declared situation, or took one."""
        return any(each.state not in _TAKE_NOTHING for each in self.payers)

    @property
    def shares(self) -> tuple[tuple[str, int], ...]:
        """The name of each payer, and what it takes of the price before anything is ordered, in cents."""
        found = ((each.facts.name, self.share_cents(each)) for each in self.payers)
        return tuple((name, cents) for name, cents in found if cents > 0)

    def share_cents(self, payer: Payer) -> int:
        """Return what a payer takes over: what its invoice holds, before that the share that it is named for.

        That of a payer named after the order counts with its invoice, which lowers the order.
        """
        return taken_cents(payer, self.of_payers)

    @property
    def awaited_payer(self) -> Payer | None:
        """The payer whose invoice is going to lower the student's order, None if there is none."""
        payer = self.named_payer
        return payer if payer and payer.is_after_order else None

    @property
    def has_unclear_attempt(self) -> bool:
        return any(attempt.state is AttemptState.UNKNOWN for attempt in self.attempts)

    def open_attempt(self, rank: int | None) -> Attempt | None:
        """Return the student's attempt that may still be paid for one instalment, or for all at once."""
        own = (attempt for attempt in self.attempts if attempt.is_open and not attempt.link)
        return next((attempt for attempt in own if attempt.rank == rank), None)

    def require_no_open_attempt(self) -> None:
        """Raise `PaymentUnclear` or `PaymentOpen` while a payment of what is declared now may still come."""
        if self.has_unclear_attempt:
            raise PaymentUnclear
        if any(attempt.is_open for attempt in self.attempts):
            raise PaymentOpen

    def require_no_page_beside(self, rank: int | None) -> None:
        """Raise `PaymentOpen` while a page of another target is open: both could be paid."""
        if any(each.is_open and (each.rank != rank or each.link) for each in self.attempts):
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
        waivers=tuple(row for row in account.waivers if row.registration_id == registration_id),
        payment_links=tuple(row for row in account.payment_links if row.registration_id == registration_id),
        payers=tuple(row for row in account.payers if row.registration_id == registration_id),
        of_payers=account.of_payers.of_registration(registration_id),
    )


def _less_shares(lines: tuple[FeeLine, ...], shares: tuple[tuple[str, int], ...]) -> tuple[FeeLine, ...]:
    """Return the lines with one for each share; they never add up to less than nothing."""
    left, taken = totals(lines).total_cents, list[FeeLine]()
    for name, cents in shares:
        part = min(cents, left)
        left -= part
        if part:
            taken.append(FeeLine(f"{COVERED} {name}", 1, -part))
    return (*lines, *taken)
