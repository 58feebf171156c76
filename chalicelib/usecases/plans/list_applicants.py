from collections.abc import Iterable, Mapping
from typing import NamedTuple

from chalicelib.domain.people import Person
from chalicelib.domain.plan.plan_requests import PlanRequest
from chalicelib.domain.registration import Registration
from chalicelib.usecases.isolation import for_each
from chalicelib.usecases.plans.card_lacks import CardLackPorts


class Applicant(NamedTuple):
    person: Person
    registration: Registration


def list_applicants(ports: CardLackPorts, requests: Iterable[PlanRequest]) -> Mapping[str, Applicant]:
    """Return, by registration, who asks and for what; each request is one read."""
    found: dict[str, Applicant] = {}

    def look(request: PlanRequest) -> None:
        account, registration_id = ports.accounts.account(request.person_id), request.registration_id
        found[registration_id] = Applicant(account.person, account.registration(registration_id))

    for_each(ports, "applicant for a plan not read", requests, look)
    return found
