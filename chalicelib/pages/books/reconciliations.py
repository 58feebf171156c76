"""Accounting's desk of reconciliations: what differs, since when, who has it, and the runs that say so."""

from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from chalice.app import Blueprint, Response

from chalicelib.domain.access import Action
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.errors import NotFound, QuittanceError
from chalicelib.domain.languages import amount
from chalicelib.domain.people import Role
from chalicelib.domain.reconciliation.policies import (
    DifferenceState,
    Policy,
    unexplained_of,
)
from chalicelib.domain.trail.audit import SCHEDULE
from chalicelib.pages.desks import RECONCILIATIONS
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.responses import see_other
from chalicelib.portal.books.reconciliation_words import KINDS, NO_DIFFERENCE, POLICIES, STATES, WHY
from chalicelib.portal.texts import marked
from chalicelib.usecases.isolation import LONGEST_REQUEST, within
from chalicelib.usecases.people.list_people import names_of
from chalicelib.usecases.reconciliation.compare_export import compare_export
from chalicelib.usecases.reconciliation.explain_difference import explain_difference, take_difference
from chalicelib.usecases.reconciliation.reconcile_day import reconcile_day
from chalicelib.web.parsing import day_of
from chalicelib.web.problems import UploadMissing, UploadTooLarge, status_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.domain.reconciliation.exports import Export
    from chalicelib.domain.reconciliation.policies import Difference, Reconciliation

pages_reconciliations = Blueprint(__name__)
RUNS_SHOWN = 7
RUN = f"{RECONCILIATIONS.path}/{{run_id}}"
DIFFERENCE = "/staff/differences/{difference_id}"
EXPORTS = "/staff/gateway-exports"
NIGHTLY = marked("le passage de la nuit")
TAKEN = marked("Vous suivez cet écart.")
EXPLAINED = marked("L'écart de %(amount)s est expliqué.")


@page(pages_reconciliations, "GET", RECONCILIATIONS.path, action=RECONCILIATIONS.action, takes_file=True)
def staff_reconciliations(page_request: PageRequest) -> Response:
    return _desk(page_request)


@page(pages_reconciliations, "POST", RECONCILIATIONS.path, action=Action.KEEP_BOOKS)
def run_reconciliation(page_request: PageRequest) -> Response:
    """Compare a day; what there is no time for the nightly run goes on with."""
    ports, has_time = page_request.ports, within(page_request.ports.now, LONGEST_REQUEST)
    try:
        policy = Policy(page_request.field("policy"))
    except ValueError:
        raise NotFound from None
    try:
        run = reconcile_day(
            ports,
            _series(page_request),
            policy,
            day_of(page_request.field("day")),
            page_request.person.id,
            has_time,
        )
    except QuittanceError as refusal:
        return _desk(page_request, status_of(refusal), page_request.sentence(refusal))
    return see_other(RUN.format(run_id=run.id))


@page(pages_reconciliations, "GET", RUN, action=RECONCILIATIONS.action)
def show_reconciliation(page_request: PageRequest, run_id: str) -> Response:
    return _run(page_request, page_request.ports.reconciliations.run(run_id))


@page(pages_reconciliations, "POST", EXPORTS, action=Action.KEEP_BOOKS, takes_file=True)
def compare_exported_file(page_request: PageRequest) -> Response:
    month = page_request.field("month")[:7]
    try:
        done = compare_export(
            page_request.ports, _series(page_request), page_request.upload, month, page_request.person
        )
    except (QuittanceError, UploadMissing, UploadTooLarge) as refusal:
        return _desk(page_request, status_of(refusal), page_request.sentence(refusal))
    return _run(page_request, done.run, done.export)


@page(pages_reconciliations, "GET", DIFFERENCE, action=RECONCILIATIONS.action)
def show_difference(page_request: PageRequest, difference_id: str) -> Response:
    return _difference(page_request, difference_id)


@page(pages_reconciliations, "POST", f"{DIFFERENCE}/explanation", action=Action.KEEP_BOOKS)
def explain(page_request: PageRequest, difference_id: str) -> Response:
    seen, text = page_request.field("seen_cents"), page_request.field("text")
    try:
        seen_cents = int(seen[:20])
    except ValueError:
        raise NotFound from None
    try:
        explain_difference(page_request.ports, difference_id, text, seen_cents, page_request.person)
    except QuittanceError as refusal:
        return _difference(page_request, difference_id, status_of(refusal), page_request.sentence(refusal))
    return see_other(f"{RECONCILIATIONS.path}?{urlencode({'done': difference_id})}")


@page(pages_reconciliations, "POST", f"{DIFFERENCE}/owner", action=Action.KEEP_BOOKS)
def take(page_request: PageRequest, difference_id: str) -> Response:
    try:
        take_difference(page_request.ports, difference_id, page_request.person)
    except QuittanceError as refusal:
        return _difference(page_request, difference_id, status_of(refusal), page_request.sentence(refusal))
    return see_other(f"{DIFFERENCE.format(difference_id=difference_id)}?done=taken")


def _desk(page_request: PageRequest, status: HTTPStatus = HTTPStatus.OK, mistake: str = "") -> Response:
    kept, series = page_request.ports.reconciliations, _series(page_request)
    told = page_request.parameter("state")
    state = DifferenceState(told) if told in list(DifferenceState) else DifferenceState.UNEXPLAINED
    found, cursor = kept.differences(series, state, page_request.cursor())
    today = paris_day(page_request.ports.now())
    further = urlencode({"state": state, "after": cursor}) if cursor else ""
    return page_request.page(
        "books/reconciliations",
        status=status,
        mistake=mistake,
        unexplained=unexplained_of(kept.open_differences(series)),
        state=state,
        told=_explained(page_request),
        states=STATES,
        emptiness=NO_DIFFERENCE,
        given={name: page_request.field(name)[:10] for name in ("policy", "day", "month")},
        differences=found,
        further=f"{RECONCILIATIONS.path}?{further}" if further else "",
        runs={policy: kept.runs(series, policy)[0][:RUNS_SHOWN] for policy in Policy},
        today=today,
        yesterday=today - timedelta(days=1),
        **_words(page_request, found, ()),
    )


def _explained(page_request: PageRequest) -> str:
    """Return what was just done to the difference that the address names."""
    done = page_request.parameter("done")
    found = page_request.ports.reconciliations.difference(done) if done else None
    return page_request.said(EXPLAINED, amount=amount(found.cents, page_request.language)) if found else ""


def _run(page_request: PageRequest, run: "Reconciliation", export: "Export | None" = None) -> Response:
    return page_request.page(
        "books/reconciliation",
        run=run,
        export=export,
        unremitted_cents=sum(each.cents for each in export.unremitted) if export else 0,
        why=WHY,
        **_words(page_request, (), (run.by,)),
    )


def _difference(
    page_request: PageRequest, difference_id: str, status: HTTPStatus = HTTPStatus.OK, mistake: str = ""
) -> Response:
    found = page_request.ports.reconciliations.difference(difference_id)
    if found is None:
        raise NotFound
    return page_request.page(
        "books/difference",
        status=status,
        mistake=mistake,
        each=found,
        told=page_request.said(TAKEN) if page_request.parameter("done") else "",
        text=page_request.field("text"),
        today=paris_day(page_request.ports.now()),
        me=page_request.person.id,
        **_words(page_request, (found,), ()),
    )


def _words(
    page_request: PageRequest, differences: "Sequence[Difference]", people: tuple[str, ...]
) -> dict[str, Any]:
    ids = {each.owner for each in differences} | {each.explained_by for each in differences} | {*people}
    return {
        "policies": POLICIES,
        "kinds": KINDS,
        "names": {SCHEDULE: page_request.said(NIGHTLY)}
        | dict(names_of(page_request.ports, ids - {"", SCHEDULE})),
        "may_act": page_request.person.holds(Role.ACCOUNTANT),
    }


def _series(page_request: PageRequest) -> str:
    return page_request.ports.campaigns.current().numbering.series
