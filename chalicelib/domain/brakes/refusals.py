"""Refusals while an operator's brake is on.

GatewayUnavailable         (503)
└── PaymentsStopped
    └── PaymentsSuspended
QuittanceError
└── PortalClosed           (503)
    └── PortalClosedSaying
"""

from chalicelib.domain.errors import GatewayUnavailable, QuittanceError

RETRY_AFTER_SECONDS = 300
"""A brake is on for minutes or hours: who asks again sooner asks in vain."""


class PaymentsStopped(GatewayUnavailable):
    """No new page of the gateway is opened."""

    cause = "stopped"
    retry_after_seconds = RETRY_AFTER_SECONDS


class PaymentsSuspended(PaymentsStopped):
    """The same as a notice on every page, also to who has just paid."""

    cause = "suspended"


class PortalClosed(QuittanceError):
    """The portal is closed to students and payers."""

    code = "portal_closed"
    retry_after_seconds = RETRY_AFTER_SECONDS


class PortalClosedSaying(PortalClosed):
    """The same with the sentence of the operator, in the reader's language."""

    cause = "saying"
    sentence: str
