"""The invoice's PDF beside its own layout alone, and beside the same facts by other libraries."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any

from chalicelib.invoicing.facts import invoice_words
from chalicelib.invoicing.legible import legible
from chalicelib.invoicing.render import STANDARDS, _compiler, render_invoice
from infra.bench import journey
from infra.bench import local_app as product
from infra.bench.rivals.draw import LIBRARIES
from infra.bench.sections import Mark, Section
from infra.bench.tables import comparisons
from infra.bench.timing import Timing, compare, compare_all, timed
from infra.local.ministack import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.domain.invoices import Invoice

PYTHON = ROOT / ".bench" / "bin" / "python"
WARM_UP, RUNS = 3, 20
LAYOUT_MARK, RIVAL_MARK = 1.15, 1.0
LAYOUT = "its layout alone, by the compiler"

TEXT = """\
`render_invoice`, warm, every page with words of its own. Its floor is its own layout: the same facts and
template given to the compiler. The others draw the same facts as plain paragraphs and tables, in a
process each, without a letterhead; ours alone passes PDF/UA-1 and PDF/A-3 (`tests/unit/invoicing`). Its
layout alone stands beside each of them too: no change of ours but another page could come below that, so
it is the floor of the comparison.

{table}

Pages in kB: ours {ours:.0f}, {sizes}.
"""


class Rival:
    """Another library in a process of its own, which draws a page for each line of facts."""

    def __init__(self, library: str) -> None:
        command = [str(PYTHON), "-m", "infra.bench.rivals.draw", library]
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            command,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.library, self.size = library, 0

    def draw(self, facts: dict[str, Any]) -> Timing:
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("a pipe is missing")
        self._process.stdin.write(json.dumps(facts) + "\n")
        self._process.stdin.flush()
        clock, processor, self.size = json.loads(self._process.stdout.readline())
        return Timing(clock, processor)

    def drawing(self, invoice: Invoice, numbers: count[int]) -> Callable[[], Timing]:
        return lambda: self.draw(legible(invoice_words(_another(invoice, numbers))))

    def end(self) -> None:
        self._process.communicate()


def measure() -> Section:
    with product.running() as at_home:
        journey.pay_once(at_home)
        invoice = journey.invoice_of(journey.STUDENT)
    numbers = count(invoice.number)
    ours, layout = ("render_invoice", _ours(invoice, numbers)), (LAYOUT, _layout(invoice, numbers))
    found = [compare(ours, layout, warm_up=WARM_UP, runs=RUNS)]
    marks = [Mark(f"invoice, against {LAYOUT}", found[0].processor_ratio, LAYOUT_MARK)]
    rivals = [Rival(library) for library in LIBRARIES] if PYTHON.exists() else []
    for rival in rivals:
        print(f"    {rival.library}", flush=True)
        beside = (rival.library, rival.drawing(invoice, numbers))
        pair = compare_all([ours, layout], beside, warm_up=WARM_UP, runs=RUNS)
        rival.end()
        found += pair
        ratio, floor = (each.processor_ratio for each in pair)
        marks.append(Mark(f"invoice, against {rival.library}", ratio, RIVAL_MARK, floor=floor))
    if not rivals:
        print("    .bench has no other libraries: `make bench` installs them.", flush=True)
    sizes = ", ".join(f"{each.library} {each.size / 1000:.0f}" for each in rivals) or "no other"
    kilobytes = len(render_invoice(invoice)) / 1000
    return Section("invoice", TEXT.format(table=comparisons(found), ours=kilobytes, sizes=sizes), marks)


def _layout(invoice: Invoice, numbers: count[int]) -> Callable[[], Timing]:
    compiler = _compiler("invoice.typ")

    def drawn() -> Timing:
        facts = legible({**invoice_words(_another(invoice, numbers)), "day": [2022, 9, 5]})
        given = {"facts": json.dumps(facts, ensure_ascii=False), "xml": ""}
        return timed(lambda: compiler.compile(format="pdf", sys_inputs=given, pdf_standards=STANDARDS))

    return drawn


def _ours(invoice: Invoice, numbers: count[int]) -> Callable[[], Timing]:
    def drawn() -> Timing:
        other = _another(invoice, numbers)
        return timed(lambda: render_invoice(other))

    return drawn


def _another(invoice: Invoice, numbers: count[int]) -> Invoice:
    """Return the invoice with words of its own: typst remembers what it has drawn."""
    number = next(numbers)
    client = replace(invoice.client, last_name=f"{invoice.client.last_name} {number}")
    return replace(invoice, number=number, order_number=number, client=client)
