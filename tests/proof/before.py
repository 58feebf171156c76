"""The rows that the judges compare a commit with."""

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.domain.payments import Attempt
from chalicelib.domain.plan.instalments import Instalment
from chalicelib.domain.plan.plan_requests import PlanRequest
from chalicelib.domain.registration import Registration
from tests.fakes.storage import Memory


@dataclass(frozen=True)
class Before:
    """The rows as they were before a commit, by their ids."""

    registrations: Mapping[str, Registration]
    requests: Mapping[str, PlanRequest]
    attempts: Mapping[str, Attempt]
    instalments: Mapping[str, Instalment]


def before(memory: Memory) -> Before:
    return Before(
        dict(memory.registrations_by_id),
        dict(memory.plan_requests),
        dict(memory.attempts),
        dict(memory.instalments),
    )
