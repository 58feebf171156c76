"""A secret that changes in SSM reaches a warm sandbox within a minute; a slip of the pen stops nothing."""

import pytest

from chalicelib.settings import StartRefused
from chalicelib.wiring.parameters import KEPT_SECONDS, FreshSecret


class Kept:
    """SSM with one value, which may be missing, and a clock that is moved."""

    def __init__(self) -> None:
        self.value = "old"
        self.reads = 0
        self.seconds = 1000.0
        self.reported: list[str] = []
        self.secret = FreshSecret(self.read, lambda what, _: self.reported.append(what), lambda: self.seconds)

    def read(self) -> str:
        self.reads += 1
        if not self.value:
            raise StartRefused(("it is missing",))
        return self.value


def test_value_is_read_once_a_minute_and_its_change_is_learned_then() -> None:
    kept = Kept()
    assert [kept.secret() for _ in range(9)] == ["old"] * 9
    kept.value = "new"
    kept.seconds += KEPT_SECONDS - 1
    assert (kept.secret(), kept.reads) == ("old", 1)
    kept.seconds += 1
    assert [kept.secret() for _ in range(9)] == ["new"] * 9
    assert (kept.reads, kept.reported, KEPT_SECONDS) == (2, [], 60)


def test_value_that_cannot_be_read_again_is_used_on_and_heard_once_a_minute() -> None:
    kept = Kept()
    kept.secret()
    kept.value = ""
    for _ in range(3):
        kept.seconds += KEPT_SECONDS
        assert [kept.secret() for _ in range(9)] == ["old"] * 9
    assert kept.reported == ["secret not read again"] * 3
    kept.value = "new"
    kept.seconds += KEPT_SECONDS
    assert kept.secret() == "new"


def test_value_that_was_never_right_is_refused_each_time() -> None:
    kept = Kept()
    kept.value = ""
    for _ in range(2):
        with pytest.raises(StartRefused, match="it is missing"):
            kept.secret()
    assert kept.reads == 2
