"""Two people at once on one registration with a payer: who comes second reads again and is refused."""

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate, PaymentOpen
from chalicelib.domain.payers import refusals
from tests.proof.books import check_books
from tests.usecases.conftest import Student
from tests.usecases.payer_steps import gives_up, invoices, is_paid_by, names, owed_in_all


class Beaten:
    """A store before whose next commit somebody else acts."""

    def __init__(self, student: Student, act: Callable[[], object]) -> None:
        self._student, self._act, self._store = student, act, student.ports.store
        student.ports.store = self  # type: ignore[assignment]  # as much of a store as an act needs

    def commit(self, changes: Changes) -> None:
        self._student.ports.store = self._store
        self._act()
        self._store.commit(changes)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


@pytest.fixture
def declared(chris: Student) -> Student:
    chris.declares("01")
    return chris


def test_page_that_opens_meanwhile_comes_before_the_naming(declared: Student) -> None:
    Beaten(declared, declared.opens_the_page)
    with pytest.raises(PaymentOpen):
        names(declared)
    assert declared.file.payers == ()


def test_page_is_for_the_rest_if_the_payer_is_named_meanwhile(declared: Student) -> None:
    Beaten(declared, lambda: names(declared))
    assert declared.opens_the_page().amount_cents == 20100


def test_second_registrar_does_not_replace_what_they_did_not_see(declared: Student) -> None:
    Beaten(declared, lambda: names(declared, share_cents=100))
    with pytest.raises(refusals.PayerChanged):
        names(declared)
    assert [each.facts.share_cents for each in declared.file.payers] == [100]


def test_two_accountants_draw_one_invoice(declared: Student) -> None:
    names(declared)
    Beaten(declared, lambda: invoices(declared))
    with pytest.raises(refusals.PayerNotNamed):
        invoices(declared)
    assert len(declared.ports.memory.invoices) == 1
    check_books(declared.ports.memory)


def test_two_receipts_bring_no_more_than_the_invoice(declared: Student) -> None:
    names(declared)
    invoices(declared)
    Beaten(declared, lambda: is_paid_by(declared, 40000))
    with pytest.raises(refusals.PayerReceiptTooLarge):
        is_paid_by(declared, 40000, reference="VIR 2")
    check_books(declared.ports.memory)


def test_what_is_paid_meanwhile_is_not_given_up(declared: Student) -> None:
    names(declared)
    invoices(declared)
    Beaten(declared, lambda: is_paid_by(declared, 40000))
    with pytest.raises(ConcurrentUpdate):
        gives_up(declared, 40000)
    assert (owed_in_all(declared), declared.file.of_payers.charged_cents) == (60100, 40000)
    check_books(declared.ports.memory)
