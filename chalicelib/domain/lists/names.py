"""Search of students and staff by name, without accents or case, the words in any order."""

from collections.abc import Iterable
from dataclasses import dataclass

from chalicelib.domain.identifiers import person_of
from chalicelib.domain.lists.folding import folded
from chalicelib.domain.lists.lines import RegistrationLine
from chalicelib.domain.lists.search import Why, find
from chalicelib.domain.people import Person


@dataclass(frozen=True)
class NamedPerson:
    """A person that a search by name found."""

    id: str
    name: str
    email: str


def people_named(
    lines: Iterable[RegistrationLine], staff: Iterable[Person], typed: str
) -> tuple[NamedPerson, ...]:
    """Return the people whose name contains every word of `typed`, sorted by name; () if it has no word."""
    words = folded(typed).split()
    if not words:
        return ()
    hits = (hit.line for hit in find(lines, typed) if hit.why is Why.NAME)
    students = (NamedPerson(person_of(line.id), line.holder, line.email) for line in hits)
    found = {each.id: NamedPerson(each.id, _name(each), each.email) for each in staff if _holds(each, words)}
    found |= {each.id: each for each in students}
    return tuple(sorted(found.values(), key=lambda each: (folded(each.name), each.id)))


def _name(person: Person) -> str:
    return f"{person.last_name} {person.first_name}"


def _holds(person: Person, words: list[str]) -> bool:
    name = folded(_name(person))
    return all(word in name for word in words)
