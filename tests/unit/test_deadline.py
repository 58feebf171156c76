import threading

import pytest

from chalicelib.deadline import within


def test_answer_in_time_is_given() -> None:
    assert within(20, lambda: "answer") == "answer"


def test_answer_that_is_late_is_none() -> None:
    never = threading.Event()
    assert within(0.01, never.wait) is None
    never.set()


def test_fault_is_raised_where_it_was_asked() -> None:
    def fail() -> None:
        raise ValueError("a fault")

    with pytest.raises(ValueError, match="a fault"):
        within(20, fail)
