"""Money given back: 00014 refunds a part or all of a payment, 00005 and 00055 void all of it.

A void is possible before the remittance to the bank only; 00055 voids what a subscriber's card was debited.
A refund has its own NUMTRANS and the payment's NUMAPPEL; a void has the payment's own numbers.
"""

from chalicelib.domain.payments import Answer, Outcome, Payment
from chalicelib.domain.refunds.refund import Holding, Operation, Refund
from chalicelib.gateway.direct import DirectClient, Fields
from chalicelib.gateway.inquiry import FIND, GIVEN_BACK, TELL, unaccented
from chalicelib.gateway.outcomes import classify_direct_code
from chalicelib.gateway.purchase import LONGEST_CODE, Purchase, operation

_REFUND, _VOID, _VOID_DEBIT = "00014", "00005", "00055"
_CAPTURED = "CAPTURE"
_DIGITS = 10


def holding(line: DirectClient, original: Purchase, payment: Payment) -> Holding:
    """Ask 00017 about the payment by its own numbers."""
    told = _told(line, original, payment)
    code, status = told.get("CODEREPONSE", ""), unaccented(told.get("STATUS", ""))
    outcome = classify_direct_code(code)
    if outcome is Outcome.NOT_FOUND:
        return Holding(outcome, code)
    if outcome is not Outcome.PAID or status not in {_CAPTURED, *GIVEN_BACK}:
        return Holding(Outcome.UNKNOWN, (code or status)[:LONGEST_CODE])
    return Holding(outcome, code, status in GIVEN_BACK, bool(told.get("REMISE")))


def give_back(
    asking: DirectClient,
    line: DirectClient,
    refund: Refund,
    original: Purchase,
    payment: Payment,
    *,
    is_debit: bool,
) -> Answer:
    """Ask once for the refund, then for its state; `paid` only once the gateway shows the money given back.

    `asking` has the refund's own question number, `line` takes a new one for each inquiry.
    """
    told = asking.ask(_kind(refund, is_debit=is_debit), {**_fields(refund), **_numbers(payment)}) or {}
    code, purchase = told.get("CODEREPONSE", ""), _purchase(refund)
    outcome = classify_direct_code(code)
    if outcome is not Outcome.PAID:
        is_unclear = outcome is Outcome.NOT_FOUND
        return purchase.answer(Outcome.UNKNOWN if is_unclear else outcome, code)
    if refund.operation is Operation.VOID:
        return _of_payment(line, refund, original, payment)
    found = operation(told)
    return _confirmed(line, refund, payment, found) if found else purchase.answer(Outcome.UNKNOWN, code)


def inquire_refund(line: DirectClient, refund: Refund, original: Purchase, payment: Payment) -> Answer:
    """Ask whether the refund was done: by its own reference, a void by the state of its payment."""
    purchase = _purchase(refund)
    if refund.operation is Operation.VOID:
        return _of_payment(line, refund, original, payment)
    told = line.ask(FIND, purchase.fields) or {}
    code = told.get("CODEREPONSE", "")
    outcome = classify_direct_code(code)
    if outcome is Outcome.NOT_FOUND:
        return _of_payment(line, refund, original, payment)
    found = operation(told)
    if outcome is not Outcome.PAID or found is None:
        return purchase.answer(Outcome.UNKNOWN, code)
    return _confirmed(line, refund, payment, found)


def _confirmed(line: DirectClient, refund: Refund, payment: Payment, found: Fields) -> Answer:
    """Ask 00017 with the refund's NUMTRANS and the payment's NUMAPPEL."""
    purchase = _purchase(refund)
    numbers = {"NUMTRANS": found["NUMTRANS"], "NUMAPPEL": payment.call.zfill(_DIGITS)}
    told = line.ask(TELL, {**purchase.fields, **numbers}) or {}
    code, status = told.get("CODEREPONSE", ""), unaccented(told.get("STATUS", ""))
    if classify_direct_code(code) is not Outcome.PAID or status not in GIVEN_BACK:
        return purchase.answer(Outcome.UNKNOWN, (code if code.strip("0") else status))
    return purchase.paid({**told, **numbers})


def _of_payment(line: DirectClient, refund: Refund, original: Purchase, payment: Payment) -> Answer:
    """Read from the payment's state what became of the refund: a part given back does not show there."""
    purchase, held = _purchase(refund), holding(line, original, payment)
    if held.outcome is not Outcome.PAID:
        return purchase.answer(Outcome.UNKNOWN, held.code)
    if not held.is_given_back:
        return purchase.answer(Outcome.NOT_FOUND, held.code)
    if refund.amount_cents < payment.kept_cents:  # the rest was given back by another hand
        return purchase.answer(Outcome.UNKNOWN, held.code)
    return purchase.paid({"CODEREPONSE": held.code, **_numbers(payment)})


def _told(line: DirectClient, original: Purchase, payment: Payment) -> Fields:
    return line.ask(TELL, {**original.fields, **_numbers(payment)}) or {}


def _kind(refund: Refund, *, is_debit: bool) -> str:
    if refund.operation is Operation.REFUND:
        return _REFUND
    return _VOID_DEBIT if is_debit else _VOID


def _numbers(payment: Payment) -> Fields:
    return {"NUMTRANS": payment.transaction.zfill(_DIGITS), "NUMAPPEL": payment.call.zfill(_DIGITS)}


def _purchase(refund: Refund) -> Purchase:
    return Purchase(refund.reference, refund.amount_cents)


def _fields(refund: Refund) -> Fields:
    return _purchase(refund).fields
