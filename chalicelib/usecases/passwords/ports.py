"""Interfaces that passwords and their links need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from chalicelib.usecases.sign_in.ports import SignInPorts

if TYPE_CHECKING:
    from chalicelib.domain.links import PasswordLink
    from chalicelib.usecases.ports import Campaigns, Mailer
    from chalicelib.usecases.storage_ports import Outbox


class Links(Protocol):
    def find(self, token_hash: str) -> PasswordLink | None: ...


class PasswordPorts(SignInPorts, Protocol):
    """The ports of passwords and their links."""

    @property
    def campaigns(self) -> Campaigns: ...

    @property
    def links(self) -> Links: ...

    @property
    def outbox(self) -> Outbox: ...

    @property
    def mailer(self) -> Mailer: ...
