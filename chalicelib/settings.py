"""The only reader of the environment."""

import os
from enum import StrEnum
from functools import cache
from typing import Self

from pydantic import BaseModel, ConfigDict, model_validator

PREFIX = "QUITTANCE_"


class Stage(StrEnum):
    LOCAL = "local"
    PRODUCTION = "production"


class Settings(BaseModel):
    """The settings of a deployment, each read from `QUITTANCE_<NAME>`; lists are separated by commas."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    stage: Stage = Stage.PRODUCTION
    table: str
    bucket: str
    outbox_queue_url: str
    debit_queue_url: str
    base_url: str
    mail_from: str
    cas_url: str = ""
    second_factor: bool = True
    sealing_key_parameter: str = "/quittance/sealing-key"
    sealing_kms_key: str = ""
    paybox_site: str
    paybox_rang: str
    paybox_identifiant: str
    paybox_page_urls: str
    paybox_direct_urls: str
    paybox_hmac_key_parameter: str
    paybox_public_keys: str = ""
    region: str = "eu-west-3"

    @model_validator(mode="after")
    def is_encrypted_in_production(self) -> Self:
        """Raise unless production uses https only: passwords, cookies and payments travel by these URLs."""
        addresses = {
            "base_url": (self.base_url,),
            "cas_url": split(self.cas_url),
            "paybox_page_urls": split(self.paybox_page_urls),
            "paybox_direct_urls": split(self.paybox_direct_urls),
        }
        for name, given in addresses.items():
            if self.stage is Stage.PRODUCTION and not all(each.startswith("https://") for each in given):
                raise ValueError(f"{PREFIX}{name.upper()} is not https: production refuses to start.")
        return self

    @property
    def requires_second_factor(self) -> bool:
        """True in production; elsewhere (the local stack) staff may log in without a second factor."""
        return self.second_factor or self.stage is Stage.PRODUCTION

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")


@cache
def settings() -> Settings:
    """Read the settings once, when first needed: importing the application needs no variable."""
    named = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in os.environ.items()
        if name.startswith(PREFIX)
    }
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    return Settings.model_validate({"region": region, **named} if region else named)


def split(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())
