"""What one registration owes and has paid, added up by the judge from rows and from the gateway's books."""

from collections.abc import Iterable
from dataclasses import dataclass

from chalicelib.domain.corrections.waiver import WaiverState
from chalicelib.domain.invoices import Invoice
from chalicelib.domain.payers.payer import Payer, PayerState
from chalicelib.domain.payments import Payment, PaymentMethod
from chalicelib.domain.registration import Registration
from tests.fakes.ports import FakePorts
from tests.proof.bank import Bank


@dataclass
class Sums:
    """All in cents, of one registration by its id."""

    ports: FakePorts
    bank: Bank

    def __post_init__(self) -> None:
        self.memory = self.ports.memory
        self._credits = self.ports.credits  # before anything stands between

    def ordered(self, registration_id: str) -> int:
        """What was ordered, less the credit notes and a rest written off."""
        written_off = self.memory.registrations_by_id[registration_id].written_off_cents
        return self.invoiced(registration_id) - self.credited(registration_id) - written_off

    def invoiced(self, registration_id: str) -> int:
        """What the student was invoiced, without the invoices of third-party payers."""
        theirs = {each.order_number for each in self._invoices_of_payers()}
        orders = (order for _, order in self.memory.orders.values() if order.number not in theirs)
        return sum(each.totals.total_cents for each in orders if each.registration_id == registration_id)

    def credited(self, registration_id: str) -> int:
        theirs = {each.number for each in self._invoices_of_payers()}
        notes = (note for _, note in self.memory.credit_notes.values() if note.invoice_number not in theirs)
        return sum(each.totals.total_cents for each in notes if each.registration_id == registration_id)

    def price(self, registration: Registration) -> int:
        """The price of the declared situation, without what third-party payers take of it."""
        programme = self.ports.campaigns.current().programme(registration.programme_code)
        lines = programme.tariffs.get(registration.fee_situation_code or "", ())
        payers = (each for each in self.memory.payers.values() if each.registration_id == registration.id)
        return sum(line.total_cents for line in lines) - sum(map(self._share, payers))

    def owed_by_payer(self, payer: Payer) -> int:
        """What the invoice of a payer still asks for."""
        payments = (each for _, each in self.memory.payments.values())
        mine = (each for each in payments if each.invoice_number == payer.invoice_number)
        waived = [each for each in self.memory.waivers.values() if each.state is WaiverState.APPROVED]
        left = self._invoiced_to(payer) - sum(each.allocated_cents for each in mine)
        return left - sum(w.amount_cents for w in waived if w.invoice_number == payer.invoice_number)

    def _share(self, payer: Payer) -> int:
        """What a payer takes of the price: that of one named after the order only with its invoice."""
        if payer.state is PayerState.NAMED:
            return 0 if payer.is_after_order else payer.facts.share_cents
        return self._invoiced_to(payer)

    def _invoiced_to(self, payer: Payer) -> int:
        number = payer.invoice_number
        invoiced = sum(
            each.totals.total_cents for _, each in self.memory.invoices.values() if each.number == number
        )
        notes = (note for _, note in self.memory.credit_notes.values() if note.invoice_number == number)
        return invoiced - sum(each.totals.total_cents for each in notes)

    def _invoices_of_payers(self) -> list[Invoice]:
        return [each for _, each in self.memory.invoices.values() if each.buyer]

    def owed(self, registration_id: str) -> int:
        """What was ordered, else what is declared; nothing for a file that was refused before any order."""
        registration = self.memory.registrations_by_id[registration_id]
        priced = self.price(registration) if registration.is_accepted else 0
        return self.ordered(registration_id) if self.invoiced(registration_id) else priced

    def kept(self, registration_id: str) -> int:
        """What is booked as received and not given back."""
        return sum(each.kept_cents for each in self._payments(registration_id))

    def credit(self, registration_id: str) -> int:
        """What accounting's list says is to be given back."""
        listed = [each for each in self._credits.waiting() if each.registration_id == registration_id]
        return sum(each.kept_cents - each.allocated_cents for each in listed)

    def debt(self, registration_id: str) -> int:
        """The part of what is ordered and not credited that no payment is allocated to."""
        allocated = sum(each.allocated_cents for each in self._payments(registration_id))
        return self.ordered(registration_id) - allocated

    def taken_by_debits(self, registration_id: str) -> dict[str, int]:
        """What the gateway's books show as taken and kept, by the reference of the debit."""
        prefix = self.bank.reference(f"{registration_id}-i")
        captures = [each for each in self.bank.captures if each.reference.startswith(prefix)]
        given_back = self.bank.given_back
        return {each.reference: 0 if each.reference in given_back else each.amount_cents for each in captures}

    def at_the_desk(self, registration_id: str) -> int:
        """What accounting received, less what the bank took back, of cards as well."""
        payments = list(self._payments(registration_id))
        entered = sum(each.amount_cents for each in payments if each.method is not PaymentMethod.CARD)
        return entered - sum(each.bounced_cents for each in payments)

    def payment(self, payment_id: str) -> Payment:
        return next(each for _, each in self.memory.payments.values() if each.id == payment_id)

    def given_back(self, payment: Payment) -> int:
        """What the gateway's books show as given back of one payment."""
        return self.bank.returned(payment.transaction) if payment.transaction else 0

    def unheard(self, payment: Payment) -> int:
        """What the gateway gave back of one payment for refunds whose end is not booked yet."""
        refunds = self.memory.refunds.values()
        flying = {each.reference for each in refunds if each.payment_id == payment.id and each.is_in_flight}
        return sum(each.amount_cents for each in self.bank.vault.books if each.reference in flying)

    def refunded(self, registration_id: str) -> int:
        """What refunds of ours gave back and the books show, beside what the bank's own office gave back."""
        payments = self._payments(registration_id)
        return sum(max(0, each.refunded_cents - self.bank.by_hand(each.transaction)) for each in payments)

    def booked_of_pages(self, registration_id: str) -> int:
        """What the gateway's books show as kept of the payments by page that are booked."""
        references = {self.bank.reference(each.attempt_id) for each in self._payments(registration_id)}
        found = (self.bank.taken_by_pages.get(reference) for reference in references)
        return sum(each.kept_cents for each in found if each)

    def _payments(self, registration_id: str) -> Iterable[Payment]:
        theirs = {each.number for each in self._invoices_of_payers()}
        payments = (each for _, each in self.memory.payments.values() if each.invoice_number not in theirs)
        return (each for each in payments if each.registration_id == registration_id)
