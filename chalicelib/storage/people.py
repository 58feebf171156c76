from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from chalicelib.domain.errors import NotFound
from chalicelib.domain.people import Address, Person
from chalicelib.domain.second_factor import SecondFactor
from chalicelib.domain.sessions import Credentials
from chalicelib.storage.keys import REVIEWS, STAFF, email_key, person_key
from chalicelib.storage.table import Table, load


class DynamoPeople:
    """Profiles and addresses are in their person's partition, credentials under the mail address."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def credentials(self, email: str) -> Credentials | None:
        row = self._table.get(email_key(email), "CREDENTIALS")
        return load(Credentials, row) if row else None

    def person(self, person_id: str) -> Person:
        row = self._table.get(person_key(person_id), "PROFILE")
        if row is None:
            raise NotFound
        return load(Person, row)

    def with_second_factor(self, person_id: str) -> tuple[Person, SecondFactor | None]:
        own = person_key(person_id)
        rows = {row.sk: row for row in self._table.batch([(own, "PROFILE"), (own, "SECOND_FACTOR")])}
        if "PROFILE" not in rows:
            raise NotFound
        factor = rows.get("SECOND_FACTOR")
        return load(Person, rows["PROFILE"]), load(SecondFactor, factor) if factor else None

    def persons(self, ids: Iterable[str]) -> Sequence[Person]:
        rows = self._table.batch((person_key(each), "PROFILE") for each in ids)
        return tuple(self._table.readable(Person, rows))

    def staff(self) -> Sequence[Person]:
        return tuple(self._table.readable(Person, self._table.queue(STAFF)))

    def to_review(self, today: date) -> Sequence[str]:
        """Return the ids of the persons due for review by this day, longest waiting first."""
        waiting = self._table.places(REVIEWS, f"{today + timedelta(days=1)}")
        return tuple(place.partition("#")[2] for place in waiting)

    def save_address(self, person_id: str, address: Address) -> None:
        self._table.put(self._table.new(person_key(person_id), f"ADDRESS#{address.id}", address))
