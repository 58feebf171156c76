"""The bucket that CloudFormation and Lambda fetch a deployment from, one for an account and Region."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable

    from infra.deploy.template import Template


def upload(
    template: Template, stack: str, given: dict[str, str], client: Callable[[str], Any], region: str
) -> str:
    """Upload code and template; return the template's URL. The bucket is made if it is not there.

    `given` are all the parameters that the stack will have.
    """
    account = client("sts").get_caller_identity()["Account"]
    bucket, s3 = f"quittance-deployments-{account}-{region}", client("s3")
    _make_sure_of(s3, bucket, region)
    key = template.code_key()
    if not _is_there(s3, bucket, key):
        s3.upload_file(str(template.zip), bucket, key)
    text_key = f"{stack}/template.yaml"
    s3.put_object(Bucket=bucket, Key=text_key, Body=template.text(bucket, given, stack).encode())
    return f"{s3.meta.endpoint_url.rstrip('/')}/{bucket}/{text_key}"


def _make_sure_of(s3: Any, bucket: str, region: str) -> None:
    try:
        s3.head_bucket(Bucket=bucket)
    except ClientError:
        # us-east-1 is the one Region that must not be named here.
        place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        s3.create_bucket(Bucket=bucket, **place)
        s3.put_public_access_block(
            Bucket=bucket,
            PublicAccessBlockConfiguration=dict.fromkeys(
                ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True
            ),
        )


def _is_there(s3: Any, bucket: str, key: str) -> bool:
    try:
        s3.head_object(Bucket=bucket, Key=key)
    except ClientError:
        return False
    return True
