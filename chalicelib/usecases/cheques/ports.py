"""Interfaces that cheques and their slips need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from chalicelib.usecases.isolation import IsolationPorts
from chalicelib.usecases.registrations.ports import RegistrationPorts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from chalicelib.domain.treasury.slip_paper import SlipPaper
    from chalicelib.domain.treasury.slips import Cheque, Slip, SlipLines, SlipSequence, SlipState
    from chalicelib.usecases.ports import Documents


class Cheques(Protocol):
    def numbered(self, number: str) -> Sequence[Cheque]:
        """Return the cheques of every file with a number, however it was typed, in one consistent read."""

    def find(self, number: str, payment_id: str) -> Cheque | None:
        """Return the cheque that a payment is, by the number in its reference."""

    def waiting(self, after: str | None = None) -> tuple[Sequence[Cheque], str | None]:
        """Return one page of the cheques on no slip, the longest received first, and the next cursor."""

    def sequence(self, series: str) -> SlipSequence: ...

    def slips(self, state: SlipState, after: str | None = None) -> tuple[Sequence[Slip], str | None]:
        """Return one page of the slips in a state, by series and number, and the next cursor."""

    def slip(self, slip_id: str) -> Slip:
        """Raise `NotFound`."""

    def lines(self, slip_id: str) -> SlipLines:
        """Return what a deposit froze; raise `NotFound`, also once it may not be kept any more."""


class ChequePorts(RegistrationPorts, IsolationPorts, Protocol):
    """The ports of cheques and slips."""

    @property
    def pause(self) -> Callable[[int], None]: ...

    @property
    def cheques(self) -> Cheques: ...

    @property
    def documents(self) -> Documents: ...

    @property
    def render_slip(self) -> Callable[[SlipPaper], bytes]: ...
