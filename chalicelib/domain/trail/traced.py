"""Rows that a later run picks up keep the correlation id of the request that caused them."""

from dataclasses import dataclass, replace
from typing import TypeVar

Row = TypeVar("Row")


@dataclass(frozen=True, kw_only=True)
class Traced:
    """A row with the correlation id of the run that first wrote it; "" in rows older than the field."""

    correlation_id: str = ""


def traced(row: Row, correlation_id: str) -> Row:
    """Return the row with the id, unless it has one or its kind keeps none."""
    if not isinstance(row, Traced) or row.correlation_id or not correlation_id:
        return row
    return replace(row, correlation_id=correlation_id)
