"""Statements of the local bank, read by the readers of the application: another author's files."""

from datetime import date
from pathlib import Path

import pytest

from chalicelib.banking.statement_file import read_statements
from infra.local.bank import ACCOUNT, Bank, Movement, camt_053, cfonb_120

DAY = date(2022, 6, 27)
REMITTANCES = [
    {"number": "220624001", "contract": "5888032", "made_at": "2022-06-25T03:00:00", "total_cents": 120200},
    {"number": "220626001", "contract": "5888032", "made_at": "2022-06-27T03:00:00", "total_cents": -5000},
]


@pytest.fixture
def bank(tmp_path: Path) -> Bank:
    made = Bank(tmp_path / "bank.json", lambda: REMITTANCES)
    made.order(
        (
            Movement(DAY, 60100, "VIR SEPA INSCRIPTION", "TESTÉ Zoé", "Q 0001-7"),
            Movement(DAY, -1250, "FRAIS DE TENUE DE COMPTE DU MOIS DE JUIN 2022 ET AUTRES FRAIS"),
            Movement(date(2022, 6, 28), -60100, "CHEQUE IMPAYE 0012345", "", "0012345"),
        )
    )
    return made


@pytest.mark.parametrize("write", [cfonb_120, camt_053])
def test_statement_is_read_to_the_cent(bank: Bank, write: object) -> None:
    statement = bank.statement(date(2022, 6, 24), DAY)
    (read,) = read_statements(write(statement), None)  # type: ignore[operator]
    assert (read.opening_cents, read.closing_cents) == (1_000_000, statement.closing_cents)
    told = [(each.booked_on, each.cents, each.reference) for each in read.lines]
    assert told[:2] == [(DAY, 60100, "Q 0001-7"), (DAY, -1250, "")]
    assert sorted(each[1:] for each in told[2:]) == [(-5000, "220626001"), (119840, "220624001")]
    assert read.lines[0].counterparty.upper().startswith("TEST")
    assert "AUTRES FRAIS" in read.lines[1].label


def test_statements_follow_each_other(bank: Bank) -> None:
    first, second = bank.statement(DAY, DAY), bank.statement(date(2022, 6, 28), date(2022, 6, 30))
    assert second.opening_cents == first.closing_cents
    assert [each.cents for each in second.movements] == [-60100]
    bank.reset()
    assert bank.statement(DAY, DAY).closing_cents == 1_000_000 + 119840 - 5000


def test_account_is_that_of_the_campaign_with_a_right_iban() -> None:
    digits = ACCOUNT.iban[4:] + "1527" + ACCOUNT.iban[2:4]
    assert int(digits) % 97 == 1
    assert ACCOUNT.iban[4:] == ACCOUNT.bank + ACCOUNT.branch + ACCOUNT.number + ACCOUNT.key
