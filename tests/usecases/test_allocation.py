"""Money received pays what is owed, oldest due first; what finds nothing owed is a credit, and only that."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.campaigns.reader import load_shipped
from chalicelib.domain.books.allocation import after, allocate
from chalicelib.domain.credits import credit_cents, to_give_back
from chalicelib.domain.errors import CoveredByCredit, InstalmentNotPayable, RestTooSmall
from chalicelib.domain.menu import MenuKey, MenuState
from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.owed import Withheld, owed_cents
from chalicelib.domain.payments import Payment, PaymentMethod
from chalicelib.domain.plan.instalments import InstalmentState
from chalicelib.domain.registration import Decision
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.usecases.credits.list_credits import list_credits
from chalicelib.usecases.debits.debit_instalment import debit_instalment
from chalicelib.usecases.delivery.deliver_outbox import deliver_outbox
from chalicelib.usecases.registrations.decide_registration import decide_registration
from chalicelib.usecases.registrations.show_account import show_menu
from tests.fakes.gateway import Behaviour
from tests.fakes.ports import MANUAL_DAY, FakePorts, enrol_student
from tests.usecases.conftest import CHRIS, REGISTRAR, Student
from tests.usecases.plan_acts import recut

PAID, DUE = InstalmentState.PAID, InstalmentState.DUE


def decides(student: Student, decision: Decision, reason: str = "motif") -> None:
    decide_registration(student.ports, student.registration_id, decision, reason, REGISTRAR)


def states(student: Student) -> list[InstalmentState]:
    return [each.state for each in student.account.instalments]


def listed_cents(student: Student) -> int:
    return list_credits(student.ports, None).total_cents


def rewrites(student: Student, transaction: str, **changes: int | None) -> None:
    """Put a payment as an earlier release left it: without a journal."""
    student.ports.memory.journal.clear()
    person, payment = student.ports.memory.payments[transaction]
    student.ports.memory.payments[transaction] = person, replace(payment, **changes)  # type: ignore[arg-type]


@pytest.fixture
def kept_from_before(chris: Student) -> Student:
    """A plan of 601,00 € has begun; a page of the whole is kept from before."""
    chris.declares("01")
    page = chris.keeps_a_page()
    chris.asks_for()
    chris.is_approved()
    chris.pays(chris.opens_the_page_of(1))
    chris.ports.memory.entries.clear()
    chris.kept = page  # type: ignore[attr-defined]
    return chris


class TestPlanThatHasBegun:
    def test_old_page_of_the_whole_pays_the_instalments_and_the_desk_says_what_the_account_says(
        self, kept_from_before: Student
    ) -> None:
        chris = kept_from_before
        chris.pays(chris.kept, "7002")  # type: ignore[attr-defined]
        assert states(chris) == [PAID, PAID, PAID]
        assert listed_cents(chris) == -chris.balance_cents == 20031
        assert {topic for topic, _ in chris.mails()} == {Topic.PAYMENT_BOOKED, Topic.OVERPAYMENT_KEPT}
        chris.debits_run("2022-07-10T09:00")
        assert chris.taken(2) == []

    def test_card_is_forgotten_once_an_old_page_has_paid_the_rest(self, kept_from_before: Student) -> None:
        chris = kept_from_before
        chris.pays(chris.kept, "7002")  # type: ignore[attr-defined]
        topics = [entry.topic for entry in chris.ports.memory.entries.values()]
        assert topics.count(Topic.FORGET_CARD) == 1

    def test_less_than_the_rest_pays_the_oldest_and_a_part_of_the_next(self, chris: Student) -> None:
        chris.declares("01")
        page = chris.keeps_a_page()
        chris.starts_the_plan("paybox-6", "05")
        chris.pays(page, "7002")
        assert states(chris) == [PAID, DUE, DUE, DUE, DUE, DUE]
        second = chris.instalment(2)
        assert (second.amount_cents, second.received_cents) == (62833, 60100)
        chris.debits_run("2022-07-10T09:00")
        assert chris.taken(2) == [62833 - 60100]
        assert states(chris)[:2] == [PAID, PAID]
        for month in ("08", "09", "10", "11"):
            chris.debits_run(f"2022-{month}-10T09:00")
        assert (chris.balance_cents, listed_cents(chris)) == (0, 0)

    def test_rest_below_one_euro_is_neither_debited_nor_asked_for(self, kept_from_before: Student) -> None:
        chris = kept_from_before
        memory = chris.ports.memory
        third = replace(chris.instalment(3), received_cents=20038 - 99)
        memory.instalments[third.id] = third
        rewrites(chris, "7001", amount_cents=20031 + 20038 - 99, allocated_cents=20031 + 20038 - 99)
        chris.is_at("2022-08-10T09:00")
        reason = debit_instalment(chris.ports, third.id, chris.ports.at.date())
        assert reason is Withheld.BELOW_MINIMUM
        memory.instalments[third.id] = replace(third, state=InstalmentState.NEEDS_PAYER)
        with pytest.raises(InstalmentNotPayable):
            chris.opens_the_page_of(3)


class TestDebitInFlight:
    """Money comes in while the gateway may hold some for an instalment: that one is left to its debit."""

    @pytest.fixture
    def unclear(self, kept_from_before: Student) -> Student:
        chris = kept_from_before
        chris.ports.gateway.script.append(Behaviour.LOSE_ANSWER)
        chris.debits_run("2022-07-10T09:00")
        chris.pays(chris.kept, "7002")  # type: ignore[attr-defined]
        assert states(chris) == [PAID, InstalmentState.UNKNOWN, PAID]
        assert listed_cents(chris) == -chris.balance_cents == 20031
        return chris

    def test_surplus_stays_a_credit_once_the_debit_is_found_paid(self, unclear: Student) -> None:
        unclear.reconciles(minutes=6)
        assert states(unclear) == [PAID, PAID, PAID]
        assert listed_cents(unclear) == -unclear.balance_cents == 60100 - 20038

    @pytest.mark.parametrize("refusal", [Behaviour.REFUSE_SOFT, Behaviour.REFUSE_HARD])
    def test_surplus_pays_it_once_the_debit_is_refused(
        self, kept_from_before: Student, refusal: Behaviour
    ) -> None:
        chris = kept_from_before
        gateway = chris.ports.gateway
        debit = gateway.debit

        def meanwhile(*asked: object) -> object:
            chris.pays(chris.kept, "7002")  # type: ignore[attr-defined]
            return debit(*asked)  # type: ignore[arg-type]

        gateway.debit = meanwhile  # type: ignore[method-assign,assignment]
        gateway.script.append(refusal)
        chris.debits_run("2022-07-10T09:00")
        assert states(chris) == [PAID, PAID, PAID]
        assert listed_cents(chris) == -chris.balance_cents == 20031

    def test_retry_that_will_not_be_made_is_not_announced(self, kept_from_before: Student) -> None:
        chris = kept_from_before
        chris.ports.gateway.script.append(Behaviour.REFUSE_SOFT)
        chris.debits_run("2022-07-10T09:00")
        chris.pays(chris.kept, "7002")  # type: ignore[attr-defined]
        for entry_id in list(chris.ports.memory.entries):
            deliver_outbox(chris.ports, entry_id)
        assert Topic.DEBIT_RETRIED not in [topic for _, topic in chris.ports.mailer.sent]


class TestCreditOfAnEarlierRelease:
    """Until now such money was kept beside the instalments: it pays them before anything is debited."""

    @pytest.fixture
    def beside(self, kept_from_before: Student) -> Student:
        chris = kept_from_before
        before = dict(chris.ports.memory.instalments)
        chris.pays(chris.kept, "7002")  # type: ignore[attr-defined]
        chris.ports.memory.instalments.update(before)
        rewrites(chris, "7002", allocated_cents=0, order_number=None, invoice_number=None)
        assert listed_cents(chris) == 20031
        return chris

    def test_pays_what_is_due_before_the_debit(self, beside: Student) -> None:
        beside.debits_run("2022-07-10T09:00")
        assert beside.taken(2) == []
        assert states(beside) == [PAID, PAID, PAID]
        assert listed_cents(beside) == -beside.balance_cents == 20031

    def test_of_a_refused_file_waits_to_be_given_back(self, beside: Student) -> None:
        decides(beside, Decision.REFUSE)
        beside.debits_run("2022-07-10T09:00")
        assert beside.taken(2) == []
        assert states(beside) == [PAID, DUE, DUE]
        assert to_give_back(beside.file) is None
        waiting = (each.amount_cents for each in beside.account.refunds)
        assert sum(waiting) == sum(each.amount_cents for each in beside.account.payments) == 60100 + 20031

    def test_is_taken_off_the_list_by_a_recut(self, beside: Student) -> None:
        rewrites(beside, "7002", amount_cents=30000)
        recut(beside, 1)
        assert listed_cents(beside) == 0
        standing = [each for each in beside.account.instalments if each.remaining_cents]
        assert [each.amount_cents for each in standing] == [60100 - 20031 - 30000]
        beside.debits_run(f"{standing[0].due_on}T09:00")
        assert (beside.balance_cents, listed_cents(beside)) == (0, 0)

    def test_pays_a_late_instalment_before_a_page_is_opened(self, beside: Student) -> None:
        memory = beside.ports.memory
        for rank, state in ((2, InstalmentState.NEEDS_PAYER), (3, InstalmentState.ARREARS)):
            memory.instalments[beside.instalment(rank).id] = replace(beside.instalment(rank), state=state)
        with pytest.raises(InstalmentNotPayable):
            beside.opens_the_page_of(2)
        assert states(beside) == [PAID, PAID, PAID]


class TestCreditBeforeAnOrder:
    @pytest.fixture
    def credited(self, chris: Student) -> Student:
        """Paid 601,00 € on an old page when nothing was owed."""
        chris.declares("01")
        page = chris.keeps_a_page()
        chris.declares("02")
        chris.pays(page)
        assert listed_cents(chris) == 60100
        return chris

    def test_is_deducted_from_the_next_page(self, credited: Student) -> None:
        credited.declares("05")
        assert listed_cents(credited) == 0
        page = credited.opens_the_page()
        assert page.amount_cents == 377000 - 60100
        credited.pays(page, "7002")
        assert (credited.balance_cents, listed_cents(credited)) == (0, 0)
        assert credited.registration.is_paid
        (invoice,) = credited.account.invoices
        assert (invoice.totals.total_cents, invoice.paid_cents) == (377000, 377000)

    def test_that_covers_all_is_not_asked_for_again_and_pays_at_the_validation(
        self, credited: Student
    ) -> None:
        credited.declares("01")
        with pytest.raises(CoveredByCredit):
            credited.opens_the_page()
        item = {
            each.key: each for each in show_menu(credited.ports, credited.ports.accounts.account(CHRIS.id))[0]
        }[MenuKey.PAY_ONCE]
        assert item.state is MenuState.DONE
        decides(credited, Decision.VALIDATE)
        assert (credited.balance_cents, listed_cents(credited)) == (0, 0)
        (invoice,) = credited.account.invoices
        assert (invoice.paid_cents, invoice.settled_on) == (60100, invoice.issued_on)
        assert credited.registration.is_paid

    def test_that_covers_all_ends_a_request_for_a_plan(self, credited: Student) -> None:
        credited.ports.memory.payments.clear()
        credited.declares("01")
        credited.asks_for()
        credited.ports.memory.payments["7001"] = CHRIS.id, _payment(60100)
        decides(credited, Decision.VALIDATE)
        assert credited.registration.is_paid
        assert not credited.file.has_binding_plan

    def test_that_covers_a_part_waits_for_the_page(self, credited: Student) -> None:
        credited.declares("05")
        decides(credited, Decision.VALIDATE)
        assert credited.account.orders == ()
        assert credited.opens_the_page().amount_cents == 377000 - 60100

    def test_that_leaves_less_than_one_euro_leaves_no_page(self, credited: Student) -> None:
        rewrites(credited, "7001", amount_cents=60001)
        credited.declares("01")
        with pytest.raises(RestTooSmall) as refused:
            credited.opens_the_page()
        assert refused.value.rest_cents == 99

    def test_pays_the_first_instalments_of_a_plan(self, credited: Student) -> None:
        credited.declares("05")
        credited.asks_for("paybox-6")
        credited.is_approved()
        credited.pays(credited.opens_the_page_of(1), "7002")
        assert states(credited) == [PAID, DUE, DUE, DUE, DUE, DUE]
        assert credited.instalment(2).remaining_cents == 62833 - 60100
        assert {each.version for each in credited.account.instalments} == {1}
        assert listed_cents(credited) == 0


def _payment(cents: int) -> Payment:
    return Payment(
        f"{CHRIS.id}-t7001", f"{CHRIS.id}-1", PaymentMethod.CARD, cents, 0, MANUAL_DAY, transaction="7001"
    )


def _plan_of_six(flown: set[int]) -> RegistrationFile:
    """A plan of 3 770,00 € with its first part paid, and some parts in flight at the gateway."""
    ports = FakePorts(load_shipped("clermont-auvergne-inp-2022"))
    registration = enrol_student(ports, CHRIS, "I2223_Y1_1A", ports.campaigns.current().id)
    student = Student(ports, CHRIS, registration.id)
    student.starts_the_plan("paybox-6", "05")
    file = student.file
    return replace(
        file,
        instalments=tuple(
            replace(each, state=InstalmentState.SENT) if each.rank in flown else each
            for each in file.instalments
        ),
    )


@settings(max_examples=200, deadline=None)
@given(
    amounts=st.lists(st.integers(1, 90000), min_size=1, max_size=5),
    flown=st.sets(st.integers(2, 6)),
    rank=st.integers(0, 6),
)
def test_never_more_is_allocated_than_is_owed_nor_than_was_received(
    amounts: list[int], flown: set[int], rank: int
) -> None:
    file = _plan_of_six(flown)
    payments = tuple(
        replace(_payment(cents), id=f"t{place}", transaction=f"t{place}")
        for place, cents in enumerate(amounts)
    )
    file = replace(file, payments=(*file.payments, *payments))
    allocation = allocate(file, file.payments[0].received_at, rank)
    then = after(file, allocation)
    allocated = sum(payment.allocated_cents for payment in then.payments)
    assert all(credit_cents(payment) >= 0 for payment in then.payments)
    assert then.ordered_cents - allocated == allocation.owed_cents >= 0
    waiting = sum(each.remaining_cents for each in then.instalments)
    assert waiting == allocation.owed_cents
    assert all(each in file.instalments for each in then.instalments if each.is_in_flight)
    free = sum(credit_cents(payment) for payment in then.payments)
    open_now = sum(each.remaining_cents for each in then.instalments if not each.is_in_flight)
    assert free == 0 or open_now == 0
    assert owed_cents(then) == allocation.owed_cents - free


class TestPlanThatIsAskedFor:
    """An old page is paid while a plan is asked for or approved: the plan stands, and takes what is left."""

    @pytest.fixture
    def approved(self, chris: Student) -> Student:
        chris.declares("01")
        old = chris.keeps_a_page()
        chris.declares("05")
        chris.asks_for()
        chris.is_approved()
        chris.pays(old)
        return chris

    def test_begins_with_its_first_page_and_debits_what_is_left(self, approved: Student) -> None:
        request = approved.file.plan_request
        assert request is not None
        assert request.is_payable
        assert approved.balance_cents == 377000 - 60100
        items = {
            each.key: each.state
            for each in show_menu(approved.ports, approved.ports.accounts.account(CHRIS.id))[0]
        }
        assert items[MenuKey.PAY_PLAN] is items[MenuKey.CHOOSE_PLAN] is MenuState.OPEN
        page = approved.opens_the_page_of(1)
        assert page.amount_cents == 125654
        approved.pays(page, "7002")
        assert not approved.registration.part_paid
        assert [each.remaining_cents for each in approved.account.instalments] == [0, 125654 - 60100, 125692]
        approved.debits_run("2022-07-10T09:00")
        approved.debits_run("2022-08-10T09:00")
        assert (approved.taken(2), approved.taken(3)) == ([125654 - 60100], [125692])
        assert (approved.balance_cents, listed_cents(approved)) == (0, 0)

    def test_ends_once_less_is_left_than_its_first_part(self, chris: Student) -> None:
        chris.declares("14")
        old = chris.keeps_a_page()
        chris.declares("01")
        chris.asks_for()
        chris.is_approved()
        chris.pays(old)
        assert not chris.file.has_binding_plan
        assert chris.opens_the_page().amount_cents == 60100 - 40100


class TestWhatIsAnnounced:
    """A mail names what will be debited, and announces nothing that will not be."""

    @pytest.fixture
    def lowered(self, chris: Student) -> Student:
        chris.declares("01")
        page = chris.keeps_a_page()
        chris.starts_the_plan("paybox-3", "05")
        chris.pays(page, "7002")
        return chris

    def delivered(self, student: Student, topic: Topic, rank: int) -> list[int]:
        entries = student.ports.memory.entries
        named = [key for key, each in entries.items() if (each.topic, each.rank) == (topic, rank)]
        amounts: list[int] = []
        send = student.ports.mailer.send

        def kept(to: object, entry: OutboxEntry, *rest: object) -> None:
            amounts.append(entry.amount_cents)
            send(to, entry, *rest)  # type: ignore[arg-type]

        student.ports.mailer.send = kept  # type: ignore[method-assign,assignment]
        for entry_id in named:
            deliver_outbox(student.ports, entry_id)
        return amounts

    def test_notice_names_what_is_left(self, lowered: Student) -> None:
        lowered.is_at("2022-07-04T09:00")
        assert self.delivered(lowered, Topic.DEBIT_NOTICE, 2) == [125654 - 60100]

    def test_debit_names_what_was_taken(self, lowered: Student) -> None:
        lowered.debits_run("2022-07-10T09:00")
        assert self.delivered(lowered, Topic.DEBIT_TAKEN, 2) == [125654 - 60100]

    def test_refused_file_and_a_rest_below_one_euro_are_not_announced(self, lowered: Student) -> None:
        third = lowered.instalment(3)
        lowered.ports.memory.instalments[third.id] = replace(third, received_cents=third.amount_cents - 99)
        lowered.is_at("2022-08-04T09:00")
        assert self.delivered(lowered, Topic.DEBIT_NOTICE, 3) == []
        decides(lowered, Decision.REFUSE)
        lowered.is_at("2022-07-04T09:00")
        assert self.delivered(lowered, Topic.DEBIT_NOTICE, 2) == []
