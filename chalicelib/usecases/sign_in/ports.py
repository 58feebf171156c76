"""What sessions need of the world."""

from collections.abc import Callable
from typing import Protocol

from chalicelib.usecases.audit.ports import ActPorts
from chalicelib.usecases.limits.ports import LimitPorts
from chalicelib.usecases.ports import IdentityProvider, Passwords, Sealer, Totp
from chalicelib.usecases.storage_ports import People, SecondFactors, Sessions


class SignInPorts(LimitPorts, ActPorts, Protocol):
    """The ports of sessions."""

    @property
    def new_token(self) -> Callable[[], str]:
        """Return a fresh unguessable token of 256 bits."""

    @property
    def requires_second_factor(self) -> bool:
        """Whether staff need one even before they have set it up."""

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
        """None where the school has no CAS server."""
