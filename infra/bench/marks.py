"""What a comparison may come to: the marks that `make bench` holds the product to."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from infra.bench.timing import Comparison

MARKS = {
    ("import app", "the mandated packages"): 1.15,
    ("import app and answer the first recap", "the mandated packages and the same calls"): 1.3,
    ("log-in, unknown address", "log-in, known address"): 1.1,
    ("mail asked for, unknown address", "mail asked for, known address"): 1.1,
}
"""The highest ratio of the processor's time, by subject and base; what is not here has no mark."""


def missed(comparisons: Iterable[Comparison]) -> list[str]:
    """Return a sentence for each comparison that is beyond its mark."""
    held = [(each, MARKS.get((each.subject, each.base))) for each in comparisons]
    return [
        f"{each.subject}: {each.processor_ratio:.2f} times {each.base}, and {mark:.2f} is the mark."
        for each, mark in held
        if mark is not None and each.processor_ratio > mark
    ]
