"""Accounting's desk of batches: what waits for the next one, what left, what came back."""

from http import HTTPStatus
from urllib.parse import urlencode

from chalice.app import Blueprint, Response

from chalicelib.domain.access import RULES, Action
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.errors import QuittanceError
from chalicelib.domain.exports.batches import Batch, BatchKind
from chalicelib.domain.languages import amount, day
from chalicelib.pages.books.confirmation import Asked, confirmation, is_sure
from chalicelib.pages.desks import BATCHES, Desk
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.responses import see_other
from chalicelib.portal.books.words import BATCH_DONE, KINDS, STATES
from chalicelib.portal.texts import marked
from chalicelib.usecases.exports.make_batch import ACTIONS, BatchAsked, Ready, make_batch, show_ready
from chalicelib.usecases.exports.take_return import take_return
from chalicelib.usecases.people.list_people import names_of
from chalicelib.web.downloads import csv_text, offered
from chalicelib.web.parsing import as_of_parameter
from chalicelib.web.problems import status_of

pages_batches = Blueprint(__name__)
BATCH = f"{BATCHES.path}/{{batch_id}}"


@page(pages_batches, "GET", BATCHES.path, action=BATCHES.action)
def staff_batches(page_request: PageRequest) -> Response:
    return batches_page(page_request, BATCHES, BatchKind.JOURNAL)


@page(pages_batches, "POST", BATCHES.path, action=Action.EXPORT_BOOKS)
def make_next_batch(page_request: PageRequest) -> Response:
    return next_batch(page_request, BATCHES, BatchKind.JOURNAL)


def next_batch(page_request: PageRequest, desk: Desk, kind: BatchKind) -> Response:
    """Make the batch that was seen, and show it; a refusal is shown at the desk."""
    chosen = as_of_parameter(page_request.field("accounting_on"))
    asked = BatchAsked(kind, page_request.field("seen"), chosen)
    ready = show_ready(page_request.ports, page_request.campaign, kind)
    if ready and ready.seen == asked.seen and not is_sure(page_request):
        return confirmation(page_request, _batch_asked(page_request, desk, asked, ready))
    try:
        batch = make_batch(page_request.ports, asked, page_request.person)
    except QuittanceError as refusal:
        return batches_page(page_request, desk, kind, status_of(refusal), page_request.sentence(refusal))
    return see_other(f"{desk.path}/{batch.id}?done=made")


def _batch_asked(page_request: PageRequest, desk: Desk, asked: BatchAsked, ready: Ready) -> Asked:
    say, language, on = page_request.said, page_request.language, asked.accounting_on
    debit, credit = (
        amount(each, language) for each in (ready.control.debit_cents, ready.control.credit_cents)
    )
    return Asked(
        title=say(marked("Établir le lot ?")),
        consequence=say(marked("Une écriture n'est que dans un seul lot.")),
        facts=(
            (say(marked("Écritures")), str(ready.control.entries)),
            (say(marked("Débit")), debit),
            (say(marked("Crédit")), credit),
            (
                say(marked("Date comptable")),
                day(on, language) if on else say(marked("celle de chaque écriture")),
            ),
        ),
        button=say(marked("Établir le lot de %(debit)s"), debit=debit),
        action=desk.path,
        back=desk.path,
        fields=(("seen", asked.seen), ("accounting_on", on.isoformat() if on else "")),
    )


@page(pages_batches, "GET", BATCH, action=BATCHES.action, takes_file=True)
def show_batch(page_request: PageRequest, batch_id: str) -> Response:
    return batch_page(page_request, BATCHES, page_request.ports.batches.find(batch_id))


@page(pages_batches, "GET", f"{BATCH}/file", action=BATCHES.action)
def take_batch(page_request: PageRequest, batch_id: str) -> Response:
    batch = page_request.ports.batches.find(batch_id)
    data = page_request.ports.batches.text(batch_id).data
    return offered(page_request.ports.downloads.offer(batch.file_name, data))


@page(pages_batches, "GET", f"{BATCH}/sheet", action=BATCHES.action)
def take_sheet(page_request: PageRequest, batch_id: str) -> Response:
    batch = page_request.ports.batches.find(batch_id)
    return csv_text(page_request.ports.render_sheet(batch), f"{batch.id}-controle.csv")


@page(pages_batches, "POST", f"{BATCH}/return", action=Action.EXPORT_BOOKS, takes_file=True)
def take_batch_return(page_request: PageRequest, batch_id: str) -> Response:
    try:
        take_return(page_request.ports, batch_id, page_request.upload, page_request.person)
    except QuittanceError as refusal:
        batch = page_request.ports.batches.find(batch_id)
        return batch_page(page_request, BATCHES, batch, status_of(refusal), page_request.sentence(refusal))
    return see_other(f"{BATCH.format(batch_id=batch_id)}?done=returned")


def batches_page(
    page_request: PageRequest,
    desk: Desk,
    kind: BatchKind,
    status: HTTPStatus = HTTPStatus.OK,
    mistake: str = "",
) -> Response:
    """Show what waits for the next batch of a kind, and those that were made."""
    ports = page_request.ports
    found, cursor = ports.batches.listed(kind, page_request.cursor())
    rows = [(each, ports.batches.returned(each).state(each.control.entries)) for each in found]
    return page_request.page(
        "books/batches",
        status=status,
        mistake=mistake,
        desk=desk.path,
        is_titles=kind is BatchKind.TITLES,
        title=KINDS[kind],
        ready=show_ready(ports, page_request.campaign, kind),
        given_on=page_request.field("accounting_on"),
        rows=rows,
        states=STATES,
        further=f"{desk.path}?{urlencode({'after': cursor})}" if cursor else "",
        may_act=page_request.person.holds(*RULES[ACTIONS[kind]].roles),
        today=paris_day(ports.now()),
    )


def batch_page(
    page_request: PageRequest,
    desk: Desk,
    batch: Batch,
    status: HTTPStatus = HTTPStatus.OK,
    mistake: str = "",
) -> Response:
    """Show one batch, its control and what came back of it."""
    returned = page_request.ports.batches.returned(batch)
    return page_request.page(
        "books/batch",
        status=status,
        mistake=mistake,
        desk=desk.path,
        batch=batch,
        returned=returned,
        told=page_request.said(BATCH_DONE.get(page_request.parameter("done"), "")),
        state=STATES[returned.state(batch.control.entries)],
        names=names_of(page_request.ports, {batch.made_by, returned.by} - {""}),
        may_act=page_request.person.holds(*RULES[Action.EXPORT_BOOKS].roles),
    )
