"""The only reader of the environment."""

import os
from datetime import date
from enum import StrEnum
from functools import cache

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

PREFIX = "QUITTANCE_"


class Stage(StrEnum):
    """Where a deployment stands: on one machine, on AWS with test money, on AWS with money."""

    LOCAL = "local"
    REHEARSAL = "rehearsal"
    PRODUCTION = "production"


class StartRefused(ValueError):
    """The stage refuses to start. `findings` says of each fault what it is and what to do, never a secret."""

    def __init__(self, findings: tuple[str, ...]) -> None:
        super().__init__("The application refuses to start:\n" + "\n".join(f"- {each}" for each in findings))
        self.findings = findings


class Settings(BaseModel):
    """The settings of a deployment, each read from `QUITTANCE_<NAME>`; lists are separated by commas."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    stage: Stage = Stage.PRODUCTION
    table: str
    is_table_restored: bool = False
    bucket: str
    outbox_queue_url: str
    debit_queue_url: str
    delivery_queue_url: str
    event_bus: str = ""
    endpoint_kms_key: str = ""
    loopback_receivers: bool = False
    base_url: str
    school_siren: str = ""
    mail_from: str
    cas_url: str = ""
    cvec_url: str = ""
    api_particulier_url: str = ""
    api_particulier_token_parameter: str = ""
    school_siret: str = ""
    second_factor: bool = True
    sealing_key_parameter: str = "/quittance/sealing-key"
    sealing_kms_key: str = ""
    paybox_site: str
    paybox_rang: str
    paybox_identifiant: str
    paybox_page_urls: str
    paybox_direct_urls: str
    paybox_hmac_key_parameter: str
    paybox_hmac_key_ends: date | None = None
    paybox_public_keys: str = ""
    paybox_public_key_digests: str = ""
    region: str = "eu-west-3"

    @field_validator("paybox_hmac_key_ends", mode="before")
    @classmethod
    def _none_if_empty(cls, value: object) -> object:
        return value or None

    @property
    def is_deployed(self) -> bool:
        """Return True on AWS, where nothing may be as loose as on a developer's machine."""
        return self.stage is not Stage.LOCAL

    @property
    def uses_test_money(self) -> bool:
        return self.stage is not Stage.PRODUCTION

    @property
    def requires_second_factor(self) -> bool:
        """True on AWS; on the local stack staff may log in without a second factor."""
        return self.second_factor or self.is_deployed

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


def faults_of(error: ValidationError) -> tuple[str, ...]:
    """Return a sentence for each setting that is missing, unknown or of another form."""
    return tuple(
        f"{PREFIX}{str(each['loc'][-1]).upper() if each['loc'] else ''}: {each['msg']}. "
        "Deploy the template of this release again."
        for each in error.errors(include_url=False, include_input=False)
    )


def split(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())
