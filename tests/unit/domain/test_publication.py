import pytest

from chalicelib.domain.publication import Conformity, Publication


@pytest.mark.parametrize(
    ("percent", "conformity"),
    [
        (None, Conformity.NONE),
        (0, Conformity.NONE),
        (49, Conformity.NONE),
        (50, Conformity.PARTIAL),
        (99, Conformity.PARTIAL),
        (100, Conformity.WHOLE),
    ],
)
def test_conformity_is_what_an_audit_found_and_none_without_one(
    percent: int | None, conformity: Conformity
) -> None:
    assert Publication(audit_percent=percent).conformity is conformity
