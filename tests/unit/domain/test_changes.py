from datetime import UTC, date, datetime

import pytest

from chalicelib.domain.changes import Changes, existing
from chalicelib.domain.invoices import Order
from chalicelib.domain.people import Person, Role
from chalicelib.domain.sessions import Credentials, Login
from chalicelib.domain.webhooks.delivery import Delivery

LOGIN = Login("student@demo.test", Credentials("00000000000000c1", None))
NOW = datetime(2022, 6, 24, 10, tzinfo=UTC)


def test_rows_end_by_an_act_that_the_audit_trail_is_told_of() -> None:
    with pytest.raises(ValueError, match="audit trail"):
        _ = Changes(ended=(LOGIN,)).ended_at


def test_what_is_not_there_is_not_written() -> None:
    assert existing(None, LOGIN, None) == (LOGIN,)


def test_rows_are_named_by_kind_and_id_and_documents_by_number_but_no_row_by_an_address() -> None:
    person = Person("00000000000000c1", "student@demo.test", "Chris", "TESTCD", frozenset({Role.STUDENT}))
    order = Order(7, "00000000000000c1-1", date(2022, 6, 24), (), 0, 0)
    delivery = Delivery("endpoint-1", 9, "evt-1", None, NOW, NOW)
    assert Changes((person, LOGIN, order, delivery)).names == (
        "Person 00000000000000c1",
        "Order 7",
        "Delivery endpoint-1-9",
    )
