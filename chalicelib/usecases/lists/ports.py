"""Interfaces that the lists of the staff need."""

from typing import Protocol

from chalicelib.domain.lists.lines import LineBook, RegistrationLine
from chalicelib.usecases.ports import Alarms
from chalicelib.usecases.registrations.ports import RegistrationPorts


class RegistrationLines(Protocol):
    """Lines of registrations, projected from their accounts."""

    def of_campaign(self, campaign_id: str) -> LineBook:
        """Return every line of a campaign, as it is now but for the accounts that still wait."""

    def line(self, registration_id: str) -> RegistrationLine:
        """Return one line as it is now, and show it so from now on; raise `NotFound`."""

    def heal(self, campaign_id: str) -> int:
        """Let lines that are missing or outdated be projected again; return how many people have one."""


class ListPorts(RegistrationPorts, Protocol):
    """The ports of the lists."""

    @property
    def lines(self) -> RegistrationLines: ...

    @property
    def alarms(self) -> Alarms: ...
