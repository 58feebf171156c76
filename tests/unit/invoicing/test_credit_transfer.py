"""The file of credit transfers says what its order says, passes the schema, and is the same each time."""

from datetime import datetime

import pytest
from defusedxml.ElementTree import fromstring
from sepaxml.validation import ValidationError

from chalicelib.domain.calendar import PARIS
from chalicelib.domain.campaign import BankAccount
from chalicelib.domain.refunds.transfer_files import Transfer, TransferOrder
from chalicelib.invoicing.credit_transfer import NAMESPACE, render_transfers

ACCOUNT = BankAccount("Clermont Auvergne INP", "FR7630001007941234567890185", "BDFEFRPPCCT")
MADE_AT = datetime(2022, 7, 1, 23, 30, tzinfo=PARIS)
FIRST = Transfer("INP-000001-001", "TESTCD Chris", "FR7630006000011234567890189", 60100, "REMBOURSEMENT 1")
SECOND = Transfer("INP-000001-002", "ŁĘCKA Zażółć <&> 山田", "DE89370400440532013000", 5, "REMBOURSEMENT 2")


def order(*transfers: Transfer, account: BankAccount = ACCOUNT) -> TransferOrder:
    return TransferOrder("INP-000001", account, MADE_AT, transfers or (FIRST, SECOND))


def said(text: str, name: str) -> list[str | None]:
    return [each.text for each in fromstring(text).iter(f"{{{NAMESPACE}}}{name}")]


def test_says_accounts_amounts_and_references() -> None:
    text = render_transfers(order())
    assert said(text, "InstdAmt") == ["601.00", "0.05"]
    assert said(text, "CtrlSum") == ["601.05", "601.05"]
    assert said(text, "NbOfTxs") == ["2", "2"]
    assert said(text, "EndToEndId") == ["INP-000001-001", "INP-000001-002"]
    assert said(text, "IBAN") == [ACCOUNT.iban, FIRST.iban, SECOND.iban]
    assert said(text, "MsgId") == said(text, "PmtInfId") == ["INP-000001"]
    assert said(text, "CreDtTm") == ["2022-07-01T23:30:00"]
    assert said(text, "Dt") == ["2022-07-01"]
    assert said(text, "ChrgBr") == ["SLEV"]
    assert said(text, "BICFI") == ["BDFEFRPPCCT"]


def test_names_are_in_the_letters_that_banks_take() -> None:
    assert said(render_transfers(order()), "Nm")[2:] == ["TESTCD Chris", "LECKA Zazolc ShanTian"]
    assert render_transfers(order()).isascii()


def test_same_order_gives_the_same_bytes() -> None:
    assert render_transfers(order()) == render_transfers(order())


def test_bank_without_bic_follows_from_the_iban() -> None:
    assert "NOTPROVIDED" in render_transfers(order(account=BankAccount("École", ACCOUNT.iban)))


def test_nothing_leaves_that_the_schema_refuses() -> None:
    with pytest.raises(ValidationError):
        render_transfers(order(Transfer("x" * 36, "TESTCD Chris", FIRST.iban, 1, "trop long")))
