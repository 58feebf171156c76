"""A file of staff: roles by their French and English names."""

import pytest

from chalicelib.domain.imports.staff import MOST_LINES, StaffFile, read_staff
from chalicelib.domain.people import Role

HEAD = "email;nom;prenom;roles\n"


def read(*lines: str) -> StaffFile:
    return read_staff((HEAD + "\n".join(lines)).encode())


def told(file: StaffFile) -> list[tuple[int, str, str]]:
    return [(each.line, each.column, each.mistake.cause) for each in file.errors]


def test_roles_are_read_in_both_languages() -> None:
    file = read(
        "a@demo.test;A;B;Scolarité administrateur",
        "b@demo.test;A;B;accountant/audit",
        "c@demo.test;A;B;audit|comptable",
    )
    assert [line.roles for line in file.lines] == [
        {Role.REGISTRAR, Role.ADMINISTRATOR},
        {Role.ACCOUNTANT, Role.AUDITOR},
        {Role.AUDITOR, Role.ACCOUNTANT},
    ]


@pytest.mark.parametrize(
    ("line", "mistake"),
    [
        ("a@demo.test;A;B;king", (2, "roles", "role_not_valid")),
        ("a@demo.test;A;B;student", (2, "roles", "role_not_valid")),
        ("a@demo.test;A;B;", (2, "roles", "cell_missing")),
        ("a@demo.test;A;B;comptable scolarite", (2, "roles", "roles_apart")),
        ("a@demo;A;B;audit", (2, "email", "mail_not_valid")),
    ],
)
def test_mistakes_are_told_with_their_place(line: str, mistake: tuple[int, str, str]) -> None:
    file = read(line)
    assert (told(file), file.lines) == ([mistake], ())


def test_one_address_twice_and_too_many_lines_are_refused() -> None:
    assert told(read("a@demo.test;A;B;audit", "A@demo.test;A;B;audit")) == [(3, "email", "mail_twice")]
    many = [f"a{n}@demo.test;A;B;audit" for n in range(MOST_LINES + 1)]
    assert told(read(*many)) == [(MOST_LINES + 1, "", "file_too_long")]
