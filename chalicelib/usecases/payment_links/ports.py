"""Interfaces that links to pay need."""

from collections.abc import Callable
from typing import Protocol

from chalicelib.domain.payment_links.link import PaymentLinkKey
from chalicelib.usecases.payments.ports import PaymentPorts


class PaymentLinkKeys(Protocol):
    def find(self, token_hash: str) -> PaymentLinkKey | None: ...


class PaymentLinkPorts(PaymentPorts, Protocol):
    """The ports of links to pay."""

    @property
    def new_token(self) -> Callable[[], str]:
        """Return a function that makes an unguessable token of 256 bits."""

    @property
    def payment_link_keys(self) -> PaymentLinkKeys: ...
