"""Interfaces that sessions need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from chalicelib.usecases.audit.ports import ActPorts
from chalicelib.usecases.limits.ports import LimitPorts

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.usecases.ports import IdentityProvider, Passwords, Sealer, Totp
    from chalicelib.usecases.storage_ports import Accounts, People, SecondFactors, Sessions


class SignInPorts(LimitPorts, ActPorts, Protocol):
    """The ports of sessions."""

    @property
    def new_token(self) -> Callable[[], str]:
        """Return a function that makes an unguessable token of 256 bits."""

    @property
    def requires_second_factor(self) -> bool:
        """True if staff need a second factor even before they have enrolled one."""

    @property
    def people(self) -> People: ...

    @property
    def sessions(self) -> Sessions: ...

    @property
    def passwords(self) -> Passwords: ...

    @property
    def second_factors(self) -> SecondFactors: ...

    @property
    def totp(self) -> Totp: ...

    @property
    def sealer(self) -> Sealer: ...

    @property
    def identity_provider(self) -> IdentityProvider | None:
        """The CAS server, None if the school has none."""


class AccountSessionPorts(SignInPorts, Protocol):
    """The ports of a session whose request shows the account of its person."""

    @property
    def accounts(self) -> Accounts: ...
