"""Accounting's desk of transfers: approved refunds collected into one numbered file for the bank."""

from http import HTTPStatus
from urllib.parse import urlencode

from chalice.app import Blueprint, Response

from chalicelib.domain.access import Action
from chalicelib.domain.errors import QuittanceError
from chalicelib.domain.people import Role
from chalicelib.domain.refunds.ibans import masked
from chalicelib.domain.refunds.transfer_files import MOST_FILES, MOST_TRANSFERS, LeftOut
from chalicelib.pages.desks import TRANSFERS
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.responses import see_other
from chalicelib.portal.texts import marked
from chalicelib.usecases.people.list_people import names_of
from chalicelib.usecases.refunds.make_transfer_files import make_transfer_files
from chalicelib.usecases.refunds.select_transfers import select_transfers
from chalicelib.web.downloads import transfer_file
from chalicelib.web.problems import status_of

pages_transfers = Blueprint(__name__)
FILE = f"{TRANSFERS.path}/{{transfer_file_id}}"
LEFT_OUT = {
    LeftOut.NO_IBAN: marked("l'IBAN manque"),
    LeftOut.OUTSIDE_SEPA: marked("le compte est hors de la zone SEPA : à virer par la banque"),
    LeftOut.NO_ACCOUNT: marked("la campagne ne nomme pas le compte de l'école (« bank_account »)"),
    LeftOut.OWN_FILE: marked("c'est votre propre dossier : un collègue établit ce fichier"),
    LeftOut.MOVED: marked("l'argent du dossier ne le couvre plus : il deviendra caduc"),
    LeftOut.NEXT_FILE: marked("à la prochaine remise"),
}


@page(pages_transfers, "GET", TRANSFERS.path, action=TRANSFERS.action)
def staff_transfers(page_request: PageRequest) -> Response:
    return _desk(page_request)


@page(pages_transfers, "POST", TRANSFERS.path, action=Action.MAKE_TRANSFERS)
def make_file(page_request: PageRequest) -> Response:
    try:
        made = make_transfer_files(page_request.ports, page_request.field("seen"), page_request.person)
    except QuittanceError as refusal:
        return _desk(page_request, status_of(refusal), page_request.sentence(refusal))
    if len(made) > 1:
        return see_other(f"{TRANSFERS.path}?made={len(made)}")
    return see_other(FILE.format(transfer_file_id=made[0].id))


@page(pages_transfers, "GET", FILE, action=TRANSFERS.action)
def show_file(page_request: PageRequest, transfer_file_id: str) -> Response:
    file = page_request.ports.transfer_files.find(transfer_file_id)
    return page_request.page(
        "staff_transfer_file",
        file=file,
        names=names_of(page_request.ports, {file.made_by}),
        account=masked(file.iban),
        may_take=page_request.person.holds(Role.ACCOUNTANT),
    )


@page(pages_transfers, "GET", f"{FILE}/xml", action=Action.MAKE_TRANSFERS)
def take_file(page_request: PageRequest, transfer_file_id: str) -> Response:
    return transfer_file(page_request.ports.transfer_files.text(transfer_file_id), transfer_file_id)


def _desk(page_request: PageRequest, status: HTTPStatus = HTTPStatus.OK, mistake: str = "") -> Response:
    files, cursor = page_request.ports.transfer_files.listed(page_request.cursor())
    selection = select_transfers(page_request.ports, page_request.person)
    return page_request.page(
        "staff_transfers",
        status=status,
        mistake=mistake,
        made=_number(page_request.parameter("made")),
        most=MOST_TRANSFERS,
        selection=selection,
        left_out=LEFT_OUT,
        masked=masked,
        files=files,
        further=f"{TRANSFERS.path}?{urlencode({'after': cursor})}" if cursor else "",
        may_act=page_request.person.holds(Role.ACCOUNTANT),
    )


def _number(told: str) -> int:
    """Return how many files the act before made, 0 if the address tells none that it can have made."""
    return next((each for each in range(2, MOST_FILES + 1) if told == str(each)), 0)
