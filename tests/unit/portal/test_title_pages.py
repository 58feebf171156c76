"""The registrar's side issues titles; accounting and the auditor read them."""

from chalicelib.usecases.journal.number_journal import number_journal
from tests.unit.portal.conftest import Browser
from tests.unit.portal.test_plan_pages import read

DESK = "/staff/titles"
LIST = f"{DESK}/INP-T000001"


def test_titles_are_issued_shown_and_taken(student: Browser) -> None:
    student.declares("01")
    student.pays()
    student.ports.move(days=1)
    number_journal(student.ports)
    student.log_in("accountant@demo.test")
    assert "Établir le lot" not in student.get(DESK).text
    student.log_in("registrar@demo.test")
    made = student.confirms(student.get(DESK), DESK)
    assert (made.status_code, made.url.path) == (200, LIST)
    assert "Reprendre ce retour" not in made.text
    assert "601,00" in student.get(f"{LIST}/sheet").text
    taken = student.http.get(f"{LIST}/file", follow_redirects=False)
    assert taken.headers["location"] == "https://downloads.test/INP-T000001.csv"
    assert "INP-T000001" in read(student.get(DESK))
    student.log_in("accountant@demo.test")
    assert "Reprendre ce retour" in student.get("/staff/batches/INP-T000001").text
