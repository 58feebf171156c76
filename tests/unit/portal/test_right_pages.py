"""Who had which right on a day, and everything on a student, for the auditor."""

from tests.unit.portal.conftest import Browser
from tests.unit.portal.test_plan_pages import read


def test_rights_are_shown_and_taken_as_a_file(student: Browser) -> None:
    student.acts_as("auditor")
    page = student.get("/staff/rights?day=2022-06-24")
    assert "Qui avait quels droits, le 24/06/2022 au soir" in read(page)
    assert "avant le journal d'audit" in read(page)
    taken = student.get("/staff/rights/file?day=2022-06-24")
    assert 'filename="droits-2022-06-24.csv"' in taken.headers["content-disposition"]
    assert student.get("/staff/rights?day=tomorrow").status_code == 404


def test_everything_on_a_student_is_one_link(student: Browser) -> None:
    student.declares("01")
    student.acts_as("auditor")
    taken = student.http.get("/staff/people/0000000000000001/pack", follow_redirects=False)
    assert taken.headers["location"] == "https://downloads.test/dossier-0000000000000001.zip"
