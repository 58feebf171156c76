from collections.abc import Sequence

from chalicelib.domain.webhooks.delivery import Delivery
from chalicelib.usecases.webhooks.add_endpoint import find_endpoint
from chalicelib.usecases.webhooks.ports import WebhookPorts

MOST = 50
"""Deliveries an answer."""


def list_deliveries(
    ports: WebhookPorts, endpoint_id: str, before: int | None, limit: int = MOST
) -> Sequence[Delivery]:
    """Return what was sent, or is to be, to an endpoint, the newest event first; kept for thirty days."""
    endpoint = find_endpoint(ports, endpoint_id)
    found = ports.webhooks.deliveries(endpoint.id, before, limit)
    return [each for each in found if each.kept_until > ports.now()]
