from chalicelib.campaigns.reader import read_campaign
from tests.unit.campaigns.conftest import Refusals

AT = "exemption_mention:"


def test_school_names_the_headings_of_its_own_exports(imaginary_text: str) -> None:
    text = imaginary_text.replace(AT, f'import_headings: {{ine: ["NUMERO NATIONAL"]}}\n{AT}', 1)
    assert read_campaign(text, "ecole.yaml").import_headings == {"ine": ("NUMERO NATIONAL",)}


def test_heading_of_no_column_is_refused(refusals: Refusals) -> None:
    (error,) = refusals((AT, f'import_headings: {{taille: ["CM"]}}\n{AT}'))
    assert "import_headings.taille: « taille » n'est pas une colonne : numero_etudiant, ine" in error
