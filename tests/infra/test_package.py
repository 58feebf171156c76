"""What is deployed: packaged once, then examined."""

import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib.util import MAGIC_NUMBER, cache_from_source
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
import typst

from chalicelib.identity.kms_sealing import OWNER
from chalicelib.portal.sentences import compiled
from chalicelib.usecases.debits.check_debits import RUNS_MISSED
from infra.cloud import package as packaging
from infra.cloud.archive import LOCALES, SERVICES, slim, without_symbols
from infra.cloud.package import WHEELS, _copy, examine
from infra.cloud.release import CALLED, in_use
from infra.cloud.sealing import BY_KEY, BY_SSM, HAS_KEY, choose_rights
from infra.cloud.ticks import MOST_TARGETS, NAMES, PERMISSION, group_schedules
from infra.costs.usage import BOUNDED
from infra.deploy import local
from infra.deploy.change_set import StackOf
from infra.doctor.checks.functions import ENOUGH_AT_ONCE, KEPT
from infra.doctor.deployed import of_aws
from infra.doctor.examination import examine as examined
from infra.doctor.lines import State
from infra.local import environment, resources
from tests.conftest import Stack

SCHEDULES = {
    "PublishOutbox": "rate(1 minute)",
    "SealAudit": "rate(1 minute)",
    "NumberJournal": "rate(1 hour)",
    "ReconcilePayments": "rate(5 minutes)",
    "ReconcileDebits": "rate(5 minutes)",
    "ReconcileDays": "rate(1 hour)",
    "PlanDebits": "rate(1 hour)",
    "CheckDebits": "rate(1 hour)",
    "ApplyRetention": "rate(1 day)",
}
# Each function that takes a queue's messages, its queue, and where messages go that fail.
QUEUES = [
    ("DeliverOutbox", "Outbox", "OutboxFailures"),
    ("DebitInstalment", "Debits", "DebitFailures"),
    ("DeliverEvent", "Deliveries", "DeliveryFailures"),
]
SERVED = {"APIHandler", "Webhook"}
EVENT_SOURCES = {*SERVED, *SCHEDULES, *(function for function, _, _ in QUEUES)}

NOTIFIED = {"Ref": "Webhook.Alias"}
LOGS = "log-group:/quittance/${AWS::StackName}"
# Each * in a resource of a policy, and why it must be there.
EXPLAINED = {
    "${Documents.Arn}/invoices/*": "an invoice's key holds its number, year and template version",
    "${Documents.Arn}/certificates/*": "a certificate's key holds its registration and its digest",
    "${Documents.Arn}/audit-heads/*": "the end of a day is named by the day",
    "${Documents.Arn}/downloads/*": "a file to take away is named by its digest",
    "${Documents.Arn}/imports/*": "a file to import is named by its import",
    ":key/*": "the key that a school encrypts its secrets with; by SSM alone, and for the parameters named",
    **{f"{LOGS}/{name}:*": "any stream" for name in EVENT_SOURCES},
}


@pytest.fixture(scope="session")
def template(built: Path) -> dict[str, Any]:
    return resources.load(built / "sam.yaml")


@pytest.fixture(scope="session")
def files(built: Path) -> set[str]:
    with zipfile.ZipFile(built / "deployment.zip") as archive:
        return {name for name in archive.namelist() if not name.endswith("/")}


def test_packaged_template_has_no_finding(built: Path) -> None:
    lint = [
        str(Path(sys.executable).with_name("cfn-lint")),
        "--regions",
        "eu-west-3",
        "--",
        str(built / "sam.yaml"),
    ]

    found = subprocess.run(lint, capture_output=True, text=True, check=False)  # noqa: S603 - the words above

    assert found.stdout + found.stderr == ""


def test_other_python_than_the_pinned_one_packages_for_the_local_aws_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    packaged: list[Path] = []
    monkeypatch.setattr(packaging, "PYTHON", (2, 7))
    monkeypatch.setattr(packaging, "package", packaged.append)

    assert packaging.main(["build"]) == 1
    assert "What ships runs on python3.13" in capsys.readouterr().err
    assert packaging.main(["--any-python", "build/local"]) == 0
    assert packaged == [Path("build/local")]


def test_package_fits_lambda(built: Path) -> None:
    assert examine(built / "deployment.zip") == []


def test_template_fits_cloudformation(built: Path) -> None:
    """CloudFormation takes 1 MB, a quota that cannot be raised; the bound is far below it."""
    assert (built / "sam.yaml").stat().st_size < 300_000


def test_package_that_grows_is_named(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packaging, "ZIPPED_LIMIT_BYTES", 40_000_000)
    (told,) = examine(built / "deployment.zip")
    assert re.fullmatch(r"Zipped it has [\d,]+ bytes, more than 40,000,000\.", told)


def test_package_holds_the_application_and_its_wheels_alone(files: set[str]) -> None:
    """Every file is app.py, chalicelib, Chalice's runtime, of a wheel, or byte code of these."""
    of_wheels = {name for wheel in WHEELS.glob("*.whl") for name in zipfile.ZipFile(wheel).namelist()}

    byte_code = {cache_from_source(name) for name in files if name.endswith(".py")}
    own = {name for name in files - of_wheels - byte_code if not name.endswith(".pth")}

    assert "app.py" in own
    assert {name for name in own if not _is_the_applications(name)} == set()
    assert not any("__pycache__" in name for name in own)


def test_each_module_of_the_package_has_byte_code_that_is_not_checked_against_its_date(built: Path) -> None:
    """Lambda's folder is read-only: without valid byte code each cold start compiles everything."""
    with zipfile.ZipFile(built / "deployment.zip") as archive:
        for name in ("app.py", "chalicelib/settings.py", "pynamodb/models.py"):
            magic, flags = (
                archive.read(cache_from_source(name))[:4],
                archive.read(cache_from_source(name))[4:8],
            )
            assert magic == MAGIC_NUMBER
            assert flags == (1).to_bytes(4, "little"), "hashed, unchecked"


def test_package_holds_the_models_of_the_services_that_are_called_alone(files: set[str], root: Path) -> None:
    wiring = "".join(path.read_text() for path in (root / "chalicelib/wiring").glob("*.py"))
    clients = re.findall(r'client\("([a-z0-9-]+)"', wiring)
    models = {name.split("/")[2] for name in files if re.match(r"botocore/data/[^/]+/", name)}

    assert models == set(SERVICES) == {*clients, "dynamodb"}
    assert {name for name in files if "locale-data" in name} == {
        f"babel/locale-data/{name}.dat" for name in LOCALES
    }


def test_libraries_load_without_the_names_that_only_debuggers_read(built: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(built / "deployment.zip") as archive:
        for name in archive.namelist():
            if name.startswith(
                ("typst/", "cryptography/", "_cffi_backend", "argon2/", "_argon2_cffi_bindings/")
            ):
                archive.extract(name, tmp_path)
    page = "#set document(date: none); Facture *n° 7*, _à régler_"
    draws = (
        "import sys, typst; from cryptography.hazmat.primitives.asymmetric import rsa; "
        "import argon2; argon2.PasswordHasher().hash('quatre mots'); "
        "rsa.generate_private_key(65537, 1024); print(typst.__file__, flush=True); "
        "sys.stdout.buffer.write(typst.compile(sys.argv[1].encode()))"
    )
    there = {"PYTHONPATH": str(tmp_path), "PATH": os.environ["PATH"]}
    command = [sys.executable, "-c", draws, page]
    done = subprocess.run(command, env=there, capture_output=True, check=False)  # noqa: S603 - the words above

    assert done.returncode == 0, done.stderr
    file, _, drawn = done.stdout.partition(b"\n")
    assert file.startswith(bytes(tmp_path))
    assert drawn == typst.compile(page.encode()), "drawn by the same font as with the whole library"
    assert b"Libertinus" in drawn


def test_what_is_no_library_is_not_cut() -> None:
    assert without_symbols(b"#!/bin/sh") == b"#!/bin/sh"


def test_package_holds_the_registers_that_ibans_are_checked_by(files: set[str]) -> None:
    assert {"stdnum/iban.dat", "stdnum/be/banks.dat"} <= files
    assert "stdnum/oui.dat" not in files


def test_archive_is_the_same_for_the_same_sources(tmp_path: Path) -> None:
    for name, order in (("one", ["app.py", "a.txt"]), ("two", ["a.txt", "app.py"])):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            for file in order:
                entry = zipfile.ZipInfo(file, (2000 + len(name + order[0]), 1, 1, 0, 0, 0))
                archive.writestr(entry, f"# {file}")
        slim(tmp_path / name)

    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_compiled_catalogue_has_no_moment_of_its_own(root: Path) -> None:
    (path,) = (root / "chalicelib" / "portal" / "catalogues" / "fr").glob("refusals.po")

    assert b"POT-Creation-Date: 1980-01-01 00:00" in compiled(path)


@pytest.mark.prove
def test_package_is_the_same_for_the_same_sources(root: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        command = [sys.executable, "-m", "infra.cloud.package", "--any-python", str(tmp_path / name)]
        subprocess.run(command, cwd=root, env=os.environ | {"PYTHONHASHSEED": "0"}, check=True)  # noqa: S603 - our own program

    for file in ("deployment.zip", "sam.yaml"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_byte_code_that_lies_about_is_not_copied(tmp_path: Path) -> None:
    source = tmp_path / "room"
    (source / "__pycache__").mkdir(parents=True)
    for name in ("rule.py", "rule.pyc", "__pycache__/rule.cpython-311.pyc"):
        (source / name).write_text("")

    _copy(source, tmp_path / "copy")

    assert [path.name for path in (tmp_path / "copy").rglob("*")] == ["rule.py"]


def test_package_has_every_file_of_the_application(files: set[str], root: Path) -> None:
    written = {
        path.relative_to(root).as_posix()
        for path in (root / "chalicelib").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    assert written <= files


def test_package_has_each_catalogue_compiled(files: set[str], root: Path) -> None:
    catalogues = {
        path.relative_to(root).as_posix() for path in (root / "chalicelib" / "portal").rglob("*.po")
    }

    assert catalogues
    assert {path.removesuffix(".po") + ".mo" for path in catalogues} <= files


def test_each_function_is_there_and_its_handler_is_in_the_package(
    template: dict[str, Any], files: set[str]
) -> None:
    functions = dict(_of_type(template, "AWS::Serverless::Function"))
    wanted: dict[str, list[str]] = {}

    assert set(functions) == EVENT_SOURCES
    for name, function in functions.items():
        module, _, attribute = function["Properties"]["Handler"].rpartition(".")
        assert module == ("app" if name in SERVED else "chalicelib.functions.background")
        wanted.setdefault(module, []).append(attribute)
    for module, attributes in wanted.items():
        assert f"{module.replace('.', '/')}.py" in files
        assert _lacking(module, attributes) == ""


def test_functions_of_schedules_and_queues_import_neither_pages_nor_api() -> None:
    look = (
        "import sys, chalicelib.functions.background; "
        "sys.exit(bool({'chalicelib.pages', 'chalicelib.api', 'jinja2'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", look], check=False).returncode == 0  # noqa: S603 - the words above


@pytest.mark.parametrize(("function", "queue", "_failures"), QUEUES)
def test_queue_delivers_to_its_function_with_partial_failures(
    template: dict[str, Any], function: str, queue: str, _failures: str
) -> None:
    event = _event(template, function)

    assert event["Type"] == "SQS"
    assert event["Properties"]["Queue"] == {"Fn::Sub": f"${{{queue}.Arn}}"}
    assert event["Properties"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


@pytest.mark.parametrize(("function", "queue", "failures"), QUEUES)
def test_queue_hides_a_message_six_times_as_long_as_its_function_runs(
    template: dict[str, Any], function: str, queue: str, failures: str
) -> None:
    timeout_seconds = template["Resources"][function]["Properties"]["Timeout"]
    main = template["Resources"][queue]["Properties"]
    dead = template["Resources"][failures]["Properties"]

    assert main["VisibilityTimeout"] >= 6 * timeout_seconds
    assert main["RedrivePolicy"]["deadLetterTargetArn"] == {"Fn::GetAtt": [failures, "Arn"]}
    assert dead["MessageRetentionPeriod"] > main["MessageRetentionPeriod"]
    assert main["SqsManagedSseEnabled"]
    assert dead["SqsManagedSseEnabled"]


@pytest.mark.parametrize(("_function", "_queue", "failures"), QUEUES)
def test_first_dead_letter_raises_an_alarm(
    template: dict[str, Any], _function: str, _queue: str, failures: str
) -> None:
    (alarm,) = (
        each["Properties"]
        for _, each in _of_type(template, "AWS::CloudWatch::Alarm")
        if {"Name": "QueueName", "Value": {"Fn::GetAtt": [failures, "QueueName"]}}
        in each["Properties"].get("Dimensions", [])
    )

    assert alarm["MetricName"] == "ApproximateNumberOfMessagesVisible"
    assert (alarm["Threshold"], alarm["ComparisonOperator"]) == (0, "GreaterThanThreshold")
    assert alarm["AlarmActions"] == [{"Ref": "Alarms"}]


def test_error_of_any_function_raises_an_alarm(template: dict[str, Any]) -> None:
    """By the metric of the account, which has no dimension: each function is in it without a name."""
    alarm = template["Resources"]["ErrorAlarm"]["Properties"]

    assert (alarm["Namespace"], alarm["MetricName"], alarm["Statistic"]) == ("AWS/Lambda", "Errors", "Sum")
    assert "Dimensions" not in alarm
    assert (alarm["Period"], alarm["EvaluationPeriods"], alarm["Threshold"]) == (300, 1, 0)
    assert alarm["ComparisonOperator"] == "GreaterThanThreshold"
    assert alarm["AlarmActions"] == [{"Ref": "Alarms"}]


def test_no_alarm_has_more_than_cloudwatch_lets_it_have(template: dict[str, Any]) -> None:
    """Ten metrics in an expression; periods of a day in all, or of seven where each is an hour or longer."""
    for name, alarm in _of_type(template, "AWS::CloudWatch::Alarm"):
        kept = alarm["Properties"]
        assert len(kept.get("Metrics", [])) <= 10, name
        assert kept.get("Period", 300) * kept["EvaluationPeriods"] <= 86_400, name
        assert len(kept["AlarmDescription"]) <= 1024, name


def test_tenth_without_a_run_is_told_before_ten_in_paris(template: dict[str, Any]) -> None:
    """From midnight on: two hours until it counts as missed, then as many checks as the alarm waits for."""
    missed, unchecked = (
        template["Resources"][name]["Properties"] for name in ("MissedDebitAlarm", "NoDebitCheckAlarm")
    )
    hours = RUNS_MISSED.total_seconds() / 3600 + 1

    assert (missed["MetricName"], unchecked["MetricName"]) == ("MissedDebits", "DebitChecks")
    assert hours + missed["EvaluationPeriods"] * missed["Period"] / 3600 < 10
    assert unchecked["EvaluationPeriods"] * unchecked["Period"] / 3600 < 10
    assert (missed["Threshold"], missed["ComparisonOperator"]) == (0, "GreaterThanThreshold")
    assert (unchecked["Threshold"], unchecked["ComparisonOperator"]) == (1, "LessThanThreshold")
    assert unchecked["TreatMissingData"] == "breaching"
    assert missed["AlarmActions"] == unchecked["AlarmActions"] == [{"Ref": "Alarms"}]


def test_check_of_the_debits_reads_and_changes_nothing(template: dict[str, Any]) -> None:
    """What stops planner or worker (a queue, the gateway's key, a right to write) does not stop it."""
    assert _allowed(template, "CheckDebitsRole") == {
        "DueInstalments": (["dynamodb:Query"], [{"Fn::Sub": "${Table.Arn}/index/by_queue"}]),
        "Registrations": (["dynamodb:Query"], [{"Fn::GetAtt": ["Table", "Arn"]}]),
        "BrakesAndCampaigns": (["dynamodb:GetItem"], [{"Fn::GetAtt": ["Table", "Arn"]}]),
    }


def test_faults_that_become_answers_raise_an_alarm(template: dict[str, Any]) -> None:
    api = template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]["info"]["title"]
    alarms = {name: template["Resources"][name]["Properties"] for name in ("FaultAlarm", "ServerErrorAlarm")}

    assert alarms["FaultAlarm"]["MetricName"] == "Faults"
    assert alarms["ServerErrorAlarm"]["MetricName"] == "5XXError"
    assert alarms["ServerErrorAlarm"]["Dimensions"] == [{"Name": "ApiName", "Value": api}]
    assert {(each["Period"], each["Threshold"]) for each in alarms.values()} == {(300, 0)}


def test_planner_that_does_not_run_is_missed_within_hours(template: dict[str, Any]) -> None:
    alarm = template["Resources"]["NoRunAlarm"]["Properties"]

    assert alarm["Dimensions"] == [{"Name": "FunctionName", "Value": {"Ref": "PlanDebits"}}]
    assert (alarm["Period"], alarm["EvaluationPeriods"]) == (3600, 3)
    assert alarm["TreatMissingData"] == "breaching"


def test_debits_go_one_by_one_and_few_at_a_time(template: dict[str, Any]) -> None:
    """A debit lasts as long as the gateway's answer, which five callers do not delay."""
    source = _event(template, "DebitInstalment")["Properties"]

    assert source["BatchSize"] == 1
    assert source["ScalingConfig"] == {"MaximumConcurrency": 5}
    assert template["Resources"]["DebitInstalment"]["Properties"]["Timeout"] >= 120


def test_queue_with_a_bound_is_counted_as_one_that_lambda_polls_more(template: dict[str, Any]) -> None:
    bounded = {name for name, _, _ in QUEUES if "ScalingConfig" in _event(template, name)["Properties"]}
    assert bounded == BOUNDED


def test_schedules_run_as_often_as_they_should(template: dict[str, Any]) -> None:
    """By a rule for each rate, which may invoke the alias of each of its functions."""
    rules = dict(_of_type(template, "AWS::Events::Rule"))
    run: dict[str, str] = {}
    for name, rule in rules.items():
        targets = rule["Properties"]["Targets"]
        assert len(targets) <= MOST_TARGETS
        for each in targets:
            assert each == {"Id": each["Id"], "Arn": {"Ref": f"{each['Id']}.Alias"}}
            permitted = template["Resources"][f"{each['Id']}{PERMISSION}"]["Properties"]
            assert permitted["FunctionName"] == each["Arn"]
            assert permitted["SourceArn"] == {"Fn::GetAtt": [name, "Arn"]}
            run[each["Id"]] = rule["Properties"]["ScheduleExpression"]

    assert run == SCHEDULES
    assert set(rules) == set(NAMES.values())
    assert not any(rule["Properties"].get("State") for rule in rules.values())


def test_rule_with_more_functions_than_eventbridge_takes_is_not_packaged() -> None:
    event = {"Type": "Schedule", "Properties": {"Schedule": "rate(1 day)"}}
    owned = {f"Work{number}": {"Properties": {"Events": {"It": event}}} for number in range(6)}
    with pytest.raises(ValueError, match="6 functions run at rate"):
        group_schedules(owned)


def test_planner_reads_the_index_and_the_worker_takes_its_queue(template: dict[str, Any]) -> None:
    debits, worker = [{"Fn::GetAtt": ["Debits", "Arn"]}], _allowed(template, "DebitInstalmentRole")

    assert _allowed(template, "PlanDebitsRole") == {
        "DueInstalments": (["dynamodb:Query"], [{"Fn::Sub": "${Table.Arn}/index/by_queue"}]),
        "Brakes": (["dynamodb:GetItem"], [{"Fn::GetAtt": ["Table", "Arn"]}]),
        "DebitQueue": (["sqs:SendMessage"], debits),
    }
    writes = {"WhatItWrites", "WhatMustStay", "Counters"}
    assert set(worker) == {"Registrations", "GatewayKey", "KeyOfTheSecrets", "Debits"} | writes
    assert worker["Registrations"][1] == [{"Fn::GetAtt": ["Table", "Arn"]}]
    assert worker["Debits"] == (
        ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
        debits,
    )


def test_each_function_has_a_role_of_its_own(template: dict[str, Any]) -> None:
    functions = [each["Properties"] for _, each in _of_type(template, "AWS::Serverless::Function")]
    roles = [function["Role"]["Fn::GetAtt"][0] for function in functions]

    assert len(set(roles)) == len(roles)


def test_every_log_group_has_an_end_and_belongs_to_a_function(template: dict[str, Any]) -> None:
    groups = [each["Properties"] for _, each in _of_type(template, "AWS::Logs::LogGroup")]

    assert {group["LogGroupName"]["Fn::Sub"] for group in groups} == {
        f"/quittance/${{AWS::StackName}}/{name}" for name in EVENT_SOURCES
    }
    assert all(group["RetentionInDays"] for group in groups)


def test_logs_go_where_the_policy_lets_them_however_long_the_name_of_the_stack(
    template: dict[str, Any],
) -> None:
    """CloudFormation shortens the name of a function; no name here is made of one."""
    for name, function in _of_type(template, "AWS::Serverless::Function"):
        group = template["Resources"][function["Properties"]["LoggingConfig"]["LogGroup"]["Ref"]]
        written = group["Properties"]["LogGroupName"]["Fn::Sub"]
        role = function["Properties"]["Role"]["Fn::GetAtt"][0]
        (logs,) = (
            each["Resource"]
            for owner, each in _statements(template)
            if (owner, each["Sid"]) == (role, "OwnLogs")
        )
        assert [text.endswith(f":log-group:{written}:*") for text in _texts(logs)] == [True], name
        assert group["UpdateReplacePolicy"] == "Retain"


def test_gateway_that_tells_nothing_raises_an_alarm_where_pages_were_opened(template: dict[str, Any]) -> None:
    alarm = template["Resources"]["SilentGatewayAlarm"]["Properties"]
    told, pages, notifications = alarm["Metrics"]

    assert told["Expression"] == "IF(pages >= 5 AND notifications == 0, 1, 0)"
    assert [each["MetricStat"]["Metric"]["MetricName"] for each in (pages, notifications)] == [
        "PagesOpened",
        "Notifications",
    ]
    assert {each["MetricStat"]["Period"] for each in (pages, notifications)} == {3600}
    assert alarm["AlarmActions"] == [{"Ref": "Alarms"}]


def test_stack_rings_for_itself_alone_and_reads_its_own_keys(template: dict[str, Any]) -> None:
    stack = {"Ref": "AWS::StackName"}
    variables = template["Globals"]["Function"]["Environment"]["Variables"]
    watched = {
        json.dumps(dimension)
        for _, alarm in _of_type(template, "AWS::CloudWatch::Alarm")
        for metric in (alarm["Properties"], *(each["MetricStat"]["Metric"] for each in _stats(alarm)))
        if metric.get("Namespace") == "Quittance"
        for dimension in metric["Dimensions"]
    }

    assert watched == {json.dumps({"Name": "service", "Value": stack})}
    assert variables["POWERTOOLS_SERVICE_NAME"] == stack
    for name, condition, parameter, key in (
        ("QUITTANCE_PAYBOX_HMAC_KEY_PARAMETER", "NamesHmacKey", "HmacKeyParameter", "paybox/hmac-key"),
        ("QUITTANCE_SEALING_KEY_PARAMETER", "NamesSealingKey", "SealingKeyParameter", "sealing-key"),
    ):
        own = {"Fn::Sub": f"/quittance/${{AWS::StackName}}/{key}"}
        assert variables[name] == {"Fn::If": [condition, {"Ref": parameter}, own]}
        assert template["Parameters"][parameter]["Default"] == ""


@pytest.mark.parametrize(
    ("rule", "needed"),
    [
        ("DeployedStackHasADomain", "DomainName"),
        ("DeployedStackHasADomain", "CertificateArn"),
        ("DeployedStackIsHeard", "AlarmEmail"),
        ("ProductionKnowsItsSchool", "SchoolSiren"),
        ("GrantsAreAskedByASchool", "SchoolSiret"),
    ],
)
def test_stack_on_aws_is_refused_without(template: dict[str, Any], rule: str, needed: str) -> None:
    (assertion,) = template["Rules"][rule]["Assertions"]

    assert {"Fn::Not": [{"Fn::Equals": [{"Ref": needed}, ""]}]} in _nodes(assertion["Assert"])
    assert needed in assertion["AssertDescription"]


def test_what_only_a_school_knows_has_no_default(template: dict[str, Any]) -> None:
    needed = {name for name, each in template["Parameters"].items() if "Default" not in each}

    assert needed == {
        "Stage",
        "BaseUrl",
        "AlarmEmail",
        "MailFrom",
        "MailDomain",
        "PayboxSite",
        "PayboxRang",
        "PayboxIdentifiant",
    }


def test_no_policy_has_a_wildcard_that_is_not_explained(template: dict[str, Any]) -> None:
    unexplained = [
        (name, text)
        for name, statement in _statements(template)
        for text in _texts(statement["Resource"])
        if "*" in text and not any(text.endswith(each) for each in EXPLAINED)
    ]

    assert unexplained == []


def test_no_policy_allows_a_whole_service(template: dict[str, Any]) -> None:
    actions = [(name, action) for name, statement in _statements(template) for action in statement["Action"]]

    assert [each for each in actions if "*" in each[1]] == []


def test_what_is_deleted_is_never_money(template: dict[str, Any]) -> None:
    deletions = {
        (name, action): statement.get("Condition", {})
        .get("ForAllValues:StringLike", {})
        .get("dynamodb:LeadingKeys")
        for name, statement in _statements(template)
        for action in statement["Action"]
        if "Delete" in action and statement["Effect"] == "Allow"
    }

    assert deletions == {
        ("ApiHandlerRole", "dynamodb:DeleteItem"): ["SESSION#*", "EMAIL#*", "IDENTITY#*", "LINES#MARKED"],
        ("ApiHandlerRole", "s3:DeleteObjectVersion"): None,
        ("ApplyRetentionRole", "dynamodb:DeleteItem"): ["SESSION#*", "EMAIL#*", "IDENTITY#*"],
        ("ApplyRetentionRole", "s3:DeleteObjectVersion"): None,
        ("DeliverOutboxRole", "dynamodb:DeleteItem"): ["OUTBOX#*", "EMAIL#*"],
        ("DeliverOutboxRole", "s3:DeleteObjectVersion"): None,
        ("ReconcileDebitsRole", "dynamodb:DeleteItem"): ["OUTBOX#*"],
        ("SealAuditRole", "dynamodb:DeleteItem"): ["AUDIT#ENTRY#*"],
        ("DeliverOutboxRole", "sqs:DeleteMessage"): None,
        ("DebitInstalmentRole", "sqs:DeleteMessage"): None,
        ("DeliverEventRole", "sqs:DeleteMessage"): None,
    }


def test_invoices_are_deleted_by_the_retention_alone(template: dict[str, Any]) -> None:
    certificates, invoices, imports = (
        {"Fn::Sub": f"${{Documents.Arn}}/{each}/*"} for each in ("certificates", "invoices", "imports")
    )

    deleted = {
        name: statement["Resource"]
        for name, statement in _statements(template)
        if "s3:DeleteObjectVersion" in statement["Action"]
    }

    assert deleted == {
        "ApiHandlerRole": [certificates, imports],
        "ApplyRetentionRole": [invoices, certificates],
        "DeliverOutboxRole": [imports],
    }


def test_files_to_import_and_to_take_away_are_deleted_after_a_day_whatever_happens(
    template: dict[str, Any],
) -> None:
    rules = template["Resources"]["Documents"]["Properties"]["LifecycleConfiguration"]["Rules"]
    assert [rule["Prefix"] for rule in rules] == ["imports/", "downloads/"]
    for rule in rules:
        assert (rule["ExpirationInDays"], rule["Status"]) == (1, "Enabled")
        assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 1}


def test_end_of_the_audit_trail_is_moved_by_its_sealer_alone(template: dict[str, Any]) -> None:
    statements = [(name, each) for name, each in _statements(template)]
    writers = {
        name
        for name, each in statements
        if each["Effect"] == "Allow" and "dynamodb:PutItem" in each["Action"]
    }
    kept_out = {
        name
        for name, each in statements
        if each["Effect"] == "Deny"
        and {"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"} <= set(each["Action"])
        and each["Condition"]
        == {"ForAnyValue:StringLike": {"dynamodb:LeadingKeys": ["AUDIT#HEAD", "AUDIT#?????????"]}}
    }

    assert writers - kept_out == {"SealAuditRole"}


def test_second_factors_are_sealed_and_opened_by_the_api_alone_each_for_a_person(
    template: dict[str, Any],
) -> None:
    used, endpoints = (
        (name, each)
        for name, each in _statements(template)
        if any(action.startswith("kms:") for action in each["Action"]) and each["Sid"] != "KeyOfTheSecrets"
    )
    sealing, opening = (
        each
        for each in template["Resources"]["SecondFactorsKey"]["Properties"]["KeyPolicy"]["Statement"]
        if {"kms:Encrypt", "kms:Decrypt"} & set(each["Action"])
    )

    assert used[0] == "ApiHandlerRole"
    assert used[1]["Action"] == sealing["Action"] == ["kms:Encrypt", "kms:Decrypt"]
    assert used[1]["Resource"] == [{"Fn::GetAtt": ["SecondFactorsKey", "Arn"]}]
    assert used[1]["Condition"] == {
        "ForAllValues:StringEquals": {"kms:EncryptionContextKeys": [OWNER]},
        "Null": {f"kms:EncryptionContext:{OWNER}": "false"},
    }
    allowed = sealing["Condition"]["ArnLike"]["aws:PrincipalArn"]["Fn::Sub"]
    assert allowed.endswith(":role/${AWS::StackName}-ApiHandlerRole-*")
    assert not {"Path", "RoleName"} & template["Resources"]["ApiHandlerRole"]["Properties"].keys()

    assert (endpoints[0], endpoints[1]["Action"]) == ("DeliverEventRole", ["kms:Decrypt"])
    assert endpoints[1]["Condition"] == {
        "ForAllValues:StringEquals": {"kms:EncryptionContextKeys": [OWNER]},
        "StringLike": {f"kms:EncryptionContext:{OWNER}": "endpoint-*"},
    }
    assert opening["Action"] == ["kms:Decrypt"]
    assert opening["Condition"]["StringLike"] == {f"kms:EncryptionContext:{OWNER}": "endpoint-*"}
    deliverer = opening["Condition"]["ArnLike"]["aws:PrincipalArn"]["Fn::Sub"]
    assert deliverer.endswith(":role/${AWS::StackName}-DeliverEventRole-*")


def test_stack_without_a_key_opens_secrets_of_endpoints_by_ssm_and_has_no_right_to_a_key(
    template: dict[str, Any],
) -> None:
    nothing = {"Ref": "AWS::NoValue"}
    chosen = {
        (name, _given(each)["Sid"], each["Fn::If"][1] == nothing)
        for name, role in _of_type(template, "AWS::IAM::Role")
        for policy in role["Properties"]["Policies"]
        for each in policy["PolicyDocument"]["Statement"]
        if "Fn::If" in each and each["Fn::If"][0] == HAS_KEY
    }
    kept = template["Resources"]
    variables = template["Globals"]["Function"]["Environment"]["Variables"]

    assert chosen == {(*each, False) for each in BY_KEY} | {(*each, True) for each in BY_SSM}
    assert kept["SecondFactorsKey"]["Condition"] == kept["SecondFactorsAlias"]["Condition"] == HAS_KEY
    assert template["Parameters"]["SealsByKms"]["Default"] == "true"
    assert variables["QUITTANCE_ENDPOINT_KMS_KEY"] == {"Fn::If": [HAS_KEY, {"Ref": "SecondFactorsAlias"}, ""]}
    asked = [each for _, each in _statements(template) if "SecondFactorsKey" in set(_references(each))]
    assert {each["Sid"] for each in asked} == {sid for _, sid in BY_KEY}


def test_right_that_depends_on_the_key_and_is_in_no_policy_is_not_packaged() -> None:
    with pytest.raises(ValueError, match="No policy has"):
        choose_rights({})


def test_secret_under_a_key_of_the_school_is_opened_by_ssm_alone_for_who_reads_it(
    template: dict[str, Any],
) -> None:
    reads: dict[str, list[Any]] = {}
    for name, each in _statements(template):
        if each["Action"] == ["ssm:GetParameter"]:
            reads.setdefault(name, []).extend(each["Resource"])
    opens = {name: each for name, each in _statements(template) if each["Sid"] == "KeyOfTheSecrets"}

    assert opens.keys() == reads.keys()
    for name, each in opens.items():
        assert each["Action"] == ["kms:Decrypt"]
        assert each["Condition"] == {
            "StringEquals": {
                "kms:ViaService": {"Fn::Sub": "ssm.${AWS::Region}.amazonaws.com"},
                "kms:EncryptionContext:PARAMETER_ARN": reads[name],
            }
        }


def test_key_of_second_factors_changes_each_year_and_opens_what_it_sealed(template: dict[str, Any]) -> None:
    key = template["Resources"]["SecondFactorsKey"]
    variables = template["Globals"]["Function"]["Environment"]["Variables"]

    assert key["Properties"]["EnableKeyRotation"] is True
    assert key["DeletionPolicy"] == key["UpdateReplacePolicy"] == "Retain"
    assert variables["QUITTANCE_SEALING_KMS_KEY"] == {
        "Fn::If": ["NamesKmsKey", {"Ref": "SecondFactorsAlias"}, ""]
    }


def test_every_resource_of_a_policy_exists(template: dict[str, Any]) -> None:
    """A misspelled resource would only fail when deployed."""
    known = {*template["Resources"], *template["Parameters"]}
    named = {name for _, statement in _statements(template) for name in _references(statement["Resource"])}

    assert {name for name in named if not name.startswith("AWS::")} <= known


def test_money_and_documents_outlive_the_stack(template: dict[str, Any]) -> None:
    for name in ("Table", "Documents"):
        assert template["Resources"][name]["DeletionPolicy"] == "Retain"
        assert template["Resources"][name]["UpdateReplacePolicy"] == "Retain"


def test_restored_table_takes_the_place_of_the_stacks_own_everywhere(template: dict[str, Any]) -> None:
    own = template["Resources"]["Table"]
    named = [*_named_tables({**template, "Resources": {**template["Resources"], "Table": {}}})]

    assert template["Parameters"]["RestoredTable"]["Default"] == ""
    assert template["Conditions"]["UsesRestoredTable"] == {
        "Fn::Not": [{"Fn::Equals": [{"Ref": "RestoredTable"}, ""]}]
    }
    assert len(named) > 20
    assert [each for each in named if not _is_replaceable(each)] == []
    assert "RestoredTable" not in json.dumps(own)


def test_functions_are_called_by_their_alias_alone(template: dict[str, Any]) -> None:
    """By the API and the rules; queues are events, which SAM points at the alias that it publishes."""
    called = [
        each["Fn::Sub"]
        for each in _nodes(template["Resources"]["RestAPI"])
        if isinstance(each, dict) and "/invocations" in str(each.get("Fn::Sub"))
    ]
    permitted = [
        each["Properties"]["FunctionName"] for _, each in _of_type(template, "AWS::Lambda::Permission")
    ]

    assert {text.partition("/functions/")[2] for text, _ in called} == {"${Called}/invocations"}
    assert [names for _, names in called if names != {"Called": NOTIFIED}] == [{"Called": CALLED}] * (
        len(called) - 1
    )
    ticked = [{"Ref": f"{name}.Alias"} for name in SCHEDULES]
    assert sorted(permitted, key=str) == sorted([CALLED, NOTIFIED, *ticked], key=str)
    assert template["Globals"]["Function"]["AutoPublishAlias"] == "live"
    assert all(_event(template, name) for name, _, _ in QUEUES)


def test_api_has_few_resources_for_its_many_paths(template: dict[str, Any]) -> None:
    """API Gateway takes 300 of an API, and counts each part of each path."""
    paths = template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]["paths"]
    assert set(paths) == {"/", "/{proxy+}", "/webhooks/paybox"}
    called = {
        path: operation["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"][1]["Called"]["Ref"]
        for path, operations in paths.items()
        for operation in operations.values()
    }
    assert called == {
        "/": "APIHandler.Alias",
        "/{proxy+}": "APIHandler.Alias",
        "/webhooks/paybox": "Webhook.Alias",
    }
    assert set(paths["/{proxy+}"]) == {"delete", "get", "head", "options", "patch", "post", "put"}


def test_notifications_have_a_function_of_their_own_with_rights_of_their_own(
    template: dict[str, Any],
) -> None:
    owned = template["Resources"]
    (operation,) = owned["RestAPI"]["Properties"]["DefinitionBody"]["paths"]["/webhooks/paybox"].values()
    _, names = operation["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
    same = ("CodeUri", "Handler", "Runtime", "Timeout", "MemorySize")

    assert names == {"Called": NOTIFIED}
    for each in same:
        assert owned["Webhook"]["Properties"][each] == owned["APIHandler"]["Properties"][each]
    assert owned["Webhook"]["Properties"]["Role"] == {"Fn::GetAtt": ["WebhookRole", "Arn"]}
    assert not {"WaysIn", "SecondFactorsKey", "Invoices"} & _allowed(template, "WebhookRole").keys()


def test_flood_of_pages_leaves_notifications_and_debits_their_functions(template: dict[str, Any]) -> None:
    """With ReservesConcurrency; AWS wants a hundred left, of what docs/capacity.md asks of the account."""
    nothing = {"Ref": "AWS::NoValue"}
    reserved = {
        name: each["Properties"]["ReservedConcurrentExecutions"]
        for name, each in _of_type(template, "AWS::Serverless::Function")
        if "ReservedConcurrentExecutions" in each["Properties"]
    }

    assert reserved == {
        "APIHandler": {"Fn::If": ["IsReserved", 100, nothing]},
        "DebitInstalment": {"Fn::If": ["IsReserved", 5, nothing]},
        "Webhook": {"Fn::If": ["IsReserved", 20, nothing]},
    }
    assert sum(each["Fn::If"][1] for each in reserved.values()) + 100 == ENOUGH_AT_ONCE
    assert set(reserved) == set(KEPT)
    assert template["Parameters"]["ReservesConcurrency"]["Default"] == "false"


def test_firewall_is_off_unless_asked_for_and_lets_notifications_through(template: dict[str, Any]) -> None:
    firewall = template["Resources"]["Firewall"]
    first, *_ = sorted(firewall["Properties"]["Rules"], key=lambda rule: rule["Priority"])

    assert template["Parameters"]["HasFirewall"]["Default"] == "false"
    assert (
        firewall["Condition"] == template["Resources"]["FirewallBeforePortal"]["Condition"] == "IsFirewalled"
    )
    assert first["Action"] == {"Allow": {}}
    assert first["Statement"]["ByteMatchStatement"]["SearchString"] == "/webhooks/paybox"


def test_release_takes_a_tenth_first_and_goes_back_when_the_portal_fails(template: dict[str, Any]) -> None:
    shift = template["Globals"]["Function"]["DeploymentPreference"]

    assert (shift["Type"], shift["Enabled"]) == ("Canary10Percent5Minutes", {"Ref": "ShiftsGradually"})
    assert shift["Alarms"] == [{"Ref": each} for each in ("ServerErrorAlarm", "FaultAlarm", "ErrorAlarm")]
    assert all(each["Ref"] in template["Resources"] for each in shift["Alarms"])


def test_no_secret_is_in_the_template(built: Path) -> None:
    # The published test key, looked for.
    # pragma: allowlist nextline secret
    assert "0123456789ABCDEF0123456789ABCDEF" not in (built / "sam.yaml").read_text(encoding="utf-8").upper()


def _is_the_applications(name: str) -> bool:
    return name == "app.py" or name.startswith(("chalicelib/", "chalice/"))


def _lacking(module: str, attributes: list[str]) -> str:
    """Import a module as Lambda does, in a process of its own; return what it has not, or why it fails."""
    look = (
        f"import sys, {module} as found; "
        f"sys.exit(' '.join(each for each in {attributes} if not callable(getattr(found, each, None))))"
    )
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=False)  # noqa: S603 - the words above
    return done.stderr.strip()


def _of_type(template: dict[str, Any], kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    return ((name, each) for name, each in template["Resources"].items() if each["Type"] == kind)


def _stats(alarm: dict[str, Any]) -> Iterator[dict[str, Any]]:
    return (each for each in alarm["Properties"].get("Metrics", []) if "MetricStat" in each)


def _nodes(value: Any) -> Iterator[Any]:
    yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _nodes(part)


def _named_tables(value: Any) -> Iterator[Any]:
    """Yield what names the table: the choice between two, or a reference to one of them alone."""
    if isinstance(value, dict) and (_is_choice(value) or in_use(value)):
        yield value
        return
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _named_tables(part)


def _is_choice(node: dict[str, Any]) -> bool:
    """Return True for a choice of tables; a setting may tell the choice too."""
    chosen = node.get("Fn::If")
    return bool(chosen) and chosen[0] == "UsesRestoredTable" and isinstance(chosen[2], dict)


def _own(node: Any) -> Any:
    return node["Fn::If"][2] if isinstance(node, dict) and _is_choice(node) else node


def _is_replaceable(node: dict[str, Any]) -> bool:
    return _is_choice(node) and in_use(node["Fn::If"][2]) == node


def _event(template: dict[str, Any], function: str) -> dict[str, Any]:
    (event,) = template["Resources"][function]["Properties"]["Events"].values()
    return dict(event)


def _allowed(template: dict[str, Any], role: str) -> dict[str, tuple[list[str], list[Any]]]:
    """Give actions and resources of each statement, but for the logs that every function writes.

    Of the choice between two tables the stack's own.
    """
    return {
        each["Sid"]: (each["Action"], [_own(resource) for resource in each["Resource"]])
        for name, each in _statements(template)
        if name == role and each["Effect"] == "Allow" and each["Sid"] != "OwnLogs"
    }


def _statements(template: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, role in _of_type(template, "AWS::IAM::Role"):
        for policy in role["Properties"]["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                yield name, _given(statement)


def _given(statement: dict[str, Any]) -> dict[str, Any]:
    """Return a statement that only some stacks have: with the key of their own, or without."""
    _, with_key, without = statement.get("Fn::If", ("", statement, {}))
    return dict(without if with_key == {"Ref": "AWS::NoValue"} else with_key)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(part)


def _references(value: Any) -> Iterator[str]:
    for text in _texts(value):
        for part in text.split("${")[1:]:
            yield part.partition("}")[0].partition(".")[0]
    for found in json.dumps(value).split('"Fn::GetAtt": ["')[1:]:
        yield found.partition('"')[0]


def test_what_api_gateway_answers_by_itself_is_protected_like_our_own_answers(
    template: dict[str, Any],
) -> None:
    answers = template["Resources"]["RestAPI"]["Properties"]["GatewayResponses"]
    assert {"DEFAULT_4XX", "DEFAULT_5XX"} <= answers.keys()
    for answer in answers.values():
        told = json.loads(answer["ResponseTemplates"]["application/json"])
        assert told["status"] == answer.get("StatusCode", told["status"])
        assert told["type"] == f"urn:quittance:problem:{told['code']}"
        headers = answer["ResponseParameters"]["Headers"]
        assert headers["Content-Language"] == "'en'", "API Gateway has one sentence for all languages"
        assert headers["Strict-Transport-Security"] == "'max-age=63072000; includeSubDomains'"
        assert headers["X-Content-Type-Options"] == "'nosniff'"
        assert headers["Cache-Control"] == "'no-store'"


def test_a_flood_is_throttled_before_it_reaches_the_function(template: dict[str, Any]) -> None:
    settings, webhook = template["Resources"]["RestAPI"]["Properties"]["MethodSettings"]
    assert (webhook["ResourcePath"], webhook["HttpMethod"]) == ("/~1webhooks~1paybox", "POST")
    assert 0 < webhook["ThrottlingRateLimit"] < settings["ThrottlingRateLimit"]
    assert settings["ThrottlingRateLimit"] > 0
    assert (settings["ResourcePath"], settings["HttpMethod"]) == ("/*", "*")


def test_no_second_stage_is_made_that_has_no_throttle(template: dict[str, Any]) -> None:
    """SAM makes one named Stage unless it is told a version of OpenAPI."""
    api = template["Resources"]["RestAPI"]["Properties"]
    assert (api["OpenApiVersion"], api["DefinitionBody"]["swagger"]) == ("2.0", "2.0")


def test_portal_with_a_domain_is_served_there_alone_and_by_tls_1_2(template: dict[str, Any]) -> None:
    kept = template["Resources"]
    assert kept["PortalDomain"]["Properties"]["SecurityPolicy"] == "TLS_1_2"
    assert kept["PortalMapping"]["Properties"]["RestApiId"] == {"Ref": "RestAPI"}
    own_address = kept["RestAPI"]["Properties"]["DisableExecuteApiEndpoint"]
    assert own_address == {"Fn::If": ["HasDomain", True, False]}


def test_domain_that_is_added_later_changes_the_stage_which_closes_the_old_address(
    template: dict[str, Any],
) -> None:
    variables = template["Resources"]["RestAPI"]["Properties"]["Variables"]
    assert variables == {"servedAt": {"Fn::If": ["HasDomain", {"Ref": "DomainName"}, "execute-api"]}}


def test_what_was_packaged_is_deployed_by_a_change_set_serves_and_is_found_well(
    built: Path, running_stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    """But for the campaign, which comes after it."""
    port = urlsplit(running_stack.portal).port or 0
    before = dict(os.environ)
    try:
        assert local.main([str(port), str(built)]) == 0
        assert "Add     APIHandler  AWS::Lambda::Function" in capsys.readouterr().out
        lines = list(examined(of_aws(local.STACK, "eu-west-3")))
        StackOf(boto3.client("cloudformation"), local.STACK).cloudformation.delete_stack(
            StackName=local.STACK
        )
    finally:
        environment.enter(os.environ, {})
        os.environ.update(before)

    told = dict(lines)
    assert {name for name, line in lines if line.state is State.WRONG} <= {"campaign"}
    assert told["portal"].text.endswith("answers, as the stage local")
    assert told["schedules"].text == "9 schedules by 4 rules and 3 queues are on"
