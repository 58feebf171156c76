"""The stack of `make run` as the doctor reads it: the simulators, and what the local AWS can answer."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chalicelib.settings import PREFIX, Settings
from infra.doctor.deployed import Deployed, NoSuchStack, Resource, of_aws
from infra.doctor.web import fetch
from infra.local import environment
from infra.local.ministack import answers
from infra.local.ports import Ports
from infra.local.resources import WANTED, Names

if TYPE_CHECKING:
    from collections.abc import Callable

STACK = "quittance"


def of_this_machine(port: int) -> Deployed:
    """Read the stack that `make run` serves at `port`. Raise `NoSuchStack`."""
    import boto3  # noqa: PLC0415 - slow, and not needed to say what is wrong

    ports = _entered(port)
    stack = boto3.resource("cloudformation").Stack(STACK)
    outputs = {each["OutputKey"]: each["OutputValue"] for each in stack.outputs}
    return Deployed(
        stack=STACK,
        region="eu-west-3",
        status=stack.stack_status,
        settings=_settings(outputs, ports),
        outputs=outputs,
        resources={
            each.logical_id: Resource(each.resource_type, each.physical_resource_id)
            for each in stack.resource_summaries.all()
        },
        client=boto3.client,
        now=_clock(ports.control),
    )


def deployed_locally(stack: str, port: int) -> Deployed:
    """Read a stack of the local AWS of `make run`, as one of AWS, on the local clock. Raise `NoSuchStack`."""
    ports = _entered(port)
    return replace(of_aws(stack, "eu-west-3"), now=_clock(ports.control))


def _entered(port: int) -> Ports:
    """Point this process at the local AWS. Raise `NoSuchStack` if it does not run."""
    ports = Ports.of(port)
    if not all(answers(each) for each in ports):
        raise NoSuchStack(f"Nothing runs at port {port}: start it with `make run PORT={port}`.")
    environment.enter(os.environ, environment.local_aws(f"http://127.0.0.1:{ports.aws}"))
    return ports


def _settings(outputs: dict[str, str], ports: Ports) -> Settings:
    paybox = f"http://127.0.0.1:{ports.paybox}"
    values: dict[str, Any] = environment.quittance(
        Names(*(outputs[each] for each in WANTED)),
        base_url=f"http://127.0.0.1:{ports.portal}",
        paybox_url=paybox,
        paybox_public_key=fetch(f"{paybox}/pubkey.pem").text,
        cas_url=f"http://127.0.0.1:{ports.cas}/cas",
        evidence_url=f"http://127.0.0.1:{ports.evidence}",
    )
    own = {
        name.removeprefix(PREFIX).lower(): each for name, each in values.items() if name.startswith(PREFIX)
    }
    return Settings.model_validate(own)


def _clock(control: int) -> Callable[[], datetime]:
    def now() -> datetime:
        told = json.loads(fetch(f"http://127.0.0.1:{control}/clock").text)
        return datetime.fromisoformat(told["now"])

    return now
