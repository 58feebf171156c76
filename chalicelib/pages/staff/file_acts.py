"""The acts on one file that have a page of their own, each by its address and the role that may do it."""

from dataclasses import dataclass

from chalicelib.domain.access import RULES, Action
from chalicelib.domain.people import Person
from chalicelib.domain.registration_file import RegistrationFile


@dataclass(frozen=True)
class FileAct:
    """`path` holds {registration_id}; the action is the one that the page requires."""

    label: str
    path: str
    action: Action

    def is_for(self, person: Person) -> bool:
        return person.holds(*RULES[self.action].roles)


ACTS = (
    FileAct(
        "Échéances, débits : suspendre, reprendre, répartir, libérer",
        "/staff/instalments/{registration_id}",
        Action.READ_INSTALMENTS,
    ),
    FileAct("Personne : rôles, compte, données", "/staff/people/{person_id}", Action.READ_PEOPLE),
    FileAct("Tout le journal d'audit de la personne", "/staff/audit?subject={person_id}", Action.READ_AUDIT),
)
"""One line an act; those of other desks are added here."""


def acts_of(person: Person, file: RegistrationFile) -> tuple[tuple[str, str], ...]:
    """Return the label and the address of each act on the file that a person may do."""
    ids = {"registration_id": file.registration.id, "person_id": file.registration.person_id}
    return tuple((act.label, act.path.format(**ids)) for act in ACTS if act.is_for(person))
