"""What to do after a lost race for a row."""

from collections.abc import Callable
from typing import TypeVar

from chalicelib.domain.errors import ConcurrentUpdate

Done = TypeVar("Done")
RACES = 8


def no_pause(_race: int) -> None:
    """Look again at once."""


def again(act: Callable[[], Done], pause: Callable[[int], None] = no_pause) -> Done:
    """Read and decide anew after a lost race; raise `ConcurrentUpdate` after the last of `RACES` tries."""
    for race in range(RACES - 1):
        try:
            return act()
        except ConcurrentUpdate:
            pause(race)
    return act()
