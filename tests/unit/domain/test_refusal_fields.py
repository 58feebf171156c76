"""The data of a refusal: the annotated fields of its class, given and compared as those of a dataclass."""

import pytest

from chalicelib.domain.errors import NotFound, QuittanceError


class Stock(QuittanceError):
    code = "stock"
    left: int
    name: str = "chair"


class Booked(Stock):
    until: str = ""


def test_fields_are_given_by_place_or_by_name_and_those_left_out_have_their_default() -> None:
    assert vars(Stock(3)) == {"left": 3, "name": "chair"}
    assert vars(Stock(left=3, name="table")) == {"left": 3, "name": "table"}
    assert vars(Booked(1, until="noon")) == {"left": 1, "name": "chair", "until": "noon"}
    assert vars(NotFound()) == {}


def test_refusals_are_equal_as_values() -> None:
    assert Stock(3) == Stock(left=3, name="chair")
    assert Stock(3) != Stock(4)
    assert Booked(3) != Stock(3)


@pytest.mark.parametrize(
    ("given", "named"),
    [((), {}), ((1, "a", "b"), {}), ((1,), {"left": 2}), ((1,), {"other": 2})],
    ids=["missing", "too many", "twice", "unknown"],
)
def test_field_that_is_missing_given_twice_or_unknown_is_a_mistake_of_the_code(
    given: tuple[object, ...], named: dict[str, object]
) -> None:
    with pytest.raises((TypeError, AttributeError)):
        Stock(*given, **named)  # type: ignore[arg-type]  # what mypy refuses
