"""Two things timed in turns, so that a machine that slows down slows both; what is told is their ratio."""

from __future__ import annotations

import time
from collections.abc import Callable
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
    pairs = [_pair(subject[1], base[1], base_first=bool(turn % 2)) for turn in range(warm_up + runs)]
    return Comparison(subject[0], base[0], tuple(pairs[warm_up:]))


def timed(act: Callable[[], object], processor: Callable[[], float] = time.process_time) -> Timing:
    began, worked = time.perf_counter(), processor()
    act()
    return Timing(time.perf_counter() - began, processor() - worked)


def _pair(subject: Timer, base: Timer, *, base_first: bool) -> tuple[Timing, Timing]:
    if base_first:
        base_timing = base()
        return subject(), base_timing
    subject_timing = subject()
    return subject_timing, base()
