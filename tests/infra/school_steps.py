"""What people do at a school that is deployed: they begin, import, pay once or in parts."""

from typing import Any

import httpx

from tests.infra.deployed import Deployed, is_booked, until
from tests.journeys.conftest import ACCEPTED, CHALLENGED, Student
from tests.journeys.test_imports_over_http import PROGRAMMES, counts, file_of, row, send

ALEX, SACHA, NOA = "alex@demo.test", "sacha@demo.test", "noa@demo.test"
ONCE, IN_PARTS, LATER = (f"fictif{rank}@demo.test" for rank in range(3))
FIRST = "clermont-auvergne-inp-2022"
TOTAL, PARTS = 60100, [20031, 20031, 20038]
STUDENTS, RETURNING = 300, 60


def wrong_but_for_the_campaign(school: Deployed) -> None:
    code, told = school.run("doctor.__main__")
    school.says("doctor before the campaign")
    assert (code, " 1 WRONG" in told, "no campaign is loaded" in told) == (1, True, True), told


def green(school: Deployed) -> None:
    code, told = school.run("doctor.__main__")
    school.says("doctor is green")
    assert (code, " 0 WRONG" in told) == (0, True), told


def two_people_begin(school: Deployed) -> None:
    """By the command, the links that it has mailed, and the second factor of the first log-in."""
    second = ("--second", SACHA, "--second-roles", "auditor accountant")
    code, told = school.run("first_admin", "--email", ALEX, "--roles", "registrar", *second)
    assert code == 0, told
    school.invokes("PublishOutbox")
    for email in (ALEX, SACHA):
        school.sets_password(email, school.mail_to(email, "première connexion"))
        school.enrols(email)
    school.says("two people have a password by the mailed link")


def load_campaign(school: Deployed, campaign_id: str, text: str) -> None:
    """By the administrator; applied by the auditor."""
    alex, sacha = school.logs_in(ALEX), school.logs_in(SACHA)
    path = f"/staff/campaigns/{campaign_id}"
    headers = {"Content-Type": "application/yaml"}
    preview = alex.put(path, content=text.encode(), headers=headers, params={"dry_run": "true"})
    assert preview.status_code == 200, preview.text
    proposed = alex.put(path, content=text.encode(), headers=headers)
    assert proposed.status_code == 201, proposed.text
    decision = f"{path}/versions/{proposed.json()['number']}/decision"
    assert alex.post(decision, json={"decision": "apply"}).status_code == 403
    assert sacha.post(decision, json={"decision": "apply"}).json()["state"] == "applied"
    school.says(f"{campaign_id} is applied")


def staff_are_imported(school: Deployed) -> None:
    alex, sacha = school.logs_in(ALEX), school.logs_in(SACHA)
    file = f"email;nom;prenom;roles\n{NOA};TESTNO;Noa;comptable\n".encode()
    assert counts(send(alex, "staff", file))[0] == 1
    (change,) = sacha.get("/staff/role-changes").json()["items"]
    path = f"/staff/role-changes/{change['id']}/decision"
    assert alex.post(path, json={"decision": "approve"}).status_code == 403
    assert sacha.post(path, json={"decision": "approve"}).json()["state"] == "applied"
    school.enrols(first_connection(school, NOA))
    school.says("the imported accountant has the role that two people gave")


def first_connection(school: Deployed, email: str) -> str:
    asked = httpx.post(
        f"{school.stack.portal}/api/v1/auth/first-connection", json={"email": email}, timeout=30
    )
    asked.raise_for_status()
    school.invokes("PublishOutbox")
    school.sets_password(email, school.mail_to(email, "première connexion"))
    return email


def import_students(
    school: Deployed, *, new: int, programmes: Any = PROGRAMMES, students: int = STUDENTS
) -> None:
    """Import a file, and let the queue end what the request did not."""
    alex = school.logs_in(ALEX)
    data = file_of(*(row(rank, programme=programmes[rank % 3]) for rank in range(students)))
    preview = counts(send(alex, "students", data, dry_run="true"))
    begun = send(alex, "students", data)
    assert counts(begun) == preview
    assert preview[0] == new

    def ended() -> Any:
        school.invokes("PublishOutbox")
        told = alex.get(f"/staff/imports/{begun.json()['id']}").json()
        return told if told["state"] == "done" else None

    told = until(ended, "the end of the import")
    assert (told["done"], told["failed"]) == (students, 0)
    again = counts(send(alex, "students", data, dry_run="true"))
    assert again[:3] == (0, 0, students)
    school.says(f"{students} students are imported")


def pay_once(student: Student, school: Deployed, nth: int = 0) -> None:
    """Pay on the gateway's page, and do not come back: the notification alone books it."""
    student.nth = nth
    student.declares("01").raise_for_status()
    attempt_id = student.pays(ACCEPTED)
    is_booked(student, attempt_id)
    assert httpx.get(f"{school.stack.paybox}/_warnings").json() == {"items": []}
    invoice = student.get("/invoices")["items"][-1]
    path = f"/invoices/{invoice['number']}/pdf"
    student.api.post(path).raise_for_status()
    shown = student.api.get(path, follow_redirects=True)
    assert (shown.status_code, shown.content[:5]) == (200, b"%PDF-")
    school.says("one student has paid once and has the invoice")


def begin_a_plan(school: Deployed, nth: int = 0) -> None:
    student = school.student(IN_PARTS)
    student.nth = nth
    student.declares("01").raise_for_status()
    student.asks_for("paybox-3").raise_for_status()
    decision = f"/staff/plan-requests/{student.registration['id']}/decision"
    school.logs_in(NOA).post(decision, json={"decision": "approve"}).raise_for_status()
    is_booked(student, student.pays(CHALLENGED, rank=1))


def pay_in_parts(school: Deployed, *days: str, nth: int = 0) -> None:
    begin_a_plan(school, nth)
    for rank, day in enumerate(days, start=2):
        school.operator.moves_the_clock_to(f"{day}T09:00:00+02:00")
        assert school.invokes("PlanDebits")["planned_on"] == day
        paid_up_to(school, nth, rank)
        school.says(f"the instalment of {day} is debited")


def paid_up_to(school: Deployed, nth: int, rank: int) -> None:
    """Wait until the queue has debited the instalments up to a rank."""
    student = school.student(IN_PARTS)
    student.nth = nth
    until(lambda: student.instalment_states()[:rank] == ["paid"] * rank, f"the debit of rank {rank}")


def last_year_is_still_there(school: Deployed) -> None:
    student = school.student(ONCE)
    first, second = student.get("/registrations")["items"]
    assert (first["programme"]["code"], second["programme"]["code"]) == ("I2223_Y1_1A", "I2324_Y1_1A")
    explanation = student.get(f"/registrations/{first['id']}/quote")["explanation"]
    assert explanation["campaign"]["code"] == FIRST
    assert len(student.get("/invoices")["items"]) == 2
    listed = school.logs_in(SACHA).get("/staff/campaigns").json()["items"]
    assert len(listed) == 2


def schedules_tick(school: Deployed) -> None:
    """The trail is sealed each minute, and until its log shows that, nothing here invokes the function."""
    until(lambda: school.log_of("SealAudit"), "the schedule of the audit trail")
    school.says("the schedule of each minute has run")
    school.invokes("SealAudit")  # the clock has jumped a year since: the next minute is not waited for


def captures(school: Deployed) -> list[int]:
    """Return what the bank says was taken, in cents."""
    return school.operator.captures()


def a_year_later(text: str) -> tuple[str, str]:
    """Return the id of next year's campaign, and a text with its years moved on."""
    moved = text.replace("2022-2023", "2023-2024").replace("2223", "2324").replace("2022", "2023")
    return FIRST.replace("2022", "2023"), moved
