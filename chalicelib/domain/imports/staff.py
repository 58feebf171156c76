"""The lines of an imported file as staff with their roles, compared with the people there are."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from chalicelib.domain.imports.cells import Cells
from chalicelib.domain.imports.comparison import Outcome
from chalicelib.domain.imports.effects import Effect, Effects, shortened
from chalicelib.domain.imports.mistakes import (
    FileTooLong,
    LineError,
    MailTwice,
    OwnLine,
    RoleNotValid,
    RolesNotTogether,
)
from chalicelib.domain.imports.sheet import Sheet, folded, read_sheet
from chalicelib.domain.people import APART, STAFF, Person, Role
from chalicelib.domain.role_changes import RoleChange

MOST_LINES = 500
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "email": ("mail", "e_mail", "courriel", "adresse_mail"),
    "nom": ("nom_de_famille", "nom_usage"),
    "prenom": ("prenoms",),
    "roles": ("role", "droits"),
}
_NAMES = {
    "scolarite": Role.REGISTRAR,
    "comptable": Role.ACCOUNTANT,
    "comptabilite": Role.ACCOUNTANT,
    "administrateur": Role.ADMINISTRATOR,
    "administratrice": Role.ADMINISTRATOR,
    "administration": Role.ADMINISTRATOR,
    "auditeur": Role.AUDITOR,
    "auditrice": Role.AUDITOR,
    "audit": Role.AUDITOR,
} | {role.value: role for role in STAFF}


@dataclass(frozen=True)
class StaffLine:
    number: int
    email: str
    last_name: str
    first_name: str
    roles: frozenset[Role]


@dataclass(frozen=True)
class StaffFile:
    lines: tuple[StaffLine, ...] = ()
    errors: tuple[LineError, ...] = ()
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True)
class KnownStaff:
    """Who there is: ids by mail address, persons by their ids, and the proposals that wait."""

    logins: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)
    waiting: Sequence[RoleChange] = ()

    def person(self, line: StaffLine) -> Person | None:
        return self.people.get(self.logins.get(line.email, ""))

    def wanted(self, line: StaffLine, person: Person) -> frozenset[Role]:
        """Return the roles after the import; a student keeps that role."""
        return line.roles | (person.roles - STAFF)

    def outcome(self, line: StaffLine) -> Outcome:
        person = self.person(line)
        if person is None:
            return Outcome.NEW
        wanted = self.wanted(line, person)
        of_them = (each for each in self.waiting if each.person_id == person.id)
        proposed = any(each.roles == wanted and each.holds_for(person.roles) for each in of_them)
        return Outcome.UNCHANGED if proposed or wanted == person.roles else Outcome.CHANGED

    def effect(self, line: StaffLine) -> Effect:
        """Return the person and the roles over which others would be proposed; empty: nothing would be."""
        person, outcome = self.person(line), self.outcome(line)
        told = (line.email, line.last_name, line.first_name, sorted(line.roles))
        if person is None:
            return frozenset({f"{outcome}:{shortened(told)}"})
        if outcome is Outcome.UNCHANGED:
            return frozenset()
        return frozenset({f"{outcome}:{shortened(told, person.id, sorted(person.roles))}"})


@dataclass(frozen=True)
class StaffReport:
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    missing: int = 0
    errors: tuple[LineError, ...] = ()
    ignored: tuple[str, ...] = ()
    effects: Effects = field(default_factory=dict)


def read_staff(data: bytes) -> StaffFile:
    """Read a file; it has lines only if it has no error."""
    sheet = read_sheet(data, COLUMNS, tuple(COLUMNS))
    errors = list(sheet.errors)
    lines = []
    for line in sheet.lines:
        cells = Cells(sheet, line)
        lines.append(_line(cells))
        errors += cells.errors
    errors += _repeated(sheet, lines)
    if len(lines) > MOST_LINES:
        errors.append(LineError(MOST_LINES + 1, "", FileTooLong(MOST_LINES)))
    return StaffFile(() if errors else tuple(lines), tuple(errors), sheet.ignored)


def _line(cells: Cells) -> StaffLine:
    email, last_name, first_name = cells.mail("email"), cells.needed("nom"), cells.needed("prenom")
    return StaffLine(cells.line.number, email, last_name, first_name, _roles(cells))


def _roles(cells: Cells) -> frozenset[Role]:
    words = cells.needed("roles").replace("/", " ").replace("|", " ").split()
    roles = [_NAMES.get(folded(word)) for word in words]
    if None in roles:
        cells.refuse("roles", RoleNotValid(tuple(sorted(STAFF))))
        return frozenset()
    found = frozenset(role for role in roles if role)
    if any(apart <= found for apart in APART):
        cells.refuse("roles", RolesNotTogether())
    return found


def _repeated(sheet: Sheet, lines: Sequence[StaffLine]) -> Iterator[LineError]:
    first: dict[str, int] = {}
    for line in lines:
        number = first.setdefault(line.email, line.number)
        if line.email and number != line.number:
            yield LineError(line.number, sheet.heading("email"), MailTwice(number))


def report_of_staff(file: StaffFile, known: KnownStaff, staff: Collection[Person], by: str) -> StaffReport:
    errors = (*file.errors, *_own_lines(file, known, by))
    if errors:
        return StaffReport(errors=errors, ignored=file.ignored)
    counted = Counter(known.outcome(line) for line in file.lines)
    named = {line.email for line in file.lines}
    return StaffReport(
        counted[Outcome.NEW],
        counted[Outcome.CHANGED],
        counted[Outcome.UNCHANGED],
        sum(each.email not in named for each in staff),
        ignored=file.ignored,
        effects=effects_of_staff(file, known),
    )


def effects_of_staff(file: StaffFile, known: KnownStaff) -> Effects:
    return {line.number: effect for line in file.lines if (effect := known.effect(line))}


def _own_lines(file: StaffFile, known: KnownStaff, by: str) -> Iterator[LineError]:
    for line in file.lines:
        person = known.person(line)
        if person and person.id == by and known.outcome(line) is Outcome.CHANGED:
            yield LineError(line.number, "", OwnLine())
