"""Interfaces that second factors need."""

from typing import Protocol

from chalicelib.usecases.ports import Campaigns
from chalicelib.usecases.sign_in.ports import SignInPorts


class SecondFactorPorts(SignInPorts, Protocol):
    """The ports of second factors."""

    @property
    def campaigns(self) -> Campaigns: ...
