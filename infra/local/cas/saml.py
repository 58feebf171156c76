"""/samlValidate (4.2): the same question as /p3/serviceValidate, asked and answered in SAML 1.1 over SOAP."""

import secrets
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

from defusedxml.ElementTree import fromstring
from flask import Blueprint, Response, request

from infra.local.cas.answers import Failure
from infra.local.cas.context import current_context
from infra.local.cas.sessions import ServiceTicket
from infra.local.cas.validation import Question, attributes_of, judge

saml = Blueprint("saml", __name__)
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
PROTOCOL = "urn:oasis:names:tc:SAML:1.0:protocol"
ASSERTION = "urn:oasis:names:tc:SAML:1.0:assertion"
BEARER = "urn:oasis:names:tc:SAML:1.0:cm:artifact"
METHOD = "urn:oasis:names:tc:SAML:1.0:am:password"
ET.register_namespace("saml1p", PROTOCOL)
ET.register_namespace("saml1", ASSERTION)
ET.register_namespace("soap", SOAP)
ATTRIBUTES = "http://www.ja-sig.org/products/cas/"
LIFE = timedelta(seconds=30)


@saml.post("/samlValidate")
def saml_validate() -> Response:
    question = Question(request.args.get("TARGET", ""), _artifact(), renews=False, proxies=False, form="XML")
    found = judge(question)
    envelope = ET.Element(f"{{{SOAP}}}Envelope")
    _child(envelope, SOAP, "Header")
    body = _child(envelope, SOAP, "Body")
    issued_at = current_context().sessions.now()
    response = _child(
        body, PROTOCOL, "Response", **_issue(issued_at, "ResponseID"), Recipient=question.service
    )
    status = _child(response, PROTOCOL, "Status")
    if isinstance(found, Failure):
        _child(status, PROTOCOL, "StatusCode", Value="saml1p:RequestDenied")
        _child(status, PROTOCOL, "StatusMessage", text=f"{found.code}: {found.description}")
    else:
        _child(status, PROTOCOL, "StatusCode", Value="saml1p:Success")
        _assert(response, found, issued_at)
    return Response(ET.tostring(envelope, encoding="unicode"), content_type="text/xml;charset=UTF-8")


def _artifact() -> str:
    try:
        asked = fromstring(request.get_data(), forbid_dtd=True)
    except (ET.ParseError, ValueError):
        return ""
    return (asked.findtext(f".//{{{PROTOCOL}}}AssertionArtifact") or "").strip()


def _assert(response: ET.Element, ticket: ServiceTicket, issued_at: datetime) -> None:
    assertion = _child(
        response, ASSERTION, "Assertion", **_issue(issued_at, "AssertionID"), Issuer="localhost"
    )
    life = {"NotBefore": _written(issued_at), "NotOnOrAfter": _written(issued_at + LIFE)}
    conditions = _child(assertion, ASSERTION, "Conditions", **life)
    audience = _child(conditions, ASSERTION, "AudienceRestrictionCondition")
    _child(audience, ASSERTION, "Audience", text=ticket.service)
    told = _child(assertion, ASSERTION, "AttributeStatement")
    _name(told, ticket)
    for name, value in attributes_of(ticket).items():
        attribute = _child(told, ASSERTION, "Attribute", AttributeName=name, AttributeNamespace=ATTRIBUTES)
        text = str(value).lower() if isinstance(value, bool) else value
        _child(attribute, ASSERTION, "AttributeValue", text=text)
    proved = {"AuthenticationMethod": METHOD, "AuthenticationInstant": _written(ticket.authenticated_at)}
    _name(_child(assertion, ASSERTION, "AuthenticationStatement", **proved), ticket)


def _name(statement: ET.Element, ticket: ServiceTicket) -> None:
    subject = _child(statement, ASSERTION, "Subject")
    _child(subject, ASSERTION, "NameIdentifier", text=ticket.account.user)
    confirmation = _child(subject, ASSERTION, "SubjectConfirmation")
    _child(confirmation, ASSERTION, "ConfirmationMethod", text=BEARER)


def _issue(at: datetime, id_name: str) -> dict[str, str]:
    versions = {"MajorVersion": "1", "MinorVersion": "1"}
    return {id_name: f"_{secrets.token_hex(16)}", "IssueInstant": _written(at), **versions}


def _written(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _child(parent: ET.Element, namespace: str, name: str, *, text: str = "", **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, f"{{{namespace}}}{name}", attributes)
    child.text = text or None
    return child
