"""The end of the gateway's key is told of while it can still be renewed in a quiet hour."""

from datetime import timedelta

import pytest

from chalicelib.domain.calendar import paris_day
from chalicelib.usecases.payments.check_key_end import check_key_end
from tests.usecases.conftest import Student


@pytest.mark.parametrize(("days", "is_told"), [(31, False), (30, True), (0, True), (-1, True)])
def test_key_is_told_of_from_thirty_days_before(chris: Student, days: int, is_told: bool) -> None:  # noqa: FBT001 - the answer
    ends = paris_day(chris.ports.now()) + timedelta(days=days)
    assert check_key_end(chris.ports, ends) is is_told
    assert chris.ports.alarms.raised == ["key ends"] * is_told


def test_key_without_a_known_end_is_not(chris: Student) -> None:
    assert not check_key_end(chris.ports, None)
    assert chris.ports.alarms.raised == []
