"""What a person may see of themselves, and what the administration does for them, over HTTP."""

import httpx

from tests.journeys.conftest import ACCEPTED, Operator, Student, client, forms, log_in


def administration(student: Student) -> httpx.Client:
    return log_in(student.stack, "admin@demo.test")


def test_student_exports_what_is_held_on_them(isima: Student) -> None:
    exported = isima.get("/me/export")
    person_id = isima.get("/me")["person"]["id"]
    assert exported["person_id"] == person_id
    assert exported["records"]["profile"][0]["last_name"] == "TESTCD"
    assert exported["records"]["address"][0]["line1"] == "1 rue de la Démonstration"
    assert "password_hash" not in str(exported)


def test_page_gives_the_same_as_a_file(isima: Student) -> None:
    browser = client(base_url=isima.stack.portal, follow_redirects=True)
    action, fields = next(form for form in forms(browser.get("/login")) if "email" in form[1])
    browser.post(action, data=fields | {"email": "student@demo.test", "password": "quittance-demo"})
    file = browser.get("/security/export")
    assert file.headers["content-disposition"] == 'attachment; filename="mes-donnees.json"'
    assert (file.headers["content-type"], file.headers["cache-control"]) == ("application/json", "no-store")
    assert file.json()["records"]["profile"] == isima.get("/me/export")["records"]["profile"]


def test_administration_exports_and_erases_and_the_student_is_out(isima: Student, operator: Operator) -> None:
    isima.declares("01")
    isima.pays(ACCEPTED)
    operator.runs("publish_outbox")
    admin, person_id = administration(isima), isima.get("/me")["person"]["id"]
    assert admin.get(f"/staff/people/{person_id}/export").json()["person_id"] == person_id
    assert admin.post(f"/staff/people/{person_id}/erasure", json={"reason": "demande"}).status_code == 204
    assert isima.api.get("/me").status_code == 401
    again = httpx.post(
        f"{isima.stack.portal}/api/v1/auth/sessions",
        json={"email": "student@demo.test", "password": "quittance-demo"},
    )
    assert again.json()["code"] == "invalid_credentials"
    left = admin.get(f"/staff/people/{person_id}/export").json()["records"]
    assert left["profile"][0]["email"] == ""
    assert left["invoice"][0]["client"]["last_name"] == "TESTCD"


def test_erasure_is_refused_while_something_is_owed(isima: Student) -> None:
    isima.declares("01")
    isima.starts()
    person_id = isima.get("/me")["person"]["id"]
    refused = administration(isima).post(f"/staff/people/{person_id}/erasure", json={"reason": "demande"})
    assert (refused.status_code, refused.json()["code"]) == (409, "erasure_not_possible")
    assert isima.get("/me")["person"]["last_name"] == "TESTCD"


def test_students_and_other_staff_are_refused(isima: Student, registrar: httpx.Client) -> None:
    person_id = isima.get("/me")["person"]["id"]
    for api in (isima.api, registrar):
        assert api.get(f"/staff/people/{person_id}/export").status_code == 403
        assert api.post(f"/staff/people/{person_id}/erasure", json={"reason": "x"}).status_code == 403


def test_daily_run_looks_at_whom_it_must(isima: Student, operator: Operator) -> None:
    operator.moves_the_clock_to("2023-11-02T09:00:00+01:00")
    operator.runs("apply_retention")
    assert isima.api.get("/me").status_code == 401
    opened = httpx.post(
        f"{isima.stack.portal}/api/v1/auth/sessions",
        json={"email": "student@demo.test", "password": "quittance-demo"},
    )
    assert opened.status_code == 401
