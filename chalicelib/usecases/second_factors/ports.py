"""Interfaces that second factors need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from chalicelib.usecases.sign_in.ports import SignInPorts

if TYPE_CHECKING:
    from chalicelib.usecases.ports import Campaigns


class SecondFactorPorts(SignInPorts, Protocol):
    """The ports of second factors."""

    @property
    def campaigns(self) -> Campaigns: ...
