"""What an import would write of each line: kept with its preview, and compared when it is written.

A person confirms what the preview said. Other acts may come between, so an import writes of a line what its
preview said, or less (what was written since by itself, or by another), and never anything else.
"""

import json
from collections.abc import Iterable, Mapping
from hashlib import blake2b, sha256
from typing import Any

from chalicelib.domain.imports.comparison import Difference, Outcome, Stored, differences
from chalicelib.domain.imports.students import Student

Effect = frozenset[str]
"""What would be written of one line; empty: nothing."""
Effects = Mapping[int, Effect]
"""By the numbers of the lines; those of which nothing would be written are left out."""
_NOTHING: Effect = frozenset()
_SHORT = 6
"""Bytes of what stands for a replaced value: it is compared, and not shown."""


def effects_of(students: Iterable[Student], stored: Stored) -> Effects:
    found = ((student.told.number, effect_of(student, stored)) for student in students)
    return {line: effect for line, effect in found if effect}


def effect_of(student: Student, stored: Stored) -> Effect:
    """Return what differs, each with the lines, the person, and the value that it replaces."""
    owner = stored.owner_of(student)
    if owner is None:
        return frozenset({f"{Outcome.NEW}:{shortened(student.lines)}"})
    before, changed = _before(owner, stored), differences(student, owner, stored)
    return frozenset(f"{each}:{shortened(student.lines, owner, before.get(each))}" for each in changed)


def _before(owner: str, stored: Stored) -> Mapping[Difference, Any]:
    """Return the stored values that a file may replace; what is only added has none."""
    person = stored.people[owner]
    allowed = {each.id: each.allowed_situations for each in stored.registrations.get(owner, ())}
    return {
        Difference.NAME: (person.last_name, person.first_name),
        Difference.MAIL: person.email,
        Difference.BIRTH: person.birth_on,
        Difference.LANGUAGE: person.language,
        Difference.ADDRESS: stored.addresses.get(owner),
        Difference.SITUATIONS: sorted(allowed.items()),
    }


def shortened(*values: Any) -> str:
    return blake2b(repr(values).encode(), digest_size=_SHORT).hexdigest()


def beyond(seen: Effects, now: Effects) -> tuple[int, ...]:
    """Return the lines of which more, or something else, would be written now than was seen."""
    return tuple(line for line, effect in now.items() if not effect <= seen.get(line, _NOTHING))


def digest_of(effects: Effects) -> str:
    """Return the word by which a program names the effects that it has seen."""
    return sha256(written(effects)).hexdigest()[:32]


def is_other(effects: Effects, seen: str) -> bool:
    """Return True if this would be written, and is not what that word names."""
    return bool(effects) and digest_of(effects) != seen


def written(effects: Effects) -> bytes:
    return json.dumps({line: sorted(effects[line]) for line in sorted(effects)}).encode()


def read(data: bytes) -> Effects:
    return {int(line): frozenset(effect) for line, effect in json.loads(data).items()}
