"""Base classes of requests and responses, and the mistakes of our own validators."""

from typing import Annotated, Any, LiteralString

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError


def mistake(kind: LiteralString, **told: Any) -> PydanticCustomError:
    """Return a mistake for a validator to raise; `portal/catalogues` tells it as `field.<kind>`."""
    return PydanticCustomError(kind, kind, told)


class Body(BaseModel):
    """A request body: an unknown field is an error, never ignored; types are not coerced."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, str_strip_whitespace=True, defer_build=True
    )


class Query(BaseModel):
    """Query parameters, declared like a body."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class ListQuery(Query):
    """Filters of a list, and the cursor behind which its page begins."""

    after: Annotated[str, StringConstraints(min_length=1, max_length=500)] | None = Field(
        None, description="The `next` of the page before, of this list with these filters."
    )


class View(BaseModel):
    """A response body. Models are built when first used, to keep imports fast."""

    model_config = ConfigDict(defer_build=True)


class PersonBrief(View):
    id: str
    first_name: str
    last_name: str
    email: str
