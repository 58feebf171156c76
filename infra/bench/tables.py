"""Tables of Markdown, and how their figures are written."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from infra.bench.capacity import Units
    from infra.bench.timing import Comparison

WHOLE_FROM = 100
"""From here on a tenth says nothing."""
COLUMNS = ("Subject", "Base", "Ratio", "Spread", "CPU ratio", "Runs", "Subject ms", "Base ms", "CPU adds ms")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Align the first column and all that holds words to the left, figures to the right."""
    body = list(rows)
    rules = ["---:" if _is_figure(cell) else "---" for cell in body[0]]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, rules, *body))


def comparisons(of: Iterable[Comparison]) -> str:
    return table(COLUMNS, (_comparison_row(each) for each in of))


def ratio(median: float, spread: tuple[float, float]) -> tuple[str, str]:
    return f"{median:.2f}", f"{spread[0]:.2f} – {spread[1]:.2f}"


def figures(units: Units) -> tuple[str, str]:
    """Read and write units."""
    return f"{units.read:,g}" if units.read < WHOLE_FROM else f"{units.read:,.0f}", f"{units.write:,}"


def _is_figure(cell: str) -> bool:
    return cell.removeprefix("-")[:1].isdigit()


def _comparison_row(comparison: Comparison) -> tuple[str, ...]:
    subject, base = comparison.seconds
    return (
        comparison.subject,
        comparison.base,
        *ratio(comparison.ratio, comparison.spread),
        f"{comparison.processor_ratio:.2f}",
        str(len(comparison.runs)),
        _milliseconds(subject),
        _milliseconds(base),
        _milliseconds(comparison.processor_adds),
    )


def _milliseconds(seconds: float) -> str:
    ms = seconds * 1000
    return f"{ms:.0f}" if abs(ms) >= WHOLE_FROM else f"{ms:.1f}"
