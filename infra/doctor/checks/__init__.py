"""The checks, in the order in which an operator puts things right."""

from collections.abc import Callable, Iterator

from infra.doctor.checks import (
    alarms,
    audit_trail,
    brakes,
    campaign,
    cas,
    clocks,
    configuration,
    direct,
    documents,
    domain,
    evidence,
    functions,
    mail,
    page,
    portal,
    public_keys,
    queues,
    roles,
    schedules,
    sealing,
    secrets,
    stack,
    table,
)
from infra.doctor.deployed import Deployed
from infra.doctor.lines import Line

Check = Callable[[Deployed], Iterator[Line]]

CHECKS: dict[str, Check] = {
    "stack": stack.check,
    "configuration": configuration.check,
    "secrets": secrets.check,
    "campaign": campaign.check,
    "payment page": page.check,
    "direct calls": direct.check,
    "gateway's keys": public_keys.check,
    "mail": mail.check,
    "domain": domain.check,
    "portal": portal.check,
    "clocks": clocks.check,
    "CAS": cas.check,
    "evidence": evidence.check,
    "table": table.check,
    "documents": documents.check,
    "queues": queues.check,
    "second factors": sealing.check,
    "functions": functions.check,
    "schedules": schedules.check,
    "alarms": alarms.check,
    "audit trail": audit_trail.check,
    "brakes": brakes.check,
    "roles": roles.check,
}
