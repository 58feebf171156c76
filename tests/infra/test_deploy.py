"""From the package to a stack: what is refused before anything is sent, and the change set."""

import json
import re
import uuid
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from infra.cloud.parts import merged
from infra.deploy import __main__ as deploying
from infra.deploy.change_set import DeploymentFailed, StackOf
from infra.deploy.local import FUNCTION_START, adapted
from infra.deploy.preflight import asked, faults
from infra.deploy.template import Template
from infra.local import resources
from infra.local.ports import Ports
from tests.infra.doctors import Missing, client, refused

PARAMETERS = {
    "Stage": "production",
    "BaseUrl": "https://inscription.ecole.fr",
    "DomainName": "inscription.ecole.fr",
    "CertificateArn": "arn:aws:acm:eu-west-3:1:certificate/1",
    "SchoolSiren": "732829320",
    "AlarmEmail": "exploitation@ecole.fr",
    "MailFrom": "inscription@ecole.fr",
    "MailDomain": "ecole.fr",
    "PayboxSite": "7654321",
    "PayboxRang": "01",
    "PayboxIdentifiant": "123456789",
}
REHEARSAL = PARAMETERS | {"Stage": "rehearsal", "PayboxSite": "1999888"}
FUNCTION = {"Type": "AWS::Serverless::Function", "Properties": {"Runtime": "python3.13", "CodeUri": "./x"}}


def written(folder: Path, tree: dict[str, Any]) -> Path:
    """Write a package of this template."""
    (folder / "sam.yaml").write_text(yaml.safe_dump(tree), encoding="utf-8")
    with zipfile.ZipFile(folder / "deployment.zip", "w") as archive:
        archive.writestr("app.py", "def handler(event, context):\n    return {}\n")
    return folder


@pytest.fixture
def template(tmp_path: Path) -> Template:
    """The project's template with one function."""
    tree = merged()
    return Template(written(tmp_path, tree | {"Resources": {"APIHandler": FUNCTION}}))


def test_stage_that_is_set_up_as_the_page_says_is_deployed(template: Template) -> None:
    assert faults(template, "ecole", REHEARSAL, {}) == []
    assert faults(template, "ecole", PARAMETERS, {}) == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"BaseUrl": "http://inscription.ecole.fr"}, "BaseUrl is not https"),
        ({"BaseUrl": "https://autre.ecole.fr"}, "BaseUrl is not https://DomainName"),
        ({"DomainName": ""}, "DomainName: needed"),
        ({"CertificateArn": ""}, "CertificateArn: needed"),
        ({"AlarmEmail": ""}, "AlarmEmail: needed"),
        ({"MailDomain": "autre.fr"}, "MailFrom is not an address of MailDomain"),
        ({"PayboxPageUrls": "https://tpeweb.paybox.com/php/"}, "leads to the real gateway"),
        ({"Campaign": "isima-2022"}, "Campaign: the template has no such parameter"),
        ({"BaseURL": "x"}, "no such parameter"),
    ],
)
def test_each_fault_is_told_before_anything_is_sent(
    template: Template, changes: dict[str, str], told: str
) -> None:
    assert any(told in each for each in faults(template, "ecole", REHEARSAL | changes, {}))


def test_missing_parameters_are_told_at_once_unless_the_stack_has_them(template: Template) -> None:
    few = {"Stage": "rehearsal"}

    assert len(faults(template, "ecole", few, {})) == len(template.required) - 1
    assert faults(template, "ecole", few, REHEARSAL) == []


def test_secret_that_is_not_there_and_sender_that_is_not_verified_are_told_before_too(
    template: Template,
) -> None:
    def secret(**given: Any) -> dict[str, Any]:
        digits = 128 if given["Name"].endswith("hmac-key") else 64
        return {"Parameter": {"Type": "SecureString", "Value": "f" * digits}}

    ready = {
        "ssm": client(get_parameter=secret),
        "sesv2": client(get_email_identity={"VerifiedForSendingStatus": 1}),
    }
    bare = {"ssm": client(get_parameter=Missing), "sesv2": client(get_email_identity=Missing)}

    def said(services: dict[str, Any]) -> list[str]:
        return asked(template, "ecole", REHEARSAL, "eu-west-3", services.__getitem__)

    assert said(ready) == []
    key, sender = said(bare)
    assert key.startswith("/quittance/ecole/paybox/hmac-key is missing. Write it: aws ssm put-parameter")
    assert sender.startswith("inscription@ecole.fr is not verified.")


@pytest.mark.parametrize("name", ["", "1ecole", "école", "e" * 37])
def test_name_that_the_roles_could_not_bear_is_refused(template: Template, name: str) -> None:
    assert any("STACK" in each for each in faults(template, name, REHEARSAL, {}))


def test_package_of_another_python_is_for_this_machine_alone(tmp_path: Path) -> None:
    function = {**FUNCTION, "Properties": {"Runtime": "python3.11"}}
    tree = merged() | {"Resources": {"APIHandler": function}}
    other = Template(written(tmp_path, tree))

    assert any("python3.11, not python3.13" in each for each in faults(other, "ecole", REHEARSAL, {}))
    assert faults(other, "ecole", REHEARSAL | {"Stage": "local"}, {}) == []


SMALL = {
    "AWSTemplateFormatVersion": "2010-09-09",
    "Transform": "AWS::Serverless-2016-10-31",
    "Parameters": {"Stage": {"Type": "String"}, "Days": {"Type": "String", "Default": "1"}},
    "Rules": {
        "Refused": {
            "RuleCondition": {"Fn::Equals": [{"Ref": "Days"}, "13"]},
            "Assertions": [
                {"Assert": {"Fn::Equals": [{"Ref": "Stage"}, "never"]}, "AssertDescription": "Not on a 13th."}
            ],
        }
    },
    "Globals": {"Function": {"Environment": {"Variables": {}}}},
    "Conditions": {},
    "Resources": {
        "Outbox": {"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": {"Ref": "Days"}}},
        "Nothing": {
            "Type": "AWS::Serverless::Function",
            "Properties": {"Runtime": "python3.11", "Handler": "app.handler", "CodeUri": "./deployment.zip"},
        },
    },
    "Outputs": {"PortalTarget": {"Value": "target.example"}},
}


@pytest.fixture
def deploy(
    aws: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    """Deploy a small package as a stack of this test's own; return the exit code and what was said."""
    assert aws
    stack, build = f"test-{uuid.uuid4().hex[:12]}", written(tmp_path, SMALL)
    for name in ("faults", "asked"):
        monkeypatch.setattr(deploying, name, lambda *_: [])
    monkeypatch.setattr("infra.deploy.change_set.WAIT_SECONDS", 0.05)

    def run(answer: str = "yes", **given: str) -> tuple[int, str]:
        told = tmp_path / "parameters.yaml"
        told.write_text(json.dumps(given), encoding="utf-8")
        named = ["--stack", stack, "--stage", "local", "--parameters", str(told), "--build", str(build)]
        code = deploying.main(named, ask=lambda _: answer)
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


def test_change_set_is_shown_applied_and_shown_again(deploy: Callable[..., tuple[int, str]]) -> None:
    code, said = deploy(answer="no")
    assert (code, "Nothing was changed." in said) == (3, True)
    assert "Add     Outbox  AWS::SQS::Queue" in said

    code, said = deploy()
    assert (code, "Deployed." in said) == (0, True)
    assert "CNAME (or an alias) of target.example" in said
    assert "make doctor STACK=test-" in said

    code, said = deploy()
    assert (code, "Nothing to change" in said) == (0, True)

    code, said = deploy(Days="2")
    assert (code, "Modify  Outbox" in said) == (0, True)


def test_rule_of_the_template_is_told_in_its_own_words(deploy: Callable[..., tuple[int, str]]) -> None:
    code, said = deploy(Days="13")

    assert code == 1
    assert "Not on a 13th." in said


def test_replacement_of_what_holds_money_is_shouted() -> None:
    change = {
        "Action": "Modify",
        "LogicalResourceId": "Table",
        "ResourceType": "AWS::DynamoDB::Table",
        "Replacement": "True",
    }
    answers = {"Changes": [{"ResourceChange": change}]}

    (line,) = StackOf(client(describe_change_set=answers), "ecole").changes("deploy-1")
    assert "DO NOT APPLY" in line


def test_stack_that_failed_at_first_is_told_what_to_do_with(template: Template) -> None:
    dead = client(describe_stacks={"Stacks": [{"StackStatus": "ROLLBACK_COMPLETE"}]})

    with pytest.raises(DeploymentFailed, match="Delete it"):
        StackOf(dead, "ecole").propose(template, "url", {})


def test_failure_names_the_resource_and_its_reason() -> None:
    event = {"LogicalResourceId": "Table", "ResourceStatus": "CREATE_FAILED", "ResourceStatusReason": "why"}
    failing = client(
        execute_change_set=None,
        describe_stacks={"Stacks": [{"StackStatus": "UPDATE_ROLLBACK_COMPLETE"}]},
        describe_stack_events={"StackEvents": [event]},
    )

    with pytest.raises(DeploymentFailed, match="Table: why"):
        StackOf(failing, "ecole").apply("deploy-1")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--parameters", "nowhere.yaml"], "nowhere.yaml is not there"),
        (["--parameters", "LIST"], 'a line `Name: "value"`'),
    ],
)
def test_file_of_parameters_that_is_none_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    (tmp_path / "list.yaml").write_text("Days: 1\n")
    given = [str(tmp_path / "list.yaml") if each == "LIST" else each for each in arguments]

    assert deploying.main(["--stack", "ecole", "--stage", "local", *given]) == 1
    assert told in capsys.readouterr().err


def test_answer_of_aws_is_told_with_its_operation(
    template: Template, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert template
    answers = client(describe_stacks=refused("AccessDenied", "DescribeStacks"))
    monkeypatch.setattr(deploying, "boto3", SimpleNamespace(client=lambda *_, **__: answers))

    named = ["--stack", "ecole", "--stage", "local", "--build", str(template.zip.parent)]
    assert deploying.main(named) == 1
    assert "AWS answered AccessDenied to DescribeStacks" in capsys.readouterr().err


def test_package_is_adapted_to_the_local_aws_in_its_template_alone(tmp_path: Path) -> None:
    kinds = {"Computes": {"Metrics": []}, "Watches": {"MetricName": "Faults"}}
    tree = {
        "Globals": {
            "Function": {
                "Environment": {"Variables": {"QUITTANCE_STAGE": "local"}},
                "AutoPublishAlias": "live",
                "DeploymentPreference": {"Type": "Canary10Percent5Minutes"},
            }
        },
        "Resources": {
            name: {"Type": "AWS::CloudWatch::Alarm", "Properties": each} for name, each in kinds.items()
        },
    }
    (tmp_path / "to").mkdir()
    build = written(tmp_path, tree)

    assert adapted(build, tmp_path / "to", Ports.of(8000)) == ["Computes"]
    kept = resources.load(tmp_path / "to" / "sam.yaml")
    assert list(kept["Resources"]) == ["Watches"]
    assert kept["Globals"]["Function"]["Environment"]["Variables"] == {
        "QUITTANCE_STAGE": "local",
        "LOCAL_CLOCK": "http://127.0.0.1:8001/clock",
        "PYTHONPATH": str(FUNCTION_START),
    }
    assert kept["Globals"]["Function"].keys() == {"Environment", "AutoPublishAlias"}
    assert (tmp_path / "to" / "deployment.zip").samefile(build / "deployment.zip")


def test_version_is_published_for_what_changes_the_functions_and_for_nothing_else(template: Template) -> None:
    """SAM hashes the names of parameters: another value would reach no version without this."""

    def versions(**given: str) -> set[str]:
        text = yaml.safe_load(template.text("bucket", PARAMETERS | given, "ecole"))
        functions = (each for each in text["Resources"].values() if each["Type"].endswith("::Function"))
        return {each["Properties"]["AutoPublishCodeSha256"] for each in functions}

    as_it_is = versions()
    assert versions(AlarmEmail="other@ecole.fr") == versions(ShiftsGradually="false") == as_it_is
    assert versions(HmacKeyParameter="/quittance/ecole/paybox/hmac-key") == as_it_is
    assert versions(PayboxRang="33").isdisjoint(as_it_is)
    template.zip.write_bytes(b"other code")
    assert versions().isdisjoint(as_it_is)


def test_page_names_every_parameter_that_is_needed_and_none_that_is_not_there(
    template: Template, root: Path
) -> None:
    page = (root / "docs" / "deploy.md").read_text(encoding="utf-8")
    given = yaml.safe_load(page.partition("```yaml\n")[2].partition("```")[0])

    assert template.unknown(given) == []
    assert template.required <= given.keys() | {"Stage"}


def test_page_names_commands_that_there_are(root: Path) -> None:
    page = (root / "docs" / "deploy.md").read_text(encoding="utf-8")
    makefile = (root / "Makefile").read_text(encoding="utf-8")

    named = set(re.findall(r"(?:`|^)make ([a-z-]+)", page, re.MULTILINE))
    assert {"deploy", "deploy-local", "doctor"} <= named
    assert all(f"\n{each}:" in makefile for each in named)
