from collections.abc import Iterable, Iterator

from chalicelib.domain.errors import NotFound
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.registration import Registration, RegistrationStatus
from chalicelib.storage.keys import person_key, registrations_queue
from chalicelib.storage.table import Table, load


class DynamoRegistrations:
    """Registrations are in their student's partition and in the registrar's queue, by status and name."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, registration_id: str) -> Registration:
        row = self._table.get(person_key(person_of(registration_id)), f"REGISTRATION#{registration_id}")
        if row is None:
            raise NotFound
        return load(Registration, row)

    def of_status(self, campaign_id: str, status: RegistrationStatus) -> Iterable[Registration]:
        rows = self._table.queue(registrations_queue(campaign_id, status))
        return self._table.readable(Registration, rows)

    def of_campaign(self, campaign_id: str) -> Iterator[Registration]:
        for status in RegistrationStatus:
            yield from self.of_status(campaign_id, status)
