from http import HTTPStatus

from chalice.app import Blueprint

from chalicelib.api.endpoint import Call, endpoint
from chalicelib.domain import errors
from chalicelib.domain.access import Action
from chalicelib.domain.books import period_refusals as refusals
from chalicelib.domain.books.periods import Closing, month_of
from chalicelib.usecases.closing.begin_closing import begin_closing
from chalicelib.web.parsing import month_of_path
from chalicelib.web.schemas.books import periods as schemas

periods = Blueprint(__name__)


@endpoint(periods, "GET", "/staff/periods", answer=schemas.PeriodList, action=Action.READ_BOOKS)
def list_periods(call: Call) -> schemas.PeriodList:
    series = call.ports.campaigns.current().numbering.series
    return _view(call, call.ports.periods.closing(series))


@endpoint(
    periods,
    "POST",
    "/staff/periods/{month}/close",
    status=HTTPStatus.ACCEPTED,
    answer=schemas.PeriodList,
    errors=[
        errors.NotFound,
        refusals.PeriodBeingClosed,
        refusals.PeriodAlreadyClosed,
        refusals.PeriodNotEnded,
        refusals.PeriodNotNext,
        errors.ConcurrentUpdate,
    ],
    action=Action.CLOSE_PERIOD,
)
def close_period(call: Call, month: str) -> schemas.PeriodList:
    """Begin to close a month: new entries are dated later, and the hourly run closes it."""
    series = call.ports.campaigns.current().numbering.series
    return _view(call, begin_closing(call.ports, series, month_of_path(month), call.person))


def _view(call: Call, closing: Closing) -> schemas.PeriodList:
    return schemas.PeriodList(
        open_from=closing.open_from,
        closing=month_of(closing.closing_to) if closing.closing_to else None,
        next=month_of(closing.open_from) if closing.open_from else None,
        items=[
            schemas.PeriodView(
                month=each.month,
                begun_at=each.begun_at,
                closed_at=each.closed_at,
                last_number=each.last_number,
                balances=each.balances,
            )
            for each in call.ports.periods.closed(closing.series)
        ],
    )
