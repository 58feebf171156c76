"""Accounting's desk of batches: what waits for the next one, what left, what came back."""

from http import HTTPStatus
from urllib.parse import urlencode

from chalice.app import Blueprint, Response

from chalicelib.domain.access import RULES, Action
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.errors import QuittanceError
from chalicelib.domain.exports.batches import Batch, BatchKind
from chalicelib.pages.desks import BATCHES
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.responses import see_other
from chalicelib.portal.books.words import KINDS, STATES
from chalicelib.portal.sentences import sentence
from chalicelib.usecases.exports.make_batch import ACTIONS, BatchAsked, make_batch, show_ready
from chalicelib.usecases.exports.take_return import take_return
from chalicelib.usecases.people.list_people import names_of
from chalicelib.web.downloads import csv_text, offered
from chalicelib.web.parsing import as_of_parameter
from chalicelib.web.problems import status_of

pages_batches = Blueprint(__name__)
LONGEST_CURSOR = 250
BATCH = f"{BATCHES.path}/{{batch_id}}"


@page(pages_batches, "GET", BATCHES.path, action=BATCHES.action)
def staff_batches(page_request: PageRequest) -> Response:
    return _desk(page_request, _kind(page_request.parameter("kind")))


@page(pages_batches, "POST", BATCHES.path, action=Action.EXPORT_BOOKS)
def make_next_batch(page_request: PageRequest) -> Response:
    kind = _kind(page_request.field("kind"))
    chosen = as_of_parameter(page_request.field("accounting_on"))
    asked = BatchAsked(kind, page_request.field("seen"), chosen)
    try:
        batch = make_batch(page_request.ports, asked, page_request.person)
    except QuittanceError as refusal:
        return _desk(page_request, kind, status_of(refusal), sentence(refusal))
    return see_other(BATCH.format(batch_id=batch.id))


@page(pages_batches, "GET", BATCH, action=BATCHES.action, takes_file=True)
def show_batch(page_request: PageRequest, batch_id: str) -> Response:
    return _batch(page_request, page_request.ports.batches.find(batch_id))


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
        return _batch(page_request, batch, status_of(refusal), sentence(refusal))
    return see_other(BATCH.format(batch_id=batch_id))


def _kind(text: str) -> BatchKind:
    return BatchKind(text) if text in set(BatchKind) else BatchKind.JOURNAL


def _desk(
    page_request: PageRequest, kind: BatchKind, status: HTTPStatus = HTTPStatus.OK, mistake: str = ""
) -> Response:
    ports, after = page_request.ports, page_request.parameter("after")
    found, cursor = ports.batches.listed(kind, after if 0 < len(after) <= LONGEST_CURSOR else None)
    rows = [(each, ports.batches.returned(each).state(each.control.entries)) for each in found]
    return page_request.page(
        "books/batches",
        status=status,
        mistake=mistake,
        kind=kind,
        kinds={each: KINDS[each] for each in ACTIONS},
        ready=show_ready(ports, page_request.campaign, kind),
        rows=rows,
        states=STATES,
        further=f"{BATCHES.path}?{urlencode({'kind': kind, 'after': cursor})}" if cursor else "",
        may_act=page_request.person.holds(*RULES[ACTIONS[kind]].roles),
        today=paris_day(ports.now()),
    )


def _batch(
    page_request: PageRequest, batch: Batch, status: HTTPStatus = HTTPStatus.OK, mistake: str = ""
) -> Response:
    returned = page_request.ports.batches.returned(batch)
    return page_request.page(
        "books/batch",
        status=status,
        mistake=mistake,
        batch=batch,
        returned=returned,
        state=STATES[returned.state(batch.control.entries)],
        names=names_of(page_request.ports, {batch.made_by, returned.by} - {""}),
        may_act=page_request.person.holds(*RULES[Action.EXPORT_BOOKS].roles),
    )
