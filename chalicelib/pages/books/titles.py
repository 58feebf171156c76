"""The registrar's desk of titles: what was invoiced and credited, as numbered lists for accounting."""

from chalice.app import Blueprint, Response

from chalicelib.domain.access import Action
from chalicelib.domain.exports.batches import BatchKind
from chalicelib.pages.books.batches import batch_page, batches_page, next_batch
from chalicelib.pages.desks import TITLES
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.usecases.exports.make_batch import find_titles
from chalicelib.web.downloads import csv_text, offered

pages_titles = Blueprint(__name__)
LIST = f"{TITLES.path}/{{batch_id}}"


@page(pages_titles, "GET", TITLES.path, action=TITLES.action)
def staff_titles(page_request: PageRequest) -> Response:
    return batches_page(page_request, TITLES, BatchKind.TITLES)


@page(pages_titles, "POST", TITLES.path, action=Action.ISSUE_TITLES)
def issue_titles(page_request: PageRequest) -> Response:
    return next_batch(page_request, TITLES, BatchKind.TITLES)


@page(pages_titles, "GET", LIST, action=TITLES.action)
def show_titles(page_request: PageRequest, batch_id: str) -> Response:
    return batch_page(page_request, TITLES, find_titles(page_request.ports, batch_id))


@page(pages_titles, "GET", f"{LIST}/file", action=TITLES.action)
def take_titles(page_request: PageRequest, batch_id: str) -> Response:
    batch = find_titles(page_request.ports, batch_id)
    data = page_request.ports.batches.text(batch.id).data
    return offered(page_request.ports.downloads.offer(batch.file_name, data))


@page(pages_titles, "GET", f"{LIST}/sheet", action=TITLES.action)
def take_sheet_of_titles(page_request: PageRequest, batch_id: str) -> Response:
    batch = find_titles(page_request.ports, batch_id)
    return csv_text(page_request.ports.render_sheet(batch), f"{batch.id}-controle.csv")
