"""The local AWS as it was: what one cold start writes is taken back before the next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3

from chalicelib.settings import settings

if TYPE_CHECKING:
    from infra.bench.gateway import Gateway
    from infra.bench.recording import Item


class State:
    """The table, the bucket and the questions of the gateway at one moment."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._dynamodb, self._s3 = boto3.client("dynamodb"), boto3.client("s3")
        self._table, self._bucket = settings().table, settings().bucket
        self._rows, self._objects = self._read(), self._listed()

    def restore(self) -> None:
        now = self._read()
        for key in now.keys() - self._rows.keys():
            self._dynamodb.delete_item(TableName=self._table, Key=_key(now[key]))
        for key, row in self._rows.items():
            if now.get(key) != row:
                self._dynamodb.put_item(TableName=self._table, Item=row)
        for name, version in self._listed() - self._objects:
            self._s3.delete_object(Bucket=self._bucket, Key=name, VersionId=version)
        self._gateway.forget_questions()

    def _read(self) -> dict[tuple[str, str], Item]:
        pages = self._dynamodb.get_paginator("scan").paginate(TableName=self._table, ConsistentRead=True)
        rows = [row for page in pages for row in page["Items"]]
        return {(row["pk"]["S"], row["sk"]["S"]): row for row in rows}

    def _listed(self) -> set[tuple[str, str]]:
        pages = self._s3.get_paginator("list_object_versions").paginate(Bucket=self._bucket)
        found = [
            each for page in pages for each in (*page.get("Versions", []), *page.get("DeleteMarkers", []))
        ]
        return {(each["Key"], each["VersionId"]) for each in found}


def _key(row: Item) -> dict[str, Any]:
    return {name: row[name] for name in ("pk", "sk")}
