"""What accounting is shown before it approves a plan."""

from dataclasses import replace

from chalicelib.domain.plan.request_checks import Check, checks_hash, checks_of
from chalicelib.domain.registration import RegistrationStatus
from chalicelib.domain.registration_file import RegistrationFile
from tests.usecases.conftest import Student, chris, ports

__all__ = ["chris", "ports"]


def failing(file: RegistrationFile, **changes: object) -> set[Check]:
    assert file.plan_request
    changed = replace(file.plan_request, **changes)  # type: ignore[arg-type]  # the names are its fields
    return {check for check, passes in checks_of(file, changed).items() if not passes}


def test_each_check_fails_for_its_own_reason(chris: Student) -> None:
    chris.declares("01")
    chris.asks_for()
    waiting = chris.file
    assert failing(waiting) == {Check.VALIDATED}
    validated = replace(waiting.registration, status=RegistrationStatus.VALIDATED)
    assert failing(replace(waiting, registration=validated)) == set()
    assert failing(replace(waiting, registration=replace(validated, blocked=True))) == {Check.ACCEPTED}
    assert failing(waiting, plan_code="none") == {Check.PLAN, Check.VALIDATED}
    assert failing(waiting, total_cents=100) == {Check.AMOUNT, Check.PLAN, Check.VALIDATED}
    undeclared = replace(waiting.registration, fee_situation_code=None)
    assert failing(replace(waiting, registration=undeclared)) == {Check.AMOUNT, Check.VALIDATED}


def test_hash_is_of_the_schedule_and_of_each_result(chris: Student) -> None:
    chris.declares("01")
    chris.asks_for()
    waiting, request = chris.file, chris.account.plan_requests[0]
    validated = replace(waiting.registration, status=RegistrationStatus.VALIDATED)
    files = (
        waiting,
        replace(waiting, registration=validated),
        replace(waiting, registration=replace(waiting.registration, blocked=True)),
        replace(waiting, registration=replace(validated, blocked=True)),
    )
    read = {checks_hash(each, request) for each in files}
    read |= {checks_hash(waiting, replace(request, schedule_hash="other"))}
    assert len(read) == len(files) + 1
    assert checks_hash(waiting, replace(request, version=9)) == checks_hash(waiting, request)


def test_money_that_came_in_is_seen(chris: Student) -> None:
    chris.starts_the_plan()
    assert Check.NOTHING_PAID in failing(chris.file)
