"""Credit notes of an invoice: never above a line or the whole, and their amounts and taxes add up exactly."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.campaign import PostalAddress
from chalicelib.domain.corrections.credit_notes import (
    CreditNote,
    credited_lines,
    left_by_line,
    left_cents,
    require_within,
    spread,
)
from chalicelib.domain.corrections.refusals import CreditNoteAboveInvoice, CreditNoteEmpty, CreditNoteTooLarge
from chalicelib.domain.invoices import Client, Invoice, Seller
from chalicelib.domain.money import FeeLine

DAY = date(2022, 6, 24)
SELLER = Seller("École", PostalAddress(("1 rue",), "63000", "Clermont-Ferrand", "FR"), "000000000")
LINES = st.builds(
    FeeLine,
    st.just("Droits"),
    st.integers(1, 3),
    st.integers(-5000, 100_000),
    st.sampled_from([Decimal(0), Decimal("5.5"), Decimal(20)]),
    st.sampled_from([Decimal(0), Decimal(10)]),
)


def invoice(*lines: FeeLine) -> Invoice:
    return Invoice(1, "c1-1", 1, DAY, "", "", SELLER, Client("Chris", "TESTCD", None), lines, "", 0, None)


def note(of: Invoice, earlier: tuple[CreditNote, ...], amounts: dict[int, int]) -> CreditNote:
    require_within(of, earlier, amounts)
    lines = credited_lines(of, earlier, amounts)
    number = len(earlier) + 1
    return CreditNote(number, "c1-1", 1, DAY, 1, DAY, "a1", "motif", "", SELLER, of.client, lines, "")


@given(st.lists(LINES, min_size=1, max_size=4), st.lists(st.integers(1, 100_000), max_size=6))
def test_credit_notes_never_exceed_a_line_or_the_invoice_and_add_up(
    lines: list[FeeLine], wanted: list[int]
) -> None:
    whole, notes = invoice(*lines), ()
    for cents in wanted:
        left = left_cents(whole, notes)
        if cents > left:
            with pytest.raises(CreditNoteTooLarge) as refused:
                spread(whole, notes, cents)
            assert refused.value.left_cents == left
            continue
        issued = note(whole, notes, dict(spread(whole, notes, cents)))
        assert issued.totals.total_cents == cents
        notes = (*notes, issued)
        assert left_cents(whole, notes) == left - cents
        assert all(each >= 0 for each in left_by_line(whole, notes))


@given(LINES, st.lists(st.integers(1, 50_000), max_size=5))
def test_line_credited_to_the_end_gives_back_its_tax_to_the_cent(line: FeeLine, parts: list[int]) -> None:
    whole, notes = invoice(line), ()
    for part in (*parts, 10**9):
        (left,) = left_by_line(whole, notes)
        if cents := min(part, left):
            notes = (*notes, note(whole, notes, {0: cents}))
    if line.total_cents > 0:
        assert sum(each.totals.tax_cents for each in notes) == line.tax_cents
        assert sum(each.totals.excl_tax_cents for each in notes) == line.total_excl_tax_cents


def test_line_that_is_credited_whole_says_quantity_and_price_as_it_was_invoiced() -> None:
    line = FeeLine("Droits", 3, 1000, Decimal(20), Decimal(10))
    (credited,) = note(invoice(line), (), {0: line.total_cents}).lines
    told = (credited.quantity, credited.unit_price_cents, credited.discount_percent)
    assert told == (3, 1000, Decimal(10))
    (part,) = note(invoice(line), (), {0: 1200}).lines
    assert (part.quantity, part.unit_price_cents, part.discount_percent) == (1, 1000, Decimal(0))


def test_amount_of_nothing_and_below_is_refused() -> None:
    whole = invoice(FeeLine("Droits", 1, 100))
    for amounts in ({}, {0: 0}, {0: -1}):
        with pytest.raises(CreditNoteEmpty):
            require_within(whole, (), amounts)


def test_line_that_lowers_the_invoice_lowers_what_can_be_credited() -> None:
    lowered = invoice(FeeLine("Droits", 1, 100), FeeLine("Crédit", 1, -40))
    with pytest.raises(CreditNoteAboveInvoice) as refused:
        require_within(lowered, (), {0: 61})
    assert refused.value.left_cents == 60


def test_credit_note_of_another_invoice_counts_not() -> None:
    whole = invoice(FeeLine("Droits", 1, 100))
    other = replace(note(whole, (), {0: 50}), invoice_number=2)
    assert left_by_line(whole, (other,)) == (100,)
