"""The block `publication` of a campaign file: what the law has the portal say of itself."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from chalicelib.campaigns.values import Day, Words


class PublicationEntry(BaseModel):
    """An audit has its share, its day and who did it."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    director: Words = ""
    host: Words = ""
    data_protection_contact: Words = ""
    accessibility_contact: Words = ""
    audit_percent: Annotated[int, Field(ge=0, le=100)] | None = None
    audited_on: Day | None = None
    audited_by: Words = ""
