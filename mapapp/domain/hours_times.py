"""Which stretches of a day written clock times mean, when they mean just one thing."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import time

from mapapp.domain.errors import msgid
from mapapp.domain.hours import OpenSpan
from mapapp.domain.hours_words import MINUTES_IN_HOUR, Sign, Token, minute_of_day

MINUTES_IN_DAY = 24 * MINUTES_IN_HOUR
LONGEST_NIGHT_MIN = 16 * MINUTES_IN_HOUR
NOON_MIN = 12 * MINUTES_IN_HOUR

NO_TIMES = msgid("hours: it is not said when «{words}» begins and ends")
SEVERAL_READINGS = msgid("hours: «{words}» can be read in several ways; write times as 9:00–18:00")
CLOSES_BEFORE_IT_OPENS = msgid("hours: «{words}» ends before it begins")
OVERLAP = msgid("hours: the times «{words}» overlap or are out of order")

_JOIN = re.compile(r"\.?[-:]?U?-?\.?")
_NEXT = re.compile(r"[,;&/.]*F?")
_TWO_DIGITS = 2
_MOST_NUMBERS = 16
"""Four stretches with hours and minutes apart; the readings of more would be too many to try."""


class HoursNotReadError(Exception):
    """Carries the reason, a msgid, and the words it is about out of the reading."""

    def __init__(self, problem: str, words: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.words = words


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a day in minutes since its midnight; what ends beyond 24 hours ends on the next day."""

    begins: int
    ends: int

    def span(self) -> OpenSpan:
        """Return it in clock times."""
        return OpenSpan(_clock(self.begins), _clock(self.ends))


def read_stretches(found: Sequence[Token]) -> tuple[Stretch, ...]:
    """Return the stretches the tokens tell; raise HoursNotReadError where they tell none, or several ways.

    «8-30» may be half past eight or a whole day's work: all readings are tried, and one must remain.
    """
    words = " ".join(token.written for token in found).strip(" ,;.")
    if sum(token.sign in {Sign.CLOCK, Sign.BARE} for token in found) > _MOST_NUMBERS:
        raise HoursNotReadError(SEVERAL_READINGS, words)
    readings = set(_readings(tuple(found)))
    told = {stretches for reading in readings if (stretches := _stretches(reading)) is not None}
    if len(told) == 1:
        stretches = told.pop()
        if any(later.begins < earlier.ends for earlier, later in itertools.pairwise(stretches)):
            raise HoursNotReadError(OVERLAP, words)
        return stretches
    if told:
        raise HoursNotReadError(SEVERAL_READINGS, words)
    raise HoursNotReadError(CLOSES_BEFORE_IT_OPENS if readings else NO_TIMES, words)


_Time = tuple[int, bool]
"""A minute of the day, and whether «the next day» is written after it."""


def _readings(found: tuple[Token, ...], told: tuple[_Time, ...] = ()) -> Iterator[tuple[_Time, ...]]:
    """Yield every way to take the tokens as beginnings and ends in turn."""
    if found and found[0].sign is Sign.FROM:
        found = found[1:]
    for minute, is_bare, length in _first_times(found):
        rest = found[length:]
        is_next_day = bool(rest) and rest[0].sign is Sign.NEXT_DAY
        rest = rest[is_next_day:]
        now = (*told, (minute, is_next_day))
        gap = 0
        while gap < len(rest) and rest[gap].sign not in {Sign.CLOCK, Sign.BARE}:
            gap += 1
        between = "".join(token.sign for token in rest[:gap])
        ends_a_stretch = len(now) % 2 == 0
        if gap == len(rest):
            if ends_a_stretch and between in {"", Sign.DOT}:
                yield now
        elif (_NEXT if ends_a_stretch else _JOIN).fullmatch(between) and not (
            # Bare hours with nothing between them might be an hour and its minutes.
            not between and (is_bare or rest[gap].sign is Sign.BARE) and not ends_a_stretch and is_bare
        ):
            yield from _readings(rest[gap:], now)


def _first_times(found: tuple[Token, ...]) -> Iterator[tuple[int, bool, int]]:
    """Yield the times the tokens may begin with: the minute, whether it is a bare hour, and its tokens."""
    if not found:
        return
    if found[0].sign is Sign.CLOCK:
        yield found[0].value, False, 1
    if found[0].sign is not Sign.BARE:
        return
    hour = found[0]
    if hour.written != "00" and (minute := minute_of_day(hour.value, 0)) is not None:
        yield minute, True, 1
    for gap in (1, 2):
        if len(found) > gap and _is_minute(found[1 : gap + 1]):
            minute = minute_of_day(hour.value, found[gap].value)
            if minute is not None:
                yield minute, False, gap + 1


def _is_minute(after_hour: tuple[Token, ...]) -> bool:
    """Tell whether the tokens are minutes written «-30», «,30» or « 30»."""
    *mark, minute = after_hour
    if minute.sign is not Sign.BARE or len(minute.written) != _TWO_DIGITS:
        return False
    return not mark or (mark[0].sign in {Sign.DASH, Sign.COMMA} and mark[0].is_glued and minute.is_glued)


def _stretches(reading: tuple[_Time, ...]) -> tuple[Stretch, ...] | None:
    """Return the stretches of beginnings and ends in turn; None where one cannot be meant.

    An end before its beginning is more often a slip (18:00–16:00) than a night; a night begins after noon
    and is no longer than 16 hours, or says «наступного дня».
    """
    stretches: list[Stretch] = []
    for (begins, is_odd), (ends, is_next_day) in zip(reading[::2], reading[1::2], strict=True):
        if is_odd or begins == MINUTES_IN_DAY:
            return None
        until = ends
        if ends == 0 or (ends <= begins and is_next_day):
            until = ends + MINUTES_IN_DAY
        elif is_next_day:
            return None
        elif ends <= begins:
            until = ends + MINUTES_IN_DAY
            if begins < NOON_MIN or until - begins > LONGEST_NIGHT_MIN:
                return None
        stretches.append(Stretch(begins, until))
    return tuple(stretches)


def _clock(minute: int) -> time:
    return time(*divmod(minute % MINUTES_IN_DAY, MINUTES_IN_HOUR))
