"""/logout: the end of the session, of which each service visited is told."""

from flask import Blueprint, Response, make_response, redirect, request

from infra.local.cas.room import COOKIE, PATH, cookie, current_room, page

logout = Blueprint("logout", __name__)


@logout.route("/logout", methods=["GET", "POST"])
def end_session() -> Response:
    room = current_room()
    room.single_logout.tell(room.sessions.end(cookie()))
    service = request.values.get("service", "")
    known = service in room.services
    response = make_response(redirect(service) if known else page("signed_out"))
    response.delete_cookie(COOKIE, path=PATH, httponly=True, samesite="Lax")
    return response
