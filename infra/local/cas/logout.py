"""/logout: the end of the session, of which each service visited is told."""

from flask import Blueprint, Response, make_response, redirect, request

from infra.local.cas.context import COOKIE, PATH, cookie, current_context, page, service_name

logout = Blueprint("logout", __name__)


@logout.route("/logout", methods=["GET", "POST"])
def end_session() -> Response:
    context = current_context()
    context.single_logout.tell(context.sessions.end(cookie()))
    service = request.values.get("service", "")
    response = make_response(redirect(service) if service_name(service) else page("signed_out"))
    response.delete_cookie(COOKIE, path=PATH, httponly=True, samesite="Lax")
    return response
