"""Alarms on what AWS counts: each watches a metric of this stack that AWS documents, and rings."""

from typing import Any

import pytest

from infra.cloud.parts import merged

RESOURCES = merged()["Resources"]
OF_THE_ACCOUNT = {
    ("AWS/Lambda", "ConcurrentExecutions"),
    ("AWS/Lambda", "Errors"),
    ("AWS/Lambda", "Throttles"),
    ("AWS/SES", "Reputation.BounceRate"),
    ("AWS/SES", "Reputation.ComplaintRate"),
}
WATCHED = {
    "ErrorAlarm": {("AWS/Lambda", "Errors")},
    "SilentScheduleAlarm": {("AWS/Lambda", "Invocations")},
    "ThrottleAlarm": {("AWS/Lambda", "Throttles")},
    "ConcurrencyAlarm": {("AWS/Lambda", "ConcurrentExecutions")},
    "TableThrottleAlarm": {("AWS/DynamoDB", "ReadThrottleEvents"), ("AWS/DynamoDB", "WriteThrottleEvents")},
    "LateMessageAlarm": {("AWS/SQS", "ApproximateAgeOfOldestMessage")},
    "MailReputationAlarm": {("AWS/SES", "Reputation.BounceRate"), ("AWS/SES", "Reputation.ComplaintRate")},
    "CertificateAlarm": {("AWS/CertificateManager", "DaysToExpiry")},
}


def metrics(alarm: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the metrics that an alarm watches, those of an expression too."""
    if "MetricName" in alarm:
        return [alarm]
    return [each["MetricStat"]["Metric"] for each in alarm["Metrics"] if "MetricStat" in each]


@pytest.mark.parametrize("name", WATCHED)
def test_metric_is_watched_and_rings(name: str) -> None:
    alarm = RESOURCES[name]["Properties"]
    found = {(each["Namespace"], each["MetricName"]) for each in metrics(alarm)}
    assert found == WATCHED[name]
    assert alarm["AlarmActions"] == [{"Ref": "Alarms"}]
    for each in metrics(alarm):
        of_the_account = (each["Namespace"], each["MetricName"]) in OF_THE_ACCOUNT
        assert bool(each.get("Dimensions")) is not of_the_account


def test_every_queue_that_waits_for_a_function_is_watched() -> None:
    queues = {
        each["Dimensions"][0]["Value"]["Fn::GetAtt"][0]
        for each in metrics(RESOURCES["LateMessageAlarm"]["Properties"])
    }
    assert queues == {
        name
        for name, each in RESOURCES.items()
        if each.get("Type") == "AWS::SQS::Queue" and "Failures" not in name
    }


def test_certificate_is_told_of_before_browsers_refuse_it() -> None:
    alarm = RESOURCES["CertificateAlarm"]["Properties"]
    assert (alarm["Threshold"], alarm["ComparisonOperator"], alarm["Statistic"]) == (
        30,
        "LessThanThreshold",
        "Minimum",
    )
