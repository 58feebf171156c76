"""Secret fields of stored rows: marked on the field, left out of the export and of repr.

A secret value gives access to its reader, or is about somebody else; it is not information about the person.
"""

from collections.abc import Iterable
from dataclasses import fields
from types import MappingProxyType
from typing import Any

SECRET = MappingProxyType({"secret": True})
"""The metadata of a secret field: `field(repr=False, metadata=SECRET)`."""


def secret_fields(kinds: Iterable[type[Any]]) -> frozenset[str]:
    """Return the names of the secret fields of some dataclasses."""
    return frozenset(field.name for kind in kinds for field in fields(kind) if field.metadata.get("secret"))
