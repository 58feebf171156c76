from chalicelib.domain import registration as rules
from chalicelib.domain.audit import Act
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import PlanBinding
from chalicelib.domain.fees import require_open_window
from chalicelib.domain.registration import Registration
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.registrations.ports import RegistrationPorts


def choose_fee_situation(
    ports: RegistrationPorts, person_id: str, registration_id: str, code: str
) -> Registration:
    """Declare the student's situation; choosing the same again writes nothing."""
    account = ports.accounts.account(person_id)
    registration = account.registration(registration_id)
    campaign = ports.campaigns.get(registration.campaign_id)
    programme = campaign.programme(registration.programme_code)
    chosen = rules.choose_fee_situation(registration, programme, code)
    require_open_window(campaign, ports.now())
    request = account.plan_request(registration_id)
    if chosen is not registration and request and request.is_binding:
        raise PlanBinding
    if chosen is not registration:
        entry = audited(ports, person_id, Act.FEE_SITUATION_DECLARED, person_id, registration_id, code=code)
        ports.store.commit(Changes((chosen,), audit=entry))
    return chosen
