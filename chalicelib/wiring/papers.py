"""The renderers of papers that are made anew for each day, each imported when first needed."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.domain.collection.evidence import EvidenceFile
    from chalicelib.domain.treasury.slip_paper import SlipPaper
    from chalicelib.usecases.invoices.ports import StatementRenderer


class Papers:
    """Renderers without settings."""

    @cached_property
    def render_statement(self) -> StatementRenderer:
        from chalicelib.invoicing.render import render_statement

        return render_statement

    @cached_property
    def render_evidence(self) -> Callable[[EvidenceFile], bytes]:
        from chalicelib.invoicing.render import render_evidence

        return render_evidence

    @cached_property
    def render_slip(self) -> Callable[[SlipPaper], bytes]:
        from chalicelib.invoicing.render import render_slip

        return render_slip
