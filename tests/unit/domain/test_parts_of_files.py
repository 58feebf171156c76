"""A large file is cut into parts that are read alone, and tells what is wrong between them."""

import pytest

from chalicelib.domain.imports.mistakes import ImportMistake, LineError, SituationNotInProgramme, as_values
from chalicelib.domain.imports.mistakes import of_values as error_of
from chalicelib.domain.imports.parts import CutFile, cut, lines_of
from chalicelib.domain.imports.students import Reader, Student, repeated_students
from chalicelib.usecases.telephones import telephone
from tests.unit.domain.test_import_files import CAMPAIGN, CHRIS, HOME, NOA, TODAY, text_of

READER = Reader(CAMPAIGN, {"FR", "DE", "HK"}, TODAY, telephone)


def rows(count: int) -> list[dict[str, str]]:
    return [
        CHRIS | HOME | {"numero_etudiant": f"T{n}", "email": f"t{n}@demo.test", "nom": f"TESTÉ-{n}"}
        for n in range(count)
    ]


def students(file: CutFile) -> list[Student]:
    read = [READER.read_lines(lines_of(file, part), repeated_students) for part in file.parts]
    assert not any(each.errors for each in read)
    found = [student for each in read for student in each.students]
    return sorted(found, key=lambda each: each.told.number)


def told(file: CutFile) -> list[tuple[int, str, str]]:
    return [(each.line, each.column, each.mistake.cause) for each in file.sheet.errors]


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_parts_together_hold_what_the_whole_file_holds(separator: str, encoding: str) -> None:
    data = text_of(*rows(40), separator=separator).encode(encoding)
    file = cut(data, READER, 5)
    assert len(file.parts) > 3
    assert (file.lines, file.students, told(file)) == (40, 40, [])
    assert students(file) == list(READER.read(data).students)


def test_all_lines_of_a_student_are_in_one_part() -> None:
    twice = [row | {"programme": "P2223_Y3_3A"} for row in rows(30)]
    file = cut(text_of(*rows(30), *twice).encode(), READER, 3)
    assert (file.lines, file.students) == (60, 30)
    assert [len(each.lines) for each in students(file)] == [2] * 30


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04",
        b"\xff\xfea\x00",
        b"numero_etudiant\nT1\n",
        b"nom;nom\n1;2\n",
        "numero_etudiant;nom\nT1;É\n".encode() + "T2;É\n".encode("cp1252"),
        text_of(CHRIS).encode() + b'"T2;x\n',
        text_of(CHRIS, NOA | {"email": CHRIS["email"].upper()}).encode(),
        text_of(CHRIS, {"numero_etudiant": ""}, NOA).encode(),
        text_of(CHRIS).encode() + b";;;;;\r\n\r\n",
        text_of(CHRIS).encode() + b"one;two\r\n",
        text_of(CHRIS | {"ine": "1234567890t"}, NOA | {"ine": "1234567890T"}).encode(),
        text_of(CHRIS | {"identifiant_cas": "Chris"}, NOA | {"identifiant_cas": "chris"}).encode(),
        text_of(CHRIS).splitlines()[0].encode() + b"\r\n",
    ],
)
def test_what_is_wrong_is_what_the_whole_file_shows(data: bytes) -> None:
    whole = READER.read(data)
    file = cut(data, READER, 1)
    found = list(file.sheet.errors)
    for part in file.parts:
        found += READER.read_lines(lines_of(file, part), repeated_students).errors
    assert sorted((each.line, each.column, each.mistake.cause) for each in found) == sorted(
        (each.line, each.column, each.mistake.cause) for each in whole.errors
    )


def test_each_empty_line_is_told_beside_what_was_wrong_before() -> None:
    first, second = text_of(*rows(2)).splitlines()[1:]
    heading = text_of(*rows(1)).splitlines()[0]
    file = cut("\n".join((heading, first + ";" * 99 + "x", ";", second)).encode(), READER, 5)
    assert [each[0] for each in told(file)] == [2, 3]


def test_every_mistake_is_kept_and_read_back() -> None:
    error = LineError(4, "situation", SituationNotInProgramme("99", ("01", "02")))
    values = as_values(error)
    assert values == [4, "situation", "situation_unknown", "99", ("01", "02")]
    back = error_of([4, "situation", "situation_unknown", "99", ["01", "02"]])
    assert vars(back.mistake) == vars(error.mistake)
    causes = [each.cause for each in ImportMistake.__subclasses__()]
    assert len(causes) == len(set(causes))
    assert error_of([1, "", "file_empty"]).mistake.cause == "file_empty"
