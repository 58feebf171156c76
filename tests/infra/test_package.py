"""What is deployed: packaged once, then examined."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.cloud.package import examine, package, runs_on_lambda
from infra.local import resources

EVENT_SOURCES = {"APIHandler", "SendMails", "ReconcilePayments", "DeliverOutbox"}

# Each * in a resource of a policy, and why it must be there.
EXPLAINED = {
    "${Documents.Arn}/invoices/*": "an invoice's key holds its number, year and template version",
    "log-group:/aws/lambda/${AWS::StackName}-APIHandler-*:*": "CloudFormation ends the name; any stream",
    "log-group:/aws/lambda/${AWS::StackName}-SendMails-*:*": "the same",
    "log-group:/aws/lambda/${AWS::StackName}-ReconcilePayments-*:*": "the same",
    "log-group:/aws/lambda/${AWS::StackName}-DeliverOutbox-*:*": "the same",
}


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("package") / "build"
    package(folder)
    return folder


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


def test_package_fits_lambda(built: Path) -> None:
    assert examine(built / "deployment.zip") == []


def test_package_holds_the_application_and_its_wheels_alone(files: set[str], built: Path) -> None:
    """Every file is app.py, chalicelib, Chalice's runtime, or named by the RECORD of a wheel."""
    with zipfile.ZipFile(built / "deployment.zip") as archive:
        records = [archive.read(name).decode() for name in files if name.endswith(".dist-info/RECORD")]
    of_wheels = {line.split(",")[0].strip('"') for record in records for line in record.splitlines()}

    own = {name for name in files - of_wheels if not name.endswith(".pth")}

    assert "app.py" in own
    assert {name for name in own if not _is_the_applications(name)} == set()
    assert not any("__pycache__" in name for name in own)


def test_package_has_every_file_of_the_application(files: set[str], root: Path) -> None:
    written = {
        path.relative_to(root).as_posix()
        for path in (root / "chalicelib").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    assert written <= files


def test_each_function_is_there_and_its_handler_is_in_the_package(
    template: dict[str, Any], files: set[str]
) -> None:
    functions = dict(_of_type(template, "AWS::Serverless::Function"))

    assert set(functions) == EVENT_SOURCES
    for name, function in functions.items():
        module, _, attribute = function["Properties"]["Handler"].rpartition(".")
        assert module == "app", f"{name} would skip app.py"
        assert f"{module.replace('.', '/')}.py" in files
        assert _imported(attribute), f"{name}: app.py has no {attribute}"


def test_queue_delivers_to_its_function_with_partial_failures(template: dict[str, Any]) -> None:
    (event,) = template["Resources"]["DeliverOutbox"]["Properties"]["Events"].values()

    assert event["Type"] == "SQS"
    assert event["Properties"]["Queue"] == {"Fn::Sub": "${Outbox.Arn}"}
    assert event["Properties"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_queue_hides_a_message_six_times_as_long_as_its_function_runs(template: dict[str, Any]) -> None:
    timeout_seconds = template["Resources"]["DeliverOutbox"]["Properties"]["Timeout"]
    queue = template["Resources"]["Outbox"]["Properties"]
    failures = template["Resources"]["OutboxFailures"]["Properties"]

    assert queue["VisibilityTimeout"] >= 6 * timeout_seconds
    assert failures["MessageRetentionPeriod"] > queue["MessageRetentionPeriod"]


def test_schedules_run_as_often_as_they_should(template: dict[str, Any]) -> None:
    def rate(name: str) -> str:
        (event,) = template["Resources"][name]["Properties"]["Events"].values()
        return str(event["Properties"]["Schedule"])

    assert (rate("SendMails"), rate("ReconcilePayments")) == ("rate(1 minute)", "rate(5 minutes)")


def test_each_function_has_a_role_of_its_own(template: dict[str, Any]) -> None:
    functions = [each["Properties"] for _, each in _of_type(template, "AWS::Serverless::Function")]
    roles = [function["Role"]["Fn::GetAtt"][0] for function in functions]

    assert len(set(roles)) == len(roles)


def test_every_log_group_has_an_end_and_belongs_to_a_function(template: dict[str, Any]) -> None:
    groups = [each["Properties"] for _, each in _of_type(template, "AWS::Logs::LogGroup")]

    assert {group["LogGroupName"]["Fn::Sub"] for group in groups} == {
        f"/aws/lambda/${{{name}}}" for name in EVENT_SOURCES
    }
    assert all(group["RetentionInDays"] for group in groups)


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
        if "Delete" in action
    }

    assert deletions == {
        ("ApiHandlerRole", "dynamodb:DeleteItem"): ["SESSION#*"],
        ("DeliverOutboxRole", "dynamodb:DeleteItem"): ["OUTBOX#*"],
        ("DeliverOutboxRole", "sqs:DeleteMessage"): None,
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


def test_no_secret_is_in_the_template(built: Path) -> None:
    assert "0123456789ABCDEF0123456789ABCDEF" not in (built / "sam.yaml").read_text(encoding="utf-8").upper()


@pytest.mark.parametrize(
    ("tag", "fits"),
    [
        ("py3-none-any", True),
        ("cp311-abi3-manylinux2014_x86_64", True),
        ("cp311-abi3-manylinux_2_17_x86_64", True),
        ("cp311-abi3-manylinux_2_39_x86_64", False),
        ("cp311-abi3-manylinux_2_17_aarch64", False),
        ("cp311-cp311-linux_x86_64", False),
        ("cp311-cp311-musllinux_1_2_x86_64", False),
        ("cp311-cp311-macosx_11_0_arm64", False),
    ],
)
def test_wheel_for_another_system_is_told_apart(tag: str, fits: bool) -> None:  # noqa: FBT001 - a table
    assert runs_on_lambda(tag) is fits


def test_package_without_a_wheel_or_with_a_foreign_one_is_unfit(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "deployment.zip", "w") as archive:
        archive.writestr(
            "boto3-1.44.5.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: cp311-cp311-macosx_11_0_arm64\n"
        )

    findings = examine(tmp_path / "deployment.zip")

    assert "typst is missing." in findings
    assert "boto3-1.44.5.dist-info does not run on Lambda: cp311-cp311-macosx_11_0_arm64." in findings
    assert "boto3 is missing." not in findings


def _is_the_applications(name: str) -> bool:
    return name == "app.py" or name.startswith(("chalicelib/", "chalice/"))


def _imported(attribute: str) -> bool:
    look = f"import app, sys; sys.exit(not callable(getattr(app, {attribute!r}, None)))"
    return subprocess.run([sys.executable, "-c", look], check=False).returncode == 0  # noqa: S603 - the words above


def _of_type(template: dict[str, Any], kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    return ((name, each) for name, each in template["Resources"].items() if each["Type"] == kind)


def _statements(template: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, role in _of_type(template, "AWS::IAM::Role"):
        for policy in role["Properties"]["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                yield name, statement


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
