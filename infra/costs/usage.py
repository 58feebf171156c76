"""How much of each priced unit a season and an idle month use: counted steps, scaled."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

import yaml

from infra.local import resources
from infra.local.ministack import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

HERE = ROOT / "infra" / "costs"
COUNTED, PRICES = HERE / "counted.json", HERE / "prices.yaml"
CLOUD = ROOT / "infra" / "cloud"
FUNCTIONS = ROOT / ".chalice" / "config.json"
SERVED = frozenset({"APIHandler", "Webhook"})
"""Run by a request to API Gateway."""
QUEUED = frozenset({"DebitInstalment", "DeliverOutbox", "DeliverEvent"})
"""Run by messages of a queue, which are received and deleted."""
BOUNDED = frozenset({"DebitInstalment", "DeliverEvent"})
"""Those of them whose event source says how many run at once: Lambda then polls more often."""
GB, MONTH_SECONDS = 1e9, 30 * 86_400
RUNS_A_MONTH = {
    "PublishOutbox": 43_200,
    "SealAudit": 43_200,
    "ReconcilePayments": 8_640,
    "ReconcileDebits": 8_640,
    "NumberJournal": 720,
    "ReconcileDays": 720,
    "PlanDebits": 720,
    "CheckDebits": 720,
    "ApplyRetention": 30,
}
"""In 30 days, by the rates of chalicelib/functions/background.py."""
_CALLS = {
    "s3:PutObject": "bucket_puts",
    "s3:ListObjectVersions": "bucket_puts",
    "s3:GetObject": "bucket_gets",
    "sqs:SendMessage": "queue_requests",
    "sqs:SendMessageBatch": "queue_requests",
    "ses:SendRawEmail": "mails",
    "kms:Encrypt": "key_requests",
    "kms:Decrypt": "key_requests",
    "ssm:GetParameter": "parameter_reads",
}


class Usage(defaultdict[str, float]):
    """Numbers by the names of prices.yaml."""

    def __init__(self, numbers: Mapping[str, float] | None = None) -> None:
        super().__init__(float, numbers or {})

    def add(self, numbers: Mapping[str, float]) -> None:
        for name, number in numbers.items():
            self[name] += number


def told() -> dict[str, Any]:
    """Return prices, volumes and assumptions."""
    found: dict[str, Any] = yaml.safe_load(PRICES.read_text(encoding="utf-8"))
    return found


def counted() -> dict[str, Any]:
    """Return the steps, and what each leaves in the table."""
    found: dict[str, Any] = json.loads(COUNTED.read_text(encoding="utf-8"))
    return found


def volumes(season: Mapping[str, int]) -> dict[str, int]:
    """Return how often each step of the story is played in a season."""
    everybody = season["dossiers"]
    at_once = season["payments"] - season["of_plans"]
    return {
        "import": everybody,
        "first connection": season["by_mailed_link"],
        "declaration": everybody,
        "validation": everybody,
        "payment": at_once,
        "plan": season["of_plans"],
        "debit": season["of_plans"],  # a step is all the looks of one tenth
        "debit again": season["debits"] - season["of_plans"],
        "refund": season["refunds"],
    }


def of_season(found: Mapping[str, Any], facts: Mapping[str, Any]) -> Usage:
    """Return what a season adds to the idle months in which it falls, with its storage meanwhile."""
    assumed, usage, kept_gb = facts["assumed"], Usage(), 0.0
    for step, times in volumes(facts["season"]).items():
        name = step.removesuffix(" again")
        usage.add(_scaled(_of_step(found["steps"][name], assumed), times))
        kept_gb += found["stored_bytes"][name] * times / GB
    usage["lambda_gb_seconds"] += (
        usage["api_requests"]
        * assumed["cold_starts"]
        * assumed["cold_start_ms"]
        / 1000
        * _memory_gb("APIHandler")
    )
    papers_gb = usage["bucket_puts"] * assumed["pdf_kb"] * 1000 / GB
    usage["table_gb_months"] = usage["backup_gb_months"] = kept_gb * facts["season"]["months"]
    usage["bucket_gb_months"] = papers_gb * facts["season"]["months"]
    usage["transfer_gb"] = papers_gb + usage["api_requests"] * assumed["answer_kb"] * 1000 / GB
    return _logged(usage, assumed)


def of_idle_month(found: Mapping[str, Any], facts: Mapping[str, Any]) -> Usage:
    """Return what a stack uses in a month without requests, with one season in its table."""
    assumed, usage = facts["assumed"], Usage()
    kept = of_season(found, facts)
    for name in ("table_gb_months", "backup_gb_months", "bucket_gb_months"):
        usage[name] = kept[name] / facts["season"]["months"]
    for function, runs in RUNS_A_MONTH.items():
        usage.add(_scaled(_of_step(found["steps"][f"idle {function}"], assumed), runs))
    usage["rule_runs"] = sum(RUNS_A_MONTH.values())
    owned = list(resources_of_the_stack())
    kinds = Counter(each["Type"] for each in owned if "Type" in each)
    pollers = sum(assumed["pollers" if each in BOUNDED else "fewest_pollers"] for each in QUEUED)
    usage["queue_requests"] += pollers * MONTH_SECONDS / assumed["poll_seconds"]
    usage["keys"] = kinds["AWS::KMS::Key"]
    usage["alarm_metric_months"] = sum(_watched(each) for each in owned)
    usage["composite_months"] = kinds["AWS::CloudWatch::CompositeAlarm"]
    usage["dashboards"] = kinds["AWS::CloudWatch::Dashboard"]
    usage["metric_months"] = assumed["idle_metrics"]
    return _logged(usage, assumed)


def resources_of_the_stack() -> Iterable[dict[str, Any]]:
    """Yield the resources of our own files; what Chalice adds costs nothing while it is idle."""
    for path in sorted(CLOUD.rglob("*.yaml")):
        tree = resources.load(path)
        if isinstance(tree, dict):
            yield from (tree.get("Resources") or {}).values()


def _watched(resource: Mapping[str, Any]) -> int:
    """Return for how many metrics an alarm is billed; an expression is not one."""
    if resource.get("Type") != "AWS::CloudWatch::Alarm":
        return 0
    metrics = resource["Properties"].get("Metrics")
    return sum("MetricStat" in each for each in metrics) if metrics else 1


def _of_step(step: Mapping[str, Mapping[str, float]], assumed: Mapping[str, Any]) -> Usage:
    usage = Usage()
    for function, each in step.items():
        runs = each["runs"] * (assumed["views"] if function == "APIHandler" else 1)
        more = runs / each["runs"]
        calls = sum(number for name, number in each.items() if ":" in name)
        seconds = _seconds(function, each["cpu_ms"], calls, each["runs"], assumed) * more
        usage.add({"lambda_requests": runs, "lambda_gb_seconds": seconds * _memory_gb(function)})
        usage.add({"table_reads": each["read_units"] * more, "table_writes": each["write_units"]})
        usage["api_requests"] += runs if function in SERVED else 0
        usage["queue_requests"] += 2 * runs if function in QUEUED else 0
        usage["log_gb"] += each.get("dynamodb:TransactWriteItems", 0) * assumed["log_bytes_commit"] / GB
        for name, number in each.items():
            if name in _CALLS:
                usage[_CALLS[name]] += number
    return usage


def _seconds(function: str, cpu_ms: float, calls: float, runs: float, assumed: Mapping[str, Any]) -> float:
    """Return how long runs last: on their share of a processor, for AWS, and for the gateway."""
    share = min(1, _memory_gb(function) * 1024 / assumed["vcpu_mb"])
    waits = calls * assumed["aws_call_ms"] + runs * assumed["gateway_ms"].get(function, 0)
    return float((cpu_ms / share + waits) / 1000)


def _memory_gb(function: str) -> float:
    known = json.loads(FUNCTIONS.read_text(encoding="utf-8"))["stages"]["production"]["lambda_functions"]
    by_name = {name.title().replace("_", ""): each["lambda_memory_size"] for name, each in known.items()}
    return float(by_name.get(function, by_name["ApiHandler"]) / 1024)


def _logged(usage: Usage, assumed: Mapping[str, Any]) -> Usage:
    usage["log_gb"] += usage["lambda_requests"] * assumed["log_bytes"] / GB
    usage["log_gb_months"] = usage["log_gb"] * assumed["log_months"]
    return usage


def _scaled(usage: Usage, times: float) -> Usage:
    return Usage({name: number * times for name, number in usage.items()})
