"""Plan requests and debits in memory, under the conditions of the table's transactions."""

from collections.abc import Sequence
from datetime import date, datetime

from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.instalments import Debit, Instalment, InstalmentState
from chalicelib.domain.outbox import OutboxEntry
from chalicelib.domain.payments import Payment
from chalicelib.domain.plan_requests import PlanRequest, PlanRequestState
from chalicelib.domain.registration import Registration
from tests.fakes.storage import Memory, keep_beside, require, require_absent, require_next, require_unchanged


class MemoryPlanRequests:
    def __init__(self, memory: Memory) -> None:
        self._m = memory

    def save(
        self,
        request: PlanRequest,
        registration: Registration,
        audit: AuditEntry,
        outbox: OutboxEntry | None = None,
    ) -> None:
        with self._m.lock:
            require_next(self._m.plan_requests.get(request.registration_id), request, "plan request")
            require_unchanged(self._m, registration)
            require_absent(self._m, (outbox,), audit)
            self._m.plan_requests[request.registration_id] = request
            keep_beside(self._m, (outbox,), audit)

    def queue(
        self, campaign_id: str, state: PlanRequestState, after: str | None
    ) -> tuple[Sequence[PlanRequest], str | None]:
        def place(request: PlanRequest) -> str:
            return f"{request.requested_at.isoformat()}#{request.registration_id}"

        found = sorted(
            (
                each
                for each in self._m.plan_requests.values()
                if each.campaign_id == campaign_id and each.state is state
            ),
            key=place,
        )
        return tuple(each for each in found if not after or place(each) > after), None


IN_FLIGHT = {InstalmentState.CLAIMED, InstalmentState.SENT, InstalmentState.UNKNOWN}


class MemoryDebits:
    def __init__(self, memory: Memory) -> None:
        self._m = memory

    def due(self, today: date) -> Sequence[str]:
        instalments = tuple(self._m.instalments.values())
        return tuple(each.id for each in instalments if each.is_debitable and each.next_try_on <= today)

    def in_flight(self, since_before: datetime) -> Sequence[Instalment]:
        found = [
            (each.since, each.id, each)
            for each in tuple(self._m.instalments.values())
            if each.state in IN_FLIGHT and each.since and each.since < since_before
        ]
        return tuple(each for _, _, each in sorted(found, key=lambda row: row[:2]))

    def conflicts(self) -> Sequence[Instalment]:
        found = (e for e in tuple(self._m.instalments.values()) if e.state is InstalmentState.CONFLICT)
        return tuple(sorted(found, key=lambda each: (str(each.since), each.id)))

    def write(
        self,
        instalment: Instalment,
        debit: Debit | None = None,
        payment: Payment | None = None,
        outbox: Sequence[OutboxEntry] = (),
        audit: AuditEntry | None = None,
        unchanged: Registration | None = None,
        registration: Registration | None = None,
    ) -> None:
        m = self._m
        with m.lock:
            require_next(m.instalments.get(instalment.id), instalment, "instalment")
            require_next(m.debits.get(debit.id) if debit else None, debit, "debit")
            require(payment is None or payment.transaction not in m.payments, "payment")
            if unchanged:
                require_unchanged(m, unchanged)
            if registration:
                require_next(m.registrations_by_id[registration.id], registration, "registration")
            require_absent(m, outbox, audit)
            m.instalments[instalment.id] = instalment
            if debit:
                m.debits[debit.id] = debit
            if payment:
                m.payments[payment.transaction] = (instalment.person_id, payment)
            if registration:
                m.registrations_by_id[registration.id] = registration
            keep_beside(m, outbox, audit)

    def of_day(self, day: date) -> Sequence[Debit]:
        return tuple(each for each in tuple(self._m.debits.values()) if each.planned_on == day)
