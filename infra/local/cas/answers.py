"""A serviceResponse as XML (appendix A) or JSON (2.5.2)."""

from typing import NamedTuple
from xml.etree import ElementTree as ET

from flask import Response, jsonify

NAMESPACE = "http://www.yale.edu/tp/cas"
ET.register_namespace("cas", NAMESPACE)


class Success(NamedTuple):
    user: str
    attributes: dict[str, str | bool]


class Failure(NamedTuple):
    """`description` is for the service's log; it repeats nothing of what was asked."""

    code: str
    description: str


def written(outcome: Success | Failure, form: str) -> Response:
    return _json(outcome) if form == "JSON" else _xml(outcome)


def proxy_failure(code: str, description: str, form: str) -> Response:
    if form == "JSON":
        return jsonify(serviceResponse={"proxyFailure": {"code": code, "description": description}})
    root = _root()
    _child(root, "proxyFailure", description, code=code)
    return _sent(root)


def _xml(outcome: Success | Failure) -> Response:
    root = _root()
    if isinstance(outcome, Failure):
        _child(root, "authenticationFailure", outcome.description, code=outcome.code)
        return _sent(root)
    success = _child(root, "authenticationSuccess")
    _child(success, "user", outcome.user)
    if outcome.attributes:
        attributes = _child(success, "attributes")
        for name, value in outcome.attributes.items():
            _child(attributes, name, str(value).lower() if isinstance(value, bool) else value)
    return _sent(root)


def _json(outcome: Success | Failure) -> Response:
    if isinstance(outcome, Failure):
        return jsonify(serviceResponse={"authenticationFailure": outcome._asdict()})
    success = {name: value for name, value in outcome._asdict().items() if value}
    return jsonify(serviceResponse={"authenticationSuccess": success})


def _root() -> ET.Element:
    return ET.Element(f"{{{NAMESPACE}}}serviceResponse")


def _child(parent: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, f"{{{NAMESPACE}}}{name}", attributes)
    child.text = text or None
    return child


def _sent(root: ET.Element) -> Response:
    ET.indent(root)
    return Response(ET.tostring(root, encoding="unicode"), content_type="application/xml;charset=UTF-8")
