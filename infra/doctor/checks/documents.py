"""The bucket: versioned, encrypted, closed to the public."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.doctor.lines import Line, ok, wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.doctor.deployed import Deployed


def check(deployed: Deployed) -> Iterator[Line]:
    s3, bucket = deployed.client("s3"), deployed.settings.bucket
    closed = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    rules = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    found = {
        "versions are kept": s3.get_bucket_versioning(Bucket=bucket).get("Status") == "Enabled",
        "encryption is on": bool(rules),
        "the public is shut out": bool(closed) and all(closed.values()),
    }
    for what, is_right in found.items():
        yield ok(what) if is_right else wrong(f"not so: {what}.", "Deploy again, or turn it on in S3.")
