"""Registrations by what lines of statements name: made once, then asked for each line."""

from collections.abc import Iterable, Sequence

from chalicelib.domain.lists.lines import RegistrationLine
from chalicelib.domain.treasury.proposals import Clue


class Register:
    """Registrations by the longest word of their holder's name, and by the numbers of their invoices."""

    def __init__(self, lines: Iterable[RegistrationLine]) -> None:
        self._by_word: dict[str, list[tuple[frozenset[str], str]]] = {}
        self._by_invoice: dict[str, list[str]] = {}
        for line in lines:
            words = line.name.split()
            if len(words) > 1:
                named = frozenset(words), line.person_id
                self._by_word.setdefault(max(words, key=len), []).append(named)
            for number, (kind, _) in line.kinds.items():
                if kind == "invoice":
                    self._by_invoice.setdefault(number, []).append(line.person_id)

    def people(self, clue: Clue) -> Sequence[str]:
        """Return the ids of the people that the text of a line names, without duplicates.

        It has a student's reference, each word of a name in any order, or the number of an invoice.
        """
        found = list(clue.people)
        for word in sorted(clue.words):
            found += (person for name, person in self._by_word.get(word, ()) if clue.words >= name)
        for number in sorted(clue.numbers):
            found += self._by_invoice.get(number, ())
        return tuple(dict.fromkeys(found))
