"""Interfaces that a restore needs."""

from __future__ import annotations

from typing import Protocol

from chalicelib.usecases.audit.ports import KeptAudit
from chalicelib.usecases.debits.ports import DebitPorts


class RestorationPorts(DebitPorts, KeptAudit, Protocol):
    """The ports of what follows a restore."""
