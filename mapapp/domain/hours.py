"""When a provider is open: a week of spans, with lunch breaks, split shifts, exceptions and closures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from mapapp.domain.clock import KYIV

DAYS_IN_WEEK = 7
HORIZON_DAYS = 366
"""How far ahead the next opening or closing is looked for."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class OpenSpan:
    """One unbroken stretch of work; `closes` at or before `opens` is on the next day.

    From 00:00 to 00:00 is the whole day. A lunch break is the gap between two spans. Times are of the wall
    clock in Europe/Kyiv, in whole minutes.
    """

    opens: time
    closes: time

    def __post_init__(self) -> None:
        for clock in (self.opens, self.closes):
            if clock.second or clock.microsecond or clock.tzinfo is not None:
                raise ValueError(f"{clock} is not a wall-clock time in whole minutes")


def _check_spans(spans: tuple[OpenSpan, ...]) -> None:
    for earlier, later in pairwise(spans):
        if earlier.closes <= earlier.opens or later.opens < earlier.closes:
            raise ValueError(f"the spans of a day overlap or are out of order: {earlier} and {later}")


_UNCHANGING = ((), (OpenSpan(time(), time()),))


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

    def holds_on(self, day: date) -> bool:
        """Tell whether the day is one of these."""
        return self.first <= day <= self.last


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

    def spans_on(self, day: date) -> tuple[OpenSpan, ...]:
        """Return the spans that begin on the day; of two exceptions for it, the one listed later holds."""
        for exception in reversed(self.exceptions):
            if exception.holds_on(day):
                return exception.spans
        return self.week[day.weekday()]


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


def is_open_at(hours: OpeningHours, closures: Sequence[Closure], moment: datetime) -> bool:
    """Tell whether there is work at the moment; at the closing minute there is none.

    A span belongs to the day it begins on, and may run into the next. A closure ends all work: no span begins
    on its days, and one of the evening before ends at midnight.

    Raises
    ------
    ValueError
        The moment has no time zone.

    """
    today = _day_in_kyiv(moment)
    return any(begins <= moment < ends for begins, ends in _stretches(hours, closures, (today - _DAY, today)))


def next_change(hours: OpeningHours, closures: Sequence[Closure], moment: datetime) -> datetime | None:
    """Return when work next begins or ends after the moment, in Kyiv time; None when not within a year.

    Spans that touch are one stretch of work: between them nothing changes. Raises as `is_open_at`.
    """
    yesterday = _day_in_kyiv(moment) - _DAY
    if _is_every_day_alike(hours, closures, yesterday):
        return None  # a year of days need not be looked through
    days = (yesterday + ahead * _DAY for ahead in range(HORIZON_DAYS + 2))
    closes: datetime | None = None
    for begins, ends in _stretches(hours, closures, days):
        if closes is not None and begins > closes:
            return closes.astimezone(KYIV)
        if closes is None and begins > moment:
            return begins.astimezone(KYIV)
        if ends > moment:
            closes = ends if closes is None else max(closes, ends)
    if closes is None or closes > moment + HORIZON_DAYS * _DAY:
        return None
    return closes.astimezone(KYIV)


def _is_every_day_alike(hours: OpeningHours, closures: Sequence[Closure], since: date) -> bool:
    """Tell whether there is work round the clock, or none at all, on every day from then on."""
    return (
        all(spans in _UNCHANGING for spans in hours.week)
        and len(set(hours.week)) == 1
        and not any(since <= exception.last for exception in hours.exceptions)
        and not any(closure.last is None or since <= closure.last for closure in closures)
    )


def _day_in_kyiv(moment: datetime) -> date:
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone: it cannot be told what Kyiv's clocks show")
    return moment.astimezone(KYIV).date()


def _stretches(
    hours: OpeningHours, closures: Sequence[Closure], days: Iterable[date]
) -> Iterator[tuple[datetime, datetime]]:
    """Yield when the spans of the days begin and end, in the order of their beginning, closures applied."""

    def is_closed(day: date) -> bool:
        return any(closure.holds_on(day) for closure in closures)

    for day in days:
        if is_closed(day):
            continue
        for span in hours.spans_on(day):
            begins = _moment(day, span.opens)
            if span.closes > span.opens:
                ends = _moment(day, span.closes)
            else:
                ends = _moment(day + _DAY, time() if is_closed(day + _DAY) else span.closes)
            if begins < ends:
                yield begins, ends


def _moment(day: date, clock: time) -> datetime:
    """Return when the clock in Kyiv first shows the time, or jumps over it.

    In spring the clock jumps from 03:00 to 04:00; in autumn the hour from 03:00 occurs twice.
    """
    moment = datetime.combine(day, clock, KYIV).astimezone(UTC)
    if moment.astimezone(KYIV).time() != clock:
        return moment.replace(minute=0)
    return moment
