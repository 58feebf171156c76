"""Renderers of papers that are made anew for each day, and the reader of the bank's statements."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.domain.collection.evidence import EvidenceFile
    from chalicelib.domain.exports.batches import Batch
    from chalicelib.domain.exports.files import BatchOrder, FecOrder, LedgerOrder
    from chalicelib.domain.exports.packs import Pack
    from chalicelib.domain.exports.titles import TitleOrder
    from chalicelib.domain.treasury.csv_mapping import CsvFrame
    from chalicelib.domain.treasury.rapprochement_paper import RapprochementPaper
    from chalicelib.domain.treasury.reading import ReadStatement
    from chalicelib.domain.treasury.slip_paper import SlipPaper
    from chalicelib.usecases.invoices.ports import CertificateRenderer, StatementRenderer


class Papers:
    """Renderers and readers without settings."""

    @cached_property
    def render_certificate(self) -> CertificateRenderer:
        from chalicelib.invoicing.render import render_certificate

        return render_certificate

    @cached_property
    def render_statement(self) -> StatementRenderer:
        from chalicelib.invoicing.render import render_statement

        return render_statement

    @cached_property
    def render_batch(self) -> Callable[[BatchOrder], bytes]:
        from chalicelib.invoicing.exports.layout_file import render_batch

        return render_batch

    @cached_property
    def render_titles(self) -> Callable[[TitleOrder], bytes]:
        from chalicelib.invoicing.exports.title_file import render_titles

        return render_titles

    @cached_property
    def render_fec(self) -> Callable[[FecOrder], bytes]:
        from chalicelib.invoicing.exports.fec_file import render_fec

        return render_fec

    @cached_property
    def render_ledger(self) -> Callable[[LedgerOrder], bytes]:
        from chalicelib.invoicing.exports.ledger_file import render_ledger

        return render_ledger

    @cached_property
    def render_sheet(self) -> Callable[[Batch], bytes]:
        from chalicelib.invoicing.exports.sheet_file import batch_sheet

        return batch_sheet

    @cached_property
    def render_pack(self) -> Callable[[Pack], bytes]:
        from chalicelib.invoicing.exports.pack_file import render_pack

        return render_pack

    @cached_property
    def render_evidence(self) -> Callable[[EvidenceFile], bytes]:
        from chalicelib.invoicing.render import render_evidence

        return render_evidence

    @cached_property
    def render_rapprochement(self) -> Callable[[RapprochementPaper], bytes]:
        from chalicelib.invoicing.render import render_rapprochement

        return render_rapprochement

    @cached_property
    def render_slip(self) -> Callable[[SlipPaper], bytes]:
        from chalicelib.invoicing.render import render_slip

        return render_slip

    @cached_property
    def read_statements(self) -> Callable[[bytes, CsvFrame | None], tuple[ReadStatement, ...]]:
        from chalicelib.banking.statement_file import read_statements

        return read_statements
