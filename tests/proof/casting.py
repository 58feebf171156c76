"""Who comes on next in the history of a registration: the likely, and now and then the refused."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from chalicelib.domain.plan.instalments import Instalment, InstalmentState
from chalicelib.domain.plan.plan_requests import PlanRequestState
from tests.proof.bank import Bank
from tests.proof.bookkeeping import Bookkeeper
from tests.proof.collecting import Collector
from tests.proof.correcting import Corrector
from tests.proof.kept_pages import Reader
from tests.proof.link_acts import LinkPayers
from tests.proof.payer_acts import PayerDesk
from tests.proof.refunding import Refunder
from tests.proof.roles import Staff, Student

Act = Callable[[str], None]
OUT_OF_PLACE = 0.2
"""How likely an act is that the moment does not call for, against 1 to 10 of those that it does."""


@dataclass
class Casting:
    """The acts of the people of one registration, with their weights."""

    student: Student
    staff: Staff
    bank: Bank
    collector: Collector
    credits_invoices: bool = False
    refunder: Refunder | None = None
    corrector: Corrector | None = None
    payers: PayerDesk | None = None
    bookkeeper: Bookkeeper | None = None
    link_payers: LinkPayers | None = None
    reader: Reader | None = None

    def acts(self, registration_id: str) -> list[tuple[float, Act]]:
        return [
            *self._of_the_student(registration_id),
            *self._of_the_staff(registration_id),
            *self._of_the_collector(registration_id),
            *(self.refunder.acts(registration_id) if self.refunder else ()),
            *(self.corrector.acts(registration_id) if self.corrector else ()),
            *(self.payers.acts(registration_id) if self.payers else ()),
            *(self.bookkeeper.acts(registration_id) if self.bookkeeper else ()),
            *(self.link_payers.acts(registration_id) if self.link_payers else ()),
            *(self.reader.acts(registration_id) if self.reader else ()),
        ]

    def _of_the_student(self, registration_id: str) -> Iterator[tuple[float, Act]]:
        memory, student = self.student.ports.memory, self.student
        registration = memory.registrations_by_id[registration_id]
        request = memory.plan_requests.get(registration_id)
        is_bound = request is not None and request.is_binding
        is_undeclared = registration.fee_situation_code is None
        yield (
            10 if is_undeclared else OUT_OF_PLACE if registration.has_order or is_bound else 1.5,
            student.declares,
        )
        yield OUT_OF_PLACE if is_undeclared or self._is_settled(registration_id) else 6, student.opens
        forms = [each for each in self.bank.forms.values() if each.registration_id == registration_id]
        yield (1 if forms else 0), student.resumes
        yield (
            (6 if any(each.reference not in self.bank.taken_by_pages for each in forms) else 0),
            student.pays,
        )
        yield (1.5 if forms else 0), student.comes_back
        yield (3 if any(memory.attempts[each.id].is_open for each in forms) else 0), student.gives_up
        yield (
            OUT_OF_PLACE if is_undeclared or registration.has_order or is_bound else 4,
            student.asks_for_a_plan,
        )
        is_withdrawable = request is not None and is_bound and not request.started
        yield 0.8 if is_withdrawable else OUT_OF_PLACE / 4, student.withdraws_the_request

    def _of_the_staff(self, registration_id: str) -> Iterator[tuple[float, Act]]:
        memory, staff = self.staff.ports.memory, self.staff
        registration = memory.registrations_by_id[registration_id]
        request = memory.plan_requests.get(registration_id)
        is_asked = request is not None and request.state is PlanRequestState.REQUESTED
        left = [each for each in self._instalments(registration_id) if each.remaining_cents]
        yield (4 if not registration.is_accepted else 1), staff.decides
        yield (6 if is_asked else OUT_OF_PLACE / 4), staff.decides_on_the_plan
        yield (2 if registration.blocked else 0.5), staff.blocks
        is_stopped = request is not None and request.is_stopped
        yield (1 if left and not is_stopped else OUT_OF_PLACE / 4), staff.stops
        yield (2 if is_stopped else OUT_OF_PLACE / 4), staff.resumes
        yield (1 if left else OUT_OF_PLACE / 4), staff.recuts
        if self.credits_invoices:
            yield (1 if registration.has_order else OUT_OF_PLACE / 4), staff.credits_the_invoice
        yield (2 if any(each.state is InstalmentState.CONFLICT for each in left) else 0), staff.releases

    def _of_the_collector(self, registration_id: str) -> Iterator[tuple[float, Act]]:
        memory, collector = self.staff.ports.memory, self.collector
        payments = [each for _, each in memory.payments.values() if each.registration_id == registration_id]
        yield 0.7, collector.enters
        yield (0.5 if any(each.kept_cents for each in payments) else 0), collector.takes_back
        yield (0.7 if any(each.is_disputed for each in payments) else 0), collector.follows

    def _is_settled(self, registration_id: str) -> bool:
        registration = self.staff.ports.memory.registrations_by_id[registration_id]
        is_left = any(each.remaining_cents for each in self._instalments(registration_id))
        return registration.is_paid and not is_left

    def _instalments(self, registration_id: str) -> list[Instalment]:
        instalments = self.staff.ports.memory.instalments.values()
        return [each for each in instalments if each.registration_id == registration_id]
