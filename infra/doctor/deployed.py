"""A deployed stack as the checks see it: its settings, resources, clock, and the way to ask about them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from chalicelib.settings import PREFIX, Settings, Stage
from infra.doctor.web import Answer, fetch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from chalicelib.gateway.account import PayboxAccount
    from chalicelib.wiring import Services


class NoSuchStack(RuntimeError):
    """The stack cannot be read; the message says what to do."""


class Resource(NamedTuple):
    kind: str
    id: str


@dataclass(frozen=True)
class Deployed:
    """`now` is the stack's clock. `tries_roles` allows a role to be made for a try, and deleted after it."""

    stack: str
    region: str
    status: str
    settings: Settings
    outputs: Mapping[str, str]
    resources: Mapping[str, Resource]
    client: Callable[[str], Any]
    now: Callable[[], datetime]
    fetch: Callable[..., Answer] = fetch
    tries_roles: bool = False

    @property
    def is_local(self) -> bool:
        return self.settings.stage is Stage.LOCAL

    @property
    def is_live(self) -> bool:
        return self.settings.stage is Stage.PRODUCTION

    @cached_property
    def services(self) -> Services:
        """The application's own adapters, with this stack's settings; raise `StartRefused` as it would."""
        from chalicelib.wiring import Services  # noqa: PLC0415 - slow to import

        return Services(self.settings, self.now)

    @property
    def account(self) -> PayboxAccount:
        """The contract at the gateway, with its key; raise `StartRefused` where the application would."""
        account: PayboxAccount = self.services.gateway.account  # type: ignore[attr-defined] # of the adapter
        return account

    def of_kind(self, kind: str) -> Iterator[tuple[str, str]]:
        """Yield the logical and the physical name of each resource of a kind."""
        return ((name, each.id) for name, each in self.resources.items() if each.kind == kind)


def of_aws(stack: str, region: str, *, tries_roles: bool = False) -> Deployed:
    """Read a stack of the account that this shell is logged in to. Raise `NoSuchStack`."""
    import boto3  # noqa: PLC0415 - slow to import
    from botocore.exceptions import ClientError  # noqa: PLC0415 - the same

    os.environ["AWS_REGION"] = os.environ["AWS_DEFAULT_REGION"] = region  # for the application's own clients

    def client(service: str) -> Any:
        return boto3.client(service, region_name=region)

    try:
        (found,) = client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    except ClientError as error:
        code = error.response["Error"]["Code"]
        raise NoSuchStack(
            f"There is no stack {stack} in {region} ({code}): is this the right account and Region?"
        ) from None
    resources = _resources(client("cloudformation"), stack)
    if "APIHandler" not in resources:
        raise NoSuchStack(f"The stack {stack} holds no Quittance: its function APIHandler is not there.")
    return Deployed(
        stack=stack,
        region=region,
        status=found["StackStatus"],
        settings=_settings(client("lambda"), resources["APIHandler"].id, region),
        outputs={each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", [])},
        resources=resources,
        client=client,
        now=lambda: datetime.now(tz=UTC),
        tries_roles=tries_roles,
    )


def _resources(cloudformation: Any, stack: str) -> dict[str, Resource]:
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
    return {
        each["LogicalResourceId"]: Resource(each["ResourceType"], each.get("PhysicalResourceId", ""))
        for page in pages
        for each in page["StackResourceSummaries"]
    }


def _settings(functions: Any, name: str, region: str) -> Settings:
    """Return what the function was given, as it reads it."""
    variables = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    own = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in variables.items()
        if name.startswith(PREFIX)
    }
    return Settings.model_validate({"region": region, **own})
