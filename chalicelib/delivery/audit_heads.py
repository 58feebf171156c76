"""The daily heads of the audit trail: one object a day in the bucket, put once, never changed."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.domain.trail.audit import Head

FOLDER = "audit-heads/"
TAKEN = {409, 412}
"""The day's head is stored already, or another sealer is storing the same one."""


class S3AuditHeads:
    """`client` is botocore's S3 client. `all` needs the right to list the folder, `keep` only to put."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def keep(self, head: Head) -> None:
        body = json.dumps({"day": f"{head.day}", "number": head.number, "hash": head.hash})
        try:
            self._client.put_object(
                Bucket=self._bucket,
                Key=f"{FOLDER}{head.day}.json",
                Body=body.encode(),
                ContentType="application/json",
                IfNoneMatch="*",
            )
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] not in TAKEN:
                raise

    def all(self) -> Mapping[date, Head]:
        """Read every day's object; its name contains the day."""
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=FOLDER)
        heads = (self._read(each["Key"]) for page in pages for each in page.get("Contents", ()))
        return {head.day: head for head in heads}

    def _read(self, key: str) -> Head:
        told = json.loads(self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read())
        day = date.fromisoformat(key.removeprefix(FOLDER).removesuffix(".json"))
        return Head(int(told["number"]), str(told["hash"]), day)
