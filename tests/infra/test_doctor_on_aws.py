"""What only AWS can show: the doctor's checks on answers as AWS gives them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.campaigns.reader import load_shipped
from chalicelib.campaigns.unloaded import UNLOADED
from chalicelib.domain.campaign import Campaign
from chalicelib.gateway.signature import OFFICIAL_KEY
from chalicelib.settings import Settings, StartRefused
from infra.doctor import deployed as reading
from infra.doctor import examination
from infra.doctor.checks import (
    alarms,
    audit_trail,
    campaign,
    cas,
    clocks,
    configuration,
    domain,
    functions,
    mail,
    portal,
    public_keys,
    roles,
    schedules,
    secrets,
    table,
)
from infra.doctor.deployed import Deployed, NoSuchStack, Resource
from infra.doctor.lines import State
from infra.doctor.web import Answer
from tests.fakes.ports import MemoryCampaigns
from tests.infra.doctors import Missing, changed, client, refused
from tests.unit.test_stages import PRODUCTION, REHEARSAL

NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)
HOST = "inscription.ecole.fr"
TOPIC = "arn:aws:sns:eu-west-3:1:alarms"
VERIFIED = {
    "VerifiedForSendingStatus": True,
    "DkimAttributes": {"SigningEnabled": True, "Status": "SUCCESS"},
}
OUT = {
    "SendingEnabled": True,
    "ProductionAccessEnabled": True,
    "SendQuota": {"Max24HourSend": 50_000.0, "MaxSendRate": 14.0},
}
ALARM = {"AlarmName": "NoRun", "ActionsEnabled": True, "StateValue": "OK", "AlarmDescription": "No run"}
FUNCTION = {"Runtime": "python3.13", "LoggingConfig": {"LogGroup": "/quittance/ecole/APIHandler"}}
HEALTHY = {
    "ssm": {"get_parameter": {"Parameter": {"Type": "SecureString", "Value": "00ff" * 32}}},
    "sesv2": {"get_email_identity": VERIFIED, "get_account": OUT},
    "apigateway": {
        "get_domain_name": {"domainNameStatus": "AVAILABLE", "regionalCertificateArn": "arn:certificate"},
        "get_rest_api": {"disableExecuteApiEndpoint": True},
    },
    "acm": {
        "describe_certificate": {
            "Certificate": {"Status": "ISSUED", "NotAfter": datetime.now(tz=UTC) + timedelta(days=300)}
        }
    },
    "sns": {"list_subscriptions_by_topic": {"Subscriptions": [{"SubscriptionArn": f"{TOPIC}:1"}]}},
    "cloudwatch": {"describe_alarms": {"MetricAlarms": [ALARM]}},
    "events": {
        "describe_rule": {"State": "ENABLED"},
        "list_targets_by_rule": {"Targets": [{"Id": "PlanDebits"}]},
    },
    "lambda": {
        "get_event_source_mapping": {"State": "Enabled"},
        "get_function_configuration": FUNCTION,
        "get_account_settings": {"AccountLimit": {"ConcurrentExecutions": 1000}},
        "get_function_concurrency": {"ReservedConcurrentExecutions": 100},
    },
    "dynamodb": {
        "describe_continuous_backups": {
            "ContinuousBackupsDescription": {
                "PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "ENABLED"}
            }
        },
        "describe_table": {
            "Table": {"SSEDescription": {"Status": "ENABLED"}, "DeletionProtectionEnabled": True}
        },
        "describe_time_to_live": {"TimeToLiveDescription": {"TimeToLiveStatus": "ENABLED"}},
    },
}
RESOURCES = {
    "PortalDomain": Resource("AWS::ApiGateway::DomainName", HOST),
    "RestAPI": Resource("AWS::ApiGateway::RestApi", "api"),
    "Alarms": Resource("AWS::SNS::Topic", TOPIC),
    "NoRunAlarm": Resource("AWS::CloudWatch::Alarm", "NoRun"),
    "APIHandler": Resource("AWS::Lambda::Function", "ecole-APIHandler"),
    "EveryHour": Resource("AWS::Events::Rule", "rule"),
    "PlanDebitsTickPermission": Resource("AWS::Lambda::Permission", "permission"),
    "DebitsSource": Resource("AWS::Lambda::EventSourceMapping", "mapping"),
    "SealAuditRole": Resource("AWS::IAM::Role", "seal"),
    "ApiHandlerRole": Resource("AWS::IAM::Role", "api"),
    "WebhookRole": Resource("AWS::IAM::Role", "webhook"),
    "DebitInstalmentRole": Resource("AWS::IAM::Role", "debit"),
}


def answering(url: str, _form: Any = None) -> Answer:
    if "execute-api" in url:
        return Answer(403)
    return Answer(200, "<html>", {"Date": format_datetime(NOW, usegmt=True)})


def on_aws(base: dict[str, Any] = PRODUCTION, **answers: dict[str, Any]) -> Deployed:
    """Return a healthy stack, but for the answers of the services named."""
    services = {name: client(**(given | answers.get(name, {}))) for name, given in HEALTHY.items()}
    return Deployed(
        stack="ecole",
        region="eu-west-3",
        status="CREATE_COMPLETE",
        settings=Settings.model_validate(base),
        outputs={"PortalTarget": "target"},
        resources=RESOURCES,
        client=services.__getitem__,
        now=lambda: NOW,
        fetch=answering,
    )


@pytest.fixture(autouse=True)
def dns(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Two names of one address."""
    known = {HOST: "192.0.2.1", "target": "192.0.2.1"}

    def getaddrinfo(host: str, _port: int) -> list[Any]:
        if host not in known:
            raise OSError
        return [(0, 0, 0, "", (known[host], 443))]

    monkeypatch.setattr(domain.socket, "getaddrinfo", getaddrinfo)
    return known


CHECKS = (public_keys, mail, domain, portal, clocks, table, functions, schedules, alarms)


@pytest.mark.parametrize("check", CHECKS)
def test_healthy_stack_is_green(check: Any) -> None:
    assert {line.state for line in check.check(on_aws())} == {State.OK}


@pytest.mark.parametrize(
    ("check", "service", "answers", "told"),
    [
        (mail, "sesv2", {"get_email_identity": Missing}, "is not verified"),
        (
            mail,
            "sesv2",
            {"get_email_identity": VERIFIED | {"VerifiedForSendingStatus": False}},
            "not verified",
        ),
        (
            mail,
            "sesv2",
            {"get_email_identity": VERIFIED | {"DkimAttributes": {"Status": "PENDING"}}},
            "PENDING",
        ),
        (mail, "sesv2", {"get_account": OUT | {"ProductionAccessEnabled": False}}, "sandbox"),
        (
            mail,
            "sesv2",
            {"get_account": OUT | {"SendQuota": {"Max24HourSend": 200.0, "MaxSendRate": 1.0}}},
            "a second",
        ),
        (functions, "lambda", {"get_function_concurrency": {}}, "a flood of pages"),
        (mail, "sesv2", {"get_account": OUT | {"SendingEnabled": False}}, "stopped sending"),
        (
            domain,
            "apigateway",
            {"get_domain_name": {"domainNameStatus": "UPDATING", "regionalCertificateArn": "arn"}},
            "UPDATING",
        ),
        (domain, "apigateway", {"get_rest_api": {}}, "own address is open"),
        (
            domain,
            "acm",
            {"describe_certificate": {"Certificate": {"Status": "PENDING_VALIDATION"}}},
            "PENDING_VALIDATION",
        ),
        (
            domain,
            "acm",
            {
                "describe_certificate": {
                    "Certificate": {"Status": "ISSUED", "NotAfter": datetime.now(tz=UTC) + timedelta(days=9)}
                }
            },
            "certificate ends on",
        ),
        (alarms, "sns", {"list_subscriptions_by_topic": {"Subscriptions": []}}, "nobody is told"),
        (
            alarms,
            "sns",
            {"list_subscriptions_by_topic": {"Subscriptions": [{"SubscriptionArn": "PendingConfirmation"}]}},
            "did not confirm",
        ),
        (
            alarms,
            "cloudwatch",
            {"describe_alarms": {"MetricAlarms": [ALARM | {"ActionsEnabled": False}]}},
            "ring nowhere: NoRun",
        ),
        (
            alarms,
            "cloudwatch",
            {"describe_alarms": {"MetricAlarms": [ALARM | {"StateValue": "ALARM"}]}},
            "NoRun rings",
        ),
        (schedules, "events", {"describe_rule": {"State": "DISABLED"}}, "EveryHour"),
        (schedules, "events", {"list_targets_by_rule": {"Targets": [{"Id": "SealAudit"}]}}, "PlanDebits"),
        (schedules, "lambda", {"get_event_source_mapping": {"State": "Disabled"}}, "DebitsSource"),
        (
            functions,
            "lambda",
            {"get_function_configuration": FUNCTION | {"Runtime": "python3.11"}},
            "not python3.13: APIHandler",
        ),
        (
            functions,
            "lambda",
            {"get_function_configuration": FUNCTION | {"LoggingConfig": {"LogGroup": "/aws/lambda/x"}}},
            "write no log",
        ),
        (
            functions,
            "lambda",
            {"get_account_settings": {"AccountLimit": {"ConcurrentExecutions": 10}}},
            "10 functions at once",
        ),
        (
            table,
            "dynamodb",
            {"describe_continuous_backups": {"ContinuousBackupsDescription": {}}},
            "not so: point-in-time",
        ),
        (table, "dynamodb", {"describe_table": {"Table": {"DeletionProtectionEnabled": True}}}, "encryption"),
        (
            table,
            "dynamodb",
            {"describe_table": {"Table": {"SSEDescription": {"Status": "ENABLED"}}}},
            "deletion protection",
        ),
        (table, "dynamodb", {"describe_time_to_live": {"TimeToLiveDescription": {}}}, "expired rows"),
        (
            secrets,
            "ssm",
            {"get_parameter": {"Parameter": {"Type": "String", "Value": "00ff" * 32}}},
            "is a String",
        ),
    ],
)
def test_fault_is_one_red_line_with_what_to_do(
    check: Any, service: str, answers: dict[str, Any], told: str
) -> None:
    red = [line.text for line in check.check(on_aws(**{service: answers})) if line.state is State.WRONG]

    assert any(told in text for text in red)
    assert all(". " in text for text in red)


def test_old_name_of_a_key_is_taken_and_noted() -> None:
    old = changed(on_aws(), paybox_hmac_key_parameter="/quittance/paybox/hmac-key")

    first, _ = secrets.check(old)
    assert first.state is State.OK
    assert "name of 0.2.0" in first.text


@pytest.mark.parametrize(("known", "told"), [({HOST: "192.0.2.9"}, "leads elsewhere"), ({}, "does not know")])
def test_host_that_the_dns_leads_elsewhere_is_red(
    dns: dict[str, str], known: dict[str, str], told: str
) -> None:
    del dns[HOST]
    dns |= known

    assert any(told in line.text for line in domain.check(on_aws()) if line.state is State.WRONG)


def test_portal_without_a_domain_is_red() -> None:
    few = {name: each for name, each in RESOURCES.items() if name != "PortalDomain"}

    (line,) = domain.check(changed(on_aws(), resources=few))
    assert line.state is State.WRONG


def test_old_address_that_still_answers_is_red() -> None:
    lines = domain.check(changed(on_aws(), fetch=lambda *_: Answer(200)))

    assert any("still answers" in line.text for line in lines)


@pytest.mark.parametrize("answer", [Answer(0), Answer(500), Answer(200, "TEST – répétition")])
def test_portal_that_fails_or_is_of_another_stage_is_red(answer: Answer) -> None:
    (line,) = portal.check(changed(on_aws(), fetch=lambda *_: answer))

    assert line.state is State.WRONG


def test_rehearsal_says_what_it_is() -> None:
    def said(*_: Any) -> Answer:
        return Answer(200, "<p>TEST – répétition : aucun argent")

    (line,) = portal.check(changed(on_aws(REHEARSAL), fetch=said))
    assert line.state is State.OK


@pytest.mark.parametrize("told", [{}, {"date": "yesterday"}, {"Date": "Tue, 01 Sep 2026 08:02:00 GMT"}])
def test_clock_that_is_wrong_or_unknown_is_red(told: dict[str, str]) -> None:
    lines = clocks.check(changed(on_aws(), fetch=lambda *_: Answer(200, "", told)))

    assert {line.state for line in lines} == {State.WRONG}


@pytest.mark.parametrize(
    ("texts", "state"),
    [
        (("", "<cas:authenticationFailure code='INVALID_TICKET'>"), [State.OK]),
        (("", "<cas:authenticationFailure code='INVALID_SERVICE'>"), [State.WRONG]),
        (("", "<html>"), [State.WRONG]),
    ],
)
def test_cas_server_that_does_not_know_us_is_red(texts: tuple[str, str], state: list[State]) -> None:
    answers = iter(texts)
    asked = changed(on_aws(), cas_url="https://sso.ecole.fr/cas", fetch=lambda *_: Answer(200, next(answers)))

    assert [line.state for line in cas.check(asked)] == state


def test_key_that_is_not_the_gateways_is_red() -> None:
    assert [line.state for line in public_keys.check(changed(on_aws(), paybox_public_keys=OFFICIAL_KEY))] == [
        State.OK
    ]
    stranger = changed(on_aws(), paybox_public_keys=STRANGER)
    assert [line.state for line in public_keys.check(stranger)] == [State.WRONG]


STRANGER = """\
-----BEGIN PUBLIC KEY-----
MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAKj34GkxFhD90vcNLYLInFEX6Ppy1tPf
9Cnzj4p4WGeKLs1Pt8QuKUpRKfFLfRYC9AIKjbJTWit+CqvjWYzvQwECAwEAAQ==
-----END PUBLIC KEY-----
"""


def test_everything_that_the_start_refuses_is_a_line() -> None:
    lines = list(configuration.check(changed(on_aws(), paybox_site="1999888")))

    assert [line.text.partition(" is")[0] for line in lines] == ["PayboxSite"]


@pytest.mark.parametrize(
    ("loaded", "wrong"), [(load_shipped("clermont-auvergne-inp-2022"), 3), (UNLOADED, 0)]
)
def test_production_that_sells_by_the_demonstrations_campaign_is_red(loaded: Campaign, wrong: int) -> None:
    asked = on_aws()
    asked.services.campaigns = MemoryCampaigns(loaded)  # type: ignore[misc]  # built when first used

    assert [line.state for line in configuration.check(asked)].count(State.WRONG) == wrong


def test_stack_without_a_campaign_is_red() -> None:
    asked = on_aws()
    asked.services.campaigns = MemoryCampaigns(UNLOADED)  # type: ignore[misc]  # built when first used

    assert [line.state for line in campaign.check(asked)] == [State.WRONG]


@pytest.mark.parametrize(
    ("waits_since", "state"), [(NOW - timedelta(hours=1), State.WRONG), (NOW, State.OK), (None, State.OK)]
)
def test_entry_that_is_not_sealed_is_red(
    monkeypatch: pytest.MonkeyPatch, waits_since: datetime | None, state: State
) -> None:
    waiting = [SimpleNamespace(at=waits_since)] if waits_since else []
    trail = SimpleNamespace(waiting=lambda _: waiting, head=object)
    monkeypatch.setattr(Deployed, "services", SimpleNamespace(audit=trail))

    (line,) = audit_trail.check(on_aws())
    assert line.state is state


class Roles:
    """IAM that makes a copy of a role, and DynamoDB that answers as the copy is allowed."""

    def __init__(self, codes: dict[str, str | None]) -> None:
        self.codes = codes
        self.made: list[str] = []
        self.policies: list[str] = []

    def clients(self) -> dict[str, Any]:
        iam = client(
            create_role=lambda **given: self.made.append(given["RoleName"]) or {"Role": {"Arn": "arn"}},
            list_role_policies={"PolicyNames": ["policy"]},
            get_role_policy={"PolicyDocument": {}},
            put_role_policy=lambda **given: self.policies.append(given["PolicyName"]),
            delete_role_policy=lambda **given: self.policies.remove(given["PolicyName"]),
            delete_role=lambda **given: self.made.remove(given["RoleName"]),
        )
        sts = client(get_caller_identity={"Account": "1"}, assume_role={})
        return {"iam": iam, "sts": sts}

    def put(self, **given: Any) -> dict[str, Any]:
        (put,) = (each["Put"] for each in given["TransactItems"])
        assert put["ConditionExpression"] == "attribute_exists(pk)"  # it cannot succeed
        if code := self.codes[put["Item"]["pk"]["S"]]:
            raise refused(code, "TransactWriteItems")
        return {}


HOLDS = {
    "AUDIT#DOCTOR": "TransactionCanceledException",
    "PERSON#DOCTOR": "AccessDeniedException",
    "AUDIT#HEAD": "AccessDeniedException",
    "AUDIT#000000000": "AccessDeniedException",
    "OUTBOX#DOCTOR": "TransactionCanceledException",
    "SESSION#DOCTOR": "AccessDeniedException",
    "EMAIL#DOCTOR": "AccessDeniedException",
}
TRIED = [State.OK] * len(roles.TRIES)


@pytest.mark.parametrize(
    ("codes", "states"),
    [
        (HOLDS, TRIED),
        (HOLDS | {"AUDIT#DOCTOR": "AccessDeniedException"}, [State.WRONG, *TRIED[1:]]),
        (HOLDS | {"AUDIT#HEAD": "TransactionCanceledException"}, [*TRIED[:2], State.WRONG, *TRIED[3:]]),
        (HOLDS | {"PERSON#DOCTOR": None}, [TRIED[0], State.WRONG, *TRIED[2:]]),
        (HOLDS | {"EMAIL#DOCTOR": "TransactionCanceledException"}, [*TRIED[:-1], State.WRONG]),
    ],
)
def test_conditions_of_roles_are_tried_by_writes_that_cannot_succeed_and_the_copies_are_deleted(
    monkeypatch: pytest.MonkeyPatch, codes: dict[str, str | None], states: list[State]
) -> None:
    iam = Roles(codes)
    monkeypatch.setattr(roles.time, "sleep", lambda _: None)
    monkeypatch.setattr(roles, "_client", lambda *_: SimpleNamespace(transact_write_items=iam.put))
    tried = replace(on_aws(), client=iam.clients().__getitem__, tries_roles=True)

    assert [line.state for line in roles.check(tried)] == states
    assert (iam.made, iam.policies) == ([], [])


def test_roles_are_not_tried_unless_told_so() -> None:
    (line,) = roles.check(on_aws())

    assert line.state is State.SKIPPED


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (refused("AccessDenied", "ListRoles"), "AWS answered AccessDenied to ListRoles."),
        (RuntimeError("secret"), "could not be looked at (RuntimeError)."),
        (StartRefused(("a", "b")), "while 2 settings or secrets are wrong."),
    ],
)
def test_check_that_fails_hides_no_other_and_tells_no_secret(
    monkeypatch: pytest.MonkeyPatch, error: Exception, told: str
) -> None:
    def fail(_deployed: Deployed) -> Iterator[Any]:
        raise error
        yield

    monkeypatch.setattr(examination, "CHECKS", {"one": fail, "two": public_keys.check})

    lines = list(examination.examine(on_aws()))

    assert [(name, line.state) for name, line in lines] == [("one", State.WRONG), ("two", State.OK)]
    assert told in lines[0][1].text
    assert "secret" not in lines[0][1].text.replace("settings or secrets", "")


def test_stack_that_is_not_there_is_told_with_where_it_was_looked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import boto3  # noqa: PLC0415 - to be replaced

    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, "eu-west-3")
    monkeypatch.setattr(
        boto3, "client", lambda *_, **__: client(describe_stacks=refused("ValidationError", "DescribeStacks"))
    )

    with pytest.raises(NoSuchStack, match="no stack ecole in eu-west-3"):
        reading.of_aws("ecole", "eu-west-3")
