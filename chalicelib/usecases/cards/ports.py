"""Interfaces that the removal of stored cards needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from chalicelib.usecases.audit.ports import ActPorts

if TYPE_CHECKING:
    from chalicelib.usecases.ports import Gateway
    from chalicelib.usecases.storage_ports import Accounts, PersonalRecords, Questions


class CardPorts(ActPorts, Protocol):
    """The ports of the cards that the gateway stores."""

    @property
    def personal(self) -> PersonalRecords: ...

    @property
    def accounts(self) -> Accounts: ...

    @property
    def gateway(self) -> Gateway: ...

    @property
    def questions(self) -> Questions: ...
