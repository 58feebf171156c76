"""What the doctor says: one line a finding, never a secret."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    OK = "ok"
    WRONG = "WRONG"
    SKIPPED = "not seen"


@dataclass(frozen=True)
class Line:
    """`text` says what was found; for a wrong one, what to do as well."""

    state: State
    text: str


def ok(text: str) -> Line:
    return Line(State.OK, text)


def wrong(text: str, act: str) -> Line:
    return Line(State.WRONG, f"{text} {act}")


def only_on_aws(text: str) -> Line:
    return Line(State.SKIPPED, f"only on AWS: {text}")


def skipped(text: str) -> Line:
    return Line(State.SKIPPED, text)
