"""A file of students, cell by cell: what is read, and what each mistake is told with."""

from datetime import date

import pytest

from chalicelib.campaigns.reader import load_shipped
from chalicelib.domain.imports.mistakes import CellTooLong
from chalicelib.domain.imports.students import COLUMNS, REQUIRED, Reader, StudentFile
from chalicelib.domain.languages import Language
from chalicelib.domain.people import Address
from chalicelib.portal.sentences import sentence
from chalicelib.usecases.telephones import telephone

CAMPAIGN = load_shipped("clermont-auvergne-inp-2022")
TODAY = date(2022, 6, 24)
CHRIS = {
    "numero_etudiant": "T0001",
    "nom": "TESTCD",
    "prenom": "Chris",
    "date_naissance": "01/01/2000",
    "email": "chris@demo.test",
    "programme": "I2223_Y1_1A",
}
HOME = {
    "adresse": "1 rue de la Démonstration",
    "code_postal": "63000",
    "ville": "Clermont-Ferrand",
    "telephone": "06 00 00 00 00",
}
NOA = CHRIS | {"numero_etudiant": "T0002", "prenom": "Noa", "email": "noa@demo.test"}


def read(data: bytes) -> StudentFile:
    return Reader(CAMPAIGN, {"FR", "DE", "HK"}, TODAY, telephone).read(data)


def text_of(*rows: dict[str, str], separator: str = ";") -> str:
    headings = list(dict.fromkeys(name for row in rows for name in row))
    lines = [headings, *([row.get(name, "") for name in headings] for row in rows)]
    return "".join(f"{separator.join(line)}\r\n" for line in lines)


def read_rows(*rows: dict[str, str]) -> StudentFile:
    return read(text_of(*rows).encode())


def told(file: StudentFile) -> list[tuple[int, str, str]]:
    return [(each.line, each.column, each.mistake.cause) for each in file.errors]


class TestForm:
    @pytest.mark.parametrize("separator", [";", ",", "\t"])
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
    def test_every_separator_and_encoding_reads_the_same(self, separator: str, encoding: str) -> None:
        row = CHRIS | {"nom": "TESTÉ", "prenom": "Zoë"}
        (student,) = read(text_of(row, separator=separator).encode(encoding)).students
        assert (student.told.last_name, student.told.first_name) == ("TESTÉ", "Zoë")

    def test_mark_at_the_beginning_is_no_part_of_a_heading(self) -> None:
        file = read(text_of(CHRIS | {"numero_etudiant": ""}).encode("utf-8-sig"))
        assert told(file) == [(2, "numero_etudiant", "cell_missing")]

    def test_headings_stand_in_any_order_and_by_their_other_names(self) -> None:
        data = "Courriel;N° Étudiant;NOM;Prénom;Date de naissance;Formation;Taille\n"
        file = read(f"{data}chris@demo.test;T1;TESTCD;Chris;2000-01-01;I2223_Y1_1A;180\n".encode())
        assert (file.errors, file.ignored) == ((), ("Taille",))
        assert file.students[0].told.birth_on == date(2000, 1, 1)

    def test_quotes_hold_separators_and_quotes(self) -> None:
        (student,) = read_rows(CHRIS | {"nom": '"TEST;""CD"""'}).students
        assert student.told.last_name == 'TEST;"CD"'

    def test_empty_lines_at_the_end_are_nothing(self) -> None:
        assert told(read((text_of(CHRIS) + ";;;;;\r\n\r\n").encode())) == []

    @pytest.mark.parametrize(
        ("data", "mistake"),
        [
            (b"", (1, "", "file_empty")),
            (b"\r\n \n", (1, "", "file_empty")),
            (text_of(CHRIS).splitlines()[0].encode(), (2, "", "file_empty")),
            (b"PK\x03\x04 xlsx", (1, "", "file_zipped")),
            (b"\xd0\xcf\x11\xe0 xls", (1, "", "file_zipped")),
            (text_of(CHRIS).encode("utf-16"), (1, "", "encoding_unknown")),
            (b"a;b\nc;\x81\n", (2, "", "encoding_unknown")),
            ("a;b\né;é\n".encode() + b"\xe9;a\n", (3, "", "encoding_mixed")),
            (b"\xef\xbb\xbfa;b\n\xe9;a\n", (2, "", "encoding_mixed")),
            (b"numero_etudiant\n1\n", (1, "", "separator_unknown")),
            (b'a;b\nc;"d"e\n', (2, "", "quotes_broken")),
            (b'a;b\nc;d\ne;"f\n', (3, "", "quotes_broken")),
        ],
    )
    def test_file_that_is_no_csv_says_what_to_do(self, data: bytes, mistake: tuple[int, str, str]) -> None:
        assert told(read(data)) == [mistake]

    def test_missing_and_repeated_headings_are_named(self) -> None:
        file = read(b"nom;Nom de famille;prenom\na;b;c\n")
        missing = [name for name in REQUIRED if name not in {"nom", "prenom"}]
        assert told(file) == [
            (1, "Nom de famille", "heading_twice"),
            *((1, name, "heading_missing") for name in missing),
        ]

    def test_empty_and_misshapen_lines_are_counted_as_an_editor_does(self) -> None:
        first, second = text_of(CHRIS).splitlines()
        lines = [first, second, "", "a;b", text_of(NOA).splitlines()[1]]
        assert told(read("\n".join(lines).encode())) == [(3, "", "line_empty"), (4, "", "line_misshapen")]


class TestCells:
    def test_what_no_reader_sees_is_no_part_of_a_name(self) -> None:
        file = read_rows(CHRIS | {"nom": "TEST\u200b\u00adCD", "prenom": "نام\u200cها"})
        (student,) = file.students
        assert (student.told.last_name, student.told.first_name) == ("TESTCD", "نام\u200cها")

    def test_cell_that_is_too_long_is_told_how_long_it_may_be(self) -> None:
        (error,) = read_rows(CHRIS | {"nom": "x" * 101}).errors
        assert error.mistake == CellTooLong(100)

    @pytest.mark.parametrize(
        ("column", "cell", "cause"),
        [
            ("nom", "", "cell_missing"),
            ("nom", "x" * 101, "cell_too_long"),
            ("nom", "TEST\x07", "cell_unreadable"),
            ("nom", "TEST\ufffd", "cell_unreadable"),
            ("nom", "TEST\u202e", "cell_unreadable"),
            ("nom", "\u200b\u2060\ufeff", "cell_missing"),
            ("nom", "\u200c", "cell_missing"),
            ("prenom", "\u200b=SUM", "cell_formula"),
            ("nom", "TEST\U0001f600", "cell_unreadable"),
            ("nom", '=cmd|"x"!A1'.replace('"', ""), "cell_formula"),
            ("prenom", "@SUM", "cell_formula"),
            ("numero_etudiant", "-1", "cell_formula"),
            ("numero_etudiant", "12 34", "number_not_valid"),
            ("ine", "123", "ine_not_valid"),
            ("date_naissance", "31/02/2000", "date_not_valid"),
            ("date_naissance", "01/01/00", "date_not_valid"),
            ("date_naissance", "24/06/2022", "date_not_valid"),
            ("date_naissance", "01/01/1899", "date_not_valid"),
            ("email", "chris", "mail_not_valid"),
            ("email", "chris@démo.test", "mail_not_valid"),
            ("email", "chris@demo.test, noa@demo.test", "mail_not_valid"),
            ("programme", "I9999", "programme_unknown"),
            ("situation_autorisee", "99", "situation_unknown"),
            ("langue", "klingon", "language_not_valid"),
            ("pays", "XX", "country_not_valid"),
            ("telephone", "061234", "phone_not_valid"),
            ("telephone", "+3306", "phone_not_valid"),
            ("telephone", "0" * 300, "phone_not_valid"),
            ("telephone", "=1+1", "phone_not_valid"),
            ("code_postal", "1000", "postcode_not_valid"),
            ("ville", "", "address_incomplete"),
        ],
    )
    def test_mistake_is_told_with_line_column_and_what_to_do(
        self, column: str, cell: str, cause: str
    ) -> None:
        file = read_rows(NOA | HOME, CHRIS | HOME | {column: cell})
        place = "adresse" if cause == "address_incomplete" else column
        assert told(file) == [(3, place, cause)]
        assert all(len(sentence(file.errors[0].mistake, language)) > 20 for language in Language)
        assert file.students == ()

    @pytest.mark.parametrize(
        ("cell", "number"),
        [
            ("0600000000", ("+33", "0600000000")),
            ("600000000", ("+33", "0600000000")),
            ("+33 6 00 00 00 00", ("+33", "0600000000")),
            ("+33600000000", ("+33", "0600000000")),
            ("06.00.00.00.00", ("+33", "0600000000")),
            ("+49 30 123456", ("+49", "030123456")),
            ("00213 551 23 45 67", ("+213", "0551234567")),
        ],
    )
    def test_telephone_is_read_as_people_write_it(self, cell: str, number: tuple[str, str]) -> None:
        (student,) = read_rows(CHRIS | HOME | {"telephone": cell, "pays": "France"}).students
        assert student.told.address == Address(
            HOME["adresse"], "63000", "Clermont-Ferrand", "FR", *number, id="school"
        )

    def test_country_without_postal_codes_needs_none(self) -> None:
        away = HOME | {"pays": "HK", "code_postal": "", "telephone": "+852 23456789"}
        assert told(read_rows(CHRIS | away)) == []
        assert told(read_rows(CHRIS | away | {"pays": "DE"})) == [(2, "adresse", "address_incomplete")]

    def test_cells_are_read_as_people_read_them(self) -> None:
        row = CHRIS | {
            "nom": " Teste\u0301 ",
            "email": "Chris@DEMO.test",
            "programme": "i2223_y1_1a",
            "situation_autorisee": "2/01",
            "ine": "1234567890t",
            "identifiant_cas": " CHRIS ",
            "langue": "Anglais",
            "nom_usage": "TESTUSE",
        }
        told = read_rows(row).students[0].told
        assert (told.last_name, told.email, told.programme) == ("TESTUSE", "chris@demo.test", "I2223_Y1_1A")
        assert (told.situations, told.ine, told.cas_name) == (("01", "02"), "1234567890T", "chris")
        assert (told.language, told.address) == (Language.EN, None)

    def test_optional_columns_may_be_left_out_or_empty(self) -> None:
        told = read_rows(CHRIS | dict.fromkeys(set(COLUMNS) - set(CHRIS), "")).students[0].told
        assert (told.ine, told.cas_name, told.situations) == ("", "", ())
        assert (told.language, told.address) == (None, None)


class TestLinesTogether:
    def test_student_in_two_programmes_is_one_student(self) -> None:
        other = CHRIS | {"programme": "P2223_Y3_3A", "numero_etudiant": "t0001"}
        (student,) = read_rows(CHRIS, other).students
        assert [line.programme for line in student.lines] == ["I2223_Y1_1A", "P2223_Y3_3A"]

    @pytest.mark.parametrize(
        ("second", "mistake"),
        [
            (CHRIS, ("numero_etudiant", "student_twice")),
            (CHRIS | {"programme": "P2223_Y3_3A", "nom": "OTHER"}, ("numero_etudiant", "student_differs")),
            (NOA | {"email": "CHRIS@demo.test"}, ("email", "mail_twice")),
            (NOA | {"identifiant_cas": "ChrisD"}, ("identifiant_cas", "cas_name_twice")),
            (NOA | {"ine": "1234567890T"}, ("ine", "ine_twice")),
        ],
    )
    def test_what_two_lines_contradict_is_told_at_the_second(
        self, second: dict[str, str], mistake: tuple[str, str]
    ) -> None:
        shared = {"identifiant_cas": "chrisd", "ine": "1234567890t"}
        same = shared if second["numero_etudiant"] == CHRIS["numero_etudiant"] else {}
        assert told(read_rows(CHRIS | shared, same | second)) == [(3, *mistake)]

    def test_every_error_of_a_file_is_told_at_once(self) -> None:
        bad = [CHRIS | {"numero_etudiant": f"T{n}", "email": "x"} for n in range(300)]
        assert len(read_rows(*bad).errors) == 300
