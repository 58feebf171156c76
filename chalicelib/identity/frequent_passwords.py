import unicodedata
from functools import cache
from itertools import pairwise


def is_common(password: str) -> bool:
    """Whether it is among the 30 000 most used, in whatever case, or a run such as "abcdefgh".

    Nobody is asked: the list is at hand.
    """
    folded = unicodedata.normalize("NFKC", password).casefold()
    return folded in _most_used() or _is_run(folded)


def _is_run(text: str) -> bool:
    """The list leaves most of them out: it was made for a program that finds them by itself."""
    steps = {ord(after) - ord(before) for before, after in pairwise(text)}
    return len(steps) <= 1 and steps <= {-1, 0, 1}


@cache
def _most_used() -> frozenset[str]:
    # Word lists of a megabyte, needed when a password is chosen and never else.
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # noqa: PLC0415 - slow to import: cold start

    return frozenset(FREQUENCY_LISTS["passwords"])
