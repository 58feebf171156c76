"""Interfaces that refunds need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from chalicelib.usecases.registrations.ports import RegistrationPorts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from chalicelib.domain.links import IbanLink
    from chalicelib.domain.refunds.refund import Refund, RefundState
    from chalicelib.domain.refunds.transfer_files import TransferFile, TransferOrder, TransferSequence
    from chalicelib.usecases.ports import Alarms, Gateway, Mailer
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


class TransferFiles(Protocol):
    def sequence(self, series: str) -> TransferSequence: ...

    def listed(self, after: str | None = None) -> tuple[Sequence[TransferFile], str | None]:
        """Return one page of the files, by series and number, and the cursor of the next page."""

    def find(self, file_id: str) -> TransferFile:
        """Raise `NotFound`."""

    def text(self, file_id: str) -> str:
        """Return the frozen text; raise `NotFound`, also once it may not be kept any more."""


class TransferPorts(RefundPorts, Protocol):
    """The ports of files of transfers."""

    @property
    def transfer_files(self) -> TransferFiles: ...

    @property
    def render_transfers(self) -> Callable[[TransferOrder], str]:
        """Return a function from an order to the text of its file."""
