import pytest

from chalicelib.domain.changes import Changes, existing
from chalicelib.domain.sessions import Credentials, Login

LOGIN = Login("student@demo.test", Credentials("00000000000000c1", None))


def test_rows_end_by_an_act_that_the_audit_trail_is_told_of() -> None:
    with pytest.raises(ValueError, match="audit trail"):
        _ = Changes(ended=(LOGIN,)).ended_at


def test_what_is_not_there_is_not_written() -> None:
    assert existing(None, LOGIN, None) == (LOGIN,)
