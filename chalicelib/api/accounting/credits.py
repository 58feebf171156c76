from chalice.app import Blueprint

from chalicelib.api.endpoint import Call, endpoint
from chalicelib.domain.access import Action
from chalicelib.domain.calendar import paris_day
from chalicelib.usecases.credits.list_credits import OwnedCredit, list_credits
from chalicelib.web.schemas import credits as schemas
from chalicelib.web.schemas.models import ListQuery

credits_to_give_back = Blueprint(__name__)


@endpoint(
    credits_to_give_back,
    "GET",
    "/staff/credits",
    query=ListQuery,
    answer=schemas.CreditList,
    action=Action.READ_CREDITS,
)
def list_credits_to_give_back(call: Call) -> schemas.CreditList:
    page = list_credits(call.ports, call.query.after)
    return schemas.CreditList(
        items=[_credit(each) for each in page.found], next=page.next, total_cents=page.total_cents
    )


def _credit(owned: OwnedCredit) -> schemas.CreditView:
    credit, registration = owned.credit, owned.registration
    return schemas.CreditView(
        registration=registration.id,
        person_id=registration.person_id,
        holder=registration.holder,
        amount_cents=credit.amount_cents,
        since=credit.since,
        cause=credit.cause,
        payments=[
            schemas.CreditedPayment(
                id=part.payment.id,
                booked_on=paris_day(part.payment.received_at),
                banked_on=part.payment.banked_on,
                amount_cents=part.cents,
                refundable_cents=part.payment.refundable_cents,
            )
            for part in credit.parts
        ],
    )
