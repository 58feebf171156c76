"""The addresses that services ask, server to server: whose ticket is this (2.4 to 2.9)."""

from dataclasses import dataclass
from datetime import UTC

from flask import Blueprint, Response, request

from infra.local.cas.answers import Failure, Success, proxy_failure, written
from infra.local.cas.context import current_context, service_name
from infra.local.cas.sessions import ServiceTicket

validation = Blueprint("validation", __name__)
FORMATS = {"XML", "JSON"}
METHODS = ["GET", "POST"]


@dataclass(frozen=True)
class Question:
    """The parameters of every validation; each is handled, as the specification asks."""

    service: str
    ticket: str
    renews: bool
    proxies: bool
    form: str

    @classmethod
    def asked(cls) -> "Question":
        values = request.values
        return cls(
            service=values.get("service", ""),
            ticket=values.get("ticket", ""),
            renews="renew" in values,
            proxies=bool(values.get("pgtUrl")),
            form=values.get("format", "XML").upper(),
        )


@validation.route("/validate", methods=METHODS)
def validate() -> Response:
    """CAS 1.0: two lines of text."""
    found = judge(Question.asked())
    text = f"yes\n{found.account.user}\n" if isinstance(found, ServiceTicket) else "no\n\n"
    return Response(text, mimetype="text/plain")


@validation.route("/serviceValidate", methods=METHODS)
@validation.route("/proxyValidate", methods=METHODS)
def service_validate() -> Response:
    """CAS 2.0: the user alone."""
    return _answer(with_attributes=False)


@validation.route("/p3/serviceValidate", methods=METHODS)
@validation.route("/p3/proxyValidate", methods=METHODS)
def service_validate_with_attributes() -> Response:
    """CAS 3.0."""
    return _answer(with_attributes=True)


@validation.route("/proxy", methods=METHODS)
def proxy() -> Response:
    form = request.values.get("format", "XML").upper()
    if not (request.values.get("pgt") and request.values.get("targetService")):
        description = "'pgt' and 'targetService' parameters are both required"
        return proxy_failure("INVALID_REQUEST", description, form)
    return proxy_failure("UNAUTHORIZED_SERVICE", "no service may proxy here", form)


def _answer(*, with_attributes: bool) -> Response:
    question = Question.asked()
    if question.form not in FORMATS:
        return written(Failure("INVALID_REQUEST", "'format' must be XML or JSON"), "XML")
    found = judge(question)
    if isinstance(found, Failure):
        return written(found, question.form)
    attributes = attributes_of(found) if with_attributes else {}
    return written(Success(found.account.user, attributes), question.form)


def judge(question: Question) -> ServiceTicket | Failure:
    """The ticket is spent by the attempt, whatever comes of it (3.1.1)."""
    if not (question.service and question.ticket):
        return Failure("INVALID_REQUEST", "'service' and 'ticket' parameters are both required")
    ticket = current_context().sessions.take_ticket(question.ticket)
    if question.ticket.startswith("PT-"):
        return Failure("INVALID_TICKET_SPEC", "proxy tickets are not accepted")
    if not service_name(question.service):
        return Failure("UNAUTHORIZED_SERVICE", "this service is not registered")
    if ticket is None:
        return Failure("INVALID_TICKET", "the ticket is unknown, used already or too old")
    return _mismatch(question, ticket) or ticket


def _mismatch(question: Question, ticket: ServiceTicket) -> Failure | None:
    if ticket.service != question.service:
        return Failure("INVALID_SERVICE", "the ticket was issued for another service")
    if question.renews and not ticket.is_fresh:
        return Failure("INVALID_TICKET", "the ticket did not come from an initial login")
    if question.proxies:
        return Failure("UNAUTHORIZED_SERVICE_PROXY", "no service may proxy here")
    return None


def attributes_of(ticket: ServiceTicket) -> dict[str, str | bool]:
    """In the order of the schema (appendix A), then what the school says of its people."""
    return {
        "authenticationDate": ticket.authenticated_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "longTermAuthenticationRequestTokenUsed": False,
        "isFromNewLogin": ticket.is_fresh,
        "displayName": ticket.account.display_name,
        "mail": ticket.account.mail,
    }
