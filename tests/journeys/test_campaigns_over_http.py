"""A tariff changes while the system runs: proposed by one, applied by another, owed by those not invoiced."""

import httpx
import pytest

from chalicelib.campaigns.reader import shipped_text
from tests.conftest import Stack
from tests.journeys.conftest import ACCEPTED, Payer, Student, log_in

YEAR = "clermont-auvergne-inp-2022"
DEARER = shipped_text(YEAR).replace('"601.00"', '"650.00"')
PATH = f"/staff/campaigns/{YEAR}"


@pytest.fixture
def administrator(stack: Stack) -> httpx.Client:
    return log_in(stack, "admin@demo.test")


@pytest.fixture
def auditor(stack: Stack) -> httpx.Client:
    return log_in(stack, "auditor@demo.test")


def loads(client: httpx.Client, text: str, **query: str) -> httpx.Response:
    headers = {"Content-Type": "application/yaml"}
    return client.put(PATH, content=text.encode(), params=query, headers=headers)


def quote(student: Student) -> dict[str, object]:
    return student.get(f"/registrations/{student.registration['id']}/quote")


def test_new_tariff_is_owed_from_its_application_and_what_is_invoiced_stays(
    stack: Stack, isima: Student, prepa: Student, administrator: httpx.Client, auditor: httpx.Client
) -> None:
    isima.declares("01")
    isima.pays(ACCEPTED)
    prepa.declares("01")
    open_page = Student(log_in(stack, "polytech@demo.test"), stack, "polytech@demo.test")
    open_page.declares("01")
    page = open_page.starts().json()

    preview = loads(administrator, DEARER, dry_run="true")
    assert (preview.status_code, preview.json()["version"]) == (200, None)
    changed = {each["programme"]: each for each in preview.json()["changes"]["tariffs"]}
    assert (changed["I2223_Y1_1A"]["invoiced"], changed["C2223_Y1_1A"]["declared"]) == (1, 1)

    proposed = loads(administrator, DEARER)
    assert (proposed.status_code, proposed.json()["version"]["state"]) == (201, "proposed")
    decision = f"{PATH}/versions/{proposed.json()['number']}/decision"
    assert administrator.post(decision, json={"decision": "apply"}).status_code == 403
    assert quote(prepa)["total_cents"] == 60100
    assert auditor.post(decision, json={"decision": "apply"}).json()["state"] == "applied"

    told = quote(prepa)
    assert told["total_cents"] == 65000
    explanation = told["explanation"]
    assert isinstance(explanation, dict)
    assert (explanation["version"], explanation["loaded_by"]) == (2, "Démo Administration")
    assert quote(isima)["total_cents"] == 60100
    assert isima.get("/account")["totals"]["position_cents"] == 0
    payer = Payer()
    payer.pays(payer.opens(page["form"]), ACCEPTED)
    assert open_page.get(f"/card-payments/{page['id']}")["amount_cents"] == 60100, "it keeps its amount"
    assert open_page.get("/account")["totals"]["position_cents"] == 4900

    (listed,) = auditor.get("/staff/campaigns").json()["items"]
    assert (listed["holds"], [each["number"] for each in listed["versions"]]) == (2, [2, 1])


def test_file_with_errors_is_refused_with_each_line(administrator: httpx.Client) -> None:
    answer = loads(administrator, DEARER.replace('"650.00"', "650.00"))
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "campaign_file_refused")
    assert len(problem["fields"]) == 3
    assert all(each["path"].startswith(f"{YEAR}.yaml:") for each in problem["fields"])


def test_file_of_another_encoding_is_refused(administrator: httpx.Client) -> None:
    """API Gateway hands a text on as UTF-8, with a replacement character for each byte that is none."""
    path, kind = f"/staff/campaigns/{YEAR}", {"Content-Type": "application/yaml"}
    answer = administrator.put(path, content=DEARER.encode("cp1252", "replace"), headers=kind)
    assert (answer.status_code, answer.json()["code"]) == (422, "campaign_not_text")
