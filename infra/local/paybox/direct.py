"""`/PPPS.php`: one call in, one line of latin-1 out.

The line is the gateway's alone. What the simulator leaves out is said beside it, in the header
`X-Simulateur-Indication`, which no client reads.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote

from flask import Blueprint, Response, request

from infra.local.paybox.cards import ACCEPTED
from infra.local.paybox.direct_frame import (
    WORDS,
    DirectRefused,
    Frame,
    as_sent,
    check_frame,
    comment_on,
    spend_question,
)
from infra.local.paybox.direct_operations import Answer, DirectOperations
from infra.local.paybox.faults import REQUEST_EFFECTS, Rule
from infra.local.paybox.ledger import NO_NUMBER
from infra.local.paybox.signature import Fields
from infra.local.paybox.simulator import Simulator, current_simulator, forced_code, received_fields

direct = Blueprint("direct", __name__)


HINT = "X-Simulateur-Indication"
TOLD_TYPES = {"4012001037141112": "cb2a5.2"}
"""TYPECARTE of a test card, as a public suite expects it; of the others nothing is known."""
NOT_PLAYED_TYPES = ("00012", "00061")
NOT_PLAYED = ("ID3D", "3DSTATUS", "ACQUEREUR")


@direct.route("/PPPS.php", methods=["GET", "POST"])
def receive_call() -> Response:
    simulator = current_simulator()
    received = received_fields(request.get_data() if request.method == "POST" else request.query_string)
    frame = as_sent(received)

    def process(rule: Rule | None) -> Response:
        values, hint = _process(simulator, received, forced_code(rule))
        if rule and rule.effect == "wrong_echo":
            values["NUMQUESTION"] = _another(values["NUMQUESTION"])
        return _line(values, frame, hint or _left_out(frame))

    return simulator.answer({**frame, "page": "PPPS.php"}, process, REQUEST_EFFECTS)


def _process(simulator: Simulator, received: Fields, forced: str) -> tuple[dict[str, str], str]:
    """The answer, and a hint of ours on a refusal."""
    frame = as_sent(received)
    try:
        merchant = check_frame(received)
        now = simulator.paris_now()
        with simulator.store.transaction() as db:
            spend_question(db, merchant.site, now.date(), frame)
            answer = DirectOperations(db, frame, now, forced).serve()
    except DirectRefused as refusal:
        own = refusal.comment not in WORDS
        comment = comment_on(refusal.code) if own else refusal.comment
        return _values(frame, Answer(code=refusal.code), comment), refusal.comment if own else ""
    return _values(frame, _without_numbers(answer), comment_on(answer.code)), ""


def _without_numbers(answer: Answer) -> Answer:
    """Only what the bank itself accepted or refused (001xx) is answered with its numbers."""
    if answer.code == ACCEPTED or answer.code.startswith("001"):
        return answer
    return replace(answer, numtrans=NO_NUMBER, numappel=NO_NUMBER)


def _values(frame: Frame, answer: Answer, comment: str) -> dict[str, str]:
    values = {
        "NUMTRANS": answer.numtrans,
        "NUMAPPEL": answer.numappel,
        "NUMQUESTION": frame.get("NUMQUESTION", ""),
        "SITE": frame.get("SITE", ""),
        "RANG": frame.get("RANG", "").lstrip("0").zfill(2),
        "AUTORISATION": answer.authorisation,
        "CODEREPONSE": answer.code,
        "COMMENTAIRE": comment,
    }
    if frame.get("VERSION") == "00104":
        values |= {"REFABONNE": "", "PORTEUR": ""} | _subscriber_values(frame, answer)
    if frame.get("TYPE") == "00017":
        told = {"STATUS": answer.status, "REMISE": answer.remittance}
        values |= {name: value for name, value in told.items() if value}  # absent rather than empty
    return values | _asked_for(frame, answer)


def _subscriber_values(frame: Frame, answer: Answer) -> dict[str, str]:
    """Operations on subscribers alone echo the subscriber: no other tells a card number again."""
    if frame.get("TYPE", "") < "00051":
        return {}
    return {
        "REFABONNE": frame.get("REFABONNE", ""),
        "PORTEUR": answer.token or frame.get("PORTEUR", ""),
    }


def _asked_for(frame: Frame, answer: Answer) -> dict[str, str]:
    """Fields sent empty are asked for."""
    number = answer.number and hashlib.sha1(answer.number.encode(), usedforsecurity=False).hexdigest().upper()
    known = {"PAYS": "FRA", "SHA-1": number, "TYPECARTE": TOLD_TYPES.get(answer.number, answer.scheme)}
    return {name: value for name, value in known.items() if frame.get(name) == ""}


def _another(number: str) -> str:
    return f"{int(number) % 2_147_483_647 + 1:010d}" if number.isdecimal() else "0000000001"


def _line(values: Mapping[str, str], frame: Frame, hint: str) -> Response:
    """URL_ENCODE=O asks for encoded values."""
    written = _encoded if frame.get("URL_ENCODE") == "O" else str
    line = "&".join(f"{name}={written(value)}" for name, value in values.items())
    return Response(
        line.encode("latin-1", "replace"),
        headers={HINT: hint} if hint else {},
        content_type="text/html;charset=ISO-8859-1",
    )


def _encoded(value: str) -> str:
    return quote(value, safe="", encoding="latin-1", errors="replace")


def _left_out(frame: Frame) -> str:
    kind = frame.get("TYPE", "")
    left_out = [f"TYPE {kind}"] if kind in NOT_PLAYED_TYPES else []
    left_out += [name for name in NOT_PLAYED if frame.get(name)]
    return f"non simule : {', '.join(left_out)}" if left_out else ""
