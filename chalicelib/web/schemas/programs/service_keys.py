from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from chalicelib.domain.programs.service_key import Scope
from chalicelib.web.schemas.models import Body, Query, View

Network = Annotated[str, StringConstraints(min_length=3, max_length=49)]


class KeyOrder(Body):
    """A key to make; `networks` are in CIDR notation, 365 `days` at most."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=len(Scope))]
    networks: Annotated[list[Network], Field(min_length=1, max_length=20)]
    days: Annotated[int, Field(ge=1, le=10_000)]


class RollQuery(Query):
    """With the `seen_hash` of the key that was read, it is rolled once.

    Sent again in the same session it answers the same token; a key that was rolled otherwise is refused.
    """

    seen_hash: Annotated[str, StringConstraints(min_length=1, max_length=100)] | None = None


class ServiceKeyView(View):
    """A key, never its token; until `former_until` the token of before the last roll is valid too.

    A roll that sends `seen_hash` is refused once the key was rolled.
    """

    id: str
    name: str
    owner_id: str
    scopes: Sequence[Scope]
    networks: Sequence[str]
    created_at: datetime
    expires_at: datetime
    former_until: datetime | None
    revoked_at: datetime | None
    revoked_by: str
    last_used_at: datetime | None
    last_used_from: str
    seen_hash: str


class ServiceKeyList(View):
    items: Sequence[ServiceKeyView]
    next: None = None


class ServiceKeyToken(View):
    """A key and its token, shown only this once."""

    key: ServiceKeyView
    token: str
