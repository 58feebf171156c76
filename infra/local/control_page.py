"""The control server's page for people: accounts, clock, mailbox, cards, ledger, faults. Never deployed."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from datetime import datetime, time, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import abort, redirect, render_template, request

from chalicelib.domain.calendar import PARIS
from infra.local.accounts import ACCOUNTS, CAS_USERS, PASSWORD
from infra.local.evidence import ATTESTATION_ENDINGS, GRANT_NUMBERS
from infra.local.paybox.cards import CARDS

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.wrappers import Response

    from infra.local.control import Stack

SESSION = "quittance"
"""The cookie of a session (chalicelib/pages/responses.py): over http its name has no prefix."""
TEMPLATES = Path(__file__).parent / "templates"
DEBITS_AT = time(0, 30)
DUE_DAY = 10
MAILS, OPERATIONS = 30, 30
FAULTS: dict[str, list[dict[str, Any]]] = {
    "none": [],
    "the next notification is lost": [{"match": {"notification": True}, "effect": "drop", "times": 1}],
    "the next debit is taken, its answer lost": [
        {"match": {"TYPE": "00053"}, "effect": "apply_then_drop", "times": 1}
    ],
    "the next debit is refused": [{"match": {"TYPE": "00053"}, "effect": "refuse", "times": 1}],
    "payment pages are out of order": [{"match": {"page": "load.html"}, "effect": "http_500"}],
}
"""What the page offers; any other is ordered by PUT /_faults."""
STATE_FAULTS: dict[str, list[dict[str, Any]]] = {
    "none": [],
    "both are down": [{"match": {}, "effect": "provider_down"}],
    "both are slow (20 s)": [{"match": {}, "effect": "slow", "seconds": 20}],
    "both limit us (429)": [{"match": {}, "effect": "limited"}],
    "both answer broken JSON": [{"match": {}, "effect": "broken_json"}],
    "both answer about somebody else": [{"match": {}, "effect": "wrong_identity"}],
    "the token of API Particulier is refused": [{"match": {"service": "grant"}, "effect": "refused"}],
}
"""The same for the State's services."""
NIGHT = ("reconcile_payments", "number_journal", "reconcile_days", "apply_retention", "publish_outbox")
"""What nights that the clock jumped over would have run, in the order in which one needs another.

Not the debits, which have a button of their own.
"""
MAIN_SCHEDULES = ("plan_debits", "reconcile_payments", "publish_outbox")


def add_page(control: Flask, stack: Stack) -> None:
    @control.get("/")
    def page() -> str:
        schedules = stack.functions.schedules()
        return render_template(
            "control.html",
            now=stack.clock.now().astimezone(PARIS),
            tenth=next_tenth(stack.clock.now()),
            schedules=sorted(schedules, key=lambda name: (name not in MAIN_SCHEDULES, name)),
            mails=stack.mailbox.collect()[::-1][:MAILS],
            accounts=ACCOUNTS,
            password=PASSWORD,
            cards=CARDS.values(),
            ports=stack.ports,
            ledger=_told(stack.ports.paybox, "/_ledger", "operations")[::-1][:OPERATIONS],
            faults=_told(stack.ports.paybox, "/_faults", "rules"),
            offered=FAULTS,
            state_faults=_told(stack.ports.evidence, "/_faults", "rules"),
            state_offered=STATE_FAULTS,
            attestations=ATTESTATION_ENDINGS,
            grants=GRANT_NUMBERS,
            done=request.args.get("done", ""),
        )

    @control.post("/log-in")
    def log_in() -> Response:
        """Log a demo account in, and go to the portal: a cookie of this host is of all its ports."""
        _of_this_page()
        answer = redirect(f"http://127.0.0.1:{stack.ports.portal}/", HTTPStatus.SEE_OTHER)
        token = _session_of(stack, request.form.get("email", ""))
        answer.set_cookie(SESSION, token, httponly=True, samesite="Lax")
        return answer

    @control.post("/act")
    def act() -> Response:
        """Do what a button of the page asks for; a form of another site is refused."""
        _of_this_page()
        return redirect(f"/?done={_act(stack, request.form)}", HTTPStatus.SEE_OTHER)


def _of_this_page() -> None:
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        abort(HTTPStatus.FORBIDDEN, "This form came from another site.")


def next_tenth(now: datetime) -> datetime:
    """Return the next 10th at 00:30 in Paris: a moment at which debits fall due."""
    today = now.astimezone(PARIS)
    found = datetime.combine(today.date().replace(day=DUE_DAY), DEBITS_AT, PARIS)
    if found > today:
        return found
    later = found.date().replace(day=1) + timedelta(days=31)
    return datetime.combine(later.replace(day=DUE_DAY), DEBITS_AT, PARIS)


def _act(stack: Stack, form: Any) -> str:
    if "nights" in form:
        for name in NIGHT:
            stack.functions.run(name)
        stack.mailbox.collect()
        return "nights"
    if schedule := form.get("schedule"):
        stack.functions.run(schedule)
        stack.mailbox.collect()
        return "ran"
    if fault := form.get("fault"):
        _order(stack.ports.paybox, FAULTS.get(fault, []))
        return "ordered"
    if fault := form.get("state_fault"):
        _order(stack.ports.evidence, STATE_FAULTS.get(fault, []))
        return "ordered"
    if "reset" in form:
        stack.reset()
        return "reset"
    try:
        moment = datetime.fromisoformat(form.get("now", "")).replace(tzinfo=PARIS)
    except ValueError:
        abort(HTTPStatus.UNPROCESSABLE_ENTITY, "Give a date and a time, such as 2022-07-10T00:30.")
    stack.mailbox.collect()
    stack.clock.move_to(moment)
    return "moved"


def _order(port: int, rules: list[dict[str, Any]]) -> None:
    """Replace the faults of the simulator at this port."""
    address = f"http://127.0.0.1:{port}/_faults"
    request = urllib.request.Request(address, json.dumps({"rules": rules}).encode(), method="PUT")
    urllib.request.urlopen(request, timeout=5).close()  # noqa: S310 - the same  # nosec B310


def _session_of(stack: Stack, email: str) -> str:
    """Return the token of a new session of a demo account."""
    if email not in {address for address, _ in CAS_USERS}:
        abort(HTTPStatus.UNPROCESSABLE_ENTITY, "This is no account of the demo.")
    address = f"http://127.0.0.1:{stack.ports.portal}/api/v1/auth/sessions"
    body = json.dumps({"email": email, "password": PASSWORD}).encode()
    asked = urllib.request.Request(address, body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310 - the same  # nosec B310
            token: str = json.load(answer)["token"]
    except urllib.error.HTTPError as refused:
        abort(refused.code, "The portal refuses this log-in: its password may have been changed.")
    return token


def _told(port: int, path: str, name: str) -> list[dict[str, Any]]:
    """Return what the simulator at this port tells, nothing while it does not answer."""
    address = f"http://127.0.0.1:{port}{path}"
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:  # a loopback http address  # nosec B310
            found: list[dict[str, Any]] = json.load(answer)[name]
    except OSError:
        return []
    return found
