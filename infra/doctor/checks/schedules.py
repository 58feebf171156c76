"""What runs without anybody asking: schedules and queues reach their functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.cloud.ticks import PERMISSION
from infra.doctor.lines import Line, ok, only_on_aws, wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.doctor.deployed import Deployed


def check(deployed: Deployed) -> Iterator[Line]:
    rules = dict(deployed.of_kind("AWS::Events::Rule"))
    if deployed.is_local and not rules:
        yield only_on_aws("schedules; the local stack ticks by itself")
        return
    events, functions = deployed.client("events"), deployed.client("lambda")
    off = [name for name, each in rules.items() if events.describe_rule(Name=each)["State"] != "ENABLED"]
    invoked = {
        target["Id"]
        for each in rules.values()
        for target in events.list_targets_by_rule(Rule=each)["Targets"]
    }
    permitted = (name for name, _ in deployed.of_kind("AWS::Lambda::Permission"))
    scheduled = {name.removesuffix(PERMISSION) for name in permitted if name.endswith(PERMISSION)}
    off += scheduled - invoked
    mappings = dict(deployed.of_kind("AWS::Lambda::EventSourceMapping"))
    off += [
        name
        for name, each in mappings.items()
        if functions.get_event_source_mapping(UUID=each)["State"] != "Enabled"
    ]
    if off or not scheduled or not mappings:
        yield wrong(
            f"not running: {', '.join(sorted(off)) or 'schedules or queues are missing'}.",
            "Enable it in EventBridge or Lambda, or deploy again: on a 10th nothing would be taken.",
        )
    else:
        yield ok(f"{len(scheduled)} schedules by {len(rules)} rules and {len(mappings)} queues are on")
