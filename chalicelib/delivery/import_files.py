"""Files to import, in S3 until their import is done; the bucket's lifecycle deletes what is forgotten."""

from typing import Any

from botocore.exceptions import ClientError

from chalicelib.domain.errors import NotFound

FOLDER = "imports"


class S3ImportFiles:
    """`client` is boto3's S3 client."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, import_id: str, data: bytes) -> None:
        self._client.put_object(Bucket=self._bucket, Key=_key(import_id), Body=data, ContentType="text/csv")

    def get(self, import_id: str) -> bytes:
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=_key(import_id))
        except ClientError as error:
            if error.response["Error"]["Code"] in {"NoSuchKey", "AccessDenied"}:  # without the right to list
                raise NotFound from None
            raise
        return bytes(answer["Body"].read())


def _key(import_id: str) -> str:
    return f"{FOLDER}/{import_id}/students.csv"
