"""The local bank on the control server: its statements as files, and movements that are ordered from it."""

from __future__ import annotations

import json
import urllib.request
from datetime import date, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Response, abort, request

from infra.local.bank import Movement, camt_053, cfonb_120
from infra.local.clock import PARIS

if TYPE_CHECKING:
    from flask import Flask

    from infra.local.control import Stack

FORMATS = {"cfonb120": (cfonb_120, "text/plain", "txt"), "camt.053": (camt_053, "application/xml", "xml")}
SHOWN_DAYS = 31


def add_bank(control: Flask, stack: Stack) -> None:
    @control.get("/bank/statement")
    def bank_statement() -> Response:
        """Take `format` (cfonb120 or camt.053), `from` and `to`; without them the last month."""
        name = request.args.get("format", "cfonb120")
        if name not in FORMATS:
            abort(HTTPStatus.UNPROCESSABLE_ENTITY, f"Ask for a format of {', '.join(FORMATS)}.")
        today = stack.clock.now().astimezone(PARIS).date()
        last = _day("to", today - timedelta(days=1))
        first = _day("from", last - timedelta(days=SHOWN_DAYS - 1))
        write, kind, ending = FORMATS[name]
        headers = {"Content-Disposition": f'attachment; filename="releve-{last}.{ending}"'}
        return Response(write(stack.bank.statement(first, last)), headers=headers, content_type=kind)

    @control.post("/bank/movements")
    def order_movements() -> Response:
        """Order `{"items": [{"booked_on", "cents", "label", "counterparty"?, "reference"?}]}`."""
        try:
            items = [_movement(each) for each in request.get_json(force=True)["items"]]
        except (KeyError, TypeError, ValueError) as error:
            abort(HTTPStatus.UNPROCESSABLE_ENTITY, f"A movement is not as it must be: {error}.")
        stack.bank.order(items)
        return Response(status=HTTPStatus.NO_CONTENT)


def remittances_of(paybox_port: int) -> list[dict[str, Any]]:
    """Return what the gateway's simulator has remitted."""
    address = f"http://127.0.0.1:{paybox_port}/_remittances"
    with urllib.request.urlopen(address, timeout=5) as answer:  # a loopback http address  # nosec B310
        found: list[dict[str, Any]] = json.load(answer)["items"]
    return found


def _movement(told: dict[str, Any]) -> Movement:
    return Movement(
        **{**told, "booked_on": date.fromisoformat(told["booked_on"]), "cents": int(told["cents"])}
    )


def _day(name: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(request.args[name]) if request.args.get(name) else otherwise
    except ValueError:
        abort(HTTPStatus.UNPROCESSABLE_ENTITY, f"{name} is a day, such as 2022-06-24.")
