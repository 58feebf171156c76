"""The accidents that a test or a person orders: `PUT /_faults` with `{"rules": [{match, effect, …}]}`.

A rule is `{match, effect, seconds?, retry_in?, times?}`. `match` compares `service` (`cvec` or `grant`),
`code`, `etudiant`, `ine`; `{}` matches every request. The first rule that matches counts; `times` is how
often (always, when absent).

drop            the connection closes without a byte
slow            waits `seconds` (5), then answers as usual
drip            answers one byte a second
cut             the connection closes in the middle of the answer
http_500        a page of a server, not of the service
provider_down   the service says that it, or who it asks, is down; `retry_in` seconds if given
limited         429; `retry_in` seconds (30)
refused         401
broken_json     JSON that ends too early
other_schema    JSON of another shape
huge            two million characters
redirect        to another host
wrong_identity  the answer is about somebody else
"""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

EFFECTS = (
    *("drop", "slow", "drip", "cut", "http_500", "provider_down", "limited", "refused", "broken_json"),
    *("other_schema", "huge", "redirect", "wrong_identity"),
)
MEMBERS = {"match", "effect", "seconds", "retry_in", "times"}
LONGEST_SECONDS = 600


class BadRule(ValueError):
    """A rule that cannot be followed; the message says why."""


@dataclass
class Rule:
    match: Mapping[str, str]
    effect: str
    seconds: float = 5.0
    retry_in: int | None = None
    times: int | None = None
    times_left: int | None = field(init=False)

    def __post_init__(self) -> None:
        self.times_left = self.times

    def concerns(self, fields: Mapping[str, str]) -> bool:
        return self.times_left != 0 and all(fields.get(name) == told for name, told in self.match.items())


def read_rules(document: object) -> list[Rule]:
    """Return the rules of a PUT body, or raise `BadRule`."""
    if not isinstance(document, dict) or not isinstance(document.get("rules"), list):
        raise BadRule('The body must be {"rules": […]}.')
    return [_read_rule(rule) for rule in document["rules"]]


def _read_rule(raw: Any) -> Rule:
    if not isinstance(raw, dict) or not isinstance(raw.get("match"), dict):
        raise BadRule('A rule must be {"match": {…}, "effect": …}.')
    if unknown := set(raw) - MEMBERS:
        raise BadRule(f"A rule has no member {', '.join(sorted(map(str, unknown)))}.")
    if raw.get("effect") not in EFFECTS:
        raise BadRule(f"The effect must be one of {', '.join(EFFECTS)}.")
    for name in ("seconds", "retry_in", "times"):
        told = raw.get(name, 1)
        if isinstance(told, bool) or not isinstance(told, int | float) or not 0 < told <= LONGEST_SECONDS:
            raise BadRule(f"{name} must lie between 0 and {LONGEST_SECONDS}.")
    options = {name: raw[name] for name in ("seconds", "retry_in", "times") if name in raw}
    match = {str(name): str(told) for name, told in raw["match"].items()}
    return Rule(match=match, effect=raw["effect"], **options)


class Rules:
    """The rules in force; they end with the process."""

    def __init__(self) -> None:
        self._rules: list[Rule] = []
        self._lock = threading.Lock()

    def replace(self, rules: list[Rule]) -> None:
        with self._lock:
            self._rules = rules

    def shown(self) -> list[dict[str, object]]:
        with self._lock:
            return [asdict(rule) for rule in self._rules]

    def take(self, fields: Mapping[str, str]) -> Rule | None:
        """Return the first rule that matches and still has a turn; the turn is spent."""
        with self._lock:
            rule = next((each for each in self._rules if each.concerns(fields)), None)
            if rule and rule.times_left is not None:
                rule.times_left -= 1
            return rule
