"""The only reader of the environment."""

import os
from enum import StrEnum
from functools import cache

from pydantic import BaseModel, ConfigDict


class Stage(StrEnum):
    LOCAL = "local"
    PRODUCTION = "production"


class Settings(BaseModel):
    """What a deployment chooses. Each name is read from `QUITTANCE_<NAME>`; lists are separated by commas."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    stage: Stage = Stage.PRODUCTION
    table: str
    bucket: str
    outbox_queue_url: str
    debit_queue_url: str
    base_url: str
    campaign: str = "clermont-auvergne-inp-2022"
    mail_from: str
    paybox_site: str
    paybox_rang: str
    paybox_identifiant: str
    paybox_page_urls: str
    paybox_direct_urls: str
    paybox_hmac_key_parameter: str
    paybox_public_keys: str = ""
    region: str = "eu-west-3"

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")


PREFIX = "QUITTANCE_"


@cache
def settings() -> Settings:
    """Read once, when first asked for: importing the application needs no variable at all."""
    named = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in os.environ.items()
        if name.startswith(PREFIX)
    }
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    return Settings.model_validate({"region": region, **named} if region else named)


def split(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())
