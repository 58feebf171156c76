from chalice.app import Blueprint

from chalicelib.api.endpoint import Call, endpoint
from chalicelib.domain.access import Action
from chalicelib.domain.books.as_of import DayToCome
from chalicelib.domain.books.daily_sums import Flows
from chalicelib.portal.figure_words import figures as in_words
from chalicelib.usecases.journal.show_figures import show_figures
from chalicelib.web.schemas import figures as schemas

figures = Blueprint(__name__)


@endpoint(
    figures,
    "GET",
    "/staff/figures",
    query=schemas.FiguresQuery,
    answer=schemas.FiguresView,
    errors=[DayToCome],
    action=Action.READ_FIGURES,
)
def show_figures_of_money(call: Call) -> schemas.FiguresView:
    found = show_figures(call.ports, call.ports.campaigns.current(), call.query.as_of)
    return schemas.FiguresView(
        as_of=found.as_of,
        items=[
            schemas.FigureView(
                key=each.key, label=each.label, amount_cents=each.cents, href=each.href, how=each.how
            )
            for each in in_words(found.total)
        ],
        days=[schemas.DayView(day=day, **_day(flows)) for day, flows in found.days],
    )


def _day(flows: Flows) -> dict[str, object]:
    return {
        "received": {book.value: cents for book, cents in flows.received.items()},
        "given_back_cents": flows.given_back_cents,
        "taken_back_cents": flows.taken_back_cents,
    }
