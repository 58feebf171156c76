"""The alarms: they ring, and somebody who confirmed is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from infra.doctor.lines import Line, ok, only_on_aws, wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.doctor.deployed import Deployed


def check(deployed: Deployed) -> Iterator[Line]:
    if deployed.is_local:
        yield only_on_aws("alarms and who hears them")
        return
    yield _heard(deployed)
    names = [each for _, each in deployed.of_kind("AWS::CloudWatch::Alarm")]
    found = _alarms(deployed.client("cloudwatch"), names)
    silent = sorted(set(names) - {each["AlarmName"] for each in found if each["ActionsEnabled"]})
    if silent or not names:
        yield wrong(f"ring nowhere: {', '.join(silent) or 'all'}.", "Turn their actions on in CloudWatch.")
    else:
        yield ok(f"{len(names)} alarms are on")
    for each in found:
        if each["StateValue"] == "ALARM":
            yield wrong(
                f"{each['AlarmName']} rings: {each['AlarmDescription']}.", "Look at it before going on."
            )


def _alarms(cloudwatch: Any, names: list[str]) -> list[dict[str, Any]]:
    pages = cloudwatch.get_paginator("describe_alarms").paginate(AlarmNames=names) if names else ()
    return [each for page in pages for each in page["MetricAlarms"]]


def _heard(deployed: Deployed) -> Line:
    topic = deployed.resources["Alarms"].id
    told = deployed.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    confirmed = [each for each in told if each["SubscriptionArn"].startswith("arn:")]
    if confirmed:
        return ok(f"{len(confirmed)} confirmed to be told")
    if told:
        return wrong(
            f"{len(told)} did not confirm to be told.", "Click the link in the mail of AWS Notifications."
        )
    return wrong("nobody is told.", "Deploy with AlarmEmail.")
