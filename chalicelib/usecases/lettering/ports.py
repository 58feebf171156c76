"""Interfaces that lettering and the balance by debtor need."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Protocol

from chalicelib.domain.books.journal import JournalEntry
from chalicelib.usecases.audit.ports import ActPorts
from chalicelib.usecases.isolation import IsolationPorts

if TYPE_CHECKING:
    from chalicelib.usecases.collection.ports import Unpaid
    from chalicelib.usecases.journal.ports import Journal
    from chalicelib.usecases.ports import Campaigns
    from chalicelib.usecases.storage_ports import Accounts, People

Entries = Iterable[JournalEntry]


class LetteringPorts(ActPorts, IsolationPorts, Protocol):
    """The ports of lettering and of the balance by debtor."""

    @property
    def pause(self) -> Callable[[int], None]: ...

    @property
    def accounts(self) -> Accounts: ...

    @property
    def campaigns(self) -> Campaigns: ...

    @property
    def journal(self) -> Journal: ...

    @property
    def people(self) -> People: ...

    @property
    def unpaid(self) -> Unpaid: ...
