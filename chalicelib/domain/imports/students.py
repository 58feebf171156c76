"""The lines of an imported file as students, each with all their registrations of the campaign."""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from chalicelib.domain.campaign import Campaign
from chalicelib.domain.identities import as_read
from chalicelib.domain.imports.cells import FRANCE, Cells, Telephones
from chalicelib.domain.imports.mistakes import (
    AddressIncomplete,
    CasNameTwice,
    ImportMistake,
    IneTwice,
    LineError,
    MailTwice,
    PostcodeNotValid,
    ProgrammeNotInCampaign,
    SituationNotInProgramme,
    StudentDiffers,
    StudentTwice,
)
from chalicelib.domain.imports.sheet import Sheet, read_sheet
from chalicelib.domain.languages import Language
from chalicelib.domain.people import Address
from chalicelib.domain.postal_codes import is_required

SCHOOL_ADDRESS = "school"
"""The id of the saved address that the school's file gives."""
LONGEST_ADDRESS = 200
LONGEST_POSTCODE = 16
_FRENCH_POSTCODE_DIGITS = 5

CVEC = "cvec"
"""The column that is read where the school has the attestations of the CVEC checked."""

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "numero_etudiant": ("no_etudiant", "n_etudiant", "num_etudiant", "code_etudiant", "cod_etu"),
    "ine": ("numero_ine", "n_ine", "code_ine", "cod_nne_ind"),
    "nom": ("nom_de_famille", "nom_famille", "nom_naissance", "nom_patronymique", "lib_nom_pat_ind"),
    "nom_usage": ("nom_d_usage", "nom_usuel", "nom_marital", "lib_nom_usu_ind"),
    "prenom": ("prenoms", "prenom_1", "lib_pr1_ind"),
    "date_naissance": ("date_de_naissance", "ne_le", "naissance", "date_nai_ind"),
    "email": ("mail", "e_mail", "courriel", "adresse_mail", "adresse_electronique"),
    "programme": ("formation", "groupe", "groupe_de_promo", "code_formation", "code_groupe"),
    "situation_autorisee": ("situation", "situations", "situations_autorisees", "type_apprenant"),
    "adresse": ("adresse_1", "rue", "adresse_postale"),
    "complement": ("adresse_2", "complement_adresse", "complement_d_adresse"),
    "code_postal": ("cp", "codepostal"),
    "ville": ("commune", "localite"),
    "pays": ("code_pays",),
    "telephone": ("tel", "portable", "mobile", "numero_de_telephone"),
    "identifiant_cas": ("cas", "uid", "login", "identifiant", "supann_uid"),
    "langue": ("language",),
    CVEC: ("numero_cvec", "no_cvec", "n_cvec", "code_cvec", "attestation_cvec"),
}
"""The columns with the headings that name them in usual exports; a campaign adds its own."""
REQUIRED = ("numero_etudiant", "nom", "prenom", "date_naissance", "email", "programme")


@dataclass(frozen=True)
class StudentLine:
    """One line: a student in a programme. Empty cells are "" or None and change nothing that is stored."""

    number: int
    student_number: str
    ine: str
    last_name: str
    first_name: str
    birth_on: date | None
    email: str
    programme: str
    situations: tuple[str, ...]
    address: Address | None
    cas_name: str
    language: Language | None
    cvec: str = ""
    """The number of the attestation of the CVEC, and the birth name where the portal shows another."""
    birth_name: str = ""

    @property
    def identity(self) -> "StudentLine":
        """Return what all lines of one student must share."""
        return replace(
            self, number=0, programme="", situations=(), student_number=as_read(self.student_number)
        )


@dataclass(frozen=True)
class Student:
    """A student's lines; what is told of the person is the same in each."""

    lines: tuple[StudentLine, ...]

    @property
    def told(self) -> StudentLine:
        return self.lines[0]


@dataclass(frozen=True)
class StudentFile:
    """A file read whole: its students, or all errors in it."""

    students: tuple[Student, ...] = ()
    errors: tuple[LineError, ...] = ()
    ignored: tuple[str, ...] = ()
    sheet: Sheet = field(default_factory=Sheet)


@dataclass(frozen=True)
class Reader:
    """What cells are read with: the campaign, the codes of countries, today, the rule of telephones."""

    campaign: Campaign
    countries: Container[str]
    today: date
    telephone: Telephones
    is_cvec_on: bool = False

    def read(self, data: bytes) -> StudentFile:
        """Read a file; it has students only if it has no error."""
        return self.read_lines(read_sheet(data, self.columns, REQUIRED), clashes)

    def read_lines(self, sheet: Sheet, clashes_of: "Clashes") -> StudentFile:
        """Read the lines of a sheet; `clashes_of` yields what is wrong between them."""
        errors = list(sheet.errors)
        lines = []
        for line in sheet.lines:
            cells = Cells(sheet, line)
            lines.append(self._line(cells))
            errors += cells.errors
        errors += clashes_of(sheet, lines)
        students = () if errors else _grouped(lines)
        return StudentFile(students, tuple(sorted(errors, key=lambda each: each.line)), sheet.ignored, sheet)

    @property
    def columns(self) -> Mapping[str, tuple[str, ...]]:
        added = self.campaign.import_headings
        known = {column: (*aliases, *added.get(column, ())) for column, aliases in COLUMNS.items()}
        return {column: names for column, names in known.items() if self.is_cvec_on or column != CVEC}

    def _line(self, cells: Cells) -> StudentLine:
        family_name, usual_name = cells.needed("nom"), cells.text("nom_usage")
        programme = self._programme(cells)
        return StudentLine(
            number=cells.line.number,
            student_number=cells.number("numero_etudiant"),
            ine=cells.ine("ine").upper(),
            last_name=usual_name or family_name,
            first_name=cells.needed("prenom"),
            birth_on=cells.birthday("date_naissance", self.today),
            email=cells.mail("email"),
            programme=programme,
            situations=self._situations(cells, programme),
            address=self._address(cells),
            cas_name=as_read(cells.text("identifiant_cas")),
            language=cells.language("langue"),
            cvec=cells.cvec(CVEC),
            birth_name=family_name if usual_name else "",
        )

    def _programme(self, cells: Cells) -> str:
        typed = cells.needed("programme")
        known = {as_read(code): code for code in self.campaign.programmes}
        code = known.get(as_read(typed), "")
        if typed and not code:
            cells.refuse("programme", ProgrammeNotInCampaign(typed))
        return code

    def _situations(self, cells: Cells, programme: str) -> tuple[str, ...]:
        """Return the codes, which spaces, slashes or bars separate; Excel writes 01 as 1."""
        codes = [_code(each) for each in _cut(cells.text("situation_autorisee"))]
        priced = tuple(self.campaign.programmes[programme].tariffs) if programme else ()
        for code in codes if programme else ():
            if code not in priced:
                cells.refuse("situation_autorisee", SituationNotInProgramme(code, priced))
        return tuple(sorted(set(codes)))

    def _address(self, cells: Cells) -> Address | None:
        """Return the address; a telephone without an address is none."""
        line1, line2 = cells.text("adresse", LONGEST_ADDRESS), cells.text("complement", LONGEST_ADDRESS)
        zip_code, city = cells.text("code_postal", LONGEST_POSTCODE), cells.text("ville", LONGEST_ADDRESS)
        country = cells.country("pays", self.countries)
        code, phone = cells.phone("telephone", self.campaign.school.phone_country_code, self.telephone)
        if not (line1 or zip_code or city) or cells.errors:
            return None
        if not (line1 and city and phone and (zip_code or not is_required(country))):
            cells.refuse("adresse", AddressIncomplete())
        if country == FRANCE and zip_code and not _is_french_postcode(zip_code):
            cells.refuse("code_postal", PostcodeNotValid())
        return Address(line1, zip_code, city, country, code, phone, line2, SCHOOL_ADDRESS)


def _cut(text: str) -> list[str]:
    return text.replace("/", " ").replace("|", " ").split()


def _code(text: str) -> str:
    return text.zfill(2) if text.isdecimal() else text


def _is_french_postcode(text: str) -> bool:
    return len(text) == _FRENCH_POSTCODE_DIGITS and text.isascii() and text.isdecimal()


def _grouped(lines: Sequence[StudentLine]) -> tuple[Student, ...]:
    students: dict[str, list[StudentLine]] = {}
    for line in lines:
        students.setdefault(as_read(line.student_number), []).append(line)
    return tuple(Student(tuple(each)) for each in students.values())


Clashes = Callable[[Sheet, Sequence[StudentLine]], Iterator[LineError]]
UNIQUE: tuple[tuple[str, Callable[[StudentLine], str], Callable[[int], ImportMistake]], ...] = (
    ("ine", lambda line: as_read(line.ine), IneTwice),
    ("email", lambda line: line.email, MailTwice),
    ("identifiant_cas", lambda line: line.cas_name, CasNameTwice),
)
"""What two students of a file never share."""


def clashes(sheet: Sheet, lines: Sequence[StudentLine]) -> Iterator[LineError]:
    """Yield what is wrong between lines, each at the later of the two."""
    yield from repeated_students(sheet, lines)
    for column, value_of, mistake in UNIQUE:
        first: dict[str, StudentLine] = {}
        for line in lines:
            value = value_of(line)
            other = first.setdefault(value, line)
            if value and as_read(other.student_number) != as_read(line.student_number):
                yield LineError(line.number, sheet.heading(column), mistake(other.number))


def repeated_students(sheet: Sheet, lines: Sequence[StudentLine]) -> Iterator[LineError]:
    """A student has one line a programme, and all lines tell the same of the person."""
    column = sheet.heading("numero_etudiant")
    firsts: dict[str, StudentLine] = {}
    programmes: dict[tuple[str, str], StudentLine] = {}
    for line in lines:
        key = as_read(line.student_number)
        if not key:
            continue
        other = firsts.setdefault(key, line)
        same = programmes.setdefault((key, line.programme), line)
        if same is not line:
            yield LineError(line.number, column, StudentTwice(same.number))
        elif other.identity != line.identity:
            yield LineError(line.number, column, StudentDiffers(other.number))
