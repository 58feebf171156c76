"""The page of examples, `docs/examples.md`, written from the API's own document.

`python -m tests.journeys.api_examples` writes it.

Each step is one operation of the document, which gives its name, its answer and its refusals. Both scripts of
the page are run against the stack by `tests/journeys/test_api_examples.py`.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import app  # noqa: F401 - declares every operation
from chalicelib.api.openapi import document

PAGE = Path(__file__).parents[2] / "docs" / "examples.md"
ROOT = "/api/v1"
LONGEST_LINE = 110
HEAD = """# The API by example

Written from the API's own document (`GET /api/v1/openapi.json`) by `python -m tests.journeys.api_examples`;
both scripts are run as tests against the local stack, in this order. They start with the demo's first state:
`make run`, then `QUITTANCE=http://127.0.0.1:8000`. The shell's needs curl and jq, Python's needs httpx.

Amounts are integer cents, days `YYYY-MM-DD`, moments ISO 8601 with an offset. A refusal is
`application/problem+json` with a stable `code`. Within version 1 no field of an answer and no operation goes,
and nothing new is required: a test compares each release with the one before. Answers may have new fields,
and new values where they list some: pass over what you do not know.
"""
SHELL = """set -euo pipefail
: "${QUITTANCE:=http://127.0.0.1:8000}"
API="$QUITTANCE/api/v1"
"""
PYTHON = """import os

import httpx

api = httpx.Client(base_url=os.environ.get("QUITTANCE", "http://127.0.0.1:8000") + "/api/v1", timeout=30)
"""


@dataclass(frozen=True)
class Step:
    """One call. `path` is the document's; `keeps` is a variable, and the path in the answer that it holds.

    `bearer` is the variable that holds the token of the call.
    """

    title: str
    method: str
    path: str
    body: dict[str, Any] = field(default_factory=dict)
    keeps: tuple[str, tuple[str | int, ...]] | None = None
    shows: tuple[str | int, ...] = ()
    query: str = ""
    bearer: str = "token"

    @property
    def operation(self) -> dict[str, Any]:
        found: dict[str, Any] = document()["paths"][ROOT + self.path][self.method.lower()]
        return found

    @property
    def is_public(self) -> bool:
        return not self.operation["security"]


OF_ONE = "/registrations/{registration_id}"
STEPS = (
    Step(
        "Log in",
        "POST",
        "/auth/sessions",
        {"email": "student@demo.test", "password": "quittance-demo"},
        keeps=("token", ("token",)),
    ),
    Step("Find the registration", "GET", "/registrations", keeps=("registration_id", ("items", 0, "id"))),
    Step("Declare a situation", "PUT", f"{OF_ONE}/fee-situation", {"code": "01"}, shows=("total_cents",)),
    Step("See what it costs", "GET", f"{OF_ONE}/quote", shows=("total_cents",)),
    Step(
        "Let somebody else pay a share",
        "POST",
        f"{OF_ONE}/payment-links",
        {"amount_cents": 30000, "until": "2022-07-10"},
        keeps=("link_id", ("id",)),
    ),
    Step("See the links", "GET", f"{OF_ONE}/payment-links", shows=("items", 0, "state")),
    Step("Cancel a link", "DELETE", f"{OF_ONE}/payment-links/{{link_id}}"),
    Step(
        "Pay by card",
        "POST",
        f"{OF_ONE}/card-payments",
        {"address": {"mode": "none"}},
        keeps=("payment_id", ("id",)),
    ),
    Step("Ask what became of the payment", "GET", "/card-payments/{payment_id}", shows=("state",)),
    Step("Give the payment up", "DELETE", "/card-payments/{payment_id}", shows=("state",)),
    Step("Read the account", "GET", "/account", shows=("totals", "position_cents")),
    Step("Log out", "DELETE", "/auth/sessions/current"),
    Step(
        "For a program: log in as somebody who may read the events",
        "POST",
        "/auth/sessions",
        {"email": "auditor@demo.test", "password": "quittance-demo"},
        keeps=("token", ("token",)),
    ),
    Step(
        "Make a service key for it",
        "POST",
        "/me/service-keys",
        {"name": "SI", "scopes": ["read:events"], "networks": ["127.0.0.1"], "days": 30},
        keeps=("key", ("token",)),
    ),
    Step("Read the events with the key", "GET", "/events", shows=("items",), query="?after=0", bearer="key"),
)


def page() -> str:
    """Return the whole page."""
    parts = [HEAD, f"```sh\n{SHELL}```\n", f"```python\n{PYTHON}```\n"]
    for step in STEPS:
        parts += [
            f"## {step.title}\n",
            _about(step),
            f"```sh\n{_shell(step)}```\n",
            f"```python\n{_python(step)}```\n",
        ]
    return "\n".join(parts)


def script(language: str) -> str:
    """Return all blocks of one language, in their order, as the page has them."""
    blocks = PAGE.read_text(encoding="utf-8").split("```")[1::2]
    return "\n".join(block.partition("\n")[2] for block in blocks if block.startswith(f"{language}\n"))


def _about(step: Step) -> str:
    responses = step.operation["responses"]
    good = next(status for status in responses if status.startswith("2"))
    model = responses[good].get("content", {}).get("application/json", {}).get("schema", {}).get("$ref", "")
    told = f": `{model.rpartition('/')[2]}`" if model else ""
    refused = [
        f"{status} {each['description']}"
        for status, each in responses.items()
        if status in {"404", "409", "422"}
    ]
    refusals = f"\n\nRefusals of its own: {'; '.join(refused)}." if refused else ""
    called = f"`{step.method} {ROOT}{step.path}`, operation `{step.operation['operationId']}`"
    return f"{called}, answers {good}{told}.{refusals}\n"


def _shell(step: Step) -> str:
    options = ["curl -sS --fail-with-body", f"-X {step.method}"]
    if not step.is_public:
        options.append(f'-H "Authorization: Bearer ${step.bearer.upper()}"')
    if step.body:
        options += ["-H 'Content-Type: application/json'", f"-d '{json.dumps(step.body)}'"]
    path = step.path.replace("{registration_id}", "$REGISTRATION_ID")
    path = path.replace("{link_id}", "$LINK_ID").replace("{payment_id}", "$PAYMENT_ID")
    call = " \\\n  ".join([*options, f'"$API{path}{step.query}"'])
    if step.keeps:
        return f"{step.keeps[0].upper()}=$({call} | jq -er '{_jq(step.keeps[1])}')\n"
    return f"{call} | jq -e '{_jq(step.shows)}'\n" if step.shows else f"{call}\n"


def _jq(path: tuple[str | int, ...]) -> str:
    return "".join(f"[{each}]" if isinstance(each, int) else f".{each}" for each in path)


def _python(step: Step) -> str:
    given = f", json={step.body!r}".replace("'", '"') if step.body else ""
    path = f'f"{step.path}"' if "{" in step.path else f'"{step.path}{step.query}"'
    if step.bearer != "token":
        path += f', headers={{"Authorization": f"Bearer {{{step.bearer}}}"}}'
    call = f"answer = api.{step.method.lower()}({path}{given})"
    if len(call) > LONGEST_LINE:  # as the formatter writes it
        call = call.replace("(", "(\n    ", 1).removesuffix(")") + "\n)"
    lines = [call, "answer.raise_for_status()"]
    if step.keeps:
        name, where = step.keeps
        lines.append(f"{name} = answer.json(){_at(where)}")
    if step.keeps and step.keeps[0] == "token":
        lines.append('api.headers["Authorization"] = f"Bearer {token}"')
    if step.shows:
        lines.append(f"print(answer.json(){_at(step.shows)})")
    return "\n".join(lines) + "\n"


def _at(path: tuple[str | int, ...]) -> str:
    return "".join(f"[{each}]" if isinstance(each, int) else f'["{each}"]' for each in path)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
