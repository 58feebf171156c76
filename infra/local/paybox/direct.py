"""`/PPPS.php`: one call in, one line of latin-1 out."""

from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, Response, request

from infra.local.paybox.cards import ACCEPTED
from infra.local.paybox.direct_frame import (
    DirectRefused,
    Frame,
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


@direct.post("/PPPS.php")
def receive_call() -> Response:
    simulator = current_simulator()
    received = received_fields(request.get_data())
    frame = dict(received)

    def process(rule: Rule | None) -> Response:
        values = _process(simulator, received, forced_code(rule))
        if rule and rule.effect == "wrong_echo":
            values["NUMQUESTION"] = _another(values["NUMQUESTION"])
        return _line(values)

    return simulator.answer({**frame, "page": "PPPS.php"}, process, REQUEST_EFFECTS)


def _process(simulator: Simulator, received: Fields, forced: str) -> dict[str, str]:
    frame = dict(received)
    try:
        merchant = check_frame(received)
        now = simulator.paris_now()
        with simulator.store.transaction() as db:
            spend_question(db, merchant.site, now.date(), frame)
            answer = DirectOperations(db, frame, now, forced).serve()
    except DirectRefused as refusal:
        answer = Answer(code=refusal.code)
        return _values(frame, answer, refusal.comment or comment_on(refusal.code))
    return _values(frame, _without_numbers(answer), comment_on(answer.code))


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
        "RANG": frame.get("RANG", ""),
        "AUTORISATION": answer.authorisation,
        "CODEREPONSE": answer.code,
        "COMMENTAIRE": comment,
    }
    if frame.get("VERSION") == "00104":
        values |= {
            "REFABONNE": frame.get("REFABONNE", ""),
            "PORTEUR": answer.token or frame.get("PORTEUR", ""),
        }
    if frame.get("TYPE") == "00017":
        told = {"STATUS": answer.status, "REMISE": answer.remittance}
        values |= {name: value for name, value in told.items() if value}  # absent rather than empty
    return values | _asked_for(frame, answer)


def _asked_for(frame: Frame, answer: Answer) -> dict[str, str]:
    """Fields sent empty are asked for."""
    known = {"PAYS": "FRA", "SHA-1": "", "TYPECARTE": answer.scheme}
    return {name: value for name, value in known.items() if frame.get(name) == ""}


def _another(number: str) -> str:
    return f"{int(number) % 2_147_483_647 + 1:010d}" if number.isdecimal() else "0000000001"


def _line(values: Mapping[str, str]) -> Response:
    line = "&".join(f"{name}={value}" for name, value in values.items())
    return Response(line.encode("latin-1", "replace"), content_type="text/html;charset=ISO-8859-1")
