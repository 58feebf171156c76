"""`python -m infra.bench.rivals.draw LIBRARY`: draw a page for each line of facts (JSON), tell the time."""

from __future__ import annotations

import json
import sys
import time
from html import escape
from io import BytesIO
from typing import Any

HEAD = ("Désignation", "Inscrits", "Qté", "Prix unitaire HT (€)", "Remise (%)", "TVA (%)", "Montant HT (€)")
FONT = "chalicelib/invoicing/fonts/NotoSerif.ttf"
COLUMNS_MM = (52, 18, 12, 28, 20, 18, 28)


def texts(facts: dict[str, Any]) -> tuple[list[str], list[list[str]], list[list[str]], list[list[str]]]:
    """Return head lines, facts in pairs, lines of the table, sums in pairs."""
    head = [*_flat(facts["seller"]), *_flat(facts["client"]), facts["title"]]
    sums = [*facts["totals"], *facts["settlement"]]
    return head, facts["about"], [[str(cell) for cell in line] for line in facts["lines"]], sums


def reportlab(facts: dict[str, Any]) -> bytes:
    from reportlab.lib.pagesizes import A4  # noqa: PLC0415 - only the one that is asked for
    from reportlab.lib.styles import ParagraphStyle  # noqa: PLC0415 - the same
    from reportlab.lib.units import mm  # noqa: PLC0415 - the same
    from reportlab.pdfbase import pdfmetrics  # noqa: PLC0415 - the same
    from reportlab.pdfbase.ttfonts import TTFont  # noqa: PLC0415 - the same
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table  # noqa: PLC0415 - the same

    if "Noto" not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont("Noto", FONT))
    style = ParagraphStyle("text", fontName="Noto", fontSize=9)
    head, about, lines, sums = texts(facts)
    face = [("FONTNAME", (0, 0), (-1, -1), "Noto"), ("FONTSIZE", (0, 0), (-1, -1), 8)]
    wide = [each * mm for each in COLUMNS_MM]
    cells = [[Paragraph(escape(cell), style) for cell in line] for line in (HEAD, *lines)]
    flow = [Paragraph(escape(each), style) for each in head]
    flow += [Table(about, style=face), Spacer(1, 6), Table(cells, colWidths=wide, style=face)]
    flow += [Paragraph(escape(facts["note"]), style), Table(sums, style=face)]
    written = BytesIO()
    SimpleDocTemplate(written, pagesize=A4, title=facts["title"], lang="fr").build(flow)
    return written.getvalue()


def weasyprint(facts: dict[str, Any]) -> bytes:
    from weasyprint import HTML  # noqa: PLC0415 - only the one that is asked for

    head, about, lines, sums = texts(facts)
    page = (
        f"<html lang=fr><title>{escape(facts['title'])}</title>"
        "<style>body{font:9pt 'Noto Serif',serif}</style>"
        + "".join(f"<p>{escape(each)}" for each in head)
        + _rows(about)
        + _rows([list(HEAD), *lines])
        + f"<p>{escape(facts['note'])}"
        + _rows(sums)
    )
    return bytes(HTML(string=page).write_pdf(pdf_variant="pdf/ua-1"))


def fpdf2(facts: dict[str, Any]) -> bytes:
    from fpdf import FPDF  # noqa: PLC0415 - only the one that is asked for

    head, about, lines, sums = texts(facts)
    page = FPDF()
    page.set_title(facts["title"])
    page.add_page()
    page.add_font("Noto", fname=FONT)
    page.set_font("Noto", size=9)
    for each in head:
        page.multi_cell(0, 5, each, new_x="LMARGIN", new_y="NEXT")
    for rows, widths in ((about, None), ([list(HEAD), *lines], COLUMNS_MM), (sums, None)):
        with page.table(col_widths=widths, first_row_as_headings=False) as drawn:
            for row in rows:
                drawn.row(row)
    return bytes(page.output())


def _rows(rows: list[list[str]]) -> str:
    return "<table>" + "".join(f"<tr><td>{'<td>'.join(map(escape, row))}" for row in rows) + "</table>"


def _flat(node: Any) -> list[str]:
    if isinstance(node, dict):
        node = list(node.values())
    if isinstance(node, list):
        return [text for each in node for text in _flat(each)]
    return [str(node)] if node else []


LIBRARIES = {each.__name__: each for each in (reportlab, weasyprint, fpdf2)}

if __name__ == "__main__":
    draw = LIBRARIES[sys.argv[1]]
    for line in sys.stdin:
        given = json.loads(line)
        began, worked = time.perf_counter(), time.process_time()
        size = len(draw(given))
        print(json.dumps([time.perf_counter() - began, time.process_time() - worked, size]), flush=True)
