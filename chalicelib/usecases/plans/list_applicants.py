from collections.abc import Iterable, Mapping
from typing import NamedTuple, Protocol

from chalicelib.domain.people import Person
from chalicelib.domain.plan.plan_requests import PlanRequest, PlanRequestState
from chalicelib.domain.plan.request_checks import Check, checks_hash, checks_of
from chalicelib.domain.registration import Registration
from chalicelib.domain.registration_file import file_of
from chalicelib.usecases.isolation import for_each
from chalicelib.usecases.plans.card_lacks import CardLackPorts
from chalicelib.usecases.ports import Campaigns


class ApplicantPorts(CardLackPorts, Protocol):
    @property
    def campaigns(self) -> Campaigns: ...


class Applicant(NamedTuple):
    """`checks` and their hash are those of a request that waits, empty once it is decided."""

    person: Person
    registration: Registration
    checks: Mapping[Check, bool]
    checks_hash: str


def list_applicants(ports: ApplicantPorts, requests: Iterable[PlanRequest]) -> Mapping[str, Applicant]:
    """Return, by registration, who asks and for what; each request is one read."""
    found: dict[str, Applicant] = {}

    def look(request: PlanRequest) -> None:
        account, registration_id = ports.accounts.account(request.person_id), request.registration_id
        campaign = ports.campaigns.get(request.campaign_id)
        file = file_of(account, registration_id, campaign)
        waits = request.state is PlanRequestState.REQUESTED
        checks = checks_of(file, request) if waits else {}
        read = checks_hash(file, request) if waits else ""
        found[registration_id] = Applicant(account.person, file.registration, checks, read)

    for_each(ports, "applicant for a plan not read", requests, look)
    return found
