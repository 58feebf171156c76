from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice

from chalicelib.domain.webhooks.delivery import Delivery
from chalicelib.domain.webhooks.endpoint import Endpoint, EndpointCursor, EndpointHealth
from chalicelib.storage.keys import ENDPOINTS, deliveries_given_up, deliveries_waiting, endpoint_key
from chalicelib.storage.table import Row, Table, instant, load
from chalicelib.storage.webhooks.kinds import DELIVERY, delivery_place

ABOVE_ALL = 10**12 - 1


class DynamoWebhooks:
    def __init__(self, table: Table) -> None:
        self._table = table

    def endpoints(self) -> Sequence[Endpoint]:
        return tuple(self._table.readable(Endpoint, self._table.queue(ENDPOINTS)))

    def endpoint(self, endpoint_id: str) -> Endpoint | None:
        row = self._table.get(endpoint_key(endpoint_id), "ENDPOINT")
        return load(Endpoint, row) if row else None

    def health(self, endpoint_id: str) -> EndpointHealth:
        row = self._table.get(endpoint_key(endpoint_id), "HEALTH")
        return load(EndpointHealth, row) if row else EndpointHealth(endpoint_id, version=0)

    def cursor(self, endpoint_id: str) -> EndpointCursor | None:
        row = self._table.get(endpoint_key(endpoint_id), "CURSOR")
        return load(EndpointCursor, row) if row else None

    def delivery(self, endpoint_id: str, number: int) -> Delivery | None:
        row = self._table.get(*delivery_place(endpoint_id, number))
        return load(Delivery, row) if row else None

    def written(self, endpoint_id: str, numbers: Sequence[int]) -> Mapping[int, Delivery | None]:
        rows = self._table.batch(delivery_place(endpoint_id, number) for number in numbers)
        return {int(row.sk.removeprefix(DELIVERY)): self._read(row) for row in rows}

    def _read(self, row: Row) -> Delivery | None:
        return next(self._table.readable(Delivery, (row,)), None)

    def due(self, endpoint_id: str, now: datetime, limit: int) -> Sequence[Delivery]:
        after_now = instant(now + timedelta.resolution)
        waiting = self._table.queue(deliveries_waiting(endpoint_id), after_now)
        return tuple(islice(self._table.readable(Delivery, waiting), limit))

    def first_given_up(self, endpoint_id: str) -> int | None:
        row = self._table.row
        found = row.by_queue.query(deliveries_given_up(endpoint_id), limit=1)
        return next((int(each.queue_sk) for each in found), None)

    def deliveries(self, endpoint_id: str, before: int | None, limit: int) -> Sequence[Delivery]:
        row = self._table.row
        newest = f"{DELIVERY}{(ABOVE_ALL if before is None else before) - 1:012}"
        found = row.query(
            endpoint_key(endpoint_id),
            row.sk.between(f"{DELIVERY}{0:012}", newest),
            consistent_read=True,
            scan_index_forward=False,
            limit=limit,
        )
        return tuple(self._table.readable(Delivery, found))
