"""When a provider is open: a week of spans, with lunch breaks, split shifts, exceptions and closures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from itertools import pairwise

DAYS_IN_WEEK = 7


@dataclass(frozen=True, slots=True)
class OpenSpan:
    """One unbroken stretch of work; `closes` at or before `opens` is on the next day.

    From 00:00 to 00:00 is the whole day. A lunch break is the gap between two spans.
    """

    opens: time
    closes: time


def _check_spans(spans: tuple[OpenSpan, ...]) -> None:
    for earlier, later in pairwise(spans):
        if earlier.closes <= earlier.opens or later.opens < earlier.closes:
            raise ValueError(f"the spans of a day overlap or are out of order: {earlier} and {later}")


@dataclass(frozen=True, slots=True)
class HoursException:
    """Days, both ends included, on which the week does not hold; no span means closed."""

    first: date
    last: date
    spans: tuple[OpenSpan, ...] = ()
    note: str = ""

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"an exception cannot end ({self.last}) before it starts ({self.first})")
        _check_spans(self.spans)


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """A week, Monday first, in Europe/Kyiv wall-clock time, and the days that differ from it."""

    week: tuple[tuple[OpenSpan, ...], ...]
    exceptions: tuple[HoursException, ...] = ()

    def __post_init__(self) -> None:
        if len(self.week) != DAYS_IN_WEEK:
            raise ValueError(f"a week has {DAYS_IN_WEEK} days, not {len(self.week)}")
        for spans in self.week:
            _check_spans(spans)


@dataclass(frozen=True, slots=True)
class Closure:
    """A time without work, first and last day included; `last` None is until further notice."""

    first: date
    last: date | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        if self.last is not None and self.last < self.first:
            raise ValueError(f"a closure cannot end ({self.last}) before it starts ({self.first})")

    def holds_on(self, day: date) -> bool:
        """Tell whether there is no work on the day."""
        return self.first <= day and (self.last is None or day <= self.last)
