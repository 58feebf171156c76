"""OpenAPI 3.1, generated from the operations and the models that check their requests."""

import json
import re
from functools import cache
from http import HTTPStatus
from typing import Any, Literal

from chalice.app import Blueprint, Response
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from chalicelib.api.endpoint import JSON, OPERATIONS, Operation
from chalicelib.domain.access import RULES, Action
from chalicelib.domain.brakes.refusals import PortalClosed
from chalicelib.domain.errors import Forbidden, QuittanceError, ReauthenticationNeeded, SessionMissing
from chalicelib.domain.languages import Language
from chalicelib.domain.people import Role
from chalicelib.domain.programs.refusals import KeyBeyondScope, KeyElsewhere, KeyNotValid, KeyTooFast
from chalicelib.web.faults import UNAVAILABLE
from chalicelib.web.problems import BodyNotJson, BodyTooLarge, Problem, UploadTooLarge, status_of_kind

openapi = Blueprint(__name__)
REF = "#/components/schemas/{model}"
FILE = {"schema": {"type": "string", "format": "binary"}}
LANGUAGE = {
    "name": "Accept-Language",
    "in": "header",
    "schema": {"type": "string"},
    "example": "en-GB, fr;q=0.5",
    "description": "fr or en, for sentences and labels. Without a wish the person's own, else French.",
}
LANGUAGE_ANSWERED = {
    "description": "The language of the sentences and labels in this answer.",
    "schema": {"type": "string", "enum": [language.value for language in Language]},
}
LOCATION = {
    "description": "Where the file can be taken, for some minutes.",
    "schema": {"type": "string", "format": "uri"},
}
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    "description": (
        "The same key and body find what they made: a payment while it is open, then another begins; "
        "a key, an endpoint, a link or a proposal in the same session."
    ),
}


@openapi.route("/api/v1/openapi.json", methods=["GET"], name="openapi_document")
def openapi_document() -> Response:
    return Response(json.dumps(document()), headers={"Content-Type": "application/json"})


@cache
def document() -> dict[str, Any]:
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(f"/api/v1{operation.path}", {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Quittance", "version": "1", "description": "Registration fees of a school."},
        "paths": paths,
        "components": {
            "schemas": _schemas(),
            "parameters": {"AcceptLanguage": LANGUAGE},
            "headers": {"ContentLanguage": LANGUAGE_ANSWERED},
            "securitySchemes": {
                "session": {"type": "http", "scheme": "bearer", "description": "A session, or a service key."}
            },
        },
    }


def _schemas() -> dict[str, Any]:
    modes: dict[type[BaseModel], Literal["validation", "serialization"]] = {Problem: "serialization"}
    for operation in OPERATIONS:
        if operation.body:
            modes[operation.body] = "validation"
        if operation.answer:
            modes[operation.answer] = "serialization"
    _, schema = models_json_schema(list(modes.items()), ref_template=REF)
    definitions: dict[str, Any] = schema["$defs"]
    return definitions


def _operation(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.summary.replace(" ", "_"),
        "summary": operation.summary.capitalize(),
        "parameters": _parameters(operation),
        "responses": _responses(operation),
        "security": [] if operation.public else [{"session": []}],
    }
    if operation.body:
        described["requestBody"] = {"required": True, "content": _content(JSON, operation.body)}
    if operation.takes != JSON:
        described["requestBody"] = {"required": True, "content": {operation.takes: FILE}}
    return described


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    in_path = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
        for name in re.findall(r"{(\w+)}", operation.path)
    ]
    properties = operation.query.model_json_schema(ref_template=REF) if operation.query else {}
    in_query = [
        {"name": name, "in": "query", "schema": _inlined(schema, properties.get("$defs", {}))}
        for name, schema in properties.get("properties", {}).items()
    ]
    key = [IDEMPOTENCY_KEY] if operation.idempotent_by_key else []
    return [*in_path, *in_query, *key, {"$ref": "#/components/parameters/AcceptLanguage"}]


def _inlined(schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    reference = schema.get("$ref", "")
    if not reference:
        return schema
    return {**definitions[reference.rpartition("/")[2]], **{k: v for k, v in schema.items() if k != "$ref"}}


def _responses(operation: Operation) -> dict[str, Any]:
    answered: dict[str, Any] = {"description": operation.status.phrase}
    if operation.answer:
        answered |= {"content": _content(JSON, operation.answer)} | _told_language()
    if operation.gives:
        answered["content"] = {operation.gives: FILE}
    if operation.answers_redirect:
        answered.setdefault("headers", {})["Location"] = LOCATION
    responses = {str(operation.status.value): answered}
    if operation.also:
        responses[str(operation.also.value)] = {**answered, "description": operation.also.phrase}
    for status, codes in sorted(_refusals(operation).items()):
        also = responses.get(str(status.value), {}).get("content", {})
        told = _told_language()
        if status is HTTPStatus.SERVICE_UNAVAILABLE:
            told["headers"]["Retry-After"] = {"schema": {"type": "integer"}}
        responses[str(status.value)] = {
            "description": ", ".join(sorted(codes)),
            "content": {**also, **_content("application/problem+json", Problem)},
            **told,
        }
    return responses


def _refusals(operation: Operation) -> dict[HTTPStatus, set[str]]:
    possible: list[type[QuittanceError]] = [*operation.errors]
    if not operation.public:
        possible += [SessionMissing, KeyNotValid, KeyBeyondScope, KeyElsewhere, KeyTooFast]
    rule = RULES[operation.action]
    is_closable = not operation.public and operation.action is not Action.END_OWN_SESSIONS
    if is_closable and Role.STUDENT in rule.roles:
        possible.append(PortalClosed)
    if rule.roles < frozenset(Role):
        possible.append(Forbidden)
    if rule.is_recent:
        possible.append(ReauthenticationNeeded)
    possible += _refusals_of_the_body(operation)
    refusals: dict[HTTPStatus, set[str]] = {HTTPStatus.SERVICE_UNAVAILABLE: {UNAVAILABLE}}
    for error in possible:
        refusals.setdefault(status_of_kind(error), set()).add(error.code)
    if operation.body or operation.query:
        refusals.setdefault(HTTPStatus.UNPROCESSABLE_ENTITY, set()).add("validation_failed")
    if operation.body or operation.takes != JSON:
        refusals.setdefault(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, set()).add("unsupported_media_type")
    return refusals


def _refusals_of_the_body(operation: Operation) -> list[type[QuittanceError]]:
    if operation.takes != JSON:
        return [UploadTooLarge]
    return [BodyNotJson, BodyTooLarge] if operation.body else []


def _content(media_type: str, model: type[BaseModel]) -> dict[str, Any]:
    return {media_type: {"schema": {"$ref": REF.format(model=model.__name__)}}}


def _told_language() -> dict[str, Any]:
    return {"headers": {"Content-Language": {"$ref": "#/components/headers/ContentLanguage"}}}
