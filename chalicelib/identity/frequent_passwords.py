import unicodedata
from functools import cache
from itertools import pairwise


def is_common(password: str) -> bool:
    """Return True if it is among the 30 000 most used, in any case, or a run such as "abcdefgh".

    The list is local: no service is asked.
    """
    folded = unicodedata.normalize("NFKC", password).casefold()
    return folded in _most_used() or _is_run(folded)


def _is_run(text: str) -> bool:
    """Return True for a run of characters.

    The list was made for a program that detects runs and omits them.
    """
    steps = {ord(after) - ord(before) for before, after in pairwise(text)}
    return len(steps) <= 1 and steps <= {-1, 0, 1}


@cache
def _most_used() -> frozenset[str]:
    # Word lists of a megabyte, needed only when a password is chosen.
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # noqa: PLC0415 - slow to import: cold start

    return frozenset(FREQUENCY_LISTS["passwords"])
