"""P24, P32: each fault, made on the deployed school, is counted in the metric that its alarm watches.

The local AWS computes no alarm. What each watches (namespace, name, dimensions, as the template deploys them)
is read from the logs, queues and functions of the deployed stack, before a fault and after it.
"""

from collections.abc import Iterator
from pathlib import Path

import boto3

from infra.cloud.parts import merged
from infra.cloud.runbooks import ALARM
from tests.infra.deployed import deployed_school
from tests.infra.faults import FAULTS, NOT_MADE, SILENCES, gateway_is_silent
from tests.infra.faulty import Faulty
from tests.journeys.conftest import _closed_clients as closed_clients  # noqa: F401 - a fixture

RESOURCES = merged()["Resources"]
ALARMS = {name for name, each in RESOURCES.items() if each.get("Type") == ALARM}
OF_EXPRESSION = "SilentGatewayAlarm"
KEY_ENDS = "2022-07-20"
"""The story begins on 24 June 2022."""


def test_every_alarm_has_its_fault_or_the_reason_why_not() -> None:
    tables = (FAULTS, SILENCES, NOT_MADE, {OF_EXPRESSION: ""})
    assert sorted(name for each in tables for name in each) == sorted(ALARMS)


def test_alarms_ring_where_one_is_counted_or_none() -> None:
    """What the story takes for ringing is what the template says."""
    for names, rings in ((FAULTS, (0, "GreaterThanThreshold")), (SILENCES, (1, "LessThanThreshold"))):
        for name in names:
            told = RESOURCES[name]["Properties"]
            assert (told["Threshold"], told["ComparisonOperator"]) == rings, name
            assert (told["TreatMissingData"] == "breaching") is (names is SILENCES), name


def test_each_fault_is_counted_in_the_metric_that_its_alarm_watches(built: Path, tmp_path: Path) -> None:
    with deployed_school(built, tmp_path, HmacKeyEnds=KEY_ENDS) as school:
        it = Faulty.opened(school)
        missed = [*silent_gateway(it), *counted(it), *not_counted(it)]
        assert missed == []
        alarms_are_deployed_with_the_metrics_that_were_looked_at(it)


def silent_gateway(it: Faulty) -> Iterator[str]:
    """Pages are opened, and nothing is told of them."""
    pages, notifications = it.watch.counted(OF_EXPRESSION)
    gateway_is_silent(it)
    assert notifications, "the plans that have begun were told of"
    if it.watch.counted(OF_EXPRESSION) != [pages + 1, notifications]:
        yield OF_EXPRESSION


def counted(it: Faulty) -> Iterator[str]:
    for alarm, make in FAULTS.items():
        (before,) = it.watch.counted(alarm)
        make(it)
        (after,) = it.watch.counted(alarm)
        it.school.says(f"{alarm}: {before:g}, after its fault {after:g}")
        if after <= before:
            yield alarm


def not_counted(it: Faulty) -> Iterator[str]:
    """A run that fails counts nothing, the sound one after it does."""
    for alarm, silence in SILENCES.items():
        before = it.watch.counted(alarm)
        silence.fails(it)
        meanwhile = it.watch.counted(alarm)
        silence.ends(it)
        it.school.says(f"{alarm}: {before}, in silence {meanwhile}, then {it.watch.counted(alarm)}")
        if meanwhile != before or it.watch.counted(alarm) <= before:
            yield alarm


def alarms_are_deployed_with_the_metrics_that_were_looked_at(it: Faulty) -> None:
    alarms = {
        each["AlarmName"]: each for each in boto3.client("cloudwatch").describe_alarms()["MetricAlarms"]
    }
    made = (*FAULTS, *SILENCES)  # an alarm of an expression is not on the local AWS
    deployed = {name: alarms[it.watch.ids[name]] for name in made if name in it.watch.ids}
    assert len(deployed) > 20
    for name, each in deployed.items():
        dimensions = {one["Name"]: one["Value"] for one in each["Dimensions"]}
        seen = {"name": (each["Namespace"], each["MetricName"]), "dimensions": dimensions}
        assert it.watch.metrics(name) == [seen]
