import io
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from chalicelib.domain.invoices import Invoice
from chalicelib.invoicing.render import TEMPLATE_VERSION
from chalicelib.invoicing.store import S3Documents


class FakeS3:
    """One bucket in memory; `failures` are the statuses that the next puts answer first."""

    def __init__(self, *failures: int) -> None:
        self.objects: dict[str, bytes] = {}
        self.failures = list(failures)

    def put_object(self, **asked: Any) -> None:
        if self.failures:
            raise refusal(self.failures.pop(0))
        if asked["IfNoneMatch"] == "*" and asked["Key"] in self.objects:
            raise refusal(412)
        self.objects[asked["Key"]] = asked["Body"]

    def get_object(self, **asked: Any) -> dict[str, Any]:
        return {"Body": io.BytesIO(self.objects[asked["Key"]])}


def refusal(status: int) -> ClientError:
    return ClientError({"ResponseMetadata": {"HTTPStatusCode": status}}, "PutObject")


def test_key_holds_seller_year_number_and_template(make_invoice: Callable[..., Invoice]) -> None:
    key = S3Documents.key_for(make_invoice())
    assert key == f"invoices/000000000/2022/9196/{TEMPLATE_VERSION}.pdf"


def test_first_document_stays_and_is_described() -> None:
    documents = S3Documents(FakeS3(), "documents")
    first = documents.put_once("invoices/a/1.pdf", b"first")
    second = documents.put_once("invoices/a/1.pdf", b"second, longer")
    assert second == first
    assert first.size_bytes == 5
    assert documents.get("invoices/a/1.pdf") == b"first"


def test_link_shows_a_pdf_by_its_number_and_dies() -> None:
    client = boto3.client(
        "s3",
        region_name="eu-west-3",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(signature_version="s3v4"),
    )
    link = S3Documents(client, "documents").link("invoices/000000000/2022/9196/1.pdf", seconds=120)
    asked = parse_qs(urlsplit(link).query)
    assert urlsplit(link).path.endswith("invoices/000000000/2022/9196/1.pdf")
    assert asked["response-content-type"] == ["application/pdf"]
    assert asked["response-content-disposition"] == ['inline; filename="facture-9196.pdf"']
    assert asked["X-Amz-Expires"] == ["120"]


def test_put_that_meets_another_is_tried_again() -> None:
    documents = S3Documents(FakeS3(409, 409), "documents")
    assert documents.put_once("invoices/a/1.pdf", b"pdf").size_bytes == 3


@pytest.mark.parametrize("failures", [(409, 409, 409), (503,)])
def test_put_that_never_passes_is_an_error(failures: tuple[int, ...]) -> None:
    documents = S3Documents(FakeS3(*failures), "documents")
    with pytest.raises(ClientError):
        documents.put_once("invoices/a/1.pdf", b"pdf")
