from chalicelib.domain import registration as rules
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import PlanBinding
from chalicelib.domain.fees import require_as_read, require_open_window
from chalicelib.domain.payers.refusals import PaidByThirdParty
from chalicelib.domain.registration import Registration
from chalicelib.domain.registration_file import file_of
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.registrations.ports import RegistrationPorts


def choose_fee_situation(
    ports: RegistrationPorts, person_id: str, registration_id: str, code: str, seen_hash: str | None = None
) -> Registration:
    """Declare the student's situation; choosing the same again writes nothing.

    `seen_hash` is that of the file as it was read, None if unknown. Raise `RegistrationMoved` if it is
    another in the version that the commit replaces.
    """
    account = ports.accounts.account(person_id)
    registration = account.registration(registration_id)
    campaign = ports.campaigns.get(registration.campaign_id)
    programme = campaign.programme(registration.programme_code)
    chosen = rules.choose_fee_situation(registration, programme, code)
    require_open_window(campaign, ports.now())
    if chosen is not registration:
        file = file_of(account, registration_id, campaign)
        require_as_read(file, seen_hash)
        file.require_no_open_attempt()
        if file.has_binding_plan:
            raise PlanBinding
        if file.has_payer:
            raise PaidByThirdParty
        entry = audited(ports, person_id, Act.FEE_SITUATION_DECLARED, person_id, registration_id, code=code)
        ports.store.commit(Changes((chosen,), audit=entry))
    return chosen
