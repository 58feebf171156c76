import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import boto3
import httpx
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from chalicelib.domain.campaign import PostalAddress
from chalicelib.domain.invoices import Client, Invoice, Seller
from chalicelib.domain.money import FeeLine
from chalicelib.invoicing.render import render_invoice
from chalicelib.invoicing.store import S3Documents
from infra.local.ministack import running
from infra.local.resources import Names

BUCKET = "documents-under-test"


@pytest.fixture(scope="module")
def s3() -> Iterator[Any]:
    with running() as endpoint:
        client = boto3.client(
            "s3",
            endpoint_url=endpoint,
            region_name="eu-west-3",
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
        )
        client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-3"})
        yield client
        client.close()


@pytest.fixture
def documents(s3: Any) -> S3Documents:
    return S3Documents(s3, BUCKET)


@pytest.fixture(scope="module")
def invoice() -> Invoice:
    address = PostalAddress(("1 rue de la Démonstration",), "63000", "Clermont-Ferrand", "FR")
    return Invoice(
        number=9196,
        registration_id="registration-1",
        order_number=9357,
        issued_on=date(2022, 6, 24),
        label="Paiement en ligne",
        session="I2223_Y1_1A - Ingénieur Isima 1ère année",
        seller=Seller("Clermont Auvergne INP", address, "000000000"),
        client=Client("Chris", "TESTCD", None),
        lines=(FeeLine("Droits de scolarité", 1, 601_00),),
        exemption_mention="Non soumis à la TVA selon l'art. 261-4-4 du C.G.I.",
        paid_cents=601_00,
        settled_on=date(2022, 6, 24),
    )


def test_stored_invoice_comes_back_as_it_was_drawn(documents: S3Documents, invoice: Invoice) -> None:
    pdf = render_invoice(invoice)
    stored = documents.put_once(documents.key_for(invoice), pdf)
    assert documents.get(stored.key) == pdf
    assert (stored.sha256, stored.size_bytes) == (hashlib.sha256(pdf).hexdigest(), len(pdf))


def test_stored_document_never_changes(documents: S3Documents) -> None:
    first = documents.put_once("invoices/test/2022/1/1.pdf", b"first")
    assert documents.put_once("invoices/test/2022/1/1.pdf", b"other") == first
    assert documents.get("invoices/test/2022/1/1.pdf") == b"first"


def test_of_many_writers_at_once_one_is_kept(documents: S3Documents) -> None:
    key = "invoices/test/2022/2/1.pdf"
    with ThreadPoolExecutor(16) as pool:
        answers = set(pool.map(lambda rank: documents.put_once(key, f"pdf {rank}".encode()), range(32)))
    (kept,) = answers
    assert kept.sha256 == hashlib.sha256(documents.get(key)).hexdigest()


def test_link_gives_the_pdf_with_its_name(documents: S3Documents) -> None:
    documents.put_once("invoices/test/2022/9196/1.pdf", b"%PDF")
    link = documents.link("invoices/test/2022/9196/1.pdf", seconds=60)
    answer = httpx.get(link)
    assert (answer.status_code, answer.content) == (200, b"%PDF")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'inline; filename="facture-9196.pdf"'


def test_erased_folder_keeps_no_version_and_its_neighbour_all(s3: Any, documents: S3Documents) -> None:
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    for key in ("invoices/test/2021/91/1.pdf", "invoices/test/2021/91/2.pdf", "invoices/test/2021/919/1.pdf"):
        documents.put_once(key, b"%PDF")
    s3.delete_object(Bucket=BUCKET, Key="invoices/test/2021/91/1.pdf")
    for _ in range(2):
        documents.erase("invoices/test/2021/91/")
    left = s3.list_object_versions(Bucket=BUCKET, Prefix="invoices/test/2021/91")
    assert [each["Key"] for each in left.get("Versions", ())] == ["invoices/test/2021/919/1.pdf"]
    assert left.get("DeleteMarkers", []) == []


def test_document_that_was_never_stored_is_an_error(documents: S3Documents) -> None:
    with pytest.raises(ClientError, match="NoSuchKey"):
        documents.get("invoices/test/2022/404/1.pdf")


def test_document_that_was_deleted_by_hand_is_taken_back_by_the_version_of_its_marker(
    aws: str, names: Names
) -> None:
    """As docs/runbooks/restore.md says; the template's bucket keeps versions."""
    client = boto3.client("s3")
    documents = S3Documents(client, names.bucket)
    stored = documents.put_once("invoices/000000000/2022/9196/1.pdf", b"%PDF")
    marker = client.delete_object(Bucket=names.bucket, Key=stored.key)["VersionId"]
    with pytest.raises(ClientError):
        documents.get(stored.key)
    found = client.list_object_versions(Bucket=names.bucket, Prefix="invoices/000000000/2022/9196/")
    assert [each["VersionId"] for each in found["DeleteMarkers"]] == [marker]
    client.delete_object(Bucket=names.bucket, Key=stored.key, VersionId=marker)
    assert hashlib.sha256(documents.get(stored.key)).hexdigest() == stored.sha256
