from collections.abc import Iterable, Mapping, Sequence

from chalicelib.domain.errors import NotFound
from chalicelib.domain.people import Person
from chalicelib.usecases.ports import Ports


def list_people(ports: Ports, email: str | None) -> Sequence[Person]:
    """Return the staff by name, or whoever has the mail address: nobody, or one."""
    if email is None:
        return ports.people.staff()
    credentials = ports.people.credentials(email.strip().lower())
    return (ports.people.person(credentials.person_id),) if credentials else ()


def show_person(ports: Ports, person_id: str) -> Person:
    return ports.people.person(person_id)


def names_of(ports: Ports, ids: Iterable[str]) -> Mapping[str, str]:
    """Return the names behind ids, for who reads a list; one that is nobody's, or no longer, is left out."""
    found = (_found(ports, each) for each in set(ids))
    return {each.id: f"{each.last_name} {each.first_name}" for each in found if each}


def _found(ports: Ports, person_id: str) -> Person | None:
    try:
        person = ports.people.person(person_id)
    except NotFound:
        return None
    return None if person.erased_on else person
