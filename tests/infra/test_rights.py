"""Least privilege (P22): each policy against the calls that its function was seen to make.

`recorded_calls.txt` is what the functions asked while the journeys, the season, the stories of pages and a
deployed school ran. Record anew after a change of what a function does:
`RECORDED_CALLS=FOLDER pytest tests/journeys tests/infra/test_season.py tests/infra/test_deployed_school.py
tests/browser`, then `sort -u FOLDER/*.txt > tests/infra/recorded_calls.txt`. What the tests' own stack asks
beyond a policy fails by itself (tests/conftest.py).
"""

from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from infra.local.function_start.recorded_calls import partition, rights
from tests.infra.rights import denied_on, excess, functions, granted, missing

RECORDED = (Path(__file__).parent / "recorded_calls.txt").read_text().splitlines()
OF_ENDPOINTS = "endpoints of other systems: played in tests/access and on the fakes"
OF_IMPORTS = "an import too large for its request goes on here"
OF_CHANCE = "which function of one local process asks first is chance; each asks once"
EXPLAINED = {
    "* sqs:ReceiveMessage *": "Lambda's own poller takes a queue's messages by the function's role",
    "* sqs:DeleteMessage *": "the same",
    "* sqs:GetQueueAttributes *": "the same",
    "* kms:Decrypt [*]": "SSM decrypts by the school's own key, where parameters are under one",
    "* ssm:GetParameter *": OF_CHANCE,
    "* dynamodb:PutItem table SEQUENCE#[*]": "money that finds no order draws one, whoever books it",
    "* dynamodb:ConditionCheckItem table PERSON#[*]": "a registration that a booking leaves as it is",
    "CheckDebits dynamodb:Query table [*]": "the accounts of instalments that are late",
    "CheckDebits dynamodb:GetItem table CAMPAIGN*": "the campaigns of these accounts",
    "DeliverOutbox dynamodb:PutItem table EVENT#[*]": "a change that a delivery makes may be an event",
    "ReconcilePayments dynamodb:*": "what a late notification or answer of any kind books",
    "ReconcileDays dynamodb:PutItem *": "the books of a night: not each is written by a test's nights",
    "ApplyRetention *": "forgets in rows of every kind that names a person: tests/usecases play the years",
    "APIHandler s3:GetObject *": "links to files are signed by this role and followed by browsers",
    "APIHandler s3:*": "erasure and import of large files: tests/integration",
    "DeliverEvent *": OF_ENDPOINTS,
    "PublishOutbox * table ENDPOINT#[*]": OF_ENDPOINTS,
    "PublishOutbox dynamodb:* table EVENT_SEQUENCE": "one statement for the row and the batch",
    "PublishOutbox dynamodb:PutItem table AUDIT#ENTRY#[*]": "an endpoint that is switched off by itself",
    "PublishOutbox sqs:SendMessage Deliveries": OF_ENDPOINTS,
    "PublishOutbox events:PutEvents": OF_ENDPOINTS,
    "DeliverOutbox * table EMAIL#[*]": OF_IMPORTS,
    "DeliverOutbox * table ROLE_CHANGE#[*]": OF_IMPORTS,
    "NumberJournal * table CLOSING#[*]": "months of the year before close by themselves",
}
"""Rights that no recorded call needs, and why they must be there. `[*]` stands for the star itself."""


def test_each_recorded_call_is_allowed() -> None:
    assert missing(RECORDED) == []


def test_no_right_is_beyond_what_was_recorded_but_for_what_is_explained() -> None:
    assert [line for line in excess(RECORDED) if not explained(line)] == []


def test_each_explanation_explains_something() -> None:
    beyond = excess(RECORDED)
    assert [each for each in EXPLAINED if not any(fnmatchcase(line, each) for line in beyond)] == []


@pytest.mark.parametrize("function", functions())
def test_writers_are_confined_to_the_partitions_that_they_know(function: str) -> None:
    """But for the API, which does every person's act, and the retention, which forgets in every kind."""
    writes = ("PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem")
    anywhere = {right for right in granted(function) if right.endswith(" table *")}
    free = {f"dynamodb:{each} table *" for each in writes} & anywhere

    assert not free or function in {"APIHandler", "ApplyRetention"}


@pytest.mark.parametrize(
    "function", [each for each in functions() if each not in {"APIHandler", "ApplyRetention"}]
)
@pytest.mark.parametrize("key", ["SESSION#*", "SERVICE_KEY#*", "TICKET#*", "CAMPAIGN#*", "CAMPAIGNS"])
def test_nobody_but_the_api_opens_a_session_makes_a_key_or_changes_a_campaign(
    function: str, key: str
) -> None:
    asked = [f"{function} dynamodb:{each} table {key}" for each in ("PutItem", "UpdateItem", "DeleteItem")]
    assert missing(asked) == sorted(asked)


@pytest.mark.parametrize("function", functions())
def test_brakes_are_written_by_no_function_of_the_stack(function: str) -> None:
    """An operator's command alone puts them on and releases them."""
    writes = [f"dynamodb:{each}" for each in ("PutItem", "UpdateItem", "DeleteItem")]
    denied = set(writes) <= set(denied_on(function, "BRAKES"))
    asked = [f"{function} {each} table BRAKES" for each in writes]
    assert denied or missing(asked) == sorted(asked)


def test_missing_and_needless_rights_are_named() -> None:
    assert missing(["CheckDebits dynamodb:PutItem table PERSON#*"]) == [
        "CheckDebits dynamodb:PutItem table PERSON#*"
    ]
    assert "CheckDebits dynamodb:Query index" in excess([])


@pytest.mark.parametrize(
    ("key", "class_of_keys"),
    [
        ("PERSON#00ff", "PERSON#*"),
        ("AUDIT#HEAD", "AUDIT#HEAD"),
        ("AUDIT#ENTRY#00ff", "AUDIT#ENTRY#*"),
        ("AUDIT#000000001", "AUDIT#*"),
        ("LINES#MARKED", "LINES#MARKED"),
        ("CAMPAIGNS", "CAMPAIGNS"),
    ],
)
def test_keys_of_one_kind_are_one_class(key: str, class_of_keys: str) -> None:
    assert partition(key) == class_of_keys


def test_members_of_a_transaction_need_their_own_rights() -> None:
    row = {"pk": {"S": "PERSON#1"}, "sk": {"S": "PROFILE"}}
    members = [{"Put": {"Item": row}}, {"ConditionCheck": {"Key": row}}, {"Delete": {"Key": row}}]

    assert rights("dynamodb", "TransactWriteItems", {"TransactItems": members}) == {
        "dynamodb:PutItem table PERSON#*",
        "dynamodb:ConditionCheckItem table PERSON#*",
        "dynamodb:DeleteItem table PERSON#*",
    }


def explained(line: str) -> bool:
    return any(fnmatchcase(line, each) for each in EXPLAINED)
