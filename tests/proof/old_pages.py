"""P27: a payment changes nothing of the file but what it pays; it may start the plan that its page is of."""

from dataclasses import dataclass, replace

from chalicelib.domain.changes import Changes
from chalicelib.domain.invoices import Order
from chalicelib.domain.payments import Payment
from chalicelib.domain.plan.instalments import Instalment, InstalmentState
from chalicelib.domain.plan.plan_requests import PlanRequest, PlanRequestState
from chalicelib.domain.plan.plans import amounts_of, schedule_hash
from tests.proof.before import Before
from tests.proof.sums import Sums


@dataclass
class Receipts:
    """`payments` counts what was judged."""

    sums: Sums
    payments: int = 0

    def judge(self, changes: Changes, was: Before) -> None:
        """Look at a commit that books a payment, just after it."""
        for row in changes.rows:
            if isinstance(row, Payment) and row.version == 1:
                self.payments += 1
                self._judge_file(row.registration_id, changes, was)
                self._judge_plan(row, was.requests.get(row.registration_id))
                self._judge_schedule(changes, was)

    def _judge_file(self, registration_id: str, changes: Changes, was: Before) -> None:
        then, now = was.registrations[registration_id], self.sums.memory.registrations_by_id[registration_id]
        numbered = replace(then, order_number=now.order_number, part_paid=now.part_paid, version=now.version)
        assert now == numbered, "P27: a payment changed situation or status"
        for row in changes.rows:
            if isinstance(row, Order):
                assert row.totals.total_cents == self.sums.price(then), "P27: a payment changed the tariff"

    def _judge_plan(self, payment: Payment, then: PlanRequest | None) -> None:
        """It starts the approved plan of its page, or withdraws the request that it made pointless."""
        now = self.sums.memory.plan_requests.get(payment.registration_id)
        if now is None or then is None or now == then:
            assert now == then, "P27: a payment made a plan request"
            return
        assert (then.is_binding, then.started) == (True, False), "P27: a payment changed the plan request"
        version = then.version + 1
        if now.started:
            assert then.is_payable, "P27: a page began a plan that is not approved"
            begun = replace(then, started=True, schedule_hash=self._begun(payment, then), version=version)
            assert now == begun, "P27: a payment changed the plan request"
            return
        withdrawn = replace(then, state=PlanRequestState.WITHDRAWN, version=version)
        assert now == withdrawn, "P27: a payment changed the plan request"
        plan = self.sums.ports.campaigns.current().plans[then.plan_code]
        first = amounts_of(plan, then.total_cents)[0]
        left = self.sums.ordered(payment.registration_id) - self.sums.kept(payment.registration_id)
        assert left < first, "P27: a payment withdrew a plan that could still begin"

    def _begun(self, payment: Payment, then: PlanRequest) -> str:
        """Return the hash of the parts that stand: the last fall where less is charged than was agreed to."""
        terms = self.sums.memory.attempts[payment.attempt_id].terms
        assert terms, "P27: a page of all began a plan"
        assert terms.schedule_hash == then.schedule_hash, "P27: a page began another plan than its own"
        assert terms.plan
        every = self.sums.memory.instalments.values()
        parts = sorted((e for e in every if e.registration_id == then.registration_id), key=lambda e: e.rank)
        standing = [each for each in parts if each.state is not InstalmentState.CANCELLED]
        agreed, amounts = amounts_of(terms.plan, then.total_cents), tuple(e.amount_cents for e in standing)
        assert amounts == agreed[: len(amounts)], "P27: other parts began than were agreed to"
        lost = then.total_cents - self.sums.ordered(then.registration_id)
        assert sum(each.credited_cents for each in parts) == max(0, lost), "P27: a part was paid by nothing"
        return schedule_hash(terms.plan, amounts)

    def _judge_schedule(self, changes: Changes, was: Before) -> None:
        for row in changes.rows:
            if isinstance(row, Instalment) and (then := was.instalments.get(row.id)):
                agreed = (then.due_on, then.amount_cents, then.schedule_hash)
                assert (row.due_on, row.amount_cents, row.schedule_hash) == agreed, "P27: changed a schedule"
