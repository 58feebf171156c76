"""The accidents that a test or a person orders: `PUT /_faults`.

A rule is `{match, effect, code?, seconds?, times?}`. It matches a request when every member of `match` equals
a field of that request (`TYPE`, `REFERENCE`, `PBX_CMD`, `NUMERO_CARTE`…); `page` names where it came in:
`load.html`, `php`, `MYchoix_pagepaiement.cgi` and the other pages by their file, `card`, `challenge`,
`cancel`, `PPPS.php`. With `"notification": true` it matches notifications alone, by the fields of their page
and the variables they carry. The first rule that matches counts; `times` is how often (always, when absent).

What each effect leaves behind:

drop              nothing is done; the connection closes without a byte
apply_then_drop   everything is done (its notification too); the connection closes without a byte
delay             waits `seconds` (5), then everything is done, whether somebody still listens or not
http_500          nothing is done
wrong_echo        everything is done; the direct answer carries another NUMQUESTION
refuse            the authorisation centre answers `code` (00105)

A shop's form and `/load.html` know `drop`, `delay` and `http_500` alone, the page's buttons all but
`wrong_echo`; a rule of another effect does not spend its turn on them.

For notifications: `duplicate` sends it twice, `delay` sends it `seconds` later, so behind the browser, `drop`
never, `bad_signature` with a signature that verifies nothing.
"""

import json
import re
import sqlite3
from collections.abc import Container, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from flask import Response
from waitress.channel import ClientDisconnected

OPENING_EFFECTS = ("drop", "delay", "http_500")
PAGE_EFFECTS = (*OPENING_EFFECTS, "apply_then_drop", "refuse")
REQUEST_EFFECTS = (*PAGE_EFFECTS, "wrong_echo")
NOTIFICATION_EFFECTS = ("duplicate", "delay", "drop", "bad_signature")
MEMBERS = {"match", "effect", "code", "seconds", "times"}
LONGEST_SECONDS = 600


class BadRule(ValueError):
    """A rule that cannot be followed; the message says why."""


@dataclass(frozen=True)
class Rule:
    match: Mapping[str, str]
    effect: str
    notification: bool = False
    code: str = "00105"
    seconds: float = 5.0
    times: int | None = None


def read_rules(document: object) -> list[Rule]:
    """The rules of a PUT body, or `BadRule`."""
    if not isinstance(document, dict) or not isinstance(document.get("rules"), list):
        raise BadRule('The body must be {"rules": […]}.')
    return [_read_rule(rule) for rule in document["rules"]]


def _read_rule(raw: object) -> Rule:
    if not isinstance(raw, dict) or not isinstance(raw.get("match"), dict):
        raise BadRule('A rule must be {"match": {…}, "effect": …}.')
    if unknown := set(raw) - MEMBERS:
        raise BadRule(f"A rule has no member {', '.join(sorted(map(str, unknown)))}.")
    match = dict(raw["match"])
    notification = match.pop("notification", False)
    if not isinstance(notification, bool):
        raise BadRule("notification must be true or false.")
    if not all(isinstance(value, str | int) for value in match.values()):
        raise BadRule("match compares with strings or whole numbers.")
    options = {name: raw[name] for name in ("code", "seconds", "times") if raw.get(name) is not None}
    _check_effect(raw.get("effect"), notification=notification)
    _check_options(options)
    texts = {str(name): str(value) for name, value in match.items()}
    return Rule(match=texts, effect=raw["effect"], notification=notification, **options)


def _check_effect(effect: object, *, notification: bool) -> None:
    allowed = NOTIFICATION_EFFECTS if notification else REQUEST_EFFECTS
    if effect not in allowed:
        subject = "notification" if notification else "request"
        raise BadRule(f"The effect of a {subject} must be one of {', '.join(allowed)}.")


def _check_options(options: Mapping[str, Any]) -> None:
    code, seconds, times = options.get("code", "00105"), options.get("seconds", 5), options.get("times", 1)
    if not (isinstance(code, str) and re.fullmatch("[0-9A-Z]{5}", code) and code != "00000"):
        raise BadRule("code must be the five characters of a refusal.")
    if (
        isinstance(seconds, bool)
        or not isinstance(seconds, int | float)
        or not 0 < seconds <= LONGEST_SECONDS
    ):
        raise BadRule(f"seconds must lie between 0 and {LONGEST_SECONDS}.")
    if isinstance(times, bool) or not isinstance(times, int) or times < 1:
        raise BadRule("times must be a whole number from 1.")


def replace_rules(db: sqlite3.Connection, rules: list[Rule]) -> None:
    db.execute("DELETE FROM rules")
    db.executemany(
        "INSERT INTO rules VALUES (?, ?, ?)",
        [(rank, json.dumps(asdict(rule)), rule.times) for rank, rule in enumerate(rules)],
    )


def current_rules(db: sqlite3.Connection) -> list[dict[str, object]]:
    """The rules as they were put, each with `times_left` (null: for ever)."""
    return [_shown(Rule(**json.loads(row["rule"])), row["times_left"]) for row in _rows(db)]


def _shown(rule: Rule, times_left: int | None) -> dict[str, object]:
    match: dict[str, object] = {**rule.match, **({"notification": True} if rule.notification else {})}
    shown = {**asdict(rule), "match": match, "times_left": times_left}
    del shown["notification"]
    return shown


def take_rule(
    db: sqlite3.Connection, fields: Mapping[str, str], effects: Container[str], *, notification: bool = False
) -> Rule | None:
    """The first rule of these effects that matches and still has a turn; the turn is spent."""
    for row in _rows(db):
        rule = Rule(**json.loads(row["rule"]))
        matches = all(fields.get(name) == value for name, value in rule.match.items())
        concerns = rule.notification is notification and rule.effect in effects
        if matches and concerns and row["times_left"] != 0:
            db.execute("UPDATE rules SET times_left = times_left - 1 WHERE rank = ?", (row["rank"],))
            return rule
    return None


def _rows(db: sqlite3.Connection) -> list[sqlite3.Row]:
    return db.execute("SELECT * FROM rules ORDER BY rank").fetchall()


def cut_connection() -> Response:
    """An answer of which not a byte leaves: waitress closes the connection as soon as it reads it."""
    return Response(_hang_up())


def _hang_up() -> Iterator[bytes]:
    raise ClientDisconnected
    yield b""
