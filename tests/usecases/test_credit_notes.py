"""A credit note lowers what is owed, at most by what its invoice holds; money paid for it is given back."""

from dataclasses import replace
from datetime import date

import pytest

from chalicelib.domain import decisions, errors
from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.journal import MoneyEvent, balances
from chalicelib.domain.books.journaling import journaled
from chalicelib.domain.changes import Changes
from chalicelib.domain.corrections.credit_notes import CreditNote
from chalicelib.domain.corrections.refusals import (
    CreditedMeanwhile,
    CreditNoteAboveInvoice,
    CreditNoteAboveLine,
    CreditNoteMoved,
    CreditNoteUnreasoned,
    InvoiceLineUnknown,
)
from chalicelib.domain.credits import to_give_back
from chalicelib.domain.errors import ConcurrentUpdate, IdempotencyKeyReused, NotFound
from chalicelib.domain.outbox import Topic
from chalicelib.domain.owed import owed_cents
from chalicelib.domain.plan.instalments import InstalmentState
from chalicelib.domain.privacy.erasure import NOBODY
from chalicelib.domain.registration import RegistrationStatus, block
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.corrections.issue_credit_note import (
    CreditOrder,
    issue_credit_note,
    preview_credit_note,
)
from chalicelib.usecases.invoices.render_credit_note import link_credit_note, render_credit_note
from chalicelib.usecases.payments.give_up_attempt import give_up_attempt
from chalicelib.usecases.privacy.apply_retention import apply_retention
from tests.fakes.gateway import Behaviour
from tests.usecases.conftest import ACCOUNTANT, REGISTRAR, Student
from tests.usecases.correction_steps import changes
from tests.usecases.plan_acts import all_taken, entries, recut
from tests.usecases.test_pages_beside_each_other import meanwhile

REASON = "bourse notifiée en octobre"


def credit(student: Student, cents: int, **more: object) -> CreditNote:
    (invoice,) = student.account.invoices
    order = CreditOrder(invoice.number, cents, REASON)
    return issue_credit_note(student.ports, replace(order, **more), ACCOUNTANT)  # type: ignore[arg-type]


def waiting(student: Student) -> int:
    surplus = to_give_back(student.file)
    return surplus.amount_cents if surplus else 0


@pytest.fixture
def paid(chris: Student) -> Student:
    chris.declares("01")
    chris.pays(chris.opens_the_page())
    return chris


@pytest.fixture
def planned(chris: Student) -> Student:
    chris.starts_the_plan()
    return chris


def test_paid_money_that_is_no_longer_owed_is_a_credit_to_give_back(paid: Student) -> None:
    note = credit(paid, 10000)
    assert (note.number, note.totals.total_cents, note.issued_by) == (1, 10000, ACCOUNTANT.id)
    assert (note.invoice_number, note.invoiced_on) == (9196, paid.account.invoices[0].issued_on)
    assert note.client == paid.account.invoices[0].client
    assert owed_cents(paid.file) == -10000
    assert waiting(paid) == 10000
    assert [each.allocated_cents for each in paid.account.payments] == [50100]
    assert paid.balance_cents == -10000
    position = paid.account.position(note.issued_on)
    assert (position.debit_cents, position.credit_cents) == (50100, 60100)


def test_entry_of_the_credit_note_and_its_set_off_are_in_the_journal(paid: Student) -> None:
    credit(paid, 10000)
    noted, released = paid.file.journal[-2:]
    assert (noted.event, released.event) == (MoneyEvent.CREDIT_NOTE, MoneyEvent.SET_OFF)
    assert {each.book: each.cents for each in noted.postings} == {Book.FEES: 10000, Book.RECEIVABLE: -10000}
    assert {each.book: each.cents for each in released.postings} == {
        Book.RECEIVABLE: 10000,
        Book.CREDITS: -10000,
    }
    assert noted.is_balanced
    account = paid.account
    books = balances(account.journal, account.invoices, account.payments)
    assert (books[Book.RECEIVABLE], books[Book.FEES], books[Book.CREDITS]) == (0, -50100, -10000)
    trace = list(paid.ports.memory.audit_waiting.values())[-1]
    assert (trace.act, trace.by, trace.reason) == (Act.CREDIT_NOTE_ISSUED, ACCOUNTANT.id, REASON)
    assert {name: trace.details[name] for name in ("number", "invoice", "amount_cents")} == {
        "number": "1",
        "invoice": "9196",
        "amount_cents": "10000",
    }


def test_numbers_follow_without_gaps_and_the_invoice_is_the_limit(paid: Student) -> None:
    assert [credit(paid, cents).number for cents in (10000, 50000)] == [1, 2]
    with pytest.raises(CreditNoteAboveInvoice) as refused:
        credit(paid, 101)
    assert refused.value.left_cents == 100
    assert credit(paid, 100).number == 3
    with pytest.raises(CreditNoteAboveInvoice):
        credit(paid, 1)
    assert owed_cents(paid.file) == -60100
    assert waiting(paid) == 60100


def test_line_is_the_limit_of_what_is_credited_on_it(paid: Student) -> None:
    assert credit(paid, 60000, by_line={0: 60000}).lines[0].product.startswith("Droits")
    with pytest.raises(CreditNoteAboveLine) as refused:
        credit(paid, 101, by_line={0: 101})
    assert refused.value.left_cents == 100
    with pytest.raises(InvoiceLineUnknown):
        credit(paid, 100, by_line={1: 100})


def test_it_needs_a_reason_and_an_invoice_of_that_registration(paid: Student) -> None:
    with pytest.raises(CreditNoteUnreasoned):
        credit(paid, 100, reason=" ")
    with pytest.raises(NotFound):
        credit(paid, 100, number=1)
    with pytest.raises(NotFound):
        credit(paid, 100, registration_id=f"{paid.person.id}-7")
    assert credit(paid, 100, registration_id=paid.registration_id).number == 1


def test_accounting_alone_issues_it_and_not_on_the_own_file(paid: Student) -> None:
    order = CreditOrder(9196, 100, REASON)
    for person in (REGISTRAR, replace(ACCOUNTANT, id=paid.person.id)):
        with pytest.raises(errors.Forbidden):
            issue_credit_note(paid.ports, order, person)


def test_same_key_is_one_credit_note(paid: Student) -> None:
    note = credit(paid, 100, key="k1")
    assert credit(paid, 100, key="k1") == note
    with pytest.raises(IdempotencyKeyReused):
        credit(paid, 200, key="k1")
    assert credit(paid, 100, key="k2").number == 2
    assert len(paid.account.credit_notes) == 2


def beaten(student: Student, act: object) -> None:
    """Let another writer come between the reading and the commit of the next act, once."""
    store, commit = student.ports.store, student.ports.store.commit

    def late(changes: Changes) -> None:
        store.commit = commit  # type: ignore[method-assign]
        act()  # type: ignore[operator]
        commit(changes)

    store.commit = late  # type: ignore[method-assign]


def test_of_two_accountants_at_once_one_wins_and_the_other_is_told(paid: Student) -> None:
    beaten(paid, lambda: credit(paid, 60100))
    with pytest.raises(ConcurrentUpdate):
        credit(paid, 60100)
    assert [each.number for each in paid.account.credit_notes] == [1]


def test_of_the_same_request_twice_at_once_both_get_one_answer(paid: Student) -> None:
    beaten(paid, lambda: credit(paid, 100, key="k1"))
    assert credit(paid, 100, key="k1").number == 1
    assert len(paid.account.credit_notes) == 1


def test_of_the_same_request_twice_at_once_for_one_of_two_sellers_both_get_one_answer(
    paid: Student, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two sellers have an invoice of that number: the registration says which is meant, again too."""
    (invoice,) = paid.account.invoices
    beaten(paid, lambda: credit(paid, 100, key="k1", registration_id=paid.registration_id))
    monkeypatch.setattr(paid.ports.accounts, "invoices", lambda _number: (invoice, invoice))
    assert credit(paid, 100, key="k1", registration_id=paid.registration_id).number == 1
    assert len(paid.account.credit_notes) == 1


@pytest.mark.parametrize("status", [RegistrationStatus.REFUSED, RegistrationStatus.WITHDRAWN])
def test_file_that_is_refused_given_up_or_blocked_is_credited_too(
    paid: Student, status: RegistrationStatus
) -> None:
    file = replace(block(paid.registration, blocked=True, reason="litige"), status=status)
    paid.ports.store.commit(Changes((file,), audit=paid.trace))
    credit(paid, 60100)
    assert waiting(paid) == 60100
    assert paid.file.charged_cents == 0


class TestPlan:
    def test_last_instalments_end_first_and_the_others_are_debited(self, planned: Student) -> None:
        """200,31 paid, 200,31 and 200,38 to come; 250,00 less."""
        credit(planned, 25000)
        second, third = planned.instalment(2), planned.instalment(3)
        assert (third.state, third.remaining_cents) == (InstalmentState.CANCELLED, 0)
        assert (second.state, second.remaining_cents) == (InstalmentState.DUE, 20031 - 4962)
        assert waiting(planned) == 0
        for day in ("2022-07-10", "2022-08-10", "2022-09-10"):
            planned.debits_run(f"{day}T09:00")
        assert all_taken(planned) == [20031 - 4962]
        assert planned.instalment(2).state is InstalmentState.PAID
        assert (planned.balance_cents, owed_cents(planned.file)) == (0, 0)
        assert entries(planned, Topic.FORGET_CARD)

    def test_instalment_that_stays_whole_is_debited_of_the_shorter_plan(self, planned: Student) -> None:
        """The last one of 200,38 is credited whole: the second keeps its 200,31, under the new hash."""
        credit(planned, 20038)
        assert planned.instalment(3).state is InstalmentState.CANCELLED
        planned.debits_run("2022-07-10T09:00")
        assert all_taken(planned) == [20031]
        assert planned.balance_cents == 0

    def test_all_that_is_to_come_is_cancelled_and_the_rest_given_back(self, planned: Student) -> None:
        credit(planned, 60100)
        assert [each.state for each in planned.file.instalments] == [
            InstalmentState.PAID,
            InstalmentState.CANCELLED,
            InstalmentState.CANCELLED,
        ]
        assert waiting(planned) == 20031
        planned.debits_run("2022-07-10T09:00")
        assert all_taken(planned) == []
        assert [each.topic for each in entries(planned, Topic.FORGET_CARD)] == [Topic.FORGET_CARD]
        assert planned.account.position(planned.instalment(2).due_on).position_cents == -20031

    def test_arrears_beyond_what_is_owed_end_too(self, planned: Student) -> None:
        planned.ports.gateway.script.append(Behaviour.REFUSE_HARD)
        planned.debits_run("2022-07-10T09:00")
        assert planned.instalment(2).state is InstalmentState.NEEDS_PAYER
        credit(planned, 20031 + 20038)
        assert planned.instalment(2).state is InstalmentState.CANCELLED
        assert not planned.file.needs_payer
        assert planned.balance_cents == 0

    def test_no_rest_of_less_than_the_gateway_takes_is_left_beside_another(self, planned: Student) -> None:
        credit(planned, 20000)
        assert [planned.instalment(rank).remaining_cents for rank in (2, 3)] == [19969, 100]
        planned.debits_run("2022-07-10T09:00")
        planned.debits_run("2022-08-10T09:00")
        assert all_taken(planned) == [19969, 100]
        assert planned.balance_cents == 0

    def test_rest_is_cut_again_within_what_is_owed(self, planned: Student) -> None:
        credit(planned, 25000)
        recut(planned, 2)
        for day in ("2022-07-10", "2022-08-10", "2022-09-10"):
            planned.debits_run(f"{day}T09:00")
        assert sum(all_taken(planned)) == 60100 - 20031 - 25000
        assert planned.balance_cents == 0

    def test_debit_that_may_be_taken_right_now_comes_first(self, planned: Student) -> None:
        planned.ports.gateway.script.append(Behaviour.LOSE_ANSWER)
        planned.debits_run("2022-07-10T09:00")
        assert planned.instalment(2).is_in_flight
        with pytest.raises(decisions.DebitInFlight):
            credit(planned, 100)

    def test_debit_that_waits_for_a_person_comes_first(self, planned: Student) -> None:
        conflict = replace(planned.instalment(2), state=InstalmentState.CONFLICT, version=2)
        planned.ports.store.commit(Changes((conflict,), audit=planned.trace))
        with pytest.raises(decisions.DebitInConflict):
            credit(planned, 100)

    def test_page_of_an_instalment_that_is_paid_after_it_is_a_credit(self, planned: Student) -> None:
        planned.ports.gateway.script.append(Behaviour.REFUSE_HARD)
        planned.debits_run("2022-07-10T09:00")
        page = planned.opens_the_page_of(2)
        credit(planned, 20031 + 20038)
        planned.pays(page, "7002")
        assert waiting(planned) == 20031
        assert planned.instalment(2).state is InstalmentState.CANCELLED

    def test_page_that_is_left_after_it_ends_cleanly(self, planned: Student) -> None:
        planned.ports.gateway.script.append(Behaviour.REFUSE_HARD)
        planned.debits_run("2022-07-10T09:00")
        page = planned.opens_the_page_of(2)
        credit(planned, 20031 + 20038)
        give_up_attempt(planned.ports, planned.person.id, page.id)
        assert not planned.attempt(page.id).is_open
        assert planned.instalment(2).open_pages == ()


def test_open_rest_shrinks_before_paid_money_is_released(chris: Student) -> None:
    """A page of 601,00 paid under a tariff of 3 770,00: 3 169,00 are open."""
    chris.declares("01")
    page = chris.keeps_a_page()
    chris.declares("05")
    chris.pays(page)
    assert chris.registration.part_paid
    credit(chris, 300000)
    assert (owed_cents(chris.file), waiting(chris)) == (16900, 0)
    assert chris.registration.part_paid
    credit(chris, 16900)
    assert not chris.registration.part_paid
    assert (owed_cents(chris.file), waiting(chris)) == (0, 0)
    credit(chris, 100)
    assert waiting(chris) == 100


def test_student_is_told_once(paid: Student) -> None:
    credit(paid, 100)
    (mail,) = entries(paid, Topic.CREDIT_NOTE_ISSUED)
    assert (mail.amount_cents, mail.invoice_number, mail.reason) == (100, 9196, REASON)


def test_order_is_settled_on_the_day_that_credited_its_rest(chris: Student) -> None:
    chris.declares("01")
    page = chris.keeps_a_page()
    chris.declares("05")
    chris.pays(page)
    (order,) = chris.account.orders
    assert chris.account.settled_on(order.number, order.totals.total_cents) is None
    note = credit(chris, 316900)
    assert chris.account.settled_on(order.number, order.totals.total_cents) == note.issued_on


def test_newest_payment_is_released_first(chris: Student) -> None:
    """Two payments of the order: the page of 601,00 of before, then the rest of 3 770,00."""
    chris.declares("01")
    page = chris.keeps_a_page()
    chris.declares("05")
    chris.pays(page)
    chris.ports.move(days=1)
    chris.pays(chris.opens_the_page(), "7002")
    credit(chris, 320000)
    allocated = {each.transaction: each.allocated_cents for each in chris.account.payments}
    assert allocated == {"7001": 57000, "7002": 0}


def test_money_of_the_credited_invoice_is_released_before_newer_money_of_another(paid: Student) -> None:
    first = paid.account.invoices[0].number
    changes(paid, "05")
    paid.ports.move(days=1)
    paid.pays(paid.opens_the_page(), "7002")
    issue_credit_note(paid.ports, CreditOrder(first, 10000, REASON), ACCOUNTANT)
    allocated = {each.transaction: each.allocated_cents for each in paid.account.payments}
    assert allocated == {"7001": 50100, "7002": 316900}


def test_preview_writes_nothing_and_says_what_will_be(paid: Student) -> None:
    before = dict(paid.ports.memory.payments)
    draft = preview_credit_note(paid.ports, CreditOrder(9196, 10000, REASON), ACCOUNTANT)
    assert (draft.note.totals.total_cents, owed_cents(draft.after)) == (10000, -10000)
    assert (paid.account.credit_notes, paid.ports.memory.payments) == ((), before)


def test_what_was_seen_is_what_is_left(paid: Student) -> None:
    assert credit(paid, 100, left_seen_cents=60100).number == 1
    with pytest.raises(CreditedMeanwhile) as refused:
        credit(paid, 100, left_seen_cents=60100)
    assert refused.value.left_cents == 60000


@pytest.mark.parametrize("seen", [{"owed_seen_cents": 20070}, {"credit_seen_cents": 1}])
def test_what_was_seen_is_what_is_owed_and_to_be_given_back(paid: Student, seen: dict[str, int]) -> None:
    with pytest.raises(CreditNoteMoved):
        credit(paid, 100, **seen)
    assert paid.account.credit_notes == ()
    for _ in range(2):
        assert credit(paid, 100, owed_seen_cents=0, credit_seen_cents=0, key="k").number == 1
    assert credit(paid, 100, owed_seen_cents=0, credit_seen_cents=100).number == 2


def test_money_that_comes_before_the_commit_is_seen_first(chris: Student) -> None:
    chris.starts_the_plan()
    owed = owed_cents(chris.file)
    page = chris.opens_the_page_of(2)
    meanwhile(chris.ports, lambda: chris.pays(page, "7002"))
    with pytest.raises(errors.ConcurrentUpdate):
        credit(chris, 100, owed_seen_cents=owed, credit_seen_cents=0)
    assert chris.account.credit_notes == ()


def test_pdf_is_drawn_once_and_given_by_a_link(paid: Student) -> None:
    credit(paid, 100)
    with pytest.raises(errors.InvoiceNotRendered):
        link_credit_note(paid.ports, paid.person.id, 1)
    first = render_credit_note(paid.ports, paid.person.id, 1)
    assert render_credit_note(paid.ports, paid.person.id, 1) == first
    assert first.key in link_credit_note(paid.ports, paid.person.id, 1)
    with pytest.raises(NotFound):
        render_credit_note(paid.ports, paid.person.id, 2)
    assert paid.account.documents == {}


def test_client_and_reason_are_erased_with_the_pdf_after_ten_years(paid: Student) -> None:
    credit(paid, 100)
    render_credit_note(paid.ports, paid.person.id, 1)
    (payment,) = paid.account.payments
    given = replace(payment, refunded_cents=100, version=payment.version + 1)
    paid.ports.store.commit(journaled(Changes((given,), audit=paid.trace), paid.file, paid.ports.at))
    paid.ports.memory.people[paid.person.id] = replace(paid.person, review_on=date(2033, 1, 1))
    paid.is_at("2033-01-01T03:00")
    apply_retention(paid.ports)
    (note,) = paid.account.credit_notes
    assert (note.client.last_name, note.reason) == (NOBODY, "")
    assert not any("credit-notes" in key for key in paid.ports.documents.stored)


def test_request_for_a_plan_that_less_than_its_first_part_is_left_for_is_withdrawn(chris: Student) -> None:
    chris.declares("01")
    page = chris.keeps_a_page()
    chris.declares("05")
    chris.asks_for("paybox-6")
    chris.is_approved()
    chris.pays(page)
    request = chris.file.plan_request
    assert request is not None
    assert request.is_binding
    credit(chris, 316900 - 62835)  # the first part of 3 770,00 is left, the others are of 628,33
    assert chris.file.plan_request == request
    credit(chris, 1)
    withdrawn = chris.file.plan_request
    assert withdrawn is not None
    assert not withdrawn.is_binding


def test_death_before_or_after_the_commit_is_nothing_or_all(paid: Student) -> None:
    store, commit = paid.ports.store, paid.ports.store.commit

    def dies_before(_changes: Changes) -> None:
        raise RuntimeError

    def dies_after(changes: Changes) -> None:
        commit(changes)
        raise RuntimeError

    for dying, expected in ((dies_before, 0), (dies_after, 1)):
        store.commit = dying  # type: ignore[method-assign]
        with pytest.raises(RuntimeError):
            credit(paid, 100, key="k1")
        assert len(paid.account.credit_notes) == expected
    store.commit = commit  # type: ignore[method-assign]
    assert credit(paid, 100, key="k1").number == 1
    assert waiting(paid) == 100


def test_plan_that_is_not_known_any_more_is_shortened_all_the_same(planned: Student) -> None:
    mandate = planned.file.mandate
    assert mandate is not None
    unknown = replace(mandate, plan=None, version=mandate.version + 1)
    planned.ports.store.commit(Changes((unknown,), audit=planned.trace))
    request = planned.file.plan_request
    assert request is not None
    gone = replace(request, plan_code="gone", version=request.version + 1)
    planned.ports.store.commit(Changes((gone,), audit=planned.trace))
    credit(planned, 20038)
    assert planned.instalment(3).state is InstalmentState.CANCELLED
