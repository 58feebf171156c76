"""Interfaces that links to pay need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from chalicelib.usecases.payments.ports import PaymentPorts

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.domain.payment_links.link import PaymentLinkKey


class PaymentLinkKeys(Protocol):
    def find(self, token_hash: str) -> PaymentLinkKey | None: ...


class PaymentLinkPorts(PaymentPorts, Protocol):
    """The ports of links to pay."""

    @property
    def new_token(self) -> Callable[[], str]:
        """Return a function that makes an unguessable token of 256 bits."""

    @property
    def payment_link_keys(self) -> PaymentLinkKeys: ...
