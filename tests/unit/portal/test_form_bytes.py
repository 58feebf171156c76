"""What a form holds is text: bytes that are none are refused, never stored as something else."""

import pytest

from chalicelib.web.problems import FormUnreadable
from chalicelib.web.uploads import read_parts
from tests.unit.portal.conftest import Browser


@pytest.mark.parametrize("sent", [b"email=h%E9", b"email=h\xe9", b"email=h%EF%BF%BD"])
def test_form_that_is_no_utf_8_is_refused(browser: Browser, sent: bytes) -> None:
    answer = browser.http.post(
        "/login", content=sent, headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code == 400
    assert "illisible" in answer.text


def test_field_that_is_given_twice_is_refused(student: Browser) -> None:
    answer = student.send(student.get("/dossier"), "/dossier", code=["01", "02"])
    assert answer.status_code == 400
    assert "une seule fois" in answer.text
    assert student.declares("01").status_code == 200


def test_field_beside_a_file_that_is_no_utf_8_is_refused() -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="note"\r\n\r\nh\xe9\r\n--x--\r\n'
    with pytest.raises(FormUnreadable):
        read_parts("multipart/form-data; boundary=x", body)
