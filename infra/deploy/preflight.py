"""What would be wrong with a deployment, all of it, before anything is sent."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from chalicelib.settings import Settings, faults_of
from chalicelib.wiring.start_check import setting_faults
from infra.cloud.runtime import RUNTIME
from infra.doctor.checks import mail, secrets
from infra.doctor.checks.stack import LONGEST_NAME
from infra.doctor.deployed import Deployed
from infra.doctor.lines import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from infra.deploy.template import Template

STACK_NAME = re.compile(rf"[A-Za-z][A-Za-z0-9-]{{0,{LONGEST_NAME - 1}}}")


def faults(template: Template, stack: str, given: dict[str, str], kept: dict[str, str]) -> list[str]:
    """Return a sentence for each fault; `kept` are the parameters that the stack has already."""
    told = kept | given
    found = [*_names(template, stack, given, told)]
    return found or [*_values(template, stack, told)]


def asked(
    template: Template, stack: str, told: dict[str, str], region: str, client: Callable[[str], Any]
) -> list[str]:
    """Return what is not yet there on AWS and must be before a deployment: secrets, a verified sender."""
    planned = Deployed(
        stack=stack,
        region=region,
        status="",
        settings=Settings.model_validate(template.settings(told, stack)),
        outputs={},
        resources={},
        client=client,
        now=lambda: datetime.now(tz=UTC),
    )
    lines = (*secrets.check(planned), next(mail.check(planned)))
    return [line.text for line in lines if line.state is State.WRONG]


def _names(template: Template, stack: str, given: dict[str, str], told: dict[str, str]) -> Iterator[str]:
    if not STACK_NAME.fullmatch(stack):
        yield f"STACK: letters, digits and hyphens, {LONGEST_NAME} at most. Choose another name than {stack}."
    for name in template.unknown(given):
        yield f"{name}: the template has no such parameter. Correct or remove it."
    for name in sorted(template.required - told.keys()):
        yield f"{name}: missing. {template.tree['Parameters'][name].get('Description', 'Give it')}."
    if told.get("Stage") != "local" and (others := template.other_runtimes()):
        yield f"The package is for {', '.join(others)}, not {RUNTIME}. Make it again with `make package`."


def _values(template: Template, stack: str, told: dict[str, str]) -> Iterator[str]:
    try:
        chosen = Settings.model_validate(template.settings(told, stack))
    except ValidationError as error:
        yield from faults_of(error)
        return
    yield from setting_faults(chosen)
    if chosen.is_deployed:
        for name in ("DomainName", "CertificateArn", "AlarmEmail"):
            if not told.get(name):
                yield f"{name}: needed in {chosen.stage}. Give it."
        if told.get("DomainName") and chosen.base_url != f"https://{told['DomainName']}":
            yield "BaseUrl is not https://DomainName. Correct the one that is wrong."
        if told.get("MailDomain") != chosen.mail_from.rpartition("@")[2]:
            yield "MailFrom is not an address of MailDomain. Correct the one that is wrong."
