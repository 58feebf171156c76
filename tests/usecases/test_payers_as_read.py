"""An act on a third-party payer is on the one that its author read, and takes what they read."""

from dataclasses import replace

import pytest

from chalicelib.domain.corrections.refusals import RestChanged
from chalicelib.domain.fees import total_cents
from chalicelib.domain.owed import asked_cents
from chalicelib.domain.payers.naming import WHOLE
from chalicelib.domain.payers.payer import Payer, PayerState
from chalicelib.domain.payers.refusals import PayerChanged, PayerNotNamed
from chalicelib.usecases.lists.find_registrations import show_entry
from chalicelib.usecases.payers.invoice_payer import invoice_payer
from chalicelib.usecases.payers.name_payer import name_payer, preview_payer, take_back_payer
from tests.usecases.conftest import ACCOUNTANT, REGISTRAR, Student
from tests.usecases.payer_steps import COMPANY, REASON, names
from tests.usecases.test_pages_beside_each_other import meanwhile


@pytest.fixture
def declared(chris: Student) -> Student:
    chris.declares("01")
    return chris


def takes_back(student: Student, seen: str | None = None) -> Payer:
    return take_back_payer(student.ports, student.registration_id, REASON, REGISTRAR, seen)


def replaces(student: Student) -> None:
    takes_back(student)
    names(student, name="Autre société", share_cents=30000)


def named(student: Student) -> Payer:
    payer = student.file.named_payer
    assert payer
    return payer


def takes_the_whole(student: Student, owed_seen_cents: int | None) -> Payer:
    facts = replace(COMPANY, share_cents=WHOLE)
    return name_payer(
        student.ports, student.registration_id, facts, REGISTRAR, owed_seen_cents=owed_seen_cents
    )


class TestPayer:
    """Its version begins at 1 again, so its id is read with it."""

    def test_other_payer_than_was_read_is_not_taken_back(self, declared: Student) -> None:
        seen = names(declared).seen_hash
        replaces(declared)
        with pytest.raises(PayerChanged):
            takes_back(declared, seen)
        assert named(declared).facts.name == "Autre société"
        assert takes_back(declared, named(declared).seen_hash).state is PayerState.WITHDRAWN

    def test_other_payer_than_was_read_is_not_invoiced(self, declared: Student) -> None:
        seen = names(declared).seen_hash
        replaces(declared)
        with pytest.raises(PayerChanged):
            invoice_payer(declared.ports, declared.registration_id, ACCOUNTANT, seen)
        assert declared.account.of_payers.invoices == ()
        seen = named(declared).seen_hash
        invoice = invoice_payer(declared.ports, declared.registration_id, ACCOUNTANT, seen)
        assert invoice.totals.total_cents == 30000

    def test_other_payer_than_was_read_is_not_replaced(self, declared: Student) -> None:
        seen = names(declared).seen_hash
        replaces(declared)
        with pytest.raises(PayerChanged):
            preview_payer(declared.ports, declared.registration_id, COMPANY, REGISTRAR, seen)
        with pytest.raises(PayerChanged):
            name_payer(declared.ports, declared.registration_id, COMPANY, REGISTRAR, seen)
        assert named(declared).facts.name == "Autre société"

    def test_payer_that_is_gone_is_not_replaced(self, declared: Student) -> None:
        seen = names(declared).seen_hash
        takes_back(declared)
        with pytest.raises(PayerChanged):
            name_payer(declared.ports, declared.registration_id, COMPANY, REGISTRAR, seen)

    def test_payer_of_other_facts_than_were_read_is_not_taken_back(self, declared: Student) -> None:
        seen = names(declared).seen_hash
        names(declared, share_cents=10000)
        with pytest.raises(PayerChanged):
            takes_back(declared, seen)

    def test_payer_that_is_replaced_before_the_commit_stays(self, declared: Student) -> None:
        seen = names(declared).seen_hash
        meanwhile(declared.ports, lambda: replaces(declared))
        with pytest.raises(PayerChanged):
            takes_back(declared, seen)
        meanwhile(declared.ports, lambda: replaces(declared))
        with pytest.raises(PayerChanged):
            invoice_payer(declared.ports, declared.registration_id, ACCOUNTANT, named(declared).seen_hash)
        assert named(declared).id.endswith("-p3")

    def test_repeated_acts_say_that_no_payer_waits(self, declared: Student) -> None:
        seen = names(declared).seen_hash
        invoice_payer(declared.ports, declared.registration_id, ACCOUNTANT, seen)
        for act in (
            lambda: takes_back(declared, seen),
            lambda: invoice_payer(declared.ports, declared.registration_id, ACCOUNTANT, seen),
        ):
            with pytest.raises(PayerNotNamed) as refused:
                act()
            assert refused.type is PayerNotNamed


class TestWhole:
    def test_other_whole_than_was_read_is_not_taken(self, declared: Student) -> None:
        seen = asked_cents(declared.file)
        declared.declares("05")
        with pytest.raises(RestChanged) as changed:
            takes_the_whole(declared, seen)
        assert changed.value.owed_cents == 377000
        assert declared.file.payers == ()
        assert takes_the_whole(declared, 377000).facts.share_cents == 377000

    def test_what_the_student_paid_meanwhile_is_not_taken(self, declared: Student) -> None:
        seen = asked_cents(declared.file)
        declared.pays(declared.opens_the_page())
        with pytest.raises(RestChanged) as changed:
            takes_the_whole(declared, seen)
        assert changed.value.owed_cents == 0
        assert declared.file.payers == ()

    def test_whole_that_changes_before_the_commit_is_not_taken(self, declared: Student) -> None:
        meanwhile(declared.ports, lambda: declared.declares("05"))
        with pytest.raises(RestChanged):
            takes_the_whole(declared, 60100)
        assert declared.file.payers == ()

    def test_naming_that_is_repeated_is_not_refused_for_what_it_changed(self, declared: Student) -> None:
        first = takes_the_whole(declared, 60100)
        assert total_cents(declared.file) == 0
        assert takes_the_whole(declared, 60100) == first

    def test_it_is_the_rest_that_lists_and_files_tell(self, declared: Student) -> None:
        for act in (
            lambda: None,
            lambda: names(declared),
            lambda: declared.pays(declared.opens_the_page()),
        ):
            act()
            entry = show_entry(declared.ports, declared.registration_id)
            assert entry.rest_cents == asked_cents(declared.file)
