from chalice.app import Blueprint

from chalicelib.api.accounting.collection import payment_view
from chalicelib.api.endpoint import Call, endpoint
from chalicelib.domain.access import Action
from chalicelib.domain.calendar import paris_day
from chalicelib.usecases.collection.list_unpaid import list_unpaid
from chalicelib.usecases.collection.remind_arrears import list_arrears
from chalicelib.web.schemas import late as schemas
from chalicelib.web.schemas.models import ListQuery

late = Blueprint(__name__)


@endpoint(
    late,
    "GET",
    "/staff/unpaid",
    query=ListQuery,
    answer=schemas.UnpaidList,
    action=Action.READ_INSTALMENTS,
)
def list_unpaid_payments(call: Call) -> schemas.UnpaidList:
    found, cursor = list_unpaid(call.ports, call.query.after)
    items = [
        schemas.UnpaidItem(
            holder=each.registration.holder, owed_cents=each.owed_cents, payment=payment_view(each.payment)
        )
        for each in found
    ]
    return schemas.UnpaidList(items=items, next=cursor)


@endpoint(
    late,
    "GET",
    "/staff/arrears",
    answer=schemas.ArrearsList,
    action=Action.READ_INSTALMENTS,
)
def list_late_amounts(call: Call) -> schemas.ArrearsList:
    found, today = list_arrears(call.ports), paris_day(call.ports.now())
    items = [
        schemas.ArrearsItem(
            registration=each.registration.id,
            holder=each.registration.holder,
            late_cents=each.arrears.cents,
            since=each.arrears.since,
            age_days=each.arrears.age_on(today),
            reminders=each.registration.reminders,
        )
        for each in found
    ]
    return schemas.ArrearsList(items=items, total_cents=sum(each.late_cents for each in items))
