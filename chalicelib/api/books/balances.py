from http import HTTPStatus

from chalice.app import Blueprint, Response

from chalicelib.api.endpoint import Call, endpoint
from chalicelib.domain import decisions, errors
from chalicelib.domain.access import Action
from chalicelib.domain.books import lettering_refusals as refusals
from chalicelib.domain.books.aged import AgedDebt
from chalicelib.domain.books.as_of import BalanceTooLong, DayToCome
from chalicelib.domain.books.hand_letterings import HandLettering
from chalicelib.domain.books.lettering import Group
from chalicelib.domain.books.receivables import Receivable
from chalicelib.portal.books.balance_words import balances_csv
from chalicelib.usecases.lettering.letter_entries import (
    LetteredDebtor,
    letter_entries,
    show_lettering,
    undo_lettering,
)
from chalicelib.usecases.lettering.list_balances import balances_for_file, list_balances
from chalicelib.web.downloads import CSV_TEXT, csv_text
from chalicelib.web.schemas.books import balances as schemas

balances = Blueprint(__name__)
_LETTERS = "/staff/letterings/{person_id}"


@endpoint(
    balances,
    "GET",
    "/staff/balances",
    query=schemas.BalancesQuery,
    answer=schemas.BalanceList,
    errors=[DayToCome],
    action=Action.READ_BOOKS,
)
def list_balances_by_debtor(call: Call) -> schemas.BalanceList:
    found = list_balances(call.ports, _series(call), call.query.as_of, call.query.after or "")
    return schemas.BalanceList(
        as_of=found.as_of,
        journal_cents=found.journal_cents,
        people=found.people,
        items=[_debt(each) for each in found.debts],
        next=found.next,
        failed=found.failed,
    )


@endpoint(
    balances,
    "GET",
    "/staff/balances.csv",
    gives=CSV_TEXT,
    query=schemas.AsOfQuery,
    errors=[DayToCome, BalanceTooLong],
    action=Action.READ_BOOKS,
)
def take_balances_by_debtor(call: Call) -> Response:
    found = balances_for_file(call.ports, _series(call), call.query.as_of)
    return csv_text(balances_csv(found), f"balance-411-{found.as_of}.csv")


@endpoint(
    balances,
    "GET",
    _LETTERS,
    query=schemas.AsOfQuery,
    answer=schemas.DebtorList,
    errors=[errors.NotFound, DayToCome],
    action=Action.READ_BOOKS,
)
def show_letters(call: Call, person_id: str) -> schemas.DebtorList:
    day, debtors = show_lettering(call.ports, person_id, call.query.as_of)
    return schemas.DebtorList(as_of=day, items=[_debtor(each) for each in debtors])


@endpoint(
    balances,
    "POST",
    _LETTERS,
    status=HTTPStatus.CREATED,
    body=schemas.NewLettering,
    answer=schemas.LetteringView,
    errors=[
        errors.NotFound,
        refusals.LetteringStale,
        refusals.LetteringOneSided,
        refusals.LetteringUnequal,
        errors.ConcurrentUpdate,
    ],
    action=Action.KEEP_BOOKS,
)
def letter_by_hand(call: Call, person_id: str) -> schemas.LetteringView:
    asked: schemas.NewLettering = call.body
    return _lettering(
        letter_entries(call.ports, person_id, asked.entries, call.person, is_partial=asked.partial)
    )


@endpoint(
    balances,
    "POST",
    f"{_LETTERS}/undo",
    body=schemas.UndoneLettering,
    answer=schemas.LetteringView,
    errors=[
        errors.NotFound,
        refusals.LetteringStale,
        refusals.LetteringUndone,
        decisions.ReasonMissing,
        errors.ConcurrentUpdate,
    ],
    action=Action.KEEP_BOOKS,
)
def undo_letter(call: Call, person_id: str) -> schemas.LetteringView:
    asked: schemas.UndoneLettering = call.body
    return _lettering(undo_lettering(call.ports, person_id, asked.lettering, asked.reason, call.person))


def _series(call: Call) -> str:
    return call.ports.campaigns.current().numbering.series


def _debt(debt: AgedDebt) -> schemas.DebtView:
    return schemas.DebtView(
        person=debt.debtor.person_id,
        payer=debt.debtor.payer_id,
        name=debt.debtor.name,
        registrations=debt.registrations,
        total_cents=debt.cents,
        ages=debt.ages,
    )


def _debtor(found: LetteredDebtor) -> schemas.DebtorView:
    return schemas.DebtorView(
        person=found.debtor.person_id,
        payer=found.debtor.payer_id,
        name=found.debtor.name,
        cents=found.cents,
        groups=[_group(each) for each in found.groups],
    )


def _group(group: Group) -> schemas.GroupView:
    return schemas.GroupView(
        letter=group.letter,
        lettered_on=group.lettered_on,
        rest_cents=group.cents,
        by_hand=group.by_hand,
        entries=[_entry(each) for each in group.items],
    )


def _entry(item: Receivable) -> schemas.LetteredEntry:
    entry = item.entry
    return schemas.LetteredEntry(
        id=entry.id,
        number=entry.number,
        event=entry.event,
        subject=entry.subject,
        dated_on=entry.dated_on,
        cents=item.cents,
        invoice_number=item.invoice_number,
    )


def _lettering(lettering: HandLettering) -> schemas.LetteringView:
    return schemas.LetteringView(
        id=lettering.id,
        letter=lettering.letter,
        entries=lettering.entries,
        undone=lettering.undone_at is not None,
    )
