"""Interfaces that service keys need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from chalicelib.usecases.audit.ports import ActPorts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from chalicelib.domain.programs.service_key import ServiceKey
    from chalicelib.usecases.storage_ports import Limits, People


class ServiceKeys(Protocol):
    def find(self, key_id: str) -> ServiceKey | None: ...

    def all(self) -> Sequence[ServiceKey]:
        """Return every key, oldest first, those that are over too."""


class KeyPorts(ActPorts, Protocol):
    """The ports of service keys."""

    @property
    def new_token(self) -> Callable[[], str]:
        """Return a function that makes an unguessable token of 256 bits."""

    @property
    def key_prefix(self) -> str:
        """The beginning of a token: it says whether the key reads money or test money."""

    @property
    def service_keys(self) -> ServiceKeys: ...

    @property
    def people(self) -> People: ...

    @property
    def limits(self) -> Limits: ...
