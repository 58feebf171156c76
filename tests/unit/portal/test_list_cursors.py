"""A cursor is taken by the list that gave it, with the filters that it was given for, and by no other."""

from datetime import date
from typing import Any

import pytest

from chalicelib.api.endpoint import OPERATIONS
from chalicelib.domain.access import RULES
from chalicelib.web.schemas.models import ListQuery
from tests.fakes.bank_files import Movement
from tests.unit.portal.conftest import PASSWORD, Browser
from tests.unit.portal.test_statement_pages import imports

LISTS = {each.path: each for each in OPERATIONS if each.query and issubclass(each.query, ListQuery)}
LINES = "/staff/statement-lines"
NEEDED = {"/staff/reconciliations": {"policy": "bank"}}
STAFF = ("registrar", "accountant", "auditor")


def asks(browser: Browser, path: str, **query: str) -> tuple[int, Any]:
    """Return status and body of what the first role that may read the list is answered."""
    allowed = {str(role) for role in RULES[LISTS[path].action].roles}
    role = next(each for each in STAFF if each in allowed)
    credentials = {"email": f"{role}@demo.test", "password": PASSWORD}
    token = browser.http.post("/api/v1/auth/sessions", json=credentials).json()["token"]
    headers = {"Authorization": f"Bearer {token}"}
    answer = browser.http.get(f"/api/v1{path}", params=NEEDED.get(path, {}) | query, headers=headers)
    return answer.status_code, answer.json()


@pytest.fixture
def given(student: Browser) -> str:
    """The cursor of the first page of 59 new lines."""
    imports(student, *(Movement(date(2022, 6, 23), rank, f"VIR {rank}", "") for rank in range(1, 60)))
    return str(asks(student, LINES, state="new")[1]["next"])


def test_every_list_with_a_cursor_gives_one() -> None:
    assert len(LISTS) == 19
    assert [
        path for path, each in LISTS.items() if not each.answer or "next" not in each.answer.model_fields
    ] == []
    assert {each.path for each in OPERATIONS if each.query and "after" in each.query.model_fields} - {
        *LISTS
    } == {
        "/staff/batches/{batch_id}/entries",
        "/events",
    }, "these count by number"


@pytest.mark.parametrize("after", ["garbage", "\0", "000000000001", "~", "é~0123456789ab"])
@pytest.mark.parametrize("path", LISTS)
def test_cursor_that_was_never_given_is_refused(browser: Browser, path: str, after: str) -> None:
    assert asks(browser, path)[0] == 200
    status, told = asks(browser, path, after=after)
    assert (status, told["code"]) == (422, "validation_failed")
    assert [each["path"] for each in told["fields"]] == ["after"]


@pytest.mark.parametrize("path", sorted({*LISTS} - {LINES}))
def test_cursor_of_another_list_is_refused(student: Browser, given: str, path: str) -> None:
    status, told = asks(student, path, after=given)
    assert (status, told.get("code")) == (422, "validation_failed")


def test_cursor_of_other_filters_is_refused(student: Browser, given: str) -> None:
    assert asks(student, LINES, state="suspense", after=given)[0] == 422
    assert asks(student, LINES, state="new", after=given[:-1])[0] == 422


def test_list_goes_on_behind_its_cursor(student: Browser, given: str) -> None:
    first, second = asks(student, LINES, state="new")[1], asks(student, LINES, state="new", after=given)[1]
    assert second["next"] is None
    assert len({each["id"] for each in (*first["items"], *second["items"])}) == 59
