"""Accounting's desk of cheques: those that wait, the slips by which they go to the bank."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from http import HTTPStatus
from urllib.parse import urlencode

from chalice.app import Blueprint, Response
from pydantic import ValidationError

from chalicelib.domain.access import Action
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.errors import ConcurrentUpdate, DecisionNotPossible
from chalicelib.domain.languages import amount, day
from chalicelib.domain.people import Role
from chalicelib.domain.treasury.refusals import BooksMoved, BooksNotValid
from chalicelib.domain.treasury.slips import MOST_CHEQUES, Slip, SlipState
from chalicelib.pages.books.confirmation import Asked, confirmation, is_sure
from chalicelib.pages.desks import SLIPS
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.responses import see_other
from chalicelib.portal.books.words import SLIP_DONE, SLIP_STATE, SLIP_STATES
from chalicelib.portal.texts import marked
from chalicelib.usecases.cheques.credit_slip import BankCredit, credit_slip
from chalicelib.usecases.cheques.credit_slips import credit_slips, lines_for
from chalicelib.usecases.cheques.deposit_slip import deposit_slip
from chalicelib.usecases.cheques.list_cheques import list_cheques, print_slip, show_slip
from chalicelib.usecases.cheques.make_slip import change_slip, make_slip
from chalicelib.usecases.people.list_people import names_of
from chalicelib.web.parsing import cents_of, version_of
from chalicelib.web.problems import status_of
from chalicelib.web.schemas.books import slips as schemas

pages_slips = Blueprint(__name__)
SLIP = f"{SLIPS.path}/{{slip_id}}"
NOT_READ = marked("Vérifiez le montant et la date.")


@page(pages_slips, "GET", SLIPS.path, action=SLIPS.action)
def staff_slips(page_request: PageRequest) -> Response:
    return _desk(page_request)


@page(pages_slips, "POST", SLIPS.path, action=Action.KEEP_BOOKS)
def begin_slip(page_request: PageRequest) -> Response:
    try:
        slip = make_slip(page_request.ports, _chosen(page_request), page_request.person)
    except DecisionNotPossible as refusal:
        return _desk(page_request, status_of(refusal), page_request.sentence(refusal))
    return see_other(f"{SLIP.format(slip_id=slip.id)}?done=begun")


@page(pages_slips, "GET", SLIP, action=SLIPS.action)
def staff_slip(page_request: PageRequest, slip_id: str) -> Response:
    return _slip(page_request, slip_id)


@page(pages_slips, "POST", f"{SLIP}/cheques", action=Action.KEEP_BOOKS)
def change_slip_page(page_request: PageRequest, slip_id: str) -> Response:
    def act() -> Slip:
        seen = version_of(page_request.field("version"))
        return change_slip(page_request.ports, slip_id, _chosen(page_request), page_request.person, seen)

    return _done(page_request, slip_id, act, "changed")


@page(pages_slips, "POST", f"{SLIP}/deposit", action=Action.KEEP_BOOKS)
def deposit_slip_page(page_request: PageRequest, slip_id: str) -> Response:
    """Ask first: a slip at the bank is locked."""
    slip = page_request.ports.cheques.slip(slip_id)
    if not is_sure(page_request) and slip.state is SlipState.OPEN and slip.cheques:
        with suppress(ValidationError):  # what cannot be read is refused below
            asked = _deposit(page_request)
            if asked.version == slip.version:
                return confirmation(page_request, _deposit_asked(page_request, slip, asked.deposited_on))

    def act() -> Slip:
        asked = _deposit(page_request)
        return deposit_slip(
            page_request.ports, slip_id, asked.deposited_on, page_request.person, asked.version
        )

    return _done(page_request, slip_id, act, "deposited")


def _deposit_asked(page_request: PageRequest, slip: Slip, on: date) -> Asked:
    say, language = page_request.said, page_request.language
    total, here = amount(slip.total_cents, language), SLIP.format(slip_id=slip.id)
    return Asked(
        title=say(marked("Remettre le bordereau %(id)s ?"), id=slip.id),
        consequence=say(marked("Plus aucun chèque n'en sortira ni ne s'y ajoutera.")),
        facts=(
            (say(marked("Chèques")), str(len(slip.cheques))),
            (say(marked("Total")), total),
            (say(marked("Remis le")), day(on, language)),
        ),
        button=say(marked("Remettre %(amount)s en banque"), amount=total),
        action=f"{here}/deposit",
        back=here,
        fields=(("deposited_on", on.isoformat()), ("version", str(slip.version))),
    )


@page(pages_slips, "POST", f"{SLIP}/credit", action=Action.KEEP_BOOKS)
def credit_slip_page(page_request: PageRequest, slip_id: str) -> Response:
    def act() -> Slip:
        given = {
            "amount_cents": cents_of(page_request.field("amount")),
            "credited_on": page_request.field("credited_on"),
        }
        asked = schemas.NewCredit.model_validate(given, strict=False)  # a form field is always text
        credit = BankCredit(asked.amount_cents, asked.credited_on)
        return credit_slip(page_request.ports, slip_id, credit, page_request.person)

    return _done(page_request, slip_id, act, "credited")


@page(pages_slips, "POST", f"{SLIP}/line", action=Action.KEEP_BOOKS)
def credit_slip_by_line(page_request: PageRequest, slip_id: str) -> Response:
    def act() -> Slip:
        credit_slips(page_request.ports, page_request.field("line"), [slip_id], page_request.person)
        return page_request.ports.cheques.slip(slip_id)

    return _done(page_request, slip_id, act, "credited")


@page(pages_slips, "GET", f"{SLIP}/pdf", action=SLIPS.action)
def print_slip_page(page_request: PageRequest, slip_id: str) -> Response:
    """Repeating it gives the same document, so GET is safe."""
    return see_other(print_slip(page_request.ports, slip_id)[1])


def _done(page_request: PageRequest, slip_id: str, act: Callable[[], Slip], what: str) -> Response:
    """Act, and show the slip; a refusal is said on its page."""
    try:
        act()
    except ValidationError:
        return _slip(page_request, slip_id, HTTPStatus.UNPROCESSABLE_ENTITY, page_request.said(NOT_READ))
    except (DecisionNotPossible, BooksMoved, BooksNotValid, ConcurrentUpdate) as refusal:
        return _slip(page_request, slip_id, status_of(refusal), page_request.sentence(refusal))
    return see_other(f"{SLIP.format(slip_id=slip_id)}?done={what}")


def _desk(page_request: PageRequest, status: HTTPStatus = HTTPStatus.OK, mistake: str = "") -> Response:
    cheques, cursor = list_cheques(page_request.ports, page_request.cursor("after"))
    older = page_request.cursor("slips")
    shown = {state: page_request.ports.cheques.slips(state, older) for state in SLIP_STATES}
    return page_request.page(
        "books/slips",
        status=status,
        mistake=mistake,
        cheques=cheques,
        waiting_cents=sum(each.cheque.amount_cents for each in cheques),
        is_part=bool(cursor or page_request.cursor("after")),
        further=_further("after", cursor),
        slips=[(words, *shown[state]) for state, words in SLIP_STATES.items()],
        further_slips=_further("slips", next((each for _, each in shown.values() if each), None)),
        most=MOST_CHEQUES,
        chosen=set(_chosen(page_request)),
        may_act=page_request.person.holds(Role.ACCOUNTANT),
    )


def _slip(
    page_request: PageRequest, slip_id: str, status: HTTPStatus = HTTPStatus.OK, mistake: str = ""
) -> Response:
    slip, cheques = show_slip(page_request.ports, slip_id)
    is_open = slip.state is SlipState.OPEN
    waiting, _ = list_cheques(page_request.ports, None) if is_open else ((), None)
    by = {each for each in (slip.made_by, slip.deposited_by, slip.credited_by) if each}
    return page_request.page(
        "books/slip",
        status=status,
        mistake=mistake,
        slip=slip,
        told=_told(page_request, slip),
        state=SLIP_STATE[slip.state],
        chosen=_chosen(page_request),
        cheques=cheques,
        lines=lines_for(page_request.ports, slip) if slip.state is SlipState.DEPOSITED else (),
        waiting=[each for each in waiting if each.cheque.series == slip.series],
        names=names_of(page_request.ports, by),
        today=paris_day(page_request.ports.now()),
        given={name: page_request.field(name) for name in ("amount", "credited_on", "deposited_on")},
        may_act=page_request.person.holds(Role.ACCOUNTANT),
    )


def _told(page_request: PageRequest, slip: Slip) -> str:
    """Return what was just done, as the address says."""
    language, words = page_request.language, SLIP_DONE.get(page_request.parameter("done"), "")
    total, expected = amount(slip.total_cents, language), amount(slip.expected_cents, language)
    return page_request.said(words, id=slip.id, amount=total, expected=expected) if words else ""


def _chosen(page_request: PageRequest) -> list[str]:
    return [each for each in dict.fromkeys(page_request.form.get("cheque", [])) if each]


def _deposit(page_request: PageRequest) -> schemas.NewDeposit:
    given = {name: page_request.field(name) for name in ("version", "deposited_on")}
    return schemas.NewDeposit.model_validate(given, strict=False)  # a form field is always text


def _further(name: str, cursor: str | None) -> str:
    return f"{SLIPS.path}?{urlencode({name: cursor})}" if cursor else ""
