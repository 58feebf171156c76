"""Plan requests, debits and credits in memory, under the conditions of the table's transactions."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from chalicelib.domain.collection.arrears import is_late
from chalicelib.domain.payers.payer import Payer, PayerState
from chalicelib.domain.payments import Payment
from chalicelib.domain.plan.instalments import Debit, Instalment, InstalmentState
from chalicelib.domain.plan.plan_requests import PlanRequest, PlanRequestState
from tests.fakes.storage import Memory


class MemoryPlanRequests:
    def __init__(self, memory: Memory) -> None:
        self._m = memory

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


class MemoryCredits:
    def __init__(self, memory: Memory) -> None:
        self._m = memory

    def waiting(self) -> Sequence[Payment]:
        found = [payment for _, payment in tuple(self._m.payments.values()) if payment.is_overpayment]
        return tuple(sorted(found, key=lambda each: (each.received_at, each.id)))


class MemoryUnpaid:
    def __init__(self, memory: Memory) -> None:
        self._m = memory

    def listed(self, after: str | None) -> tuple[Sequence[Payment], str | None]:
        payments = [payment for _, payment in tuple(self._m.payments.values())]
        found = {
            each.unpaid_place: each for each in payments if each.unpaid_place and not each.is_overpayment
        }
        return tuple(found[place] for place in sorted(found) if not after or place > after), None

    def late(self) -> Sequence[Instalment]:
        return tuple(each for each in tuple(self._m.instalments.values()) if is_late(each))

    def awaited(self) -> Iterator[Instalment]:
        every = tuple(self._m.instalments.values())
        return (each for each in every if each.is_debitable or is_late(each))


class MemoryPayers:
    def __init__(self, memory: Memory) -> None:
        self._m = memory

    def of_state(self, state: PayerState) -> Sequence[Payer]:
        found = (each for each in tuple(self._m.payers.values()) if each.state is state)
        return tuple(sorted(found, key=lambda each: (str(each.due_on or each.named_at), each.id)))


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

    def of_day(self, day: date) -> Sequence[Debit]:
        return tuple(each for each in tuple(self._m.debits.values()) if each.planned_on == day)
