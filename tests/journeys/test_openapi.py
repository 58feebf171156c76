"""The API's description is OpenAPI 3.1 and a fuzzer that believes it finds no failure.

Each operation is tried by one role that may use it, with the cases that `fewer_cases` lets through;
`make prove` lets everybody try all, with all cases and more examples.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import httpx
import pytest

from chalicelib.domain.people import Role
from infra.local.ministack import ROOT
from tests.access.route_access import TABLE, RouteAccess
from tests.conftest import Stack
from tests.journeys.conftest import ACCEPTED, Operator, Student, log_in

SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
# By contract a rule's refusal of well-formed data can be a 422 too: fee_situation_not_allowed and its like.
# Whoever logs out, here or everywhere, asks nothing more.
CONFIG = """
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "303", "401", "403", "404", "409", "410", "422", "429", "503"]
[[operations]]
include-name = ["DELETE /api/v1/auth/sessions", "DELETE /api/v1/auth/sessions/current"]
enabled = false
[parameters]
"""


def fuzz(
    student: Student,
    known: dict[str, str],
    examples: int,
    folder: Path,
    only: Sequence[str] = (),
    hooks: str = "",
    mode: str = "all",
) -> None:
    """Let the fuzzer use one session, and the ids that exist for it, on every operation but the log-outs.

    `only` names the operations otherwise; `mode` is positive to send no refusable case. The fuzzer reads its
    whole environment at each request, so that is short.
    """
    config = folder / "schemathesis.toml"
    config.write_text(CONFIG + "".join(f'"{name}" = "{value}"\n' for name, value in known.items()))
    command = [
        str(SCHEMATHESIS),
        f"--config-file={config}",
        "run",
        f"{student.stack.portal}/api/v1/openapi.json",
        f"--header=Authorization: {student.api.headers['authorization']}",
        "--checks=all",
        f"--max-examples={examples}",
        "--phases=examples,coverage,fuzzing",
        f"--mode={mode}",
        "--seed=2022",
        "--no-color",
        *(f"--include-name={operation}" for operation in only),
    ]
    told = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT)}
    told |= {"SCHEMATHESIS_HOOKS": hooks} if hooks else {}
    done = subprocess.run(command, env=told, capture_output=True, text=True, timeout=1200, check=False)  # noqa: S603 - our own fuzzer
    assert done.returncode == 0, done.stdout[-8000:]


def who_has_just_started(stack: Stack) -> tuple[Student, dict[str, str]]:
    student = Student(log_in(stack, "student@demo.test"), stack)
    student.declares("05")
    started = student.starts().json()
    return student, {"registration_id": student.registration["id"], "payment_id": started["id"]}


def who_has_paid(stack: Stack) -> tuple[Student, dict[str, str]]:
    student = Student(log_in(stack, "polytech@demo.test"), stack)
    student.declares("01")
    attempt = student.pays(ACCEPTED)
    known = {"registration_id": student.registration["id"], "payment_id": attempt, "number": "9196"}
    return student, known


def who_keeps_the_desk(stack: Stack) -> tuple[Student, dict[str, str]]:
    _, known = who_has_paid(stack)
    return Student(log_in(stack, "registrar@demo.test"), stack), {"registration_id": known["registration_id"]}


def who_decides_on_plans(stack: Stack) -> tuple[Student, dict[str, str]]:
    student = Student(log_in(stack, "student@demo.test"), stack)
    student.declares("05")
    student.asks_for("paybox-6").raise_for_status()
    known = {"registration_id": student.registration["id"], "rank": "2", "day": "2022-07-10"}
    return Student(log_in(stack, "accountant@demo.test"), stack), known


def who_pays_by_instalments(stack: Stack) -> tuple[Student, dict[str, str]]:
    accountant, known = who_decides_on_plans(stack)
    path = f"/staff/plan-requests/{known['registration_id']}/decision"
    accountant.api.post(path, json={"decision": "approve"}).raise_for_status()
    student = Student(log_in(stack, "student@demo.test"), stack)
    attempt = student.pays(ACCEPTED, rank=1)
    return student, {"registration_id": known["registration_id"], "payment_id": attempt, "number": "9196"}


def who_proposes_roles(stack: Stack) -> tuple[Student, dict[str, str]]:
    administrator = Student(log_in(stack, "admin@demo.test"), stack)
    (person,) = administrator.api.get("/staff/people?email=prepa@demo.test").json()["items"]
    asked = {"roles": ["student", "auditor"], "reason": "prend un poste"}
    change = administrator.api.post(f"/staff/people/{person['id']}/role-changes", json=asked).json()
    return administrator, {"person_id": person["id"], "change_id": change["id"]}


def who_reads_the_audit_trail(stack: Stack) -> tuple[Student, dict[str, str]]:
    _, known = who_proposes_roles(stack)
    Operator(stack).runs("seal_audit")
    return Student(log_in(stack, "auditor@demo.test"), stack), {**known, "subject": known["person_id"]}


WHO = {
    who_has_just_started: Role.STUDENT,
    who_has_paid: Role.STUDENT,
    who_keeps_the_desk: Role.REGISTRAR,
    who_decides_on_plans: Role.ACCOUNTANT,
    who_proposes_roles: Role.ADMINISTRATOR,
    who_reads_the_audit_trail: Role.AUDITOR,
}
EVERYBODY = [*WHO, who_pays_by_instalments]
PersonSteps = Callable[[Stack], tuple[Student, dict[str, str]]]


def test_description_is_openapi_3_1(stack: Stack) -> None:
    described = httpx.get(f"{stack.portal}/api/v1/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    assert "/api/v1/registrations/{registration_id}/card-payments" in described["paths"]


def operations_of(somebody: PersonSteps) -> list[str]:
    """What their role may use and no role before it in `WHO`; students have what is open to everybody.

    That each of the others is let in or refused is the matrix's (tests/access).
    """
    role, seen = WHO[somebody], list(dict.fromkeys(WHO.values()))
    earlier = set(seen[: seen.index(role)])
    described = {key: door for key, door in TABLE.items() if " /api/v1/" in key}
    roles = {
        key: set(door.roles) if isinstance(door, RouteAccess) else {Role.STUDENT}
        for key, door in described.items()
    }
    return [key for key, theirs in roles.items() if role in theirs and not earlier & theirs]


def test_everybody_together_tries_every_operation() -> None:
    tried = {operation for somebody in WHO for operation in operations_of(somebody)}
    assert tried == {key for key in TABLE if " /api/v1/" in key}


@pytest.mark.parametrize("somebody", WHO)
def test_fuzzer_finds_no_failure(stack: Stack, somebody: PersonSteps, tmp_path: Path) -> None:
    """What is malformed is refused before anything is read: the second student sends nothing of it."""
    only, mode = operations_of(somebody), "positive" if somebody is who_has_paid else "all"
    fuzz(*somebody(stack), 2, tmp_path, only, hooks="tests.journeys.fewer_cases", mode=mode)


@pytest.mark.prove
@pytest.mark.parametrize("somebody", EVERYBODY)
def test_fuzzer_finds_no_failure_in_many_examples(
    stack: Stack, somebody: PersonSteps, tmp_path: Path
) -> None:
    fuzz(*somebody(stack), examples=300, folder=tmp_path)
