"""Documents in S3: put once, never changed, given out by links that expire."""

import hashlib
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.domain.corrections.credit_notes import CreditNote
from chalicelib.domain.invoices import Invoice, StoredDocument
from chalicelib.invoicing.render import TEMPLATE_VERSION

PDF = "application/pdf"
CREDIT_NOTES = "invoices/credit-notes"
TAKEN = 412
CONFLICT = 409
"""Another put of the same key was under way: S3 asks to try again."""
TRIES = 3


class S3Documents:
    """`client` is botocore's S3 client, signing with s3v4. All errors of S3 but a taken key pass through."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    @staticmethod
    def key_for(document: Invoice | CreditNote) -> str:
        folder = "invoices" if isinstance(document, Invoice) else CREDIT_NOTES
        seller, year = document.seller.siren, document.issued_on.year
        return f"{folder}/{seller}/{year}/{document.number}/{TEMPLATE_VERSION}.pdf"

    def put_once(self, key: str, pdf: bytes) -> StoredDocument:
        """Store unless the key is taken; return the stored document, the earlier one if the key is taken."""
        return _described(key, pdf if self._put(key, pdf, TRIES) else self.get(key))

    def _put(self, key: str, pdf: bytes, tries: int) -> bool:
        """Return True if this PDF was stored, False if the key is taken."""
        try:
            self._client.put_object(Bucket=self._bucket, Key=key, Body=pdf, ContentType=PDF, IfNoneMatch="*")
        except ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            if status == CONFLICT and tries > 1:
                return self._put(key, pdf, tries - 1)
            if status != TAKEN:
                raise
            return False
        return True

    def get(self, key: str) -> bytes:
        answer = self._client.get_object(Bucket=self._bucket, Key=key)
        return bytes(answer["Body"].read())

    def erase(self, folder: str) -> None:
        """Delete every version, delete markers included; an empty folder is no error."""
        pages = self._client.get_paginator("list_object_versions").paginate(
            Bucket=self._bucket, Prefix=folder
        )
        for page in pages:
            for each in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
                self._client.delete_object(Bucket=self._bucket, Key=each["Key"], VersionId=each["VersionId"])

    def link(self, key: str, seconds: int) -> str:
        """Return a signed link to the PDF, valid for `seconds` for anyone who has it."""
        return str(
            self._client.generate_presigned_url(
                "get_object",
                Params={
                    "Bucket": self._bucket,
                    "Key": key,
                    "ResponseContentType": PDF,
                    "ResponseContentDisposition": f'inline; filename="{_file_name(key)}"',
                },
                ExpiresIn=seconds,
            )
        )


def _file_name(key: str) -> str:
    kind, *_, of, _ = key.split("/")
    if key.startswith(f"{CREDIT_NOTES}/"):
        return f"avoir-{of}.pdf"
    return f"facture-{of}.pdf" if kind == "invoices" else "attestation.pdf"


def _described(key: str, pdf: bytes) -> StoredDocument:
    return StoredDocument(key=key, sha256=hashlib.sha256(pdf).hexdigest(), size_bytes=len(pdf))
