"""The kinds of row of webhooks: in a partition for each endpoint, its deliveries by the event's number."""

from collections.abc import Mapping

from chalicelib.domain.webhooks.delivery import Delivery, DeliveryState
from chalicelib.domain.webhooks.endpoint import Endpoint, EndpointCursor, EndpointHealth
from chalicelib.storage.keys import ENDPOINTS, deliveries_given_up, deliveries_waiting, endpoint_key
from chalicelib.storage.kind import Kind, Place, counted
from chalicelib.storage.table import instant

DELIVERY = "DELIVERY#"


def delivery_place(endpoint_id: str, number: int) -> Place:
    return Place(endpoint_key(endpoint_id), f"{DELIVERY}{number:012}")


def _delivery_queue(delivery: Delivery) -> Place | None:
    """Return the queue: by moment while it waits, by number once it is given up."""
    if delivery.state is DeliveryState.GIVEN_UP:
        return Place(deliveries_given_up(delivery.endpoint_id), f"{delivery.number:012}")
    if not delivery.is_waiting:
        return None
    at = f"{instant(delivery.waits_until)}#{delivery.number:012}"
    return Place(deliveries_waiting(delivery.endpoint_id), at)


WEBHOOK_KINDS: Mapping[type, Kind] = {
    Endpoint: Kind(
        lambda each: (Place(endpoint_key(each.id), "ENDPOINT"),),
        lambda each: Place(ENDPOINTS, f"{instant(each.created_at)}#{each.id}"),
        counted,
    ),
    EndpointCursor: Kind(lambda each: (Place(endpoint_key(each.endpoint_id), "CURSOR"),), version=counted),
    EndpointHealth: Kind(lambda each: (Place(endpoint_key(each.endpoint_id), "HEALTH"),), version=counted),
    Delivery: Kind(
        lambda each: (delivery_place(each.endpoint_id, each.number),),
        _delivery_queue,
        counted,
        purge_at=lambda each: each.kept_until,
    ),
}
