import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.gateway.references import attempt_id_in, reference_of

ATTEMPT_IDS = st.from_regex(r"[a-z0-9-]{1,40}", fullmatch=True)


@given(ATTEMPT_IDS)
def test_attempt_id_is_read_back_from_its_reference(attempt_id: str) -> None:
    assert attempt_id_in(reference_of(attempt_id, "1999888", "32"), "1999888", "32") == attempt_id


@pytest.mark.parametrize(
    "reference",
    [
        "",
        "attempt-1",
        "1999888-32-",
        "1999888-32",
        "1999888-43-attempt-1",
        "1999887-32-attempt-1",
        "11999888-32-attempt-1",
        "1999888-32-Attempt-1",
        "1999888-32-attempt-1\n",
        "1999888-32-" + "a" * 201,
    ],
)
def test_reference_of_another_site_or_program_is_nobodys(reference: str) -> None:
    assert attempt_id_in(reference, "1999888", "32") is None


@pytest.mark.parametrize("attempt_id", ["", "A", "a b", "a&b", "é", "a" * 201])
def test_attempt_id_that_the_gateway_would_not_echo_is_refused(attempt_id: str) -> None:
    with pytest.raises(ValueError, match="attempt id"):
        reference_of(attempt_id, "1999888", "32")
