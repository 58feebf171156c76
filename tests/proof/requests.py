"""P25 and P26: what is asked of a student, judged at the moment of asking by the gateway's own books.

**Never more than is owed.** Whenever a form is handed out or a debit is marked sent, this adds up to at most
what is owed then: the money that is booked; each open attempt, paid or not; each page whose life is not over
and which the student did not give up; each debit that was taken, sent or is unclear; this one included. Owed
is the order, before there is one the price of the declared situation, nothing for a file that was refused.

**Why a kept form stops counting.** It counts until its attempt was closed on a clear answer, given after its
last form, that nothing was paid. What it takes later counts once it is booked: a form lies in a browser for
ever, the gateway knows nothing of one that was not posted, and what is owed must be asked for all the same.
To count its money from the second that the gateway takes it would ask for what nothing here can know.
So the promise is that such money, as soon as it is known, pays what is owed, or is a credit.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from chalicelib.domain.changes import Changes
from chalicelib.domain.payments import PAGE_OVER_AFTER, Attempt, resumed
from chalicelib.domain.plan.instalments import Debit, DebitState
from chalicelib.domain.registration import RegistrationStatus
from tests.proof.before import Before
from tests.proof.sums import Sums

IN_FLIGHT = {DebitState.SENT, DebitState.UNKNOWN}


@dataclass
class Requests:
    """`given_up` are the attempts that their student gave up; `forms` and `debits` count what was judged."""

    sums: Sums
    given_up: set[str] = field(default_factory=set)
    forms: int = 0
    debits: int = 0

    def judge(self, changes: Changes, was: Before) -> None:
        """Look at what one commit asked for, just after it."""
        for row in changes.rows:
            if isinstance(row, Attempt) and self._is_handed_out(row, was.attempts.get(row.id)):
                self.sums.bank.hand_out(row)
                self.forms += 1
                self._judge_sum(row.registration_id)
                assert self._may_be_paid(row.registration_id), "P26: a form for a file that is refused"
            if isinstance(row, Debit) and row.state is DebitState.SENT:
                self.debits += 1
                registration_id = row.instalment_id.rpartition("-i")[0]
                self._judge_sum(registration_id)
                self._judge_debit(registration_id)

    def _is_handed_out(self, attempt: Attempt, was: Attempt | None) -> bool:
        """Whether its form was made, and the commit does no more than hand it out."""
        if not attempt.is_open or not self.sums.bank.was_made(attempt):
            return False
        return was is None or attempt == resumed(was, attempt.address, self.sums.ports.at)

    def _judge_sum(self, registration_id: str) -> None:
        owed, asked = self.sums.owed(registration_id), sum(self._asked(registration_id))
        assert asked <= owed, f"P25: asked for {asked} where {owed} was owed"

    def _judge_debit(self, registration_id: str) -> None:
        registration = self.sums.memory.registrations_by_id[registration_id]
        assert self._is_accepted(registration_id), f"P26: debited although {registration.status}"
        assert not registration.blocked, "P26: debited although blocked"
        assert not self.sums.memory.plan_requests[registration_id].is_stopped, "P26: debited although stopped"
        owed = self.sums.owed(registration_id) - self.sums.kept(registration_id)
        assert owed > 0, "P26: debited although nothing is owed, or in credit"

    def _may_be_paid(self, registration_id: str) -> bool:
        """Also who gave up may owe again, after the bank took back what was kept: never more than is owed."""
        registration = self.sums.memory.registrations_by_id[registration_id]
        return registration.is_accepted or registration.status is RegistrationStatus.WITHDRAWN

    def _is_accepted(self, registration_id: str) -> bool:
        return self.sums.memory.registrations_by_id[registration_id].is_accepted

    def _asked(self, registration_id: str) -> Iterator[int]:
        """What was received, and what may still come of all that was asked for."""
        taken = self.sums.taken_by_debits(registration_id)
        yield sum(taken.values()) + self.sums.booked_of_pages(registration_id)
        yield self.sums.at_the_desk(registration_id) - self.sums.refunded(registration_id)
        for attempt in self.sums.memory.attempts.values():
            if attempt.registration_id == registration_id and self._may_come(attempt):
                yield attempt.amount_cents
        for debit in self.sums.memory.debits.values():
            is_mine = debit.instalment_id.startswith(f"{registration_id}-i")
            if is_mine and debit.state in IN_FLIGHT and debit.reference not in taken:
                yield debit.amount_cents

    def _may_come(self, attempt: Attempt) -> bool:
        if attempt.transaction:
            return False
        if attempt.is_open or attempt.reference not in self.sums.bank.said_unpaid:
            return True
        is_over = self.sums.ports.at >= attempt.opened_at + PAGE_OVER_AFTER
        return not is_over and attempt.id not in self.given_up
