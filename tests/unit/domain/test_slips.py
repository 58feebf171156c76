"""What a slip, its paper and a cheque are never made of."""

from dataclasses import replace
from datetime import date

import pytest

from chalicelib.campaigns.reader import load_shipped
from chalicelib.domain.payments import Payment, PaymentMethod
from chalicelib.domain.treasury.slip_paper import paper_of
from chalicelib.domain.treasury.slips import Slip, cheque_of, deposited, frozen
from tests.fakes.ports import MANUAL_DAY

SLIP = Slip("INP", 1, (), "by", MANUAL_DAY)
PAYMENT = Payment("c1-m1", "c1-1", PaymentMethod.CHEQUE, 100, 0, MANUAL_DAY)


def test_slip_without_its_deposit_has_no_lines_and_no_paper() -> None:
    with pytest.raises(ValueError, match="frozen by the deposit"):
        frozen(SLIP, (), 10)
    campaign = replace(load_shipped("clermont-auvergne-inp-2022"), bank_account=None)
    there = deposited(SLIP, "0" * 64, date(2022, 6, 24), "by")
    lines = frozen(there, (), 10)
    with pytest.raises(ValueError, match="from its deposit on"):
        paper_of(SLIP, lines, campaign)
    assert paper_of(there, lines, campaign).iban == ""


def test_cheque_without_the_day_on_which_it_was_received_is_none() -> None:
    with pytest.raises(ValueError, match="was received"):
        cheque_of(PAYMENT, "INP")
