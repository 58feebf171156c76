"""What CloudWatch would have of a deployed stack: the metrics of each alarm, as they are counted there."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import boto3

from infra.cloud.parts import merged
from infra.deploy import local
from tests.infra.deployed import Deployed


@dataclass
class Watch:
    """What CloudWatch would have of a stack, from its logs, its queues and what its functions did."""

    school: Deployed
    answered_5xx: int = 0

    @cached_property
    def ids(self) -> dict[str, str]:
        """Return the physical ids of the resources, by their names in the template."""
        found = boto3.resource("cloudformation").Stack(local.STACK).resource_summaries.all()
        return {each.logical_id: each.physical_resource_id for each in found}

    def metrics(self, alarm: str) -> list[dict[str, Any]]:
        """Return the metrics that an alarm of the template watches, as they are named once deployed."""
        told = merged()["Resources"][alarm]["Properties"]
        stats = [each["MetricStat"]["Metric"] for each in told.get("Metrics", ()) if "MetricStat" in each]
        return [
            {
                "name": (each["Namespace"], each["MetricName"]),
                "dimensions": {
                    one["Name"]: self._deployed(one["Value"]) for one in each.get("Dimensions", ())
                },
            }
            for each in stats or [told]
        ]

    def _deployed(self, node: Any) -> str:
        if node == {"Ref": "AWS::StackName"}:
            return local.STACK
        named = node.get("Ref") or node["Fn::GetAtt"][0]
        return self.ids[named].rpartition("/")[2]

    def counted(self, alarm: str) -> list[float]:
        """Return what each metric of an alarm has counted by now."""
        return [self._counted(*each["name"], each["dimensions"]) for each in self.metrics(alarm)]

    def _counted(self, namespace: str, metric: str, dimensions: dict[str, str]) -> float:
        if namespace == "Quittance":
            return sum(self._logged(metric, dimensions))
        if namespace == "AWS/Lambda":
            return sum(self._run(metric, dimensions))
        if namespace == "AWS/SQS":
            queue = boto3.client("sqs").get_queue_url(QueueName=dimensions["QueueName"])["QueueUrl"]
            asked = ["ApproximateNumberOfMessages"]
            told = boto3.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=asked)[
                "Attributes"
            ]
            return float(told[asked[0]])
        assert (namespace, metric, dimensions) == ("AWS/ApiGateway", "5XXError", {"ApiName": local.STACK})
        (api,) = boto3.client("apigateway").get_rest_apis()["items"]
        assert api["name"] == dimensions["ApiName"]
        return self.answered_5xx

    def _logged(self, metric: str, dimensions: dict[str, str]) -> Iterator[float]:
        """Yield the values in the embedded metric format, of which CloudWatch makes metrics."""
        for line in self._lines():
            for told in line.get("_aws", {}).get("CloudWatchMetrics", ()):
                names = {each["Name"] for each in told["Metrics"]}
                by = [{name: line[name] for name in each} for each in told["Dimensions"]]
                if told["Namespace"] == "Quittance" and metric in names and dimensions in by:
                    yield from line[metric]

    def _lines(self) -> Iterator[dict[str, Any]]:
        logs = boto3.client("logs")
        for name in self.ids:
            if name.endswith("LogGroup"):
                for page in logs.get_paginator("filter_log_events").paginate(logGroupName=self.ids[name]):
                    for event in page["events"]:
                        if '"_aws"' in event["message"]:
                            yield json.loads(event["message"])

    def _run(self, metric: str, dimensions: dict[str, str]) -> Iterator[float]:
        """Yield the sums of the functions; a metric of the account is that of all its functions."""
        functions = [dimensions["FunctionName"]] if dimensions else self.school.functions.values()
        now = datetime.now().astimezone()
        for each in functions:
            told = boto3.client("cloudwatch").get_metric_statistics(
                Namespace="AWS/Lambda",
                MetricName=metric,
                Dimensions=[{"Name": "FunctionName", "Value": each}],
                StartTime=now - timedelta(hours=2),
                EndTime=now + timedelta(hours=1),
                Period=3600,
                Statistics=["Sum"],
            )
            yield from (point["Sum"] for point in told["Datapoints"])
