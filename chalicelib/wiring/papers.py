"""Renderers of papers that are made anew for each day, and the reader of the bank's statements."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.domain.collection.evidence import EvidenceFile
    from chalicelib.domain.treasury.csv_mapping import CsvFrame
    from chalicelib.domain.treasury.reading import ReadStatement
    from chalicelib.usecases.invoices.ports import StatementRenderer


class Papers:
    """Renderers and readers without settings."""

    @cached_property
    def render_statement(self) -> StatementRenderer:
        from chalicelib.invoicing.render import render_statement

        return render_statement

    @cached_property
    def render_evidence(self) -> Callable[[EvidenceFile], bytes]:
        from chalicelib.invoicing.render import render_evidence

        return render_evidence

    @cached_property
    def read_statements(self) -> Callable[[bytes, CsvFrame | None], tuple[ReadStatement, ...]]:
        from chalicelib.banking.statement_file import read_statements

        return read_statements
