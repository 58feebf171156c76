"""The cursors of lists: a place in one list, sealed with that list, so that another's is refused."""

import hashlib
from typing import Any

from pydantic import BaseModel, ValidationError

from chalicelib.web.schemas.models import ListQuery, mistake

_MARK = "~"


def opened(query: ListQuery, path: str) -> ListQuery:
    """Return the query with the place in `after`; raise for a cursor that the list at `path` did not give."""
    if query.after is None:
        return query
    place, _, _ = query.after.rpartition(_MARK)
    if query.after != _sealed(place, query, path):
        unknown: Any = {"type": mistake("cursor"), "loc": ("after",), "input": query.after}
        raise ValidationError.from_exception_data(type(query).__name__, [unknown])
    return query.model_copy(update={"after": place})


def with_cursor(answer: BaseModel, query: ListQuery, path: str) -> BaseModel:
    """Return a page of the list at `path` with its `next` sealed."""
    place: str | None = getattr(answer, "next")  # noqa: B009 - every page of a list has it
    return answer.model_copy(update={"next": _sealed(place, query, path)}) if place else answer


def _sealed(place: str, query: ListQuery, path: str) -> str:
    filters = query.model_dump_json(exclude={"after", "page"})
    return f"{place}{_MARK}{hashlib.sha256(f'{path} {filters} {place}'.encode()).hexdigest()[:12]}"
