"""One greedy resource for all paths of the API, and one of its own for what the gateway calls.

Chalice writes a resource for each part of each path: 452, where API Gateway takes 300 of an API and raises
that only for an API which exists. The application finds the route by itself (chalicelib/functions/routes.py).
"""

from __future__ import annotations

from typing import Any

from chalicelib.functions.routes import GREEDY
from infra.cloud.webhook import SERVED

ROOT = "/"
METHODS = ("delete", "get", "head", "options", "patch", "post", "put")
"""All that API Gateway knows, each by its name: each has a throttle of its own."""


def make_greedy(tree: dict[str, Any]) -> None:
    """Replace all paths of the template by `/`, `/{proxy+}` and the webhook's; their operations are alike."""
    body = tree["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]
    operation = {name: told for name, told in body["paths"][ROOT]["get"].items() if name != "consumes"}
    parameter = {"name": "proxy", "in": "path", "required": True, "type": "string"}
    body["paths"] = {
        ROOT: dict.fromkeys(METHODS, operation),
        GREEDY: {method: {**operation, "parameters": [parameter]} for method in METHODS},
        SERVED: body["paths"][SERVED],
    }
