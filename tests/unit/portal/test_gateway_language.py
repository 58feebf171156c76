"""The gateway's page speaks the language of the page or request that leads to it."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.unit.portal.conftest import Browser

ISIMA = "0000000000000001-1"
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def declared(student: Browser) -> Browser:
    student.declares("01")
    return student


def language_of(address: str) -> str:
    (told,) = parse_qs(urlsplit(address).query)["language"]
    return told


def test_of_the_page_that_is_left(declared: Browser) -> None:
    opened = declared.opens_the_payment()
    assert language_of(declared.leaves(opened)) == "fr"
    declared.http.headers.update(ENGLISH)
    assert language_of(declared.leaves(opened)) == "en"
    again = declared.get(f"{opened.url.path}?lang=fr")
    assert language_of(declared.leaves(again)) == "fr", "the reader's own choice, not the browser's"


def test_of_a_programs_request_which_is_the_same_in_another_language(declared: Browser) -> None:
    known = {"email": "student@demo.test", "password": "password"}
    token = declared.http.post("/api/v1/auth/sessions", json=known).json()["token"]
    started = []
    for language in ("en", "fr", ""):
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "one", "Accept-Language": language}
        body = {"address": {"mode": "none"}}
        answer = declared.http.post(
            f"/api/v1/registrations/{ISIMA}/card-payments", json=body, headers=headers
        )
        assert answer.status_code in {200, 201}
        started.append(answer.json())
    told = [dict(map(dict.values, each["form"]["fields"]))["language"] for each in started]
    assert (told, len({each["id"] for each in started})) == (["en", "fr", "fr"], 1)
