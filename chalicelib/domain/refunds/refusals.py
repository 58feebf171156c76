"""Reasons that prevent a refund.

QuittanceError
├── RefundableChanged
│   └── RefundPreparedMeanwhile
├── RefundAbovePayment
├── RefundMethodNotPossible
│   └── RefundDisputed
├── RefundLapsed
├── RefundSheetChanged
├── RefundNotReady
│   ├── IbanMissing
│   ├── GatewayStillUnclear
│   └── RefundMoved
├── TransfersChanged
│   └── NothingToTransfer
└── IbanNotValid
    └── IbanOutsideSepa
PaymentUnclear
└── RefundOnItsWay
LinkNotValid
└── IbanLinkNotValid
AlreadyDecided
└── RefundDecided
ReasonMissing
└── RefundUnreasoned
"""

from chalicelib.domain.decisions import AlreadyDecided, ReasonMissing
from chalicelib.domain.errors import LinkNotValid, PaymentUnclear, QuittanceError


class RefundableChanged(QuittanceError):
    """The payment holds another amount than the request saw; no refund of it is prepared."""

    code = "refundable_changed"
    refundable_cents: int


class RefundPreparedMeanwhile(RefundableChanged):
    """Another refund of the payment, prepared by `preparer`, takes a part of what the request saw."""

    cause = "prepared"
    amount_cents: int
    preparer: str


class RefundAbovePayment(QuittanceError):
    code = "refund_above_payment"
    refundable_cents: int
    received_cents: int
    refunded_cents: int


class RefundMethodNotPossible(QuittanceError):
    """The payment was not taken by card, so the gateway can give nothing of it back."""

    code = "refund_method_not_possible"


class RefundDisputed(RefundMethodNotPossible):
    """The holder disputes the payment at the bank: what the bank has taken back is not given back again."""

    cause = "disputed"


class RefundLapsed(QuittanceError):
    """The account moved since the refund was prepared."""

    code = "refund_lapsed"


class RefundSheetChanged(QuittanceError):
    """The approver saw another sheet than the one that was frozen."""

    code = "refund_sheet_changed"


class RefundNotReady(QuittanceError):
    """The refund is not in the state in which this act is possible."""

    code = "refund_not_ready"


class IbanMissing(RefundNotReady):
    """A transfer needs the student's IBAN before it is sent."""

    cause = "iban"


class GatewayStillUnclear(RefundNotReady):
    """The gateway may still have given the money back."""

    cause = "gateway"


class RefundMoved(RefundNotReady):
    """The refund was approved since it was read: the student was told of it."""

    cause = "moved"


class TransfersChanged(QuittanceError):
    """Other refunds would go into the file than the person saw."""

    code = "transfers_changed"


class NothingToTransfer(TransfersChanged):
    """No approved transfer can go into a file."""

    cause = "nothing"


class IbanNotValid(QuittanceError):
    code = "iban_not_valid"


class IbanOutsideSepa(IbanNotValid):
    """Euro credit transfers (SEPA) do not reach this country."""

    cause = "sepa"


class RefundOnItsWay(PaymentUnclear):
    """What is owed is still held, but it is leaving: it is to be paid once the refund is done."""

    cause = "refunding"
    refunding_cents: int


class IbanLinkNotValid(LinkNotValid):
    """The link was used, has expired, or its refund takes no IBAN any more."""

    cause = "iban"


class RefundDecided(AlreadyDecided):
    cause = "refund"


class RefundUnreasoned(ReasonMissing):
    cause = "refund"
