"""What is secret is marked on the field, and read from there by export and repr."""

from dataclasses import fields, is_dataclass

import pytest

from chalicelib.usecases.privacy.export_person import SECRET_FIELDS, STORED
from tests.contract.test_golden_rows import KINDS, NAMES

FORMER_LIST = {
    *("begun_in", "body", "password_hash", "recovery_digests", "salt", "sealed_secret", "ticket_hash"),
    *("token", "token_hash"),
}
ALL = sorted({*(NAMES[kind] for kind in KINDS), NAMES["Answer"]}, key=lambda kind: kind.__name__)


def test_no_field_that_was_kept_out_of_exports_is_let_in() -> None:
    assert FORMER_LIST <= SECRET_FIELDS


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_secret_field_is_in_no_repr_and_its_kind_is_read_by_the_export(kind: type) -> None:
    assert is_dataclass(kind)
    secret = [field for field in fields(kind) if field.metadata.get("secret")]
    assert not any(field.repr for field in secret)
    assert not secret or kind in STORED


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_field_that_sounds_secret_is_marked(kind: type) -> None:
    assert is_dataclass(kind)
    sounding = {
        field.name
        for field in fields(kind)
        if any(word in field.name for word in ("token", "password", "secret", "salt"))
        and field.name != "token_expires"
    }
    assert sounding <= {field.name for field in fields(kind) if field.metadata.get("secret")}
