"""Which fields of stored facts are secret: marked on the field, read by the export and kept out of repr.

Whoever reads such a value could use it; it says nothing about the person.
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
