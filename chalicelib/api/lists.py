"""The whole file of a registration, decisions on many, the counters of a desk, the export of a list."""

from collections.abc import Iterable

from chalice.app import Blueprint, Response

from chalicelib.api.endpoint import Call, endpoint
from chalicelib.api.file_views import comment_view, whole_file
from chalicelib.domain import errors
from chalicelib.domain.access import Action
from chalicelib.domain.lists import comments
from chalicelib.domain.trail import undo
from chalicelib.portal.books.list_sheet import SHEET_NAME, Taken, list_sheet
from chalicelib.portal.desk_words import COUNTERS
from chalicelib.portal.list_csv import registrations_csv
from chalicelib.portal.sentences import sentence
from chalicelib.usecases.exports.make_batch import last_batch_hash
from chalicelib.usecases.lists.comment_registration import comment_registration
from chalicelib.usecases.lists.decide_many import Decided, decide_many, decide_many_plans
from chalicelib.usecases.lists.find_registrations import all_registrations
from chalicelib.usecases.lists.show_desk import show_desk
from chalicelib.usecases.lists.show_registration import show_registration
from chalicelib.usecases.registrations.undo_act import undo_act
from chalicelib.web.downloads import CSV_TEXT, csv_text
from chalicelib.web.schemas import decisions as schemas
from chalicelib.web.schemas.files import CommentRequest, CommentView, UndoneAct, UndoRequest, WholeFileView
from chalicelib.web.schemas.lists import RegistrationsQuery

lists = Blueprint(__name__)
FAULT = "internal_error"


@endpoint(
    lists,
    "GET",
    "/staff/registrations/{registration_id}",
    answer=WholeFileView,
    errors=[errors.NotFound],
    action=Action.READ_REGISTRATIONS,
)
def show_whole_file(call: Call, registration_id: str) -> WholeFileView:
    return whole_file(show_registration(call.ports, registration_id), call.language)


@endpoint(
    lists,
    "PUT",
    "/staff/registrations/{registration_id}/comment",
    body=CommentRequest,
    answer=CommentView,
    errors=[
        errors.NotFound,
        comments.CommentChanged,
        comments.FollowUpPast,
        comments.FollowUpWithoutComment,
        errors.ConcurrentUpdate,
    ],
    action=Action.COMMENT_REGISTRATION,
)
def write_comment(call: Call, registration_id: str) -> CommentView:
    asked: CommentRequest = call.body
    written = comments.Written(asked.text, asked.follow_up_on, asked.seen_version)
    return comment_view(comment_registration(call.ports, registration_id, written, call.person))


@endpoint(
    lists,
    "POST",
    "/staff/registrations/{registration_id}/undo",
    body=UndoRequest,
    answer=UndoneAct,
    errors=[
        errors.NotFound,
        undo.NothingToUndo,
        undo.UndoOvertaken,
        undo.UndoTooLate,
        errors.ConcurrentUpdate,
    ],
    action=Action.UNDO_ACT,
)
def undo_last_act(call: Call, registration_id: str) -> UndoneAct:
    undone = undo_act(call.ports, registration_id, call.body.version, call.person)
    return UndoneAct(act=undone.act, at=call.ports.now())


@endpoint(
    lists,
    "POST",
    "/staff/registrations/decisions",
    body=schemas.ManyDecisions,
    answer=schemas.DecisionResults,
    action=Action.DECIDE_REGISTRATIONS,
)
def decide_on_many_registrations(call: Call) -> schemas.DecisionResults:
    asked: schemas.ManyDecisions = call.body
    decided = decide_many(call.ports, asked.ids, asked.decision, asked.reason, call.person, asked.seen_hashes)
    return _results(call, decided)


@endpoint(
    lists,
    "POST",
    "/staff/plan-requests/decisions",
    body=schemas.ManyPlanDecisions,
    answer=schemas.DecisionResults,
    action=Action.DECIDE_PLAN_REQUESTS,
)
def decide_on_many_plan_requests(call: Call) -> schemas.DecisionResults:
    asked: schemas.ManyPlanDecisions = call.body
    decided = decide_many_plans(
        call.ports,
        asked.ids,
        asked.decision,
        asked.reason,
        call.person,
        asked.schedule_hashes | asked.checks_hashes,
    )
    return _results(call, decided)


def _results(call: Call, decided: Iterable[Decided]) -> schemas.DecisionResults:
    items = [_result(call, each) for each in decided]
    done = sum(each.done for each in items)
    return schemas.DecisionResults(items=items, done=done, refused=len(items) - done)


def _result(call: Call, decided: Decided) -> schemas.DecisionResult:
    refusal = decided.refusal
    code = refusal.code if refusal else FAULT if decided.is_fault else None
    detail = sentence(refusal, call.language) if refusal else None
    return schemas.DecisionResult(id=decided.registration_id, done=decided.is_done, code=code, detail=detail)


@endpoint(lists, "GET", "/staff/desk", answer=schemas.Desk, action=Action.READ_DESK)
def show_counters(call: Call) -> schemas.Desk:
    counters = show_desk(call.ports, call.ports.campaigns.current(), call.person)
    return schemas.Desk(
        items=[
            schemas.CounterView(
                key=each.of,
                label=COUNTERS[each.of].label,
                count=each.count,
                amount_cents=each.amount_cents,
                day=each.day,
                href=COUNTERS[each.of].href,
                how=COUNTERS[each.of].how,
            )
            for each in counters
        ]
    )


@endpoint(
    lists,
    "GET",
    "/staff/exports/registrations.csv",
    gives=CSV_TEXT,
    query=RegistrationsQuery,
    errors=[errors.NotFound],
    action=Action.EXPORT_REGISTRATIONS,
)
def export_registrations(call: Call) -> Response:
    campaign = call.campaign_asked_for(call.query.campaign)
    found = all_registrations(call.ports, campaign, call.query.wanted, call.query.q or "")
    return csv_text(registrations_csv(found, campaign), "dossiers.csv")


@endpoint(
    lists,
    "GET",
    "/staff/exports/registrations-control.csv",
    gives=CSV_TEXT,
    query=RegistrationsQuery,
    errors=[errors.NotFound],
    action=Action.EXPORT_REGISTRATIONS,
)
def export_sheet_of_registrations(call: Call) -> Response:
    """Return the control sheet of the list: counts, sums by status, the digest of the file."""
    ports, campaign = call.ports, call.campaign_asked_for(call.query.campaign)
    found = all_registrations(ports, campaign, call.query.wanted, call.query.q or "")
    taken = Taken(ports.now(), call.query.q or "", last_batch_hash(ports, campaign))
    return csv_text(list_sheet(found, campaign, taken), SHEET_NAME)
