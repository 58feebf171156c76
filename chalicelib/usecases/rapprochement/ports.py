"""Interfaces that the état de rapprochement needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from chalicelib.usecases.reconciliation.ports import ReconciliationPorts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from chalicelib.domain.treasury.rapprochement import Rapprochement
    from chalicelib.domain.treasury.rapprochement_paper import RapprochementPaper
    from chalicelib.usecases.ports import Documents
    from chalicelib.usecases.storage_ports import People


class Rapprochements(Protocol):
    def listed(self, after: str | None = None) -> tuple[Sequence[Rapprochement], str | None]:
        """Return one page of them, by school and moment, and the next cursor."""

    def find(self, rapprochement_id: str) -> Rapprochement:
        """Raise `NotFound`."""


class RapprochementPorts(ReconciliationPorts, Protocol):
    """The ports of the état de rapprochement."""

    @property
    def pause(self) -> Callable[[int], None]: ...

    @property
    def people(self) -> People: ...

    @property
    def documents(self) -> Documents: ...

    @property
    def rapprochements(self) -> Rapprochements: ...

    @property
    def render_rapprochement(self) -> Callable[[RapprochementPaper], bytes]: ...
