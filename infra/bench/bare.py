"""The floor of an answer: what the mandated libraries take for the same bytes, without a rule of ours.

A view of Chalice makes the same calls, reads the facts of each row that they read and writes those of each
row that they write with a model of pydantic of the same fields, and answers with the same headers and length;
a page is a template of Jinja that puts each of its texts in. It runs in fresh interpreters too,
which have nothing but the package: so it imports nothing of the bench.
"""

from __future__ import annotations

import html
import json
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from chalice.app import Chalice, Response
from pydantic import BaseModel, create_model

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

PAIRS = (
    "{% for fixed, text in pairs %}{% autoescape false %}{{ fixed }}{% endautoescape %}{{ text }}{% endfor %}"
)
TEXT = re.compile(r"(?<=>)([^<>]+)(?=<)")


class Models:
    """A model for each kind of row, known by its fields."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, ...], type[BaseModel]] = {}

    def of(self, facts: dict[str, Any]) -> type[BaseModel]:
        kind = tuple(sorted(facts))
        if kind not in self._known:
            told: Any = {name: (self._typed(each), ...) for name, each in facts.items()}
            self._known[kind] = create_model("Facts", **told)
        return self._known[kind]

    def _typed(self, value: Any) -> Any:
        if isinstance(value, dict) and value and all(each.isidentifier() for each in value):
            return self.of(value) | None
        if isinstance(value, list) and value:
            return list[self._typed(value[0])]  # type: ignore[misc]  # made of what was read
        return Any if value is None or isinstance(value, (dict, list)) else type(value) | None


def modelled(facts: tuple[list[str], list[str]]) -> Callable[[], None]:
    """Return the reading and writing of facts, by models of their fields."""
    models = Models()
    read = [(models.of(told), each) for each in facts[0] if (told := _fields(each))]
    written = [models.of(told).model_validate_json(each) for each in facts[1] if (told := _fields(each))]

    def done() -> None:
        for model, each in read:
            model.model_validate_json(each)
        for row in written:
            row.model_dump_json()

    return done


def answering(
    event: dict[str, Any],
    answer: dict[str, Any],
    facts: tuple[list[str], list[str]],
    act: Callable[[], object],
) -> Callable[[dict[str, Any], Any], Any]:
    """Return an application that answers the event; `facts` are those read, and those written, as JSON."""
    app, done = Chalice(app_name="bare"), modelled(facts)
    context, headers = event["requestContext"], {**answer["headers"], **_first(answer)}
    shown = _page(answer["body"]) if "html" in headers.get("Content-Type", "") else None
    types = [(event["headers"] or {}).get("content-type", "application/json")]

    @app.route(context["resourcePath"], methods=[context["httpMethod"]], content_types=types)
    def view(**_: str) -> Response:
        act()
        done()
        return Response(shown() if shown else answer["body"], headers, answer["statusCode"])

    called: Callable[[dict[str, Any], Any], Any] = app
    return called


def facts_of(calls: Iterable[tuple[str, dict[str, Any], dict[str, Any]]]) -> tuple[list[str], list[str]]:
    """Return the facts read and those written by calls: operation, parameters, answer."""
    read, written = list[str](), list[str]()
    for operation, parameters, answer in calls:
        if operation in {"GetItem", "Query", "BatchGetItem"}:
            read += [each["facts"]["S"] for each in _items(answer) if "facts" in each]
        actions = parameters.get("TransactItems") or [{"Put": parameters}]
        puts = (action["Put"]["Item"] for action in actions if "Item" in action.get("Put", ()))
        written += [each["facts"]["S"] for each in puts if "facts" in each]
    return read, written


def check_of(public_key: str) -> Callable[[], None]:
    """Return the check of a signature by a PEM key; a wrong one takes as long."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - no other answer loads it
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415 - the same
    from cryptography.hazmat.primitives.asymmetric import padding  # noqa: PLC0415 - the same

    def check() -> None:
        key: Any = serialization.load_pem_public_key(public_key.encode())
        with suppress(InvalidSignature):
            key.verify(bytes(key.key_size // 8), bytes(400), padding.PKCS1v15(), hashes.SHA1())  # noqa: S303 - the gateway's choice  # nosec B303

    return check


def _items(answer: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from answer.get("Items", ())
    yield from [answer["Item"]] if answer.get("Item") else []
    for some in answer.get("Responses", {}).values():
        yield from some


def _fields(facts: str) -> dict[str, Any]:
    """Return the fields of facts, none of what is no object: a moment, a count."""
    told = json.loads(facts)
    is_object = isinstance(told, dict) and all(each.isidentifier() for each in told)
    return told if is_object else {}


def _first(answer: dict[str, Any]) -> dict[str, str]:
    return {name: values[0] for name, values in answer.get("multiValueHeaders", {}).items()}


def _page(body: str) -> Callable[[], str]:
    """Return the rendering of a page as a template that puts each of its texts in."""
    from jinja2 import Environment  # noqa: PLC0415 - an answer of the API loads no Jinja

    parts = TEXT.split(body)
    texts = [html.unescape(each) for each in parts[1::2]]
    pairs = list(zip(parts[::2], [*texts, ""], strict=True))
    template = Environment(autoescape=True).from_string(PAIRS)  # short: what ships is compiled already
    return lambda: template.render(pairs=pairs)
