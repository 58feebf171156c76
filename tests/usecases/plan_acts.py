"""The steps of stories about plans that accounting stops, resumes and cuts again."""

from datetime import date

from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.plan.instalments import Instalment, InstalmentState
from chalicelib.domain.plan.plan_requests import PlanRequest
from chalicelib.usecases.plans.recut_plan import recut_plan
from chalicelib.usecases.plans.resume_plan import resume_plan
from chalicelib.usecases.plans.stop_plan import stop_plan
from tests.usecases.conftest import ACCOUNTANT, Student

REASON = "litige en cours"


def stop(student: Student, reason: str = REASON) -> None:
    stop_plan(student.ports, student.registration_id, reason, ACCOUNTANT)


def resume(student: Student, reason: str = "litige réglé") -> None:
    resume_plan(student.ports, student.registration_id, reason, ACCOUNTANT)


def recut(student: Student, parts: int | None = None, reason: str = "étudiant en difficulté") -> None:
    recut_plan(student.ports, student.registration_id, parts, reason, ACCOUNTANT)


def request_of(student: Student) -> PlanRequest:
    request = student.file.plan_request
    assert request is not None
    return request


def to_come(student: Student) -> list[tuple[int, date, int]]:
    """Rank, day and cents of what is still to be debited."""
    due = (each for each in student.file.instalments if each.state is InstalmentState.DUE)
    return [(each.rank, each.next_try_on, each.amount_cents) for each in due]


def standing(student: Student) -> list[Instalment]:
    return [each for each in student.file.instalments if each.state is not InstalmentState.CANCELLED]


def all_taken(student: Student) -> list[int]:
    return [each.amount_cents for each in student.ports.gateway.captures]


def entries(student: Student, topic: Topic) -> list[OutboxEntry]:
    return [each for each in student.ports.memory.entries.values() if each.topic is topic]
