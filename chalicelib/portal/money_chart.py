"""The chart of money by day, as the numbers of an SVG: bars above the axis came in, those below went back."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.daily_sums import Figures, Flows
from chalicelib.portal.texts import marked

WIDTH, HEIGHT, MARGIN = 840, 240, 24
MEANS = {Book.CARDS: marked("Carte"), Book.CHEQUES: marked("Chèque"), Book.BANK: marked("Virement")}
BACK = marked("Rendu ou repris")
CLASSES = {Book.CARDS: "bar-card", Book.CHEQUES: "bar-cheque", Book.BANK: "bar-transfer"}


@dataclass(frozen=True)
class Bar:
    """One rectangle; `name` is the class that colours it."""

    name: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class MoneyChart:
    """`axis` is the height of zero; `marks` are days with their places, one a week."""

    bars: tuple[Bar, ...]
    axis: float
    marks: tuple[tuple[float, date], ...]
    top_cents: int

    @property
    def is_empty(self) -> bool:
        return not self.bars


def money_chart(figures: Figures) -> MoneyChart:
    """Return the chart of the figures' days; all bars have one scale."""
    top = max((flows.received_cents for _, flows in figures.days), default=0)
    bottom = max((_back(flows) for _, flows in figures.days), default=0)
    scale = (HEIGHT - 2 * MARGIN) / (top + bottom) if top + bottom else 0
    axis = MARGIN + top * scale
    step = WIDTH / max(1, len(figures.days))
    bars = tuple(
        bar
        for place, (_, flows) in enumerate(figures.days)
        for bar in _bars(flows, place * step + step * 0.1, step * 0.8, axis, scale)
    )
    marks = tuple((place * step, day) for place, (day, _) in enumerate(figures.days) if place % 7 == 0)
    return MoneyChart(bars, round(axis, 1), marks, top)


def _back(flows: Flows) -> int:
    return flows.given_back_cents + max(0, flows.taken_back_cents)


def _bars(flows: Flows, x: float, width: float, axis: float, scale: float) -> Iterator[Bar]:
    y = axis
    for book, cents in flows.received.items():
        if cents > 0:
            y -= cents * scale
            yield _bar(CLASSES[book], x, y, width, cents * scale)
    if _back(flows):
        yield _bar("bar-back", x, axis, width, _back(flows) * scale)


def _bar(name: str, x: float, y: float, width: float, height: float) -> Bar:
    return Bar(name, round(x, 1), round(y, 1), round(width, 1), round(height, 1))
