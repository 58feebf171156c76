"""Interfaces that invoices and certificates need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from chalicelib.domain.books.statement import Statement
    from chalicelib.domain.corrections.credit_notes import CreditNote
    from chalicelib.domain.invoices import Certificate, Invoice
    from chalicelib.usecases.ports import Campaigns, Clock, Documents
    from chalicelib.usecases.storage_ports import Accounts


class InvoiceRenderer(Protocol):
    def __call__(self, invoice: Invoice) -> bytes: ...


class CreditNoteRenderer(Protocol):
    def __call__(self, note: CreditNote) -> bytes: ...


class CertificateRenderer(Protocol):
    def __call__(self, certificate: Certificate) -> bytes: ...


class StatementRenderer(Protocol):
    def __call__(self, statement: Statement) -> bytes: ...


class InvoicePorts(Protocol):
    """The ports of invoices and certificates."""

    @property
    def now(self) -> Clock: ...

    @property
    def campaigns(self) -> Campaigns: ...

    @property
    def accounts(self) -> Accounts: ...

    @property
    def documents(self) -> Documents: ...

    @property
    def render_invoice(self) -> InvoiceRenderer: ...

    @property
    def render_credit_note(self) -> CreditNoteRenderer: ...

    @property
    def render_statement(self) -> StatementRenderer: ...

    @property
    def render_certificate(self) -> CertificateRenderer: ...
