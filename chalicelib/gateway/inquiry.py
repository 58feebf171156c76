"""The state of a purchase: 00011 finds a transaction by its reference, 00017 returns its state."""

import unicodedata
from dataclasses import replace

from chalicelib.domain.payments import Answer, Outcome
from chalicelib.gateway.direct import DirectClient, Fields
from chalicelib.gateway.outcomes import classify_direct_code
from chalicelib.gateway.purchase import Purchase, operation

FIND, TELL = "00011", "00017"
_REFUSED = "REFUSE"
GIVEN_BACK = {"REMBOURSE", "ANNULE"}
"""It was taken, then given back whole: after the remittance by a refund, before it by a cancellation."""
_DIGITS = 10

STATES = {
    "CAPTURE": Outcome.PAID,
    **dict.fromkeys(GIVEN_BACK, Outcome.PAID),  # see `_state`
    _REFUSED: Outcome.REFUSED_SOFT,
    # Page and debit ask to authorise and capture at once. An authorisation alone is money promised, not
    # taken: no invoice yet, and no second payment either until it is captured, cancelled or settled by a
    # person.
    "AUTORISE": Outcome.UNKNOWN,
}
"""STATUS, without accents. Any other value is unknown.

A refund of a part leaves CAPTURE, and no field tells its amount: it cannot be seen here.
"""

_REFUSALS = {Outcome.REFUSED_HARD, Outcome.REFUSED_SOFT, Outcome.NEEDS_AUTHENTICATION}


def inquire(line: DirectClient, purchase: Purchase) -> Answer:
    """Return the state; `unknown` for no answer, garbage, another's answer or a refusal of the question."""
    found = line.ask(FIND, purchase.fields) or {}
    code = found.get("CODEREPONSE", "")
    if classify_direct_code(code) is Outcome.NOT_FOUND:
        return purchase.answer(Outcome.NOT_FOUND, code)
    numbers = operation(found)
    if classify_direct_code(code) is not Outcome.PAID or numbers is None:
        return purchase.answer(Outcome.UNKNOWN, code)
    return _state(purchase, numbers, line.ask(TELL, {**purchase.fields, **numbers}) or {})


def confirm(line: DirectClient, purchase: Purchase, announced: Answer) -> Answer:
    """Ask whether our own account holds the transaction announced by a signed notification.

    00011 must know the reference, since 00017 returns neither reference nor amount; which of several tries it
    finds does not matter: 00017 is asked with the numbers of the notification.
    """
    code = (line.ask(FIND, purchase.fields) or {}).get("CODEREPONSE", "")
    meaning = classify_direct_code(code)
    if meaning is not Outcome.PAID:
        return purchase.answer(meaning if meaning is Outcome.NOT_FOUND else Outcome.UNKNOWN, code)
    numbers = {"NUMTRANS": announced.transaction.zfill(_DIGITS), "NUMAPPEL": announced.call.zfill(_DIGITS)}
    told = line.ask(TELL, {**purchase.fields, **numbers}) or {}
    code = told.get("CODEREPONSE", "")
    if classify_direct_code(code) is Outcome.NOT_FOUND:
        return purchase.answer(Outcome.NOT_FOUND, code)
    return _state(purchase, numbers, told)


def _state(purchase: Purchase, numbers: Fields, told: Fields) -> Answer:
    code, status = told.get("CODEREPONSE", ""), unaccented(told.get("STATUS", ""))
    meaning = classify_direct_code(code)
    if status == _REFUSED and meaning in _REFUSALS:
        return purchase.answer(meaning, code)
    if meaning is not Outcome.PAID:
        return purchase.answer(Outcome.UNKNOWN, code)
    outcome = STATES.get(status, Outcome.UNKNOWN)
    if outcome is Outcome.PAID:
        paid = purchase.paid({**told, **numbers})
        return replace(paid, refunded_cents=paid.amount_cents) if status in GIVEN_BACK else paid
    return purchase.answer(outcome, _code_of(status, purchase))


def _code_of(status: str, purchase: Purchase) -> str:
    """Return the known refusal code of a refused purchase, else the status: 00017 rarely repeats the code."""
    return (purchase.refusal_code if status == _REFUSED else "") or status


def unaccented(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.upper())
    return "".join(letter for letter in decomposed if letter.isascii())
