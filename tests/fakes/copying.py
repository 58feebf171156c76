"""A copy of fakes with all that they keep: a world is made once, and each test has its own."""

import threading
from collections import deque
from copy import copy
from enum import Enum
from itertools import count
from typing import Any

_LOCK = type(threading.RLock())
Known = dict[int, Any]


def copied(thing: Any, known: Known | None = None) -> Any:
    """Return a copy of fakes and of the containers that they fill.

    What never changes is shared: rows, functions, and the adapters of the product that keep nothing.
    """
    known = {} if known is None else known
    if id(thing) not in known:
        known[id(thing)] = _made(thing, known)
    return known[id(thing)]


def _made(thing: Any, known: Known) -> Any:
    if isinstance(thing, dict):
        made = known[id(thing)] = copy(thing)
        made.update((name, copied(each, known)) for name, each in thing.items())
        return made
    if isinstance(thing, list | set | deque | tuple) and not hasattr(thing, "_fields"):
        return type(thing)(copied(each, known) for each in thing)
    if isinstance(thing, count):
        return copy(thing)
    if isinstance(thing, _LOCK):
        return threading.RLock()
    return _fake(thing, known) if _is_fake(thing) else thing


def _is_fake(thing: Any) -> bool:
    told = getattr(thing, "__dataclass_params__", None)
    is_row = isinstance(thing, Enum) or (told is not None and told.frozen)
    return type(thing).__module__.startswith("tests.") and not is_row


def _fake(thing: Any, known: Known) -> Any:
    made = known[id(thing)] = object.__new__(type(thing))
    vars(made).update((name, copied(each, known)) for name, each in vars(thing).items())
    return made
