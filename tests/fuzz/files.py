"""Files that a person hands in: students, staff, a bank's statement, a campaign; and what must hold."""

from datetime import date
from importlib.resources import files

from chalicelib.banking.statement_file import read_statements
from chalicelib.campaigns.reader import CampaignFileError, load_shipped, read_campaign
from chalicelib.domain.imports.cells import LONGEST
from chalicelib.domain.imports.staff import read_staff
from chalicelib.domain.imports.students import Reader
from chalicelib.domain.people import STAFF
from chalicelib.domain.printable import unprintable
from chalicelib.domain.treasury.csv_mapping import CsvFrame, CsvMapping
from chalicelib.domain.treasury.reading import require_balanced
from chalicelib.domain.treasury.refusals import StatementTooLarge, StatementUnbalanced, StatementUnreadable
from chalicelib.usecases.telephones import telephone

NAME = "clermont-auvergne-inp-2022"
STUDENTS = (
    "numero_etudiant;ine;nom;nom_usage;prenom;date_naissance;email;programme;situation_autorisee;adresse;"
    "code_postal;ville;pays;telephone;identifiant_cas;langue;Taille\r\n"
    "T0001;0123456789A;TESTCD;;Chris;01/01/2000;chris@demo.test;I2223_Y1_1A;01/02;1 rue de la Démonstration;"
    '63000;Clermont-Ferrand;FR;06 00 00 00 00;chris;fr;"1;80"\r\n'
)
STAFF_FILE = "email,nom,prenom,roles\ncompta@demo.test,COMPTA,Camille,comptable audit\n"
STATEMENT = (
    "Compte;FR7630001007941234567890185\nDate;Date valeur;Libellé;Débit;Crédit\n"
    "24/06/2022;24/06/2022;INSCRIPTION TESTCD;;601,00\n2022-06-27;;REMBOURSEMENT;-150,00;\n"
)
FRAME = CsvFrame(CsvMapping("FR7630001007941234567890185"), 1_250_000, 1_295_100)
CAMPAIGN_FILE = files("chalicelib.campaigns.files").joinpath(f"{NAME}.yaml").read_text(encoding="utf-8")
READER = Reader(load_shipped(NAME), {"FR", "DE", "HK"}, date(2022, 6, 24), telephone)
MOST_CENTS = 10**11


def students(data: bytes) -> str:
    """Judge a file of students: read whole or refused whole, and nothing in it turns into a formula."""
    file = READER.read(data)
    assert not (file.students and file.errors)
    lines = [line for student in file.students for line in student.lines]
    for line in lines:
        told = (line.student_number, line.last_name, line.first_name, line.email, line.ine, line.cas_name)
        assert all(len(each) <= LONGEST for each in told[:3])
        assert not any(unprintable(each) or each.startswith(tuple("=+@")) for each in told)
        assert line.programme in READER.campaign.programmes
        assert set(line.situations) <= set(READER.campaign.programmes[line.programme].tariffs)
    assert len({line.email for line in lines}) == len({student.told.identity for student in file.students})
    return "accepted" if file.students else "refused"


def staff(data: bytes) -> str:
    """Check a staff import: accepted or refused as a whole, and only staff roles are assigned."""
    file = read_staff(data)
    assert not (file.lines and file.errors)
    assert all(line.roles <= STAFF for line in file.lines)
    return "accepted" if file.lines else "refused"


def statement(data: bytes) -> str:
    """Judge a bank's CSV file, or what it is taken for: refused, or balanced by what it tells."""
    try:
        read = read_statements(data, FRAME)
    except (StatementUnreadable, StatementTooLarge):
        return "refused"
    for each in read:
        assert all(abs(line.cents) <= MOST_CENTS for line in each.lines)
        try:
            require_balanced(each)
        except StatementUnbalanced:
            continue
        assert each.opening_cents + sum(line.cents for line in each.lines) == each.closing_cents
    return "accepted"


def campaign(data: bytes) -> str:
    """Judge a campaign file: read whole, or refused with every error at a line."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return "refused"
    try:
        read = read_campaign(text, "f")
    except CampaignFileError as error:
        refusal = error
    else:
        assert read.programmes
        return "accepted"
    assert refusal.errors
    assert all(each.startswith("f:") for each in refusal.errors)
    return "refused"
