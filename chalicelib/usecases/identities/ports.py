"""Interfaces that the identities of a CAS server need."""

from collections.abc import Sequence
from typing import Protocol

from chalicelib.domain.identities import Identity
from chalicelib.usecases.sign_in.ports import SignInPorts


class Identities(Protocol):
    def find(self, provider: str, subject: str) -> Identity | None: ...

    def of_person(self, person_id: str) -> Sequence[Identity]: ...


class IdentityPorts(SignInPorts, Protocol):
    """The ports of the identities of a CAS server."""

    @property
    def identities(self) -> Identities: ...
