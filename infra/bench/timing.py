"""Two things timed in turns, so that a machine that slows down slows both; what is told is their ratio."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import NamedTuple


class Timing(NamedTuple):
    """Seconds by the clock, and seconds of the processor, which others on the machine disturb less."""

    clock: float
    processor: float


Timer = Callable[[], Timing]


@dataclass(frozen=True)
class Comparison:
    """`runs` are pairs of subject and base, each pair taken one right after the other."""

    subject: str
    base: str
    runs: tuple[tuple[Timing, Timing], ...]

    @property
    def ratio(self) -> float:
        return median(self._ratios)

    @property
    def spread(self) -> tuple[float, float]:
        """The quartiles of the ratio: half of the pairs lie between them."""
        if len(self.runs) == 1:
            return self.ratio, self.ratio
        low, _, high = quantiles(self._ratios, n=4)
        return low, high

    @property
    def processor_ratio(self) -> float:
        return median(subject.processor / base.processor for subject, base in self.runs)

    @property
    def seconds(self) -> tuple[float, float]:
        """The medians of subject and base by the clock."""
        return median(pair[0].clock for pair in self.runs), median(pair[1].clock for pair in self.runs)

    @property
    def processor_seconds(self) -> tuple[float, float]:
        """The medians of subject and base of the processor."""
        return median(pair[0].processor for pair in self.runs), median(
            pair[1].processor for pair in self.runs
        )

    @property
    def processor_adds(self) -> float:
        """Seconds of the processor that the subject takes beyond its base."""
        return median(subject.processor - base.processor for subject, base in self.runs)

    @property
    def _ratios(self) -> list[float]:
        return [subject.clock / base.clock for subject, base in self.runs]


def compare(subject: tuple[str, Timer], base: tuple[str, Timer], *, warm_up: int, runs: int) -> Comparison:
    """Time both in turns, who goes first changing each time; the first `warm_up` pairs are thrown away."""
    return compare_all([subject], base, warm_up=warm_up, runs=runs)[0]


def compare_all(
    subjects: Sequence[tuple[str, Timer]], base: tuple[str, Timer], *, warm_up: int, runs: int
) -> list[Comparison]:
    """Time several and their one base in turns, so that they can be compared with each other too."""
    rounds = [_round([*subjects, base], first=turn) for turn in range(warm_up + runs)]
    return [
        Comparison(name, base[0], tuple((each[nth], each[-1]) for each in rounds[warm_up:]))
        for nth, (name, _) in enumerate(subjects)
    ]


def timed(act: Callable[[], object], processor: Callable[[], float] = time.process_time) -> Timing:
    began, worked = time.perf_counter(), processor()
    act()
    return Timing(time.perf_counter() - began, processor() - worked)


def _round(timers: Sequence[tuple[str, Timer]], first: int) -> list[Timing]:
    """Time each once; `first`, counted round, begins."""
    found: dict[int, Timing] = {}
    for step in range(len(timers)):
        place = (first + step) % len(timers)
        found[place] = timers[place][1]()
    return [found[place] for place in range(len(timers))]
