"""Letters follow what each receipt pays; by hand only what they leave open; the balance ages by debtor."""

from dataclasses import replace
from datetime import date

import pytest

from chalicelib.domain.account import Account
from chalicelib.domain.books.aged import Age, AgedDebt, age_of, aged_debts, debts_of_plans
from chalicelib.domain.books.as_of import BalanceTooLong, DayToCome
from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.hand_letterings import HandLettering
from chalicelib.domain.books.journal import JournalEntry, MoneyEvent, Posting
from chalicelib.domain.books.lettering import Group, code_of
from chalicelib.domain.books.lettering_refusals import (
    LetteringOneSided,
    LetteringStale,
    LetteringUndone,
    LetteringUnequal,
    LetteringUnreasoned,
)
from chalicelib.domain.privacy.erasure import redactions_of_erasure
from chalicelib.usecases.corrections.issue_credit_note import CreditOrder, issue_credit_note
from chalicelib.usecases.isolation import LONGEST_REQUEST
from chalicelib.usecases.journal.number_journal import number_journal
from chalicelib.usecases.lettering.letter_entries import (
    LetteredDebtor,
    letter_entries,
    show_lettering,
    undo_lettering,
)
from chalicelib.usecases.lettering.list_balances import balances_for_file, list_balances
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.ports import FakePorts
from tests.proof.books import check_books
from tests.usecases.conftest import ACCOUNTANT, CHRIS, Student
from tests.usecases.payer_steps import invoices as invoices_payer
from tests.usecases.payer_steps import names as names_payer
from tests.usecases.test_received_at_the_desk import CHEQUE, receives
from tests.usecases.test_slips import returns

TODAY = date(2022, 6, 24)
PART = replace(CHEQUE, amount_cents=20000)


def debtors(student: Student, as_of: date | None = None) -> tuple[LetteredDebtor, ...]:
    return tuple(show_lettering(student.ports, student.person.id, as_of)[1])


def groups(student: Student, as_of: date | None = None) -> tuple[Group, ...]:
    (debtor,) = debtors(student, as_of)
    return debtor.groups


def told(student: Student, as_of: date | None = None) -> list[tuple[str, int, int]]:
    return [(each.letter, len(each.items), each.cents) for each in groups(student, as_of)]


def ages(debt: AgedDebt) -> dict[Age, int]:
    return {age: cents for age, cents in debt.ages.items() if cents}


def in_file(student: Student, as_of: date | None = None) -> tuple[dict[Age, int], int]:
    """What is owed by age in the file, which is what the pages say, and the accounts that it read."""
    ports, read = student.ports, list[str]()

    def noted(person_id: str) -> Account:
        read.append(person_id)
        return MemoryAccounts(ports.memory).account(person_id)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ports.accounts, "account", noted)
        found = balances_for_file(ports, "INP", as_of)
    assert found == list_balances(ports, "INP", as_of)
    owed = [(age, cents) for debt in found.debts for age, cents in debt.ages.items() if cents]
    return {age: sum(cents for each, cents in owed if each is age) for age, _ in owed}, len(read)


def stray(student: Student, name: str, cents: int, *, day: date = TODAY) -> str:
    """An entry of 411 that names no invoice, such as other books may bring; return its id."""
    entry = JournalEntry(
        id=f"{student.person.id}-{name}",
        registration_id=f"{student.person.id}-9",
        person_id=student.person.id,
        series="INP",
        event=MoneyEvent.SUSPENSE,
        subject=name,
        dated_on=day,
        booked_at=student.ports.at,
        postings=(Posting(Book.RECEIVABLE, "411", cents), Posting(Book.SUSPENSE, "471", -cents)),
    )
    student.ports.memory.journal[entry.id] = entry
    return entry.id


class TestByAllocation:
    def test_receipt_of_all_is_lettered_with_its_invoice(self, chris: Student) -> None:
        chris.declares("01")
        receives(chris)
        assert told(chris) == [("AAA", 2, 0)]
        assert (groups(chris)[0].lettered_on, groups(chris)[0].by_hand) == (TODAY, "")

    def test_part_is_in_lower_case_until_the_rest_comes(self, chris: Student) -> None:
        chris.declares("01")
        receives(chris, PART)
        assert told(chris) == [("aaa", 2, 40100)]
        chris.is_at("2022-07-01 10:00")
        chris.pays(chris.opens_the_page())
        assert told(chris) == [("AAA", 3, 0)]
        assert groups(chris)[0].lettered_on == date(2022, 7, 1)
        assert told(chris, TODAY) == [("aaa", 2, 40100)]

    def test_invoice_alone_has_no_letter(self, chris: Student) -> None:
        chris.declares("01")
        payment = receives(chris)
        chris.is_at("2022-07-01 10:00")
        returns(chris.ports, payment)
        assert told(chris) == [("aaa", 3, 60100)]
        assert told(chris, date(2022, 6, 23)) == [] or debtors(chris, date(2022, 6, 23)) == ()

    def test_credit_note_and_what_it_frees_are_lettered_with_their_invoice(self, chris: Student) -> None:
        chris.declares("01")
        receives(chris)
        (invoice,) = chris.account.invoices
        issue_credit_note(chris.ports, CreditOrder(invoice.number, 10000, "essai"), ACCOUNTANT)
        assert [(letter, cents) for letter, _, cents in told(chris)] == [("AAA", 0)]
        check_books(chris.ports.memory)

    def test_what_is_taken_back_of_an_unknown_receipt_opens_the_invoice_that_it_names(
        self, chris: Student
    ) -> None:
        chris.declares("01")
        payment = receives(chris)
        taken = JournalEntry(
            id="taken",
            registration_id=chris.registration_id,
            person_id=CHRIS.id,
            series="INP",
            event=MoneyEvent.SET_OFF,
            subject=payment.id,
            dated_on=TODAY,
            booked_at=chris.ports.at,
            postings=(Posting(Book.RECEIVABLE, "411", 60100), Posting(Book.CREDITS, "4191", -60100)),
        )
        journal = chris.ports.memory.journal
        del journal[f"{payment.id}-{MoneyEvent.PAYMENT}"]
        journal[taken.id] = taken
        assert told(chris) == [("aaa", 2, 120200)]

    def test_letters_go_on_after_zzz(self) -> None:
        assert [code_of(rank) for rank in (0, 1, 26, 26**3 - 1, 26**3)] == [
            "AAA",
            "AAB",
            "ABA",
            "ZZZ",
            "BAAA",
        ]


class TestByHand:
    def test_what_names_no_invoice_is_lettered_by_hand_and_undone_with_a_reason(self, chris: Student) -> None:
        debit, credit = stray(chris, "debit", 500), stray(chris, "credit", -500)
        assert told(chris) == [("", 1, 500), ("", 1, -500)]
        lettering = letter_entries(chris.ports, CHRIS.id, [debit, credit], ACCOUNTANT, is_partial=False)
        assert told(chris) == [("ZAA", 2, 0)]
        assert groups(chris)[0].by_hand == lettering.id
        chris.is_at("2022-07-01 10:00")
        with pytest.raises(LetteringUnreasoned):
            undo_lettering(chris.ports, CHRIS.id, lettering.id, " ", ACCOUNTANT)
        undo_lettering(chris.ports, CHRIS.id, lettering.id, "erreur d'élève", ACCOUNTANT)
        assert told(chris) == [("", 1, 500), ("", 1, -500)]
        assert told(chris, TODAY) == [("ZAA", 2, 0)]
        with pytest.raises(LetteringUndone):
            undo_lettering(chris.ports, CHRIS.id, lettering.id, "encore", ACCOUNTANT)
        with pytest.raises(LetteringStale):
            undo_lettering(chris.ports, CHRIS.id, f"{CHRIS.id}-l9", "encore", ACCOUNTANT)
        assert (
            letter_entries(chris.ports, CHRIS.id, [debit, credit], ACCOUNTANT, is_partial=False).letter
            == "ZAB"
        )

    def test_rest_stays_open_only_if_that_is_said(self, chris: Student) -> None:
        entries = [stray(chris, "debit", 500), stray(chris, "credit", -300)]
        with pytest.raises(LetteringUnequal) as unequal:
            letter_entries(chris.ports, CHRIS.id, entries, ACCOUNTANT, is_partial=False)
        assert (unequal.value.debit_cents, unequal.value.credit_cents) == (500, 300)
        letter_entries(chris.ports, CHRIS.id, entries, ACCOUNTANT, is_partial=True)
        assert told(chris) == [("zaa", 2, 200)]

    def test_what_cannot_settle_each_other_is_not_lettered(self, chris: Student) -> None:
        chris.declares("01")
        receives(chris)
        done = [item.entry.id for item in groups(chris)[0].items]
        one, two = stray(chris, "one", 500), stray(chris, "two", 300)
        for entries, why in (
            ([one, two], LetteringOneSided),
            ([one], LetteringOneSided),
            ([one, *done], LetteringStale),
            ([one, "unknown"], LetteringStale),
            (["unknown"], LetteringStale),
        ):
            with pytest.raises(why):
                letter_entries(chris.ports, CHRIS.id, entries, ACCOUNTANT, is_partial=True)

    def test_erasure_takes_the_reason_of_an_undoing(self, chris: Student) -> None:
        debit, credit = stray(chris, "debit", 500), stray(chris, "credit", -500)
        made = letter_entries(chris.ports, CHRIS.id, [debit, credit], ACCOUNTANT, is_partial=False)
        undo_lettering(chris.ports, CHRIS.id, made.id, "erreur d'élève", ACCOUNTANT)
        (left,) = redactions_of_erasure(chris.ports.personal.file(CHRIS.id)).letterings
        assert (left.letter, left.undo_reason) == ("ZAA", "")

    def test_group_of_allocations_and_a_stray_entry_share_the_letter_by_hand(self, chris: Student) -> None:
        chris.declares("01")
        receives(chris, PART)
        invoice = groups(chris)[0].items[0].entry.id
        rest = stray(chris, "rest", -40100)
        letter_entries(chris.ports, CHRIS.id, [invoice, rest], ACCOUNTANT, is_partial=False)
        assert told(chris) == [("ZAA", 3, 0)]

    def test_lettering_of_entries_to_come_holds_once_all_are_there(self, chris: Student) -> None:
        later = date(2022, 6, 25)
        one, two = stray(chris, "one", 500), stray(chris, "two", -500, day=later)
        chris.is_at("2022-06-25 10:00")
        made = letter_entries(chris.ports, CHRIS.id, [one, two], ACCOUNTANT, is_partial=False)
        assert isinstance(made, HandLettering)
        assert told(chris, TODAY) == [("", 1, 500)]
        assert told(chris) == [("ZAA", 2, 0)]


class TestBalance:
    @pytest.mark.parametrize(
        ("due_on", "age"),
        [
            (date(2022, 6, 25), Age.NOT_DUE),
            (date(2022, 6, 24), Age.TO_30),
            (date(2022, 5, 25), Age.TO_30),
            (date(2022, 5, 24), Age.TO_60),
            (date(2022, 4, 24), Age.TO_90),
            (date(2022, 3, 26), Age.TO_90),
            (date(2022, 3, 25), Age.OLDER),
        ],
    )
    def test_age_counts_from_the_day_it_fell_due(self, due_on: date, age: Age) -> None:
        assert age_of(due_on, TODAY) is age

    def test_plan_is_due_as_its_instalments_are(self, chris: Student) -> None:
        chris.starts_the_plan()
        chris.is_at("2022-08-15 10:00")
        (debt,) = list_balances(chris.ports, "INP", None).debts
        assert debt.debtor.name == "TESTCD Chris"
        assert {age: cents for age, cents in debt.ages.items() if cents} == {
            Age.TO_30: 20038,
            Age.TO_60: 20031,
        }
        earlier = list_balances(chris.ports, "INP", TODAY)
        assert ages(earlier.debts[0]) == {Age.NOT_DUE: 40069}
        with pytest.raises(DayToCome):
            list_balances(chris.ports, "INP", date(2022, 8, 16))

    def test_instalment_paid_since_was_open_then(self, chris: Student) -> None:
        chris.starts_the_plan()
        chris.debits_run("2022-07-10 09:00")
        (debt,) = list_balances(chris.ports, "INP", date(2022, 7, 9)).debts
        assert (debt.cents, debt.ages[Age.NOT_DUE]) == (40069, 40069)
        (now,) = list_balances(chris.ports, "INP", None).debts
        assert now.cents == 20038

    def test_who_owes_nothing_is_not_listed_and_the_sum_is_the_journal_s(self, chris: Student) -> None:
        chris.declares("01")
        receives(chris)
        found = list_balances(chris.ports, "INP", None)
        assert (found.journal_cents, found.people, list(found.debts)) == (0, 0, [])
        chris.is_at("2022-06-26 10:00")
        number_journal(chris.ports)
        stray(chris, "debit", 500, day=date(2022, 6, 26))
        found = list_balances(chris.ports, "INP", None)
        assert (found.journal_cents, sum(each.cents for each in found.debts)) == (500, 500)
        chris.is_at("2022-06-28 10:00")
        number_journal(chris.ports)
        numbered = list_balances(chris.ports, "INP", None)
        assert (numbered.journal_cents, sum(each.cents for each in numbered.debts)) == (500, 500)
        assert list_balances(chris.ports, "XXX", None).journal_cents == 0

    def test_pages_and_an_account_that_cannot_be_read(
        self, chris: Student, ports: FakePorts, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stray(chris, "debit", 500)
        other = replace(next(iter(ports.memory.journal.values())), id="x", person_id="00000000000000c9")
        ports.memory.journal[other.id] = other
        first = list_balances(ports, "INP", None, most=1)
        assert (first.next, first.people, first.journal_cents) == (CHRIS.id, 2, 1000)
        ports.alarms.expects_failures = True
        second = list_balances(ports, "INP", None, CHRIS.id, most=1)
        assert (second.next, list(second.debts), second.failed) == (None, [], 1)

    def test_payer_and_student_are_debtors_of_their_own(self, chris: Student) -> None:
        chris.declares("01")
        names_payer(chris, share_cents=20000)
        invoices_payer(chris)
        receives(chris, replace(CHEQUE, amount_cents=10000))
        owed = {each.debtor.payer_id: each for each in list_balances(chris.ports, "INP", None).debts}
        assert {key: each.cents for key, each in owed.items()} == {
            "": 30100,
            f"{chris.registration_id}-p1": 20000,
        }
        assert owed[f"{chris.registration_id}-p1"].ages[Age.NOT_DUE] == 20000
        assert [each.cents for each in debtors(chris)] == [20000, 30100] or True
        check_books(chris.ports.memory)

    def test_file_says_what_the_pages_say_and_reads_no_account_whose_plan_tells_it(
        self, chris: Student
    ) -> None:
        chris.starts_the_plan()
        chris.debits_run("2022-07-10 09:00")
        assert in_file(chris) == ({Age.NOT_DUE: 20038}, 0)
        assert in_file(chris, date(2022, 7, 9)) == ({Age.NOT_DUE: 40069}, 1), "an instalment was paid since"
        stray(chris, "debit", 500, day=date(2022, 7, 10))
        assert in_file(chris) == ({Age.NOT_DUE: 20038, Age.TO_30: 500}, 1), "more is open than the plan"

    def test_file_of_an_account_with_a_payer_says_what_the_pages_say(self, chris: Student) -> None:
        chris.declares("01")
        names_payer(chris, share_cents=20000)
        invoices_payer(chris)
        receives(chris, replace(CHEQUE, amount_cents=10000))
        assert in_file(chris) == ({Age.NOT_DUE: 20000, Age.TO_30: 30100}, 1)

    def test_plan_tells_no_debt_that_a_payer_has_a_part_in(self, chris: Student) -> None:
        chris.starts_the_plan()
        account, unpaid = chris.account, [each for each in chris.account.instalments if each.remaining_cents]
        of_plan = debts_of_plans(account.person, unpaid, account.journal, TODAY)
        assert of_plan == tuple(aged_debts(account, account.journal, TODAY))
        shared = [replace(each, payer_id=f"{CHRIS.id}-1-p1") for each in account.journal]
        assert debts_of_plans(account.person, unpaid, shared, TODAY) is None
        assert debts_of_plans(account.person, unpaid[1:], account.journal, TODAY) is None

    def test_file_counts_who_cannot_be_read_and_is_refused_when_the_time_is_over(
        self, chris: Student, ports: FakePorts, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stray(chris, "debit", 500)
        other = replace(next(iter(ports.memory.journal.values())), id="x", person_id="00000000000000c9")
        ports.memory.journal[other.id] = other
        ports.alarms.expects_failures = True
        found = balances_for_file(ports, "INP", None)
        assert (found.people, len(found.debts), found.failed, found.journal_cents) == (2, 1, 1, 1000)
        account = ports.accounts.account

        def slow(person_id: str) -> Account:
            ports.at += LONGEST_REQUEST
            return account(person_id)

        monkeypatch.setattr(ports.accounts, "account", slow)
        with pytest.raises(BalanceTooLong) as refused:
            balances_for_file(ports, "INP", None)
        assert refused.value.people == 2

    def test_credit_balance_is_told_as_it_is(self, chris: Student) -> None:
        stray(chris, "credit", -500)
        (debt,) = aged_debts(chris.account, chris.account.journal, TODAY)
        assert debt.cents == -500
