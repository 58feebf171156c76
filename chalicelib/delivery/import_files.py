"""Files to import, in S3 until their import is done; the bucket's lifecycle deletes what is forgotten."""

from typing import Any

from botocore.exceptions import ClientError

from chalicelib.domain.errors import NotFound
from chalicelib.domain.imports.uploads import SENT, Upload, UploadForm

FOLDER = "imports"
CSV = "text/csv"
_ABSENT = {"NoSuchKey", "AccessDenied", "404", "403"}
"""What S3 answers for a key that is not there; the second and fourth without the right to list."""


class S3ImportFiles:
    """`client` is botocore's S3 client."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, import_id: str, data: bytes, name: str = SENT) -> None:
        self._client.put_object(Bucket=self._bucket, Key=_key(import_id, name), Body=data, ContentType=CSV)

    def get(self, import_id: str, name: str = SENT, span: tuple[int, int] | None = None) -> bytes:
        spanned = {"Range": f"bytes={span[0]}-{span[1] - 1}"} if span else {}
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=_key(import_id, name), **spanned)
        except ClientError as error:
            if error.response["Error"]["Code"] in _ABSENT:
                raise NotFound from None
            raise
        return bytes(answer["Body"].read())

    def size(self, import_id: str) -> int | None:
        try:
            answer = self._client.head_object(Bucket=self._bucket, Key=_key(import_id, SENT))
        except ClientError as error:
            if error.response["Error"]["Code"] in _ABSENT:
                return None
            raise
        return int(answer["ContentLength"])

    def form(self, import_id: str, upload: Upload) -> UploadForm:
        fields = {"success_action_redirect": upload.then} if upload.then else {}
        conditions = [["content-length-range", 1, upload.most_bytes], *({key: fields[key]} for key in fields)]
        form = self._client.generate_presigned_post(
            self._bucket, _key(import_id, SENT), fields, conditions, ExpiresIn=upload.seconds
        )
        return UploadForm(form["url"], form["fields"])


def _key(import_id: str, name: str) -> str:
    return f"{FOLDER}/{import_id}/{name}"
