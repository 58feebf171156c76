"""What became of an attempt, asked by its reference: 00011 finds the transaction, 00017 tells its state."""

import unicodedata

from chalicelib.domain.payments import Answer, Attempt, Evidence, Outcome
from chalicelib.gateway.direct import DirectLine, Fields, is_number
from chalicelib.gateway.notification import AUTHORISATION, is_test, kept, operation_number
from chalicelib.gateway.outcomes import classify_direct_code

_FIND, _TELL = "00011", "00017"
_REFUSED = "REFUSE"
LONGEST_CODE = 10

STATES = {
    "CAPTURE": Outcome.PAID,
    "REMBOURSE": Outcome.PAID,  # it was paid, then given back elsewhere
    "ANNULE": Outcome.REFUSED_SOFT,  # nothing will be taken
    _REFUSED: Outcome.REFUSED_SOFT,
    # The page asks to authorise and capture at once. An authorisation alone is money promised, not taken: no
    # invoice yet, and no second payment either until it is captured, cancelled or settled by a person.
    "AUTORISE": Outcome.UNKNOWN,
}
"""STATUS, without accents. Whatever else it says is unknown."""


def inquire(line: DirectLine, attempt: Attempt) -> Answer:
    """`unknown` for all that is unclear: silence, garbage, another's answer, a refusal of the question."""
    purchase = {
        "MONTANT": f"{attempt.amount_cents:010d}",
        "DEVISE": "978",
        "REFERENCE": attempt.reference,
    }
    found = line.ask(_FIND, purchase) or {}
    code = found.get("CODEREPONSE", "")
    if classify_direct_code(code) is Outcome.NOT_FOUND:
        return _answer(attempt, Outcome.NOT_FOUND, code)
    numbers = {name: found.get(name, "") for name in ("NUMTRANS", "NUMAPPEL")}
    if classify_direct_code(code) is not Outcome.PAID or not all(map(is_number, numbers.values())):
        return _answer(attempt, Outcome.UNKNOWN, code)
    return _state(attempt, numbers, line.ask(_TELL, {**purchase, **numbers}) or {})


def _state(attempt: Attempt, numbers: Fields, told: Fields) -> Answer:
    code, status = told.get("CODEREPONSE", ""), _unaccented(told.get("STATUS", ""))
    if classify_direct_code(code) is not Outcome.PAID:
        return _answer(attempt, Outcome.UNKNOWN, code)
    outcome = STATES.get(status, Outcome.UNKNOWN)
    if outcome is not Outcome.PAID:
        return _answer(attempt, outcome, _code_of(status, attempt))
    authorisation = kept(told, "AUTORISATION", AUTHORISATION)
    return Answer(
        reference=attempt.reference,
        amount_cents=attempt.amount_cents,
        outcome=outcome,
        code=code,
        transaction=operation_number(numbers["NUMTRANS"]),
        call=operation_number(numbers["NUMAPPEL"]),
        evidence=Evidence(authorisation=authorisation),
        is_test=is_test(authorisation),
    )


def _code_of(status: str, attempt: Attempt) -> str:
    """00017 does not repeat the code of a refusal: the one that was notified stands, or else the status."""
    return (attempt.refusal_code if status == _REFUSED else "") or status


def _answer(attempt: Attempt, outcome: Outcome, code: str) -> Answer:
    return Answer(attempt.reference, attempt.amount_cents, outcome, code[:LONGEST_CODE])


def _unaccented(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.upper())
    return "".join(letter for letter in decomposed if letter.isascii())
