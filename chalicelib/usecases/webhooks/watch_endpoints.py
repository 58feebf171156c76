"""Endpoints that fail, or whose owner left: the owner is warned by mail, then they are switched off."""

from chalicelib.domain.access import RULES, Action
from chalicelib.domain.changes import Changes
from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.trail.audit import SCHEDULE, Act
from chalicelib.domain.webhooks.addresses import host_of
from chalicelib.domain.webhooks.endpoint import Endpoint, OffReason, switched_off, warned
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.isolation import HasTime, Passed, always, for_each
from chalicelib.usecases.webhooks.ports import WebhookPorts

TOLD_BY = {OffReason.FAILING: Topic.ENDPOINT_OFF, OffReason.GONE: Topic.ENDPOINT_GONE}
"""The mail to the owner; one who left is told nothing, and operators hear of each end."""


def watch_endpoints(ports: WebhookPorts, has_time: HasTime = always) -> Passed:
    """Warn the owner of each endpoint that has failed for a day, switch off what has failed for five."""
    endpoints = [each for each in ports.webhooks.endpoints() if each.is_on]
    keepers = _keepers(ports) if endpoints else frozenset()
    return for_each(
        ports, "endpoint not watched", endpoints, lambda each: _watch(ports, each, keepers), has_time
    )


def _watch(ports: WebhookPorts, endpoint: Endpoint, keepers: frozenset[str]) -> None:
    health, now = ports.webhooks.health(endpoint.id), ports.now()
    if endpoint.owner_id not in keepers:
        end_endpoint(ports, endpoint, OffReason.OWNER_LEFT)
    elif health.is_over(now):
        end_endpoint(ports, endpoint, OffReason.FAILING)
    elif health.needs_warning(now):
        mail = _mail(ports, Topic.ENDPOINT_FAILING, endpoint)
        ports.store.commit(Changes((warned(health, now),), outbox=(mail,)))


def end_endpoint(ports: WebhookPorts, endpoint: Endpoint, reason: OffReason) -> None:
    """Switch an endpoint off, with the mail that tells its owner, and alarm."""
    after = switched_off(endpoint, reason, ports.now())
    trace = audited(
        ports,
        SCHEDULE,
        Act.ENDPOINT_SWITCHED_OFF,
        endpoint.owner_id,
        endpoint.id,
        host=host_of(endpoint.url),
        cause=reason.value,
    )
    mails = (_mail(ports, TOLD_BY[reason], endpoint),) if reason in TOLD_BY else ()
    ports.alarms.raise_endpoint_off(endpoint.id, reason.value)  # first: a process that dies must not hide it
    ports.store.commit(Changes((after,), audit=trace, outbox=mails))


def _keepers(ports: WebhookPorts) -> frozenset[str]:
    """Return the ids of those who may keep endpoints today."""
    roles = RULES[Action.KEEP_ENDPOINTS].roles
    return frozenset(each.id for each in ports.people.staff() if each.is_active and each.holds(*roles))


def _mail(ports: WebhookPorts, topic: Topic, endpoint: Endpoint) -> OutboxEntry:
    named = f"{endpoint.name} ({host_of(endpoint.url)})"
    entry_id = f"{topic}-{endpoint.id}-{ports.new_id()}"
    return OutboxEntry(entry_id, topic, endpoint.owner_id, "", ports.now(), reason=named)
