"""Reasons that prevent making a link to pay, or paying by it.

DecisionNotPossible
└── PaymentLinkNotPossible
    ├── LinksTooMany
    ├── LinkAmountMoved
    ├── LinkNothingLeft
    ├── LinkClosed
    └── LinkMadeOver
DecisionNotPossible
└── PaymentLinkNotValid    (422)
    ├── LinkAboveOwed
    ├── LinkTooSmall
    ├── LinkLeavesTooLittle
    └── LinkMisdated
LinkNotValid               (410)
└── PaymentLinkOver
    ├── PaymentLinkRevoked
    ├── PaymentLinkPaid
    └── PaymentLinkExpired
PaymentOpen
└── OtherPaymentOpen
"""

from datetime import date, datetime

from chalicelib.domain.errors import (
    AlreadyPaid,
    ConcurrentUpdate,
    DecisionNotPossible,
    GatewayUnavailable,
    LinkNotValid,
    NothingToPay,
    PaymentOpen,
    QuittanceError,
    TooManyAttempts,
)


class PaymentLinkNotPossible(DecisionNotPossible):
    code = "payment_link_not_possible"


class LinksTooMany(PaymentLinkNotPossible):
    cause = "many"
    most: int


class LinkAmountMoved(PaymentLinkNotPossible):
    """Another amount is to pay than the one that the payer has seen."""

    cause = "amount"
    amount_cents: int


class LinkNothingLeft(PaymentLinkNotPossible):
    """Nothing is owed that a card could pay."""

    cause = "nothing"


class LinkClosed(PaymentLinkNotPossible):
    """Nothing can be paid now; why is told to the student alone."""

    cause = "closed"


class LinkMadeOver(PaymentLinkNotPossible):
    """The same form or request has made a link that was revoked, was paid or expired since."""

    cause = "over"


class PaymentLinkNotValid(DecisionNotPossible):
    code = "payment_link_not_valid"


class LinkAboveOwed(PaymentLinkNotValid):
    cause = "owed"
    owed_cents: int


class LinkTooSmall(PaymentLinkNotValid):
    cause = "small"


class LinkLeavesTooLittle(PaymentLinkNotValid):
    """The rest would be below what the gateway takes."""

    cause = "rest"
    rest_cents: int


class LinkMisdated(PaymentLinkNotValid):
    cause = "day"
    last: date


class PaymentLinkOver(LinkNotValid):
    """No link has this token, or its student's account is closed."""

    cause = "pay"


class PaymentLinkRevoked(PaymentLinkOver):
    cause = "pay_revoked"


class PaymentLinkPaid(PaymentLinkOver):
    """The link was paid; payer and amount are shown only in the browser that paid."""

    cause = "pay_paid"


class PaymentLinkExpired(PaymentLinkOver):
    cause = "pay_expired"


class OtherPaymentOpen(PaymentOpen):
    """Another payment of the same registration may still come, until then at the latest."""

    cause = "other"
    until: datetime


_SAID = (
    PaymentLinkNotPossible,
    PaymentLinkOver,
    OtherPaymentOpen,
    TooManyAttempts,
    GatewayUnavailable,
    ConcurrentUpdate,
)


def for_strangers(error: QuittanceError) -> QuittanceError:
    """Return the refusal shown to the payer; one that would disclose the student's file is replaced."""
    if isinstance(error, _SAID):
        return error
    return LinkNothingLeft() if isinstance(error, (AlreadyPaid, NothingToPay)) else LinkClosed()
