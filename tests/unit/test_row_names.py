"""The log names a row that cannot be loaded, and nobody by it."""

from chalicelib.observability import ALLOWED, told
from chalicelib.storage.table import RowUnreadable, Table


def unreadable(pk: str, sk: str) -> dict[str, list[str]]:
    row = Table("t", "eu-west-3").row(pk, sk, facts="x")
    return told(RowUnreadable(row, str))


def test_persons_row_is_named_by_its_ids() -> None:
    assert unreadable("PERSON#00c1", "INSTALMENT#00c1-i2")["row"] == ["str PERSON#00c1 INSTALMENT#00c1-i2"]


def test_key_that_may_hold_an_address_is_named_by_a_digest() -> None:
    (name,) = unreadable("EMAIL#chris@demo.test", "CREDENTIALS")["row"]
    assert name.startswith("str EMAIL sha256:")
    assert "chris" not in name


def test_other_faults_name_no_row() -> None:
    assert set(told(ValueError("x"))) == {"fault", "at"}
    assert "row" in ALLOWED
