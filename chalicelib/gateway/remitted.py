"""One inquiry (00017) of a card movement by its own numbers: its state, and the remittance (REMISE) it is in.

A refund is asked about by its NUMTRANS and the payment's NUMAPPEL.
"""

import re

from chalicelib.domain.payments import Outcome
from chalicelib.domain.treasury.remittances import CardMovement, GatewayWord, Told
from chalicelib.gateway.direct import DirectClient
from chalicelib.gateway.inquiry import TELL, unaccented
from chalicelib.gateway.outcomes import classify_direct_code
from chalicelib.gateway.purchase import Purchase

_DIGITS = 10
_WORDS = {
    "CAPTURE": GatewayWord.TAKEN,
    "REMBOURSE": GatewayWord.GIVEN_BACK,
    "ANNULE": GatewayWord.CANCELLED,
    "REFUSE": GatewayWord.REFUSED,
}
"""STATUS, without accents; any other tells nothing yet."""
_NUMBER = re.compile(r"[0-9A-Za-z-]{1,32}")


def tell(line: DirectClient, movement: CardMovement) -> Told:
    purchase = Purchase(movement.reference, abs(movement.cents))
    numbers = {
        "NUMTRANS": movement.transaction.zfill(_DIGITS),
        "NUMAPPEL": movement.call.zfill(_DIGITS),
    }
    told = line.ask(TELL, {**purchase.fields, **numbers}) or {}
    outcome = classify_direct_code(told.get("CODEREPONSE", ""))
    if outcome is Outcome.NOT_FOUND:
        return Told(GatewayWord.NOT_FOUND)
    word = _WORDS.get(unaccented(told.get("STATUS", "")), GatewayWord.NO_ANSWER)
    is_known = outcome is Outcome.PAID or word is GatewayWord.REFUSED
    return Told(word if is_known else GatewayWord.NO_ANSWER, _remittance(told.get("REMISE", "")))


def _remittance(number: str) -> str:
    return number if _NUMBER.fullmatch(number) else ""
