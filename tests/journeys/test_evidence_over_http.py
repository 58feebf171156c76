"""Evidence checked at the simulated services of the State, over HTTP: a tick, a filter, one click."""

from typing import Any

import httpx
import pytest

from tests.conftest import Stack
from tests.journeys.conftest import ACCEPTED, PATIENCE, Operator, Student, log_in

HOLDER, PAID, INVALID, STRANGER = "PREPA0000071", "prepa 0000 075", "PREPA0000090", "PREPA00000XX"
GRANT, LATE = "220000071PR", "220000080PR"
EVIDENCE_PORT = 5
"""How far the port of the services is from the portal's."""


def breaks(stack: Stack, **rule: Any) -> None:
    portal = httpx.URL(stack.portal)
    address = portal.copy_with(port=(portal.port or 0) + EVIDENCE_PORT, path="/_faults")
    rules = [{"match": {}, **rule}] if rule else []
    httpx.put(address, json={"rules": rules}, timeout=PATIENCE).raise_for_status()


def gives(student: Student, number: str) -> str:
    """Type the number of an attestation; return what the student is told."""
    answer = student.api.put(f"/registrations/{student.registration['id']}/cvec", json={"number": number})
    assert answer.status_code == 200, answer.text
    return told(student, "cvec")


def consents(student: Student, ine: str) -> str:
    body = {"ine": ine, "consent": True}
    answer = student.api.put(f"/registrations/{student.registration['id']}/grant", json=body)
    assert answer.status_code == 200, answer.text
    return told(student, "grant")


def told(student: Student, source: str) -> str:
    found: list[str] = [
        each["state"] for each in student.registration["evidence"] if each["source"] == source
    ]
    (state,) = found
    return state


def listed(registrar: httpx.Client, anomaly: str) -> list[str]:
    answer = registrar.get("/staff/registrations", params={"anomaly": anomaly})
    return [each["id"] for each in answer.json()["items"]]


def test_grant_holder_is_confirmed_by_the_attestation_and_validated_by_one_act(
    prepa: Student, registrar: httpx.Client
) -> None:
    prepa.declares("02").raise_for_status()
    assert gives(prepa, HOLDER) == "grant_holder"
    assert prepa.registration["seen_steps"] == ["cvec"]
    assert prepa.registration["status"] == "pre_registered", "evidence decides nothing"
    ids = listed(registrar, "evidence_verified")
    assert ids == [prepa.registration["id"]]
    done = registrar.post("/staff/registrations/decisions", json={"ids": ids, "decision": "validate"})
    assert done.status_code == 200, done.text
    assert prepa.registration["status"] == "validated"
    assert prepa.registration["complete"]


def test_attestation_without_a_grant_holds_who_declares_one(prepa: Student, registrar: httpx.Client) -> None:
    prepa.declares("02").raise_for_status()
    assert gives(prepa, PAID) == "verified"
    assert listed(registrar, "evidence_verified") == []
    assert listed(registrar, "evidence_held") == [prepa.registration["id"]]
    assert consents(prepa, GRANT) == "grant_holder"
    assert listed(registrar, "evidence_verified") == [prepa.registration["id"]]


def test_attestation_of_another_tells_the_student_nothing(prepa: Student, registrar: httpx.Client) -> None:
    prepa.declares("01").raise_for_status()
    assert gives(prepa, INVALID) == "not_valid"
    assert gives(prepa, STRANGER) == "to_be_seen"
    assert prepa.registration["seen_steps"] == []
    assert listed(registrar, "evidence_held") == [prepa.registration["id"]]


@pytest.mark.parametrize("effect", ["http_500", "limited", "broken_json"])
def test_service_in_trouble_changes_nothing_but_the_tick(
    prepa: Student, operator: Operator, effect: str
) -> None:
    breaks(prepa.stack, effect=effect)
    prepa.declares("01").raise_for_status()
    assert gives(prepa, PAID) == "waiting"
    assert prepa.state_of(prepa.pays(ACCEPTED)) == "paid"
    breaks(prepa.stack)
    operator.moves_the_clock_to("2022-06-24T16:30:00+02:00")
    operator.runs("publish_outbox")
    prepa.logs_in_again()
    assert told(prepa, "cvec") == "verified"
    assert prepa.registration["seen_steps"] == ["cvec"]


def test_grant_that_comes_after_the_payment_is_a_task_of_the_registrar(
    prepa: Student, registrar: httpx.Client, operator: Operator
) -> None:
    prepa.declares("02").raise_for_status()
    assert consents(prepa, LATE) == "not_found"
    prepa.declares("01").raise_for_status()
    assert prepa.state_of(prepa.pays(ACCEPTED)) == "paid"
    assert listed(registrar, "grant_appeared") == []
    operator.moves_the_clock_to("2022-09-16T09:00:00+02:00")
    operator.runs("publish_outbox")
    prepa.logs_in_again()
    assert told(prepa, "grant") == "grant_holder"
    assert prepa.registration["fee_situation"]["code"] == "01", "nothing is changed by itself"
    desk = log_in(prepa.stack, "registrar@demo.test")
    (file,) = listed(desk, "grant_appeared")
    body = {"code": "02", "reason": "Bourse notifiée en septembre."}
    preview = desk.post(f"/staff/registrations/{file}/fee-situation?preview=true", json=body)
    assert preview.status_code == 200, preview.text
    assert preview.json()["credit_note_cents"] == preview.json()["to_give_back_cents"] > 0
