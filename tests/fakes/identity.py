"""People and what lets them in, in memory, under the conditions of the table's transactions."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from chalicelib.domain.errors import NotFound
from chalicelib.domain.identities import Identity
from chalicelib.domain.links import IbanLink, PasswordLink
from chalicelib.domain.payment_links.link import PaymentLinkKey
from chalicelib.domain.people import Address, Person
from chalicelib.domain.role_changes import RoleChange, RoleChangeState
from chalicelib.domain.second_factor import SecondFactor
from chalicelib.domain.sessions import Credentials, Session
from infra.bench.counters import Counters
from tests.fakes.storage import Memory, require


class MemoryPeople:
    def __init__(self, memory: Memory) -> None:
        self._m = memory

    def credentials(self, email: str) -> Credentials | None:
        return self._m.logins.get(email)

    def person(self, person_id: str) -> Person:
        if person_id not in self._m.people:
            raise NotFound
        return self._m.people[person_id]

    def with_second_factor(self, person_id: str) -> tuple[Person, SecondFactor | None]:
        return self.person(person_id), self._m.second_factors.get(person_id)

    def persons(self, ids: Iterable[str]) -> Sequence[Person]:
        return tuple(self._m.people[each] for each in ids if each in self._m.people)

    def staff(self) -> Sequence[Person]:
        def place(person: Person) -> str:
            return f"{person.last_name} {person.first_name}#{person.id}".casefold()

        return tuple(sorted((each for each in self._m.people.values() if each.is_staff), key=place))

    def to_review(self, today: date) -> Sequence[str]:
        waiting = [
            (each.review_on, each.id)
            for each in self._m.people.values()
            if not each.is_staff and each.review_on and each.review_on <= today
        ]
        return tuple(person_id for _, person_id in sorted(waiting))

    def save_address(self, person_id: str, address: Address) -> None:
        self._m.addresses.setdefault(person_id, {})[address.id] = address


class MemoryLinks:
    def __init__(self, memory: Memory) -> None:
        self._m = memory

    def find(self, token_hash: str) -> PasswordLink | None:
        return self._m.links.get(token_hash)


class MemoryPaymentLinkKeys:
    def __init__(self, memory: Memory) -> None:
        self._m = memory

    def find(self, token_hash: str) -> PaymentLinkKey | None:
        return self._m.payment_link_keys.get(token_hash)


class MemoryIbanLinks:
    def __init__(self, memory: Memory) -> None:
        self._m = memory

    def find(self, token_hash: str) -> IbanLink | None:
        return self._m.iban_links.get(token_hash)


class MemorySessions:
    def __init__(self, memory: Memory) -> None:
        self._m = memory
        self._tickets: dict[str, bool] = {}

    def open(self, session: Session) -> None:
        with self._m.lock:
            require(session.token_hash not in self._m.sessions, "session")
            self._m.sessions[session.token_hash] = session

    def find(self, token_hash: str) -> Session | None:
        return self._m.sessions.get(token_hash)

    def note_use(self, session: Session) -> None:
        with self._m.lock:
            require(session.token_hash in self._m.sessions, "session")
            self._m.sessions[session.token_hash] = session

    def close(self, token_hash: str) -> None:
        with self._m.lock:
            self._m.sessions.pop(token_hash, None)

    def of_person(self, person_id: str) -> Sequence[Session]:
        found = [each for each in tuple(self._m.sessions.values()) if each.person_id == person_id]
        return tuple(sorted(found, key=lambda each: (each.opened_at, each.token_hash), reverse=True))

    def claim_ticket(self, ticket_hash: str, now: datetime) -> None:
        with self._m.lock:
            require(ticket_hash not in self._tickets, "ticket")
            self._tickets[ticket_hash] = False

    def end_ticket(self, ticket_hash: str) -> None:
        with self._m.lock:
            if ticket_hash in self._tickets:
                self._tickets[ticket_hash] = True

    def is_ended(self, ticket_hash: str) -> bool:
        return self._tickets.get(ticket_hash, False)


class MemoryLimits(Counters):
    def __init__(self, memory: Memory) -> None:
        super().__init__()
        self._m = memory

    def credentials_and_known(
        self, email: str, account: str, places: Sequence[str], now: datetime
    ) -> tuple[Credentials | None, Mapping[str, datetime]]:
        return self._m.logins.get(email), self.known(account, places, now)


class MemorySecondFactors:
    def __init__(self, memory: Memory) -> None:
        self._m = memory

    def find(self, person_id: str) -> SecondFactor | None:
        return self._m.second_factors.get(person_id)


class MemoryIdentities:
    def __init__(self, memory: Memory) -> None:
        self._m = memory

    def find(self, provider: str, subject: str) -> Identity | None:
        return self._m.identities.get((provider, subject))

    def of_person(self, person_id: str) -> Sequence[Identity]:
        places = sorted(self._m.identities)
        found = (self._m.identities[place] for place in places)
        return tuple(each for each in found if each.person_id == person_id)


class MemoryRoleChanges:
    def __init__(self, memory: Memory) -> None:
        self._m = memory

    def get(self, change_id: str) -> RoleChange:
        if change_id not in self._m.role_changes:
            raise NotFound
        return self._m.role_changes[change_id]

    def waiting(self) -> Sequence[RoleChange]:
        changes = tuple(self._m.role_changes.values())
        waiting = [each for each in changes if each.state is RoleChangeState.PROPOSED]
        return tuple(sorted(waiting, key=lambda each: (each.proposed_at, each.id)))
