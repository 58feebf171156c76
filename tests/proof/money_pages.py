"""The pages of accounting about money that carry what they show: receipts, documents, refunds, payers."""

from dataclasses import dataclass, replace
from random import Random

from chalicelib.domain.calendar import paris_day
from chalicelib.domain.changes import Changes
from chalicelib.domain.collection.disputes import STAGES
from chalicelib.domain.collection.receipts import ReceivedMoney, questions_of
from chalicelib.domain.collection.refusals import DisputeOther, ReceiptRepeated
from chalicelib.domain.corrections.credit_notes import left_cents
from chalicelib.domain.corrections.refusals import CreditedMeanwhile, CreditNoteMoved, RestChanged
from chalicelib.domain.corrections.write_offs import rest_to_write_off
from chalicelib.domain.invoices import Invoice
from chalicelib.domain.owed import asked_cents
from chalicelib.domain.payers.refusals import PayerChanged
from chalicelib.domain.payments import Payment
from chalicelib.domain.refunds.preparation import Asked, stands
from chalicelib.domain.refunds.refund import Refund, RefundState
from chalicelib.domain.refunds.refusals import (
    RefundableChanged,
    RefundLapsed,
    RefundMoved,
    RefundSheetChanged,
)
from chalicelib.domain.trail.audit import Act as Trace
from chalicelib.usecases.collection.receive_payment import receive_payment
from chalicelib.usecases.collection.take_back_payment import stage_dispute
from chalicelib.usecases.corrections.issue_credit_note import (
    CreditOrder,
    issue_credit_note,
    owed_and_credit_cents,
)
from chalicelib.usecases.corrections.write_off_rest import write_off_rest
from chalicelib.usecases.payers.invoice_payer import invoice_payer
from chalicelib.usecases.payers.name_payer import name_payer, take_back_payer
from chalicelib.usecases.refunds.cancel_refund import cancel_refund
from chalicelib.usecases.refunds.decide_refund import decide_refund
from chalicelib.usecases.refunds.prepare_refund import prepare_refund
from tests.fakes.ports import FakePorts
from tests.proof.collecting import BY_HAND
from tests.proof.kept_pages import Page, Reads, audited_as
from tests.proof.payer_acts import SHARES
from tests.proof.refunding import METHODS, PEOPLE, UNDECIDED
from tests.proof.student_pages import Files
from tests.usecases.conftest import ACCOUNTANT, REGISTRAR
from tests.usecases.payer_steps import COMPANY, PUBLIC


@dataclass
class MoneyPages:
    """`keys` counts the forms that have an idempotency key of their own."""

    ports: FakePorts
    files: Files
    chance: Random
    keys: int = 0

    def all(self) -> tuple[Reads, ...]:
        refunds = self.refund_sheet, self.refund_to_cancel
        payers = self.payer_taken_back, self.payer_invoice
        rare = (*refunds, *payers, self.rest, self.dispute) * 3
        return (self.receipt, self.credit_note, self.refund, self.naming, *rare)

    def receipt(self, registration_id: str) -> Page:
        """A cheque or transfer, entered although payments that were shown may be the same one."""
        method, cents = self.chance.choice(BY_HAND), self.chance.choice((10_000, 60_100))
        received = ReceivedMoney(method, cents, "1", paris_day(self.ports.at))

        def shows() -> set[str]:
            return {each.payment for each in questions_of(self.files.account(), (), received)}

        apart, key = sorted(shows()), self._key()
        return Page(
            audited_as(Trace.PAYMENT_ENTERED),
            (ReceiptRepeated,),
            shows,
            lambda ports: receive_payment(ports, registration_id, received, ACCOUNTANT, key, apart),
            holds=_no_other,
        )

    def credit_note(self, registration_id: str) -> Page | None:
        """The confirmation of a credit note, which tells what is owed and given back before it."""
        found = [each for each in self._invoices() if each.registration_id == registration_id]
        if not found:
            return None
        number = self.chance.choice(found).number
        left, owed, credit = self._credited(registration_id, number)
        cents = self.chance.choice((left, left // 2, left // 3, 100, 20031))
        order = CreditOrder(number, cents, "bourse", None, registration_id, self._key(), left, owed, credit)
        return Page(
            audited_as(Trace.CREDIT_NOTE_ISSUED),
            (CreditedMeanwhile, CreditNoteMoved),
            lambda: self._credited(registration_id, number),
            lambda ports: issue_credit_note(ports, order, ACCOUNTANT),
        )

    def refund(self, registration_id: str) -> Page | None:
        """The form of a refund, which tells what the payment holds."""
        file = self.files.file(registration_id)
        held = [each for each in file.payments if each.refundable_cents > 0]
        if not held:
            return None
        payment, key = self.chance.choice(held), self._key()
        left = payment.refundable_cents
        cents = self.chance.choice((left, left // 2 or 1, 100))
        asked = Asked(cents, left, self.chance.choice(METHODS), "motif")
        return Page(
            audited_as(Trace.REFUND_PREPARED),
            (RefundableChanged,),
            lambda: self._payment(payment.id).refundable_cents,
            lambda ports: prepare_refund(ports, payment.id, asked, key, ACCOUNTANT),
        )

    def refund_sheet(self, registration_id: str) -> Page | None:
        """The frozen sheet, which a second person reads while it stands."""
        file = self.files.file(registration_id)
        prepared = [
            each for each in file.refunds if each.state is RefundState.PREPARED and stands(file, each)
        ]
        if not prepared:
            return None
        refund = self.chance.choice(prepared)
        by = next(each for each in PEOPLE if each.id != refund.prepared_by)

        def shows() -> object:
            now = self.files.file(registration_id)
            found = self._refund(registration_id, refund.id)
            return found.sheet, stands(now, found)

        return Page(
            audited_as(Trace.REFUND_APPROVED),
            (RefundLapsed, RefundSheetChanged),
            shows,
            lambda ports: decide_refund(ports, refund.id, by, "motif", refund.sheet.hash, is_approved=True),
        )

    def refund_to_cancel(self, registration_id: str) -> Page | None:
        """The button that cancels a refund, or takes back a preparation of which nobody was told."""
        refunds = self.files.file(registration_id).refunds
        found = [each for each in refunds if each.state in UNDECIDED]
        if not found:
            return None
        refund = self.chance.choice(found)
        by = next((each for each in PEOPLE if each.id == refund.prepared_by), ACCOUNTANT)
        return Page(
            audited_as(Trace.REFUND_CANCELLED),
            (RefundMoved,),
            lambda: self._refund(registration_id, refund.id).state,
            lambda ports: cancel_refund(ports, refund.id, "motif", by, refund.state),
        )

    def rest(self, registration_id: str) -> Page | None:
        """The button that writes off some cents."""
        cents = rest_to_write_off(self.files.file(registration_id))
        if not 0 < cents < 100:
            return None
        return Page(
            audited_as(Trace.REST_WRITTEN_OFF),
            (RestChanged,),
            lambda: rest_to_write_off(self.files.file(registration_id)),
            lambda ports: write_off_rest(ports, registration_id, cents, "reliquat", ACCOUNTANT),
        )

    def dispute(self, registration_id: str) -> Page | None:
        """The next stage of one dispute."""
        disputed = [each for each in self._payments(registration_id) if each.is_disputed and each.dispute]
        if not disputed:
            return None
        payment = self.chance.choice(disputed)
        opened_at = payment.dispute.opened_at if payment.dispute else None
        stages = sorted(STAGES[payment.dispute.stage]) if payment.dispute else []
        stage = self.chance.choice(stages)

        def shows() -> object:
            now = self._payment(payment.id).dispute
            return now and now.opened_at

        return Page(
            audited_as(Trace.DISPUTE_STAGED),
            (DisputeOther,),
            shows,
            lambda ports: stage_dispute(ports, payment.id, stage, "", ACCOUNTANT, opened_at),
        )

    def naming(self, registration_id: str) -> Page:
        """The confirmation of a payer, which tells who is named and what the student owes."""
        file = self.files.file(registration_id)
        facts = replace(self.chance.choice((COMPANY, PUBLIC)), share_cents=self.chance.choice(SHARES))
        named, owed = file.named_payer, asked_cents(file)
        seen = named.seen_hash if named else None

        def shows() -> object:
            return self._named(registration_id), asked_cents(self.files.file(registration_id))

        return Page(
            audited_as(Trace.PAYER_NAMED),
            (PayerChanged, RestChanged),
            shows,
            lambda ports: name_payer(ports, registration_id, facts, REGISTRAR, seen, owed),
        )

    def payer_taken_back(self, registration_id: str) -> Page | None:
        payer = self.files.file(registration_id).named_payer
        if payer is None:
            return None
        return Page(
            audited_as(Trace.PAYER_WITHDRAWN),
            (PayerChanged,),
            lambda: self._named(registration_id),
            lambda ports: take_back_payer(ports, registration_id, "motif", REGISTRAR, payer.seen_hash),
        )

    def payer_invoice(self, registration_id: str) -> Page | None:
        """The confirmation of a payer's invoice, of its share."""
        payer = self.files.file(registration_id).named_payer
        if payer is None:
            return None
        return Page(
            audited_as(Trace.PAYER_INVOICED),
            (PayerChanged,),
            lambda: self._named(registration_id),
            lambda ports: invoice_payer(ports, registration_id, ACCOUNTANT, payer.seen_hash),
            _invoiced,
            payer.facts.share_cents,
        )

    def _credited(self, registration_id: str, number: int) -> tuple[int, int, int]:
        """What the invoice still holds, what the student owes, and what is to be given back."""
        account = self.files.account()
        invoice = account.any_invoice(number)
        owed, credit = owed_and_credit_cents(self.files.file(registration_id))
        return left_cents(invoice, account.every_credit_note), owed, credit

    def _invoices(self) -> tuple[Invoice, ...]:
        account = self.files.account()
        return (*account.invoices, *account.of_payers.invoices)

    def _named(self, registration_id: str) -> object:
        payer = self.files.file(registration_id).named_payer
        return payer and payer.facts

    def _payments(self, registration_id: str) -> tuple[Payment, ...]:
        every = self.files.account().every_payment
        return tuple(each for each in every if each.registration_id == registration_id)

    def _payment(self, payment_id: str) -> Payment:
        return next(each for each in self.files.account().every_payment if each.id == payment_id)

    def _refund(self, registration_id: str, refund_id: str) -> Refund:
        return next(each for each in self.files.file(registration_id).refunds if each.id == refund_id)

    def _key(self) -> str:
        self.keys += 1
        return f"page {self.keys}"


def _no_other(now: set[str], told: set[str]) -> bool:
    return now <= told


def _invoiced(changes: Changes) -> int:
    return sum(row.totals.total_cents for row in changes.rows if isinstance(row, Invoice) and row.buyer)
