"""The identity that a source tells, compared with that of a student's account."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from chalicelib.domain.lists.folding import folded
from chalicelib.domain.people import Person


class Compared(StrEnum):
    LAST_NAME = "last_name"
    FIRST_NAME = "first_name"
    BIRTH_DATE = "birth_date"
    INE = "ine"


@dataclass(frozen=True)
class ToldIdentity:
    """A person as a source tells them: `last_names` are the birth name and the usual name."""

    last_names: tuple[str, ...]
    first_names: tuple[str, ...]
    birth_on: date | None


def differences(person: Person, told: ToldIdentity) -> tuple[Compared, ...]:
    """Return what differs; empty if it is the same person.

    Accents, case, hyphens and the order of words do not count. The birth name or the usual name is enough,
    and one first name of several. What one side does not tell differs.
    """
    found = {
        Compared.LAST_NAME: _is_one_of(person.last_name, told.last_names),
        Compared.FIRST_NAME: _has_words_of(person.first_name, told.first_names),
        Compared.BIRTH_DATE: person.birth_on is not None and person.birth_on == told.birth_on,
    }
    return tuple(each for each, is_same in found.items() if not is_same)


def _is_one_of(name: str, told: tuple[str, ...]) -> bool:
    words = sorted(folded(name).split())
    return bool(words) and any(sorted(folded(each).split()) == words for each in told)


def _has_words_of(name: str, told: tuple[str, ...]) -> bool:
    words = set(folded(name).split())
    return bool(words) and words <= {word for each in told for word in folded(each).split()}
