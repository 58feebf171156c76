"""A copy of fakes with all that they keep: a world is made once, and each test has its own."""

import threading
from collections import deque
from collections.abc import Callable
from copy import copy
from enum import Enum
from functools import cache
from itertools import count
from typing import Any

_LOCK = type(threading.RLock())
Known = dict[int, Any]
Copies = Callable[[Any, Known], Any]


def copied(thing: Any) -> Any:
    """Return a copy of fakes and of the containers that they fill.

    What never changes is shared: rows, functions, and the adapters of the product that keep nothing.
    """
    return _copied(thing, {})


def _copied(thing: Any, known: Known) -> Any:
    copies = _copies(type(thing))
    if copies is None:
        return thing
    if id(thing) not in known:
        known[id(thing)] = copies(thing, known)
    return known[id(thing)]


@cache
def _copies(kind: type) -> Copies | None:
    """Return what copies things of a kind, None where they are shared."""
    if issubclass(kind, dict):
        return _dictionary
    if issubclass(kind, list | set | deque | tuple) and not hasattr(kind, "_fields"):
        return lambda thing, known: kind([_copied(each, known) for each in thing])
    if issubclass(kind, count):
        return lambda thing, known: copy(thing)
    if issubclass(kind, _LOCK):
        return lambda thing, known: threading.RLock()
    return _fake if _is_fake(kind) else None


def _is_fake(kind: type) -> bool:
    told = getattr(kind, "__dataclass_params__", None)
    is_row = issubclass(kind, Enum) or (told is not None and told.frozen)
    return kind.__module__.startswith("tests.") and not is_row


def _dictionary(thing: Any, known: Known) -> Any:
    made = known[id(thing)] = copy(thing)
    for name, each in thing.items():
        if _copies(type(each)) is not None:
            made[name] = _copied(each, known)
    return made


def _fake(thing: Any, known: Known) -> Any:
    made = known[id(thing)] = object.__new__(type(thing))
    vars(made).update({name: _copied(each, known) for name, each in vars(thing).items()})
    return made
