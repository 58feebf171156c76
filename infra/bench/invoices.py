"""The invoice's PDF beside a page of one line under the same standards, both by a compiler that is warm."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from typst import Compiler

from chalicelib.invoicing.render import STANDARDS, render_invoice
from infra.bench.timing import Comparison, Timing, compare, timed

if TYPE_CHECKING:
    from chalicelib.domain.invoices import Invoice

PAGE = """\
#set document(title: "Page")
#set text(lang: "fr")
#sys.inputs.facts
"""
WARM_UP, RUNS = 5, 50


def beside_a_bare_page(invoice: Invoice) -> Comparison:
    """Give every run words of its own, for typst remembers what it has drawn."""
    numbers = count(invoice.number)

    def drawn() -> Timing:
        number = next(numbers)
        client = replace(invoice.client, last_name=f"{invoice.client.last_name} {number}")
        other = replace(invoice, number=number, order_number=number, client=client)
        return timed(lambda: render_invoice(other))

    with TemporaryDirectory(prefix="quittance-bench-") as folder:
        page = Path(folder) / "page.typ"
        page.write_text(PAGE, encoding="utf-8")
        compiler: Any = Compiler(page, root=folder, ignore_system_fonts=True)

        def bare() -> Timing:
            facts = {"facts": f"Facture {next(numbers)}"}
            return timed(lambda: compiler.compile(format="pdf", sys_inputs=facts, pdf_standards=STANDARDS))

        return compare(
            ("render_invoice", drawn), ("a typst page of one line", bare), warm_up=WARM_UP, runs=RUNS
        )
