"""The last pass over the packaged template: functions are called by their alias, a restored table takes over.

Chalice calls a function's newest code, and the template names the stack's own table. Both are replaced
wherever they stand: a function, a policy or an alarm that is added later cannot miss them.
Functions of one rate share a rule.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from infra.cloud.greedy import make_greedy
from infra.cloud.runbooks import name_runbooks
from infra.cloud.sealing import choose_rights
from infra.cloud.ticks import group_schedules
from infra.cloud.webhook import set_apart
from infra.local.resources import load

if TYPE_CHECKING:
    from pathlib import Path

ALIAS = "live"
TABLE = "Table"
IS_RESTORED = "UsesRestoredTable"
CALLED = {"Ref": "APIHandler.Alias"}
"""What SAM makes the alias of."""
_NEWEST = "functions/${APIHandler.Arn}/invocations"
_ARN = "${Table.Arn}"
_RESTORED_ARN = "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${RestoredTable}"


def rewrite(template: Path) -> None:
    """Rewrite the file in place."""
    tree = load(template)
    set_apart(tree)
    make_greedy(tree)
    group_schedules(tree["Resources"])
    choose_rights(tree["Resources"])
    own = tree["Resources"].pop(TABLE)
    tree = _everywhere(tree)
    tree["Resources"][TABLE] = own
    name_runbooks(tree["Resources"])
    permission = tree["Resources"]["APIHandlerInvokePermission"]["Properties"]
    permission["FunctionName"] = {**CALLED}
    template.write_text(yaml.safe_dump(tree, sort_keys=False, allow_unicode=True), encoding="utf-8")


def in_use(node: Any) -> Any:
    """Return a reference to the stack's table as one to the restored table where that is in use."""
    if node == {"Ref": TABLE}:
        return _either({"Ref": "RestoredTable"}, node)
    if node == {"Fn::GetAtt": [TABLE, "Arn"]}:
        return _either({"Fn::Sub": _RESTORED_ARN}, node)
    if isinstance(text := node.get("Fn::Sub"), str) and _ARN in text:
        return _either({"Fn::Sub": text.replace(_ARN, _RESTORED_ARN)}, node)
    return None


def _either(restored: Any, own: Any) -> dict[str, Any]:
    return {"Fn::If": [IS_RESTORED, restored, own]}


def _everywhere(node: Any) -> Any:
    if isinstance(node, list):
        return [_everywhere(each) for each in node]
    if not isinstance(node, dict):
        return node
    if found := in_use(node):
        return found
    if isinstance(text := node.get("Fn::Sub"), str) and _NEWEST in text:
        return {"Fn::Sub": [text.replace("${APIHandler.Arn}", "${Called}"), {"Called": {**CALLED}}]}
    return {name: _everywhere(each) for name, each in node.items()}
