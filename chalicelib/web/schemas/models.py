"""The bases of what requests hold and operations answer."""

from pydantic import BaseModel, ConfigDict


class Body(BaseModel):
    """A request body: an unknown field is a mistake, never ignored; types are not guessed."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, str_strip_whitespace=True, defer_build=True
    )


class Query(BaseModel):
    """Query parameters, declared like a body."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class View(BaseModel):
    """What an operation answers. Models are built when first used: an import pays for none."""

    model_config = ConfigDict(defer_build=True)
