"""Accounting's desk of the état de rapprochement: prepared by one person, checked by another."""

from http import HTTPStatus
from urllib.parse import urlencode

from chalice.app import Blueprint, Response

from chalicelib.domain.access import Action
from chalicelib.domain.causes import SamePerson
from chalicelib.domain.errors import DecisionNotPossible, QuittanceError
from chalicelib.domain.people import Role
from chalicelib.domain.refunds.ibans import masked
from chalicelib.pages.desks import RAPPROCHEMENTS
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.responses import see_other
from chalicelib.portal.books.balance_words import RAPPROCHED, SUSPENDED
from chalicelib.usecases.people.list_people import names_of
from chalicelib.usecases.rapprochement.prepare_rapprochement import (
    check_rapprochement,
    prepare_rapprochement,
    print_rapprochement,
)
from chalicelib.web.problems import status_of

pages_rapprochements = Blueprint(__name__)
ONE = f"{RAPPROCHEMENTS.path}/{{rapprochement_id}}"


@page(pages_rapprochements, "GET", RAPPROCHEMENTS.path, action=RAPPROCHEMENTS.action)
def staff_rapprochements(page_request: PageRequest) -> Response:
    return _desk(page_request)


@page(pages_rapprochements, "POST", RAPPROCHEMENTS.path, action=Action.KEEP_BOOKS)
def prepare_rapprochement_page(page_request: PageRequest) -> Response:
    series = page_request.campaign.numbering.series
    try:
        found = prepare_rapprochement(page_request.ports, series, page_request.person)
    except DecisionNotPossible as refusal:
        return _desk(page_request, refusal)
    return see_other(f"{ONE.format(rapprochement_id=found.id)}?done=prepared")


@page(pages_rapprochements, "GET", ONE, action=RAPPROCHEMENTS.action)
def staff_rapprochement(page_request: PageRequest, rapprochement_id: str) -> Response:
    return _one(page_request, rapprochement_id)


@page(pages_rapprochements, "POST", f"{ONE}/check", action=Action.KEEP_BOOKS)
def check_rapprochement_page(page_request: PageRequest, rapprochement_id: str) -> Response:
    digest = page_request.field("digest")
    try:
        check_rapprochement(page_request.ports, rapprochement_id, digest, page_request.person)
    except (DecisionNotPossible, SamePerson) as refusal:
        return _one(page_request, rapprochement_id, refusal)
    return see_other(f"{ONE.format(rapprochement_id=rapprochement_id)}?done=checked")


@page(pages_rapprochements, "GET", f"{ONE}/pdf", action=RAPPROCHEMENTS.action)
def print_rapprochement_page(page_request: PageRequest, rapprochement_id: str) -> Response:
    return see_other(print_rapprochement(page_request.ports, rapprochement_id)[1])


def _desk(page_request: PageRequest, refusal: QuittanceError | None = None) -> Response:
    found, cursor = page_request.ports.rapprochements.listed(page_request.cursor())
    return page_request.page(
        "books/rapprochements",
        status=status_of(refusal) if refusal else HTTPStatus.OK,
        mistake=page_request.sentence(refusal),
        found=found,
        has_statement=bool(found or page_request.ports.statements.listed()[0]),
        further=f"{RAPPROCHEMENTS.path}?{urlencode({'after': cursor})}" if cursor else "",
        may_act=page_request.person.holds(Role.ACCOUNTANT),
    )


def _one(page_request: PageRequest, rapprochement_id: str, refusal: QuittanceError | None = None) -> Response:
    found = page_request.ports.rapprochements.find(rapprochement_id)
    people = {each for each in (found.prepared_by, found.checked_by) if each}
    is_other = page_request.person.id != found.prepared_by
    return page_request.page(
        "books/rapprochement",
        status=status_of(refusal) if refusal else HTTPStatus.OK,
        mistake=page_request.sentence(refusal),
        found=found,
        told=page_request.said(RAPPROCHED.get(page_request.parameter("done"), "")),
        account=masked(found.iban),
        labels=SUSPENDED,
        names=names_of(page_request.ports, people),
        may_check=page_request.person.holds(Role.ACCOUNTANT) and is_other and not found.checked_by,
    )
