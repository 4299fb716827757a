"""What a timetable written by people says, or why it cannot be told; and hours as Ukrainian text.

A wrong opening hour sends someone to a locked door, so nothing is guessed: what is contradictory, partial or
not of every week stays text, with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from functools import lru_cache

from mapapp.domain.hours import OpeningHours, OpenSpan
from mapapp.domain.hours_grammar import read_week
from mapapp.domain.hours_times import LONGEST_NIGHT_MIN, MINUTES_IN_DAY, NOON_MIN, HoursNotReadError
from mapapp.domain.hours_words import MINUTES_IN_HOUR, plain_timetable, tokens

DAY_NAMES = ("Пн", "Вт", "Ср", "Чт", "Пт", "Сб", "Нд")

_LONGEST_LUNCH_MIN = 2 * MINUTES_IN_HOUR
_MIDNIGHT = time()
_WHOLE_DAY = (OpenSpan(_MIDNIGHT, _MIDNIGHT),)


@dataclass(frozen=True, slots=True)
class ReadHours:
    """The hours, or None and why not: a msgid with its values; an empty text has neither."""

    hours: OpeningHours | None = None
    problem: str = ""
    problem_values: Mapping[str, object] = field(default_factory=dict)


@lru_cache(maxsize=20_000)
def read_hours(text: str) -> ReadHours:
    """Return the week a timetable tells; days it does not name are closed.

    >>> hours_text(read_hours("пн-чт з 8.00 до 17.15, пт 8-16, обід 12.00-13.00").hours)
    'Пн–Чт 8:00–17:15 (перерва 12:00–13:00), Пт 8:00–16:00 (перерва 12:00–13:00)'
    >>> read_hours("пн: 18:00-16:00").problem
    'hours: «{words}» ends before it begins'
    """
    if not text.strip():
        return ReadHours()
    try:
        return ReadHours(read_week(tuple(tokens(plain_timetable(text)))))
    except HoursNotReadError as reason:
        return ReadHours(None, reason.problem, {"words": reason.words})


def hours_text(hours: OpeningHours) -> str:
    """Return the week in Ukrainian, as `read_hours` reads it; exceptions are not told.

    Days with the same hours stand together in the order of the first; closed days are left out.
    """
    days_of: dict[tuple[OpenSpan, ...], list[int]] = {}
    for day, spans in enumerate(hours.week):
        days_of.setdefault(spans, []).append(day)
    if len(days_of) == 1:
        only = hours.week[0]
        return "Цілодобово" if only == _WHOLE_DAY else f"Щодня {_spans_text(only)}"
    return ", ".join(f"{_days_text(days)} {_spans_text(spans)}" for spans, days in days_of.items() if spans)


def _days_text(days: list[int]) -> str:
    """Return «Пн–Ср, Пт»."""
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    names = ((DAY_NAMES[run[0]], DAY_NAMES[run[-1]]) for run in runs)
    return ", ".join(first if first == last else f"{first}–{last}" for first, last in names)


def _spans_text(spans: tuple[OpenSpan, ...]) -> str:
    """Return «9:00–13:00, 14:00–18:00», a short gap as the break it is."""
    if not spans:
        return "зачинено"
    if spans == _WHOLE_DAY:
        return "цілодобово"
    if len(spans) == 2:  # noqa: PLR2004 - what stands before and after one break
        before, after = spans
        gap_min = _minute(after.opens) - _minute(before.closes)
        if 0 < gap_min <= _LONGEST_LUNCH_MIN and after.closes > after.opens:
            day, pause = OpenSpan(before.opens, after.closes), OpenSpan(before.closes, after.opens)
            return f"{_span_text(day)} (перерва {_span_text(pause)})"
    return ", ".join(map(_span_text, spans))


def _span_text(span: OpenSpan) -> str:
    begins, ends = _minute(span.opens), _minute(span.closes)
    until = "24:00" if ends == 0 else _clock_text(span.closes)
    text = f"{_clock_text(span.opens)}–{until}"
    length_min = ends - begins + MINUTES_IN_DAY
    if 0 < ends <= begins and (begins < NOON_MIN or length_min > LONGEST_NIGHT_MIN):
        return f"{text} наступного дня"
    return text


def _clock_text(clock: time) -> str:
    return f"{clock.hour}:{clock.minute:02}"


def _minute(clock: time) -> int:
    return clock.hour * MINUTES_IN_HOUR + clock.minute
