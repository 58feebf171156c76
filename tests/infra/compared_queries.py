"""`.ministack/bin/python compared_queries.py FOLDER`: ask ministack random queries in two ways.

FOLDER is infra/local, whose `Queries` are one of them. Prints how many pages were the same; ends with an
error at the first that is not.
"""

# ruff: noqa: SLF001, T201 - ministack has no option for it; who started this reads its output
import json
import logging
import random
import sys
from typing import Any

from ministack.services import dynamodb  # type: ignore[import-not-found] # not of our environment

sys.path.append(sys.argv[1])
from ministack_queries import Queries  # type: ignore[import-not-found] # of that folder

STEPS, MOST_PAGES = 2_500, 6
TABLE, INDEX = "quittance", "by_queue"
PLACES = ["a", "ab", "abc", "b", "ba", "é", "z\U0001f600", "0", "01", "02"]
CONDITIONS = [
    "#0 = :0",
    *(f"(#0 = :0 AND #1 {sign} :1)" for sign in ("<", "<=", ">", ">=", "=")),
    "(#0 = :0 AND begins_with (#1, :1))",
    "(#0 = :0 AND #1 BETWEEN :1 AND :2)",
    "#0 = :0 AND #1 > :1",
]
REPLACED = ("_query", "_evaluate_condition", "_index_members", "_index_item")
chosen = random.Random(7)  # noqa: S311 - the same queries each time


def of(pk: str, sk: str) -> list[dict[str, str]]:
    return [{"AttributeName": pk, "KeyType": "HASH"}, {"AttributeName": sk, "KeyType": "RANGE"}]


def create() -> None:
    names = ("pk", "sk", "queue_pk", "queue_sk")
    index = {
        "IndexName": INDEX,
        "KeySchema": of("queue_pk", "queue_sk"),
        "Projection": {"ProjectionType": "ALL"},
    }
    dynamodb._create_table(
        {
            "TableName": TABLE,
            "KeySchema": of("pk", "sk"),
            "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in names],
            "BillingMode": "PAY_PER_REQUEST",
            "GlobalSecondaryIndexes": [index],
        }
    )


def key() -> dict[str, Any]:
    return {"pk": {"S": chosen.choice("abcd")}, "sk": {"S": chosen.choice("1234")}}


def change() -> None:
    """Put a row, in the index or not, or take one away."""
    if chosen.random() < 0.2:
        dynamodb._delete_item({"TableName": TABLE, "Key": key()})
        return
    row = key() | {"n": {"N": str(chosen.randrange(5))}}
    if chosen.random() < 0.9:
        row |= {"queue_pk": {"S": chosen.choice("QP")}, "queue_sk": {"S": chosen.choice(PLACES)}}
    dynamodb._put_item({"TableName": TABLE, "Item": row})


def query() -> dict[str, Any]:
    condition, is_of_index = chosen.choice(CONDITIONS), chosen.random() < 0.85
    prefix = "queue_" if is_of_index else ""
    asked = {
        "TableName": TABLE,
        "KeyConditionExpression": condition,
        "ExpressionAttributeNames": {"#0": f"{prefix}pk"},
        "ExpressionAttributeValues": {":0": {"S": chosen.choice("QPabcd")}},
        "ScanIndexForward": chosen.random() < 0.6,
    }
    if "#1" in condition:
        asked["ExpressionAttributeNames"]["#1"] = f"{prefix}sk"
    for name in {":1", ":2"} & set(condition.replace(")", " ").replace(",", " ").split()):
        asked["ExpressionAttributeValues"][name] = {"S": chosen.choice(PLACES)}
    if is_of_index:
        asked["IndexName"] = INDEX
    if chosen.random() < 0.6:
        asked["Limit"] = chosen.choice([1, 2, 3, 7])
    if chosen.random() < 0.2:
        asked["FilterExpression"] = "#n = :n"
        asked["ExpressionAttributeNames"]["#n"] = "n"
        asked["ExpressionAttributeValues"][":n"] = {"N": "1"}
    return asked


def compare(asked: dict[str, Any], ways: list[dict[str, Any]]) -> int:
    """Ask page after page in both ways; return how many pages there were."""
    for page in range(1, MOST_PAGES):  # noqa: B007 - the last one is returned
        answers = []
        for way in ways:
            vars(dynamodb).update(way)
            status, _, body = dynamodb._query(json.loads(json.dumps(asked)))
            answers.append((status, json.loads(body)))
        if answers[0] != answers[1]:
            raise SystemExit(f"{asked}: {answers}")
        if not (last := answers[0][1].get("LastEvaluatedKey")):
            break
        asked["ExclusiveStartKey"] = last
    return page


if __name__ == "__main__":
    logging.disable()
    create()
    its_own = {name: getattr(dynamodb, name) for name in REPLACED}
    Queries(dynamodb)
    ours = {name: getattr(dynamodb, name) for name in REPLACED}
    pages = 0
    for _ in range(STEPS):
        if chosen.random() < 0.4:
            change()
        else:
            pages += compare(query(), [its_own, ours])
    print(pages)
