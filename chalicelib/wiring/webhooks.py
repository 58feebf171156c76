"""What sends events to other systems."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from chalicelib.wiring.clocks import real_now

if TYPE_CHECKING:
    from chalicelib.identity.sealing import Sealer as LocalSealer
    from chalicelib.settings import Settings
    from chalicelib.usecases.ports import Sealer
    from chalicelib.usecases.webhooks.ports import DeliveryQueue, EventBus, Receivers, Webhooks


class Outgoing:
    """Endpoints, the queue of deliveries, the client of receivers, and the bus on AWS if there is one."""

    if TYPE_CHECKING:
        _settings: Settings

        @property
        def table(self) -> Any: ...

        @property
        def _local_sealer(self) -> LocalSealer: ...

        def _client(self, service: str) -> Any: ...

    @cached_property
    def webhooks(self) -> Webhooks:
        from chalicelib.storage.webhooks.webhooks import DynamoWebhooks

        return DynamoWebhooks(self.table)

    @cached_property
    def delivery_queue(self) -> DeliveryQueue:
        from chalicelib.delivery.delivery_queue import SqsDeliveryQueue

        return SqsDeliveryQueue(self._client("sqs"), self._settings.delivery_queue_url)

    @cached_property
    def endpoint_sealer(self) -> Sealer:
        """Seal by KMS from the first secret on: no release that cannot open it has endpoints."""
        from chalicelib.identity.kms_sealing import KmsSealer
        from chalicelib.identity.sealing_by_prefix import SealerByPrefix

        key = self._settings.endpoint_kms_key
        return SealerByPrefix(
            lambda: KmsSealer(self._client("kms"), key), lambda: self._local_sealer, seals_by_kms=bool(key)
        )

    @cached_property
    def receivers(self) -> Receivers:
        from chalicelib.delivery.receivers import HttpReceivers

        # The real clock, also where a moved one is used: receivers refuse a timestamp that is not theirs.
        return HttpReceivers(real_now, allows_loopback=self._settings.loopback_receivers)

    @cached_property
    def event_bus(self) -> EventBus | None:
        from chalicelib.delivery.event_bus import EventBridgeBus

        name = self._settings.event_bus
        return EventBridgeBus(self._client("events"), name) if name else None
