from chalicelib.domain.changes import Changes
from chalicelib.domain.languages import Language
from chalicelib.domain.people import Person, spoken_to
from chalicelib.usecases.people.ports import PeoplePorts
from chalicelib.usecases.races import again


def choose_language(ports: PeoplePorts, person_id: str, language: Language) -> Person:
    """Keep the language that a person chose, for their mails; repeating changes nothing.

    It decides nothing about anybody, so the audit trail does not tell it.
    """

    def keep() -> Person:
        person = ports.people.person(person_id)
        if person.language is language:
            return person
        changed = spoken_to(person, language)
        ports.store.commit(Changes((changed,)))
        return changed

    return again(keep)
