from chalice.app import Blueprint

from chalicelib.api.endpoint import Call, endpoint
from chalicelib.api.plan_views import instalment_list, staff_instalment
from chalicelib.domain import errors
from chalicelib.domain.access import Action
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.plan.plan_cards import file_lack
from chalicelib.usecases.debits.list_conflicts import list_conflicts
from chalicelib.usecases.debits.release_instalment import release_instalment
from chalicelib.usecases.debits.show_debit_run import show_debit_run
from chalicelib.usecases.registrations.show_account import open_file, show_account
from chalicelib.web.parsing import day_of, rank_of
from chalicelib.web.schemas import plans as schemas
from chalicelib.web.schemas.books.debit_runs import DebitRunView

instalments = Blueprint(__name__)


@endpoint(
    instalments,
    "GET",
    "/registrations/{registration_id}/instalments",
    answer=schemas.InstalmentList,
    errors=[errors.NotFound],
    shows_account=True,
)
def list_my_instalments(call: Call, registration_id: str) -> schemas.InstalmentList:
    return instalment_list(call.account, open_file(call.ports, call.account, registration_id))


@endpoint(
    instalments,
    "GET",
    "/staff/registrations/{registration_id}/instalments",
    answer=schemas.StaffInstalmentList,
    errors=[errors.NotFound],
    action=Action.READ_INSTALMENTS,
)
def list_instalments_with_codes(call: Call, registration_id: str) -> schemas.StaffInstalmentList:
    account = show_account(call.ports, person_of(registration_id))
    file = open_file(call.ports, account, registration_id)
    return schemas.StaffInstalmentList(
        items=[staff_instalment(account, each) for each in file.instalments],
        card_lack=file_lack(file),
        seen_hash=file.plan_request and file.plan_request.seen_hash,
    )


@endpoint(
    instalments,
    "GET",
    "/staff/conflicts",
    answer=schemas.ConflictList,
    action=Action.READ_INSTALMENTS,
)
def list_debits_in_conflict(call: Call) -> schemas.ConflictList:
    found = list_conflicts(call.ports)
    return schemas.ConflictList(
        items=[schemas.Conflict.model_validate(each, from_attributes=True) for each in found]
    )


@endpoint(
    instalments,
    "POST",
    "/staff/instalments/{registration_id}/{rank}/release",
    query=schemas.ReleaseQuery,
    answer=schemas.StaffInstalment,
    errors=[errors.NotFound, errors.ReleaseNotPossible, errors.ConcurrentUpdate],
    action=Action.RELEASE_INSTALMENT,
)
def release_unknown_instalment(call: Call, registration_id: str, rank: str) -> schemas.StaffInstalment:
    released = release_instalment(call.ports, registration_id, rank_of(rank), call.person, call.query.debit)
    account = show_account(call.ports, released.person_id)
    return staff_instalment(account, released)


@endpoint(
    instalments,
    "GET",
    "/staff/debit-runs/{day}",
    answer=DebitRunView,
    errors=[errors.NotFound],
    action=Action.READ_INSTALMENTS,
)
def show_debits_of_a_day(call: Call, day: str) -> DebitRunView:
    run = show_debit_run(call.ports, day_of(day))
    return DebitRunView.model_validate(run, from_attributes=True)
