"""Interfaces that refunds need."""

from collections.abc import Callable, Sequence
from typing import Protocol

from chalicelib.domain.links import IbanLink
from chalicelib.domain.refunds.refund import Refund, RefundState
from chalicelib.usecases.ports import Alarms, Gateway, Mailer
from chalicelib.usecases.registrations.ports import RegistrationPorts
from chalicelib.usecases.storage_ports import Questions


class Refunds(Protocol):
    def of_state(self, state: RefundState, after: str | None = None) -> tuple[Sequence[Refund], str | None]:
        """Return one page of the refunds in a state, oldest first, and the cursor of the next page."""


class RefundPorts(RegistrationPorts, Protocol):
    """The ports of refunds."""

    @property
    def refunds(self) -> Refunds: ...

    @property
    def gateway(self) -> Gateway: ...

    @property
    def questions(self) -> Questions: ...

    @property
    def alarms(self) -> Alarms: ...


class IbanLinks(Protocol):
    def find(self, token_hash: str) -> IbanLink | None: ...


class IbanPorts(RegistrationPorts, Protocol):
    """The ports of giving an IBAN by a mailed link."""

    @property
    def new_token(self) -> Callable[[], str]:
        """Return a function that makes an unguessable token of 256 bits."""

    @property
    def iban_links(self) -> IbanLinks: ...

    @property
    def mailer(self) -> Mailer: ...
