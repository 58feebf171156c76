"""The internal comment of a file, and its last act taken back; a refusal is shown on the page of the file."""

from chalice.app import Blueprint, Response

from chalicelib.domain.access import Action
from chalicelib.domain.errors import DecisionNotPossible
from chalicelib.domain.lists.comments import Written
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.responses import see_other
from chalicelib.pages.staff.files import FILE, show_file_page
from chalicelib.portal import list_words
from chalicelib.usecases.lists.comment_registration import comment_registration
from chalicelib.usecases.registrations.undo_act import undo_act
from chalicelib.web.problems import status_of
from chalicelib.web.schemas.files import CommentRequest, UndoRequest

pages_comments = Blueprint(__name__)


@page(pages_comments, "POST", f"{FILE}/comment", action=Action.COMMENT_REGISTRATION)
def comment(page_request: PageRequest, registration_id: str) -> Response:
    given = {name: page_request.field(name) for name in ("text", "follow_up_on", "seen_version")}
    told = {name: value for name, value in given.items() if value}
    asked = CommentRequest.model_validate(told, strict=False)  # a form field is always text
    written = Written(asked.text, asked.follow_up_on, asked.seen_version)
    back = page_request.field("back")
    try:
        comment_registration(page_request.ports, registration_id, written, page_request.person)
    except DecisionNotPossible as refused:
        return show_file_page(
            page_request,
            registration_id,
            back=back,
            mistake=page_request.sentence(refused),
            status=status_of(refused),
            typed_comment=given,
        )
    path = FILE.format(registration_id=registration_id)
    return see_other(list_words.address(path, back=back, done="comment"))


@page(pages_comments, "POST", f"{FILE}/undo", action=Action.UNDO_ACT)
def undo(page_request: PageRequest, registration_id: str) -> Response:
    asked = UndoRequest.model_validate({"version": page_request.field("version")}, strict=False)
    back = page_request.field("back")
    try:
        undo_act(page_request.ports, registration_id, asked.version, page_request.person)
    except DecisionNotPossible as refused:
        said = page_request.sentence(refused)
        return show_file_page(
            page_request, registration_id, back=back, mistake=said, status=status_of(refused)
        )
    path = FILE.format(registration_id=registration_id)
    return see_other(list_words.address(path, back=back, done="undo"))
