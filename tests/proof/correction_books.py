"""P31: a corrected file owes its tariff, or what is kept of it, and no more is prepared than is free."""

from dataclasses import dataclass

from chalicelib.domain.changes import Changes
from chalicelib.domain.corrections.correction import Correction, CorrectionKind
from chalicelib.domain.corrections.credit_notes import credited_cents
from chalicelib.domain.plan.instalments import InstalmentState
from chalicelib.domain.refunds.refund import RefundState
from chalicelib.domain.registration import Registration, RegistrationStatus
from tests.proof.before import Before
from tests.proof.sums import Sums


@dataclass
class CorrectionBooks:
    """`corrections` counts what was judged."""

    sums: Sums
    corrections: int = 0

    def judge(self, changes: Changes, was: Before) -> None:
        """Look at a commit that corrects a registration, just after it."""
        for row in changes.rows:
            if isinstance(row, Registration) and row.corrections != was.registrations[row.id].corrections:
                self.corrections += 1
                self._judge_correction(row, row.corrections[-1], was.registrations[row.id])

    def _judge_correction(self, registration: Registration, done: Correction, then: Registration) -> None:
        keys = [each.request_id for each in registration.corrections if each.request_id]
        assert len(keys) == len(set(keys)), "P20: one key, two corrections"
        owed = self._owed(registration, done, then)
        if owed is not None and self.sums.invoiced(registration.id):
            ordered = self.sums.ordered(registration.id)
            assert ordered == owed, f"P31: {ordered} charged where {owed} is the price"
            assert self._left(registration.id) <= self.sums.debt(registration.id), (
                "the plan is beyond the debt"
            )
        self._judge_refunds(registration, owed)

    def _owed(self, registration: Registration, done: Correction, then: Registration) -> int | None:
        """What must be charged after the act: the tariff less what was written off, or what is kept."""
        if done.kind is CorrectionKind.WITHDRAWAL:
            return done.kept_cents
        was_refused = (
            done.kind is CorrectionKind.REOPENING and then.status is not RegistrationStatus.WITHDRAWN
        )
        if done.kind is CorrectionKind.REFUSAL or was_refused:
            return None
        return max(0, self.sums.price(registration) - registration.written_off_cents)

    def _judge_refunds(self, registration: Registration, owed: int | None) -> None:
        """What waits for a second person is at most what is held beyond what the school keeps."""
        due = self._due(registration, owed)
        leaving = self._leaving(registration.id)
        waiting = self._waiting(registration.id)
        free = max(0, self.sums.kept(registration.id) - leaving - due)
        is_withdrawal = registration.status is RegistrationStatus.WITHDRAWN
        assert not is_withdrawal or due + leaving <= self.sums.kept(registration.id), (
            "P31: keeps what is not held"
        )
        assert waiting <= free, f"P1: {waiting} prepared to be given back of {free}"

    def _due(self, registration: Registration, owed: int | None) -> int:
        if not registration.is_accepted:
            return registration.kept_cents
        return owed if owed is not None else self.sums.owed(registration.id)

    def _waiting(self, registration_id: str) -> int:
        refunds = (each for each in self.sums.memory.refunds.values() if each.state is RefundState.PREPARED)
        return sum(each.amount_cents for each in refunds if each.registration_id == registration_id)

    def _leaving(self, registration_id: str) -> int:
        """What is reserved for refunds that two people approved."""
        payments = (payment for _, payment in self.sums.memory.payments.values())
        mine = [each for each in payments if each.registration_id == registration_id]
        return sum(each.refunding_cents for each in mine) - self._waiting(registration_id)

    def _left(self, registration_id: str) -> int:
        mine = (
            each for each in self.sums.memory.instalments.values() if each.registration_id == registration_id
        )
        return sum(each.remaining_cents for each in mine if each.state is not InstalmentState.CANCELLED)

    def check(self) -> None:
        notes = [note for _, note in self.sums.memory.credit_notes.values()]
        for _, invoice in self.sums.memory.invoices.values():
            left = invoice.totals.total_cents - credited_cents(notes, invoice.number)
            assert left >= 0, "P20: more was credited than invoiced"
        for registration in self.sums.memory.registrations_by_id.values():
            ordered = self.sums.ordered(registration.id)
            assert ordered >= 0, "P20: credit notes above the invoices"
