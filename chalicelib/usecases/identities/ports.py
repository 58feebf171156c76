"""Interfaces that the identities of a CAS server need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from chalicelib.usecases.sign_in.ports import SignInPorts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.domain.identities import Identity


class Identities(Protocol):
    def find(self, provider: str, subject: str) -> Identity | None: ...

    def of_person(self, person_id: str) -> Sequence[Identity]: ...


class IdentityPorts(SignInPorts, Protocol):
    """The ports of the identities of a CAS server."""

    @property
    def identities(self) -> Identities: ...
