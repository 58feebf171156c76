from collections.abc import Iterable, Mapping
from typing import Protocol

from chalicelib.domain.plan.plan_cards import CardLack, plan_lack
from chalicelib.domain.plan.plan_requests import PlanRequest
from chalicelib.usecases.isolation import FailureAlarm, for_each
from chalicelib.usecases.storage_ports import Accounts


class CardLackPorts(Protocol):
    @property
    def accounts(self) -> Accounts: ...

    @property
    def alarms(self) -> FailureAlarm: ...


def card_lacks(ports: CardLackPorts, requests: Iterable[PlanRequest]) -> Mapping[str, CardLack]:
    """Return, by registration, why the card of a begun plan cannot be debited for all that waits.

    Plans with a card for all are left out. Each begun plan is one read.
    """
    found: dict[str, CardLack] = {}

    def look(request: PlanRequest) -> None:
        account, registration_id = ports.accounts.account(request.person_id), request.registration_id
        lack = plan_lack(account.mandate(registration_id), account.instalments_of(registration_id))
        if lack:
            found[registration_id] = lack

    for_each(ports, "card of a plan not looked at", (each for each in requests if each.started), look)
    return found
