"""Files to take away, in S3: a link lasts minutes, and the bucket deletes the file after a day."""

import hashlib
from typing import Any

FOLDER = "downloads"
LINK_SECONDS = 300
TYPES = {"zip": "application/zip", "csv": "text/csv"}


class S3Downloads:
    """`client` is botocore's S3 client, signing with s3v4."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def offer(self, name: str, data: bytes) -> str:
        key = f"{FOLDER}/{hashlib.sha256(data).hexdigest()}/{name}"
        kind = TYPES.get(name.rpartition(".")[2], "application/octet-stream")
        self._client.put_object(Bucket=self._bucket, Key=key, Body=data, ContentType=kind)
        asked = {
            "Bucket": self._bucket,
            "Key": key,
            "ResponseContentType": kind,
            "ResponseContentDisposition": f'attachment; filename="{name}"',
        }
        return str(self._client.generate_presigned_url("get_object", Params=asked, ExpiresIn=LINK_SECONDS))
