"""The caller of a request, sent by a program or a browser."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from chalicelib.domain.languages import Language
from chalicelib.domain.people import Person
from chalicelib.domain.sessions import Session
from chalicelib.usecases.sign_in.read_session import read_account, read_session
from chalicelib.wiring import Services

if TYPE_CHECKING:
    from chalicelib.domain.account import Account
    from chalicelib.domain.brakes.brake import Brakes
    from chalicelib.domain.campaign import Campaign


class Entered(NamedTuple):
    """A live session and its person; `account` is theirs if it was read with them."""

    session: Session
    person: Person
    account: "Account | None" = None


@dataclass(frozen=True)
class Caller(ABC):
    """One request and its caller, which is read once, when first needed."""

    request: Any
    ports: Services

    @property
    @abstractmethod
    def token(self) -> str:
        """The session token of the request, "" without one."""

    @property
    @abstractmethod
    def shows_account(self) -> bool:
        """True for a request that reads the caller's account and changes nothing before it does."""

    @cached_property
    def _entered(self) -> Entered:
        return self._by_session()

    def _by_session(self) -> Entered:
        read = read_account if self.shows_account else read_session
        return Entered(*read(self.ports, self.token))

    @property
    def session(self) -> Session:
        return self._entered.session

    @property
    def person(self) -> Person:
        """The person of the session, with their current roles."""
        return self._entered.person

    @cached_property
    def account(self) -> "Account":
        """The account of the person, read once; not for a decision about money, which reads it again."""
        if self._entered.account:
            return self._entered.account
        from chalicelib.usecases.registrations.show_account import show_account  # noqa: PLC0415 - not to log in

        return show_account(self.ports, self.session.person_id)

    @property
    @abstractmethod
    def language(self) -> Language:
        """The language of the answer."""

    @cached_property
    def brakes(self) -> "Brakes":
        """The brakes of operations, as they were some seconds ago at most."""
        return self.ports.brakes.recent()

    def campaign_asked_for(self, campaign_id: str | None) -> "Campaign":
        """Return the named campaign, the current one where none is; raise `NotFound` for an unknown one."""
        return self.ports.campaigns.get(campaign_id) if campaign_id else self.ports.campaigns.current()

    @property
    def known_person(self) -> Person | None:
        """The person if already read, else None; it does not read the person."""
        known: Entered | None = vars(self).get("_entered")
        return known.person if known else None

    @property
    def own_language(self) -> Language:
        """The language of the person if already read, else French."""
        return self.known_person.language if self.known_person else Language.FR

    @property
    def address(self) -> str:
        return source_address(self.request)


def source_address(request: Any) -> str:
    """Return the client's address as API Gateway saw it: a header could contain any address."""
    identity: dict[str, Any] = (request.context or {}).get("identity") or {}
    return str(identity.get("sourceIp") or "")
