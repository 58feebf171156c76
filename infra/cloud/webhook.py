"""A function of its own for what the gateway calls: the portal's code, with rights of its own.

Chalice serves every route by one function. A flood of pages takes all of its concurrency, and the gateway's
notifications would wait with it; apart, they have what is reserved for them.
"""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

SERVED = "/webhooks/paybox"
NAME, ROLE, LOGS = "Webhook", "WebhookRole", "WebhookLogGroup"
PERMISSION = "WebhookInvokePermission"
AT_ONCE = 20
"""Twenty notifications a second, each with a second of questions to the gateway."""
POLICY = Path(__file__).resolve().parents[2] / ".chalice" / "policy-webhook.json"
_INVOKED = (
    "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Called}/invocations"
)


def set_apart(tree: dict[str, Any]) -> None:
    """Add the function, its role, log and permission to the template, and let its route call it."""
    owned = tree["Resources"]
    function, role, logs, permission = (
        copy.deepcopy(owned[each])
        for each in ("APIHandler", "ApiHandlerRole", "ApiHandlerLogGroup", "APIHandlerInvokePermission")
    )
    function["Properties"] |= {
        "Role": {"Fn::GetAtt": [ROLE, "Arn"]},
        "LoggingConfig": {"LogGroup": {"Ref": LOGS}},
        "ReservedConcurrentExecutions": {"Fn::If": ["IsReserved", AT_ONCE, {"Ref": "AWS::NoValue"}]},
    }
    policy = {"PolicyName": f"{ROLE}Policy", "PolicyDocument": json.loads(POLICY.read_text(encoding="utf-8"))}
    role["Properties"]["Policies"] = [policy]
    logs["Properties"]["LogGroupName"] = {"Fn::Sub": f"/quittance/${{AWS::StackName}}/{NAME}"}
    called = {"Ref": f"{NAME}.Alias"}
    permission["Properties"]["FunctionName"] = called
    owned |= {NAME: function, ROLE: role, LOGS: logs, PERMISSION: permission}
    (operation,) = owned["RestAPI"]["Properties"]["DefinitionBody"]["paths"][SERVED].values()
    operation["x-amazon-apigateway-integration"]["uri"] = {"Fn::Sub": [_INVOKED, {"Called": called}]}
