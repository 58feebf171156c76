from collections.abc import Iterable, Mapping, Sequence

from chalicelib.domain.people import Person, Role
from chalicelib.usecases.people.ports import PeoplePorts


def list_people(ports: PeoplePorts, email: str | None) -> Sequence[Person]:
    """Return the staff by name, or the person with the mail address: one or none."""
    if email is None:
        return ports.people.staff()
    credentials = ports.people.credentials(email.strip().lower())
    return (ports.people.person(credentials.person_id),) if credentials else ()


def show_person(ports: PeoplePorts, person_id: str) -> Person:
    return ports.people.person(person_id)


def names_of(ports: PeoplePorts, ids: Iterable[str]) -> Mapping[str, str]:
    """Return the names of the persons with these ids; unknown and erased persons are left out."""
    found = ports.people.persons(set(ids))
    return {each.id: f"{each.last_name} {each.first_name}" for each in found if not each.erased_on}


def roles_of(ports: PeoplePorts, ids: Iterable[str]) -> Mapping[str, frozenset[Role]]:
    """Return the roles of the persons with these ids; unknown persons are left out."""
    return {each.id: each.roles for each in ports.people.persons(set(ids))}
