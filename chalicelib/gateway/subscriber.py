"""A card stored by the gateway: debited by its token (00053), forgotten (00058).

The token is valid for this merchant only; it came with the page on which the payer agreed. Source: the
integration manuals of PAYBOX System and PAYBOX Direct Plus.
"""

from chalicelib.domain.payments import Answer, Outcome
from chalicelib.domain.plan.instalments import Debit, Mandate
from chalicelib.gateway.direct import DirectClient, Fields
from chalicelib.gateway.outcomes import classify_direct_code
from chalicelib.gateway.purchase import Purchase, operation

_DEBIT, _FORGET = "00053", "00058"
_RECURRING = "027"
_GONE = {"00000", "00017"}
"""Done, and "no such subscriber"."""


def debit_card(line: DirectClient, purchase: Purchase, mandate: Mandate) -> Answer:
    """Debit the card; `unknown` unless the answer is a clear acceptance or refusal of this question."""
    told = line.ask(_DEBIT, {**purchase.fields, **_kept_card(mandate), "ACTIVITE": _RECURRING}) or {}
    code = told.get("CODEREPONSE", "")
    outcome = classify_direct_code(code)
    if outcome is Outcome.PAID and operation(told):
        return purchase.paid(told)
    # "Not found" answers an inquiry. Of a debit it is as unclear as an acceptance without its numbers.
    unclear = outcome in {Outcome.PAID, Outcome.NOT_FOUND}
    return purchase.answer(Outcome.UNKNOWN if unclear else outcome, code)


def forget_card(line: DirectClient, subscriber: str) -> bool:
    """Return True if the gateway no longer knows the subscriber's card."""
    told = line.ask(_FORGET, {"REFABONNE": subscriber}) or {}
    return told.get("CODEREPONSE", "") in _GONE


def debit_of(debit: Debit) -> Purchase:
    return Purchase(debit.reference, debit.amount_cents)


def _kept_card(mandate: Mandate) -> Fields:
    """Return the card's fields; the gateway sends its date as YYMM and expects it as MMYY."""
    year, month = mandate.card_expires[:2], mandate.card_expires[2:]
    return {"REFABONNE": mandate.subscriber, "PORTEUR": mandate.token, "DATEVAL": month + year}
