"""Search in one box: what was typed is a name, a mail, a number or an amount; each hit says why."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

from chalicelib.domain.lists.folding import amount_of, folded, joined
from chalicelib.domain.lists.lines import RegistrationLine

CARD_DIGITS = range(2, 5)
"""How many last digits of a card may be typed; the gateway tells two."""
NEAR = 3
"""The most near misses that are named."""
_CLOSE = 3 / 4


class Why(StrEnum):
    """What of a line matched."""

    NAME = "name"
    EMAIL = "email"
    STUDENT_NUMBER = "student_number"
    INE = "ine"
    REGISTRATION = "registration"
    ORDER = "order"
    INVOICE = "invoice"
    TRANSACTION = "transaction"
    CALL = "call"
    ATTEMPT = "attempt"
    CARD = "card"
    AMOUNT = "amount"
    COMMENT = "comment"


EXACT = frozenset(Why) - {Why.NAME, Why.EMAIL, Why.CARD, Why.AMOUNT, Why.COMMENT}
"""Numbers that name one file: one hit goes straight to it."""


@dataclass(frozen=True)
class Hit:
    """A line that matches, and why: `value` is what matched, "" for a name."""

    line: RegistrationLine
    why: Why | None = None
    value: str = ""


@dataclass(frozen=True)
class NearMiss:
    """A word that is nearly the one typed, and the number of files it finds."""

    word: str
    files: int


def find(lines: Iterable[RegistrationLine], typed: str) -> tuple[Hit, ...]:
    """Return the lines that match, in their order; all of them if nothing was typed.

    If a number is exactly the one typed, only the lines with it.
    """
    if not typed.strip():
        return tuple(Hit(line) for line in lines)
    matching = _Matching(typed)
    hits = tuple(hit for line in lines if (hit := matching.hit(line)))
    exact = tuple(hit for hit in hits if hit.why in EXACT)
    return exact or hits


def only_file(hits: tuple[Hit, ...]) -> RegistrationLine | None:
    """Return the file that an exact number names, None unless it is one."""
    is_one = len(hits) == 1 and hits[0].why in EXACT
    return hits[0].line if is_one else None


def near_misses(lines: Iterable[RegistrationLine], typed: str) -> tuple[NearMiss, ...]:
    """Return the words of names that are nearly a word typed, the closest first."""
    files: dict[str, int] = {}
    for line in lines:
        for word in set(line.name.split()):
            files[word] = files.get(word, 0) + 1
    close = [near for word in folded(typed).split() for near in _close(word, files)]
    return tuple(NearMiss(word, files[word]) for word in dict.fromkeys(close))[:NEAR]


def _close(word: str, known: Iterable[str]) -> list[str]:
    """Return the known words close to `word`; lengths far apart are not compared."""
    alike = [each for each in known if abs(len(each) - len(word)) <= 2]  # noqa: PLR2004 - two letters
    return get_close_matches(word, alike, NEAR, _CLOSE)


class _Matching:
    """One search: what was typed in each of its readings."""

    def __init__(self, typed: str) -> None:
        self._mail = typed.strip().casefold()
        self._words = tuple(folded(typed).split())
        self._number = joined(typed)
        self._cents = amount_of(typed)

    def hit(self, line: RegistrationLine) -> Hit | None:
        return next(self._hits(line), None)

    def _hits(self, line: RegistrationLine) -> Iterator[Hit]:
        if named := line.kinds.get(self._number):
            yield Hit(line, Why(named[0]), named[1])
        if self._words and "@" not in self._mail and self._is_named(line):
            yield Hit(line, Why.NAME)
        if self._is_mail(line):
            yield Hit(line, Why.EMAIL, line.email)
        if self._cents is not None and self._cents in line.amounts:
            yield Hit(line, Why.AMOUNT, str(self._cents))
        for kind, number in line.numbers if self._number.isdecimal() else ():
            if kind == Why.CARD and number and self._ends(number):
                yield Hit(line, Why.CARD, number)
        if self._is_said(line):
            yield Hit(line, Why.COMMENT, line.comment)

    def _is_named(self, line: RegistrationLine) -> bool:
        """True if each word typed is a part of the name; "le fevre" also finds Lefèvre and Le Fèvre."""
        return all(word in line.name or word in line.one_word for word in self._words)

    def _is_mail(self, line: RegistrationLine) -> bool:
        least = 3
        return len(self._mail) >= least and " " not in self._mail and self._mail in line.email.casefold()

    def _is_said(self, line: RegistrationLine) -> bool:
        """True if each word typed begins a word of the comment."""
        said = f" {line.said}" if line.comment and self._words else ""
        return bool(said) and all(f" {word}" in said for word in self._words)

    def _ends(self, number: str) -> bool:
        """True if digits typed are the last ones of a card, of which the gateway tells `number`."""
        return len(self._number) in CARD_DIGITS and self._number.endswith(number)
