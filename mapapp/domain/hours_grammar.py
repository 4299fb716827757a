"""How the tokens of a written timetable make a week, or the reason why they make none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from mapapp.domain.errors import msgid
from mapapp.domain.hours import DAYS_IN_WEEK, OpeningHours
from mapapp.domain.hours_times import (
    MINUTES_IN_DAY,
    NO_TIMES,
    OVERLAP,
    HoursNotReadError,
    Stretch,
    read_stretches,
)
from mapapp.domain.hours_words import Sign, Token

_WHOLE_WEEK = tuple(range(DAYS_IN_WEEK))
_WORKING_DAYS = tuple(range(5))

_ONE_DAYS = "F?D(?:[-U]F?D)?|W|E"
_DAYS = re.compile(rf"(?:{_ONE_DAYS})(?:[,&]+(?:{_ONE_DAYS}))*")
_DAY_RANGE = re.compile(_ONE_DAYS)
_AFTER_DAYS = re.compile(r"[:;.,(]*-?(?=[TnFAO])|[:;.,]*")
_CLOSED = re.compile(r"O|(?<=:)-|-(?=[,;.]|$)")
_TIMES = re.compile(r"F?[Tn](?:[FU\-:,&./;M]*[TnM])*\.?")
_BETWEEN = re.compile(r"[,;.()&/]*")
_BREAK = re.compile(r"([,;.(]*)(N?)B[:.-]*")
_EXCEPT = re.compile(r"[,;(]*X")
_SAID_AGAIN = re.compile(r"[,;.(]*E")
_OFF_DAYS = re.compile(r"O[:;.-]*(?=F?[DW])")

_NOT_OF_EVERY_WEEK = re.compile(
    r"\d-|санітарн|перш|друг|трет|четверт|останн|парн|непарн|місяц|свят|літ|зим|канікул|карантин|тимчасов"
)
_WITHOUT_HOURS = re.compile("графік|запис|виклик|домовлен|потреб")

NOT_UNDERSTOOD = msgid("hours: «{words}» is not understood")
NO_HOURS = msgid("hours: no day has any hours")
NO_DAYS = msgid("hours: it is not said on which days; write for example «Пн–Пт {words}»")
BY_ANOTHER_TIMETABLE = msgid("hours: «{words}» names no time of day")
NOT_EVERY_WEEK = msgid("hours: «{words}» is not the same every week; add such days as exceptions")
TOLD_TWICE = msgid("hours: a day is told twice in «{words}»")
BREAK_OUTSIDE = msgid("hours: the break «{words}» does not lie within the hours")
BREAK_UNCLEAR = msgid("hours: it is not said on which days the break «{words}» is")


@dataclass(frozen=True, slots=True)
class _Group:
    """Days and their hours, none where closed, and the break told with them."""

    days: tuple[int, ...]
    hours: tuple[Stretch, ...]
    words: str
    breaks: tuple[Stretch, ...] = ()
    break_words: str = ""
    break_mark: str = ""
    """What stands before the break: a bracket ties it to these days alone."""


def read_week(found: Sequence[Token]) -> OpeningHours:
    """Return the week the tokens tell; raise HoursNotReadError with the reason."""
    _check_words(found)
    return _Timetable(found).week()


def _check_words(found: Sequence[Token]) -> None:
    """Refuse words nobody knows: whatever they say might change the hours."""
    for is_unknown, run in groupby(found, lambda token: token.sign is Sign.UNKNOWN):
        if is_unknown:
            words = " ".join(token.written for token in run)
            if _NOT_OF_EVERY_WEEK.search(words):
                raise HoursNotReadError(NOT_EVERY_WEEK, words)
            raise HoursNotReadError(
                BY_ANOTHER_TIMETABLE if _WITHOUT_HOURS.search(words) else NOT_UNDERSTOOD, words
            )
    if all(token.sign in {Sign.DASH, Sign.OFF, Sign.DOT} for token in found):
        raise HoursNotReadError(NO_HOURS)


class _Timetable:
    """Reads groups of days and hours off the tokens, whose signs make a string for the patterns."""

    def __init__(self, found: Sequence[Token]) -> None:
        self._tokens = found
        self._signs = "".join(token.sign for token in found)
        self._at = 0
        self._groups: list[_Group] = []
        self._off: list[int] = []
        self._has_semicolons = False

    def week(self) -> OpeningHours:
        self._skip(_BETWEEN)
        if _DAYS.match(self._signs) is None and not _OFF_DAYS.match(self._signs):
            self._read_times_before_days()
            self._skip(_BETWEEN)
        while self._at < len(self._signs):
            if self._skip(_OFF_DAYS):
                self._off += self._days()
            else:
                self._read_group()
            between = self._at
            self._skip(_BETWEEN)
            self._has_semicolons |= Sign.SEMICOLON in self._signs[between : self._at]
        return self._assembled()

    def _read_group(self) -> None:
        start = self._at
        days = self._days()
        if self._skip(_EXCEPT):
            days = self._without(days)
        self._skip(_AFTER_DAYS)
        hours = self._hours(start)
        self._finish_group(start, days, hours)

    def _read_times_before_days(self) -> None:
        """Read «9:00–18:00 щодня», «цілодобово», «з 9 до 18, вихідні: сб, нд»."""
        start = self._at
        is_round_the_clock = self._signs.startswith(Sign.ROUND_THE_CLOCK, start)
        hours = self._hours(start)
        told = self._break()
        self._skip(_BETWEEN)
        if _DAYS.match(self._signs, self._at):
            days = self._days()
        elif self._skip(_OFF_DAYS):
            off = self._days()
            days = tuple(day for day in _WHOLE_WEEK if day not in off)
        elif is_round_the_clock:
            days = _WHOLE_WEEK
        else:
            raise HoursNotReadError(NO_DAYS, self._words(start, self._at))
        group = self._finish_group(start, days, hours)
        if told is not None:
            self._groups[-1] = replace(told, days=group.days, hours=group.hours, words=group.words)

    def _finish_group(self, start: int, days: tuple[int, ...], hours: tuple[Stretch, ...]) -> _Group:
        told = self._break()
        if days == _WHOLE_WEEK:
            self._skip(_SAID_AGAIN)
        if self._skip(_EXCEPT):
            days = self._without(days)
        group = replace(
            told or _Group((), (), ""), days=days, hours=hours, words=self._words(start, self._at)
        )
        self._groups.append(group)
        return group

    def _days(self) -> tuple[int, ...]:
        found = _DAYS.match(self._signs, self._at)
        if found is None:
            raise HoursNotReadError(NOT_UNDERSTOOD, self._words(self._at, len(self._signs)))
        days: list[int] = []
        for part in _DAY_RANGE.finditer(self._signs, self._at, found.end()):
            days += self._day_range(part.start(), part.end())
        if len(set(days)) < len(days):
            raise HoursNotReadError(TOLD_TWICE, self._words(self._at, found.end()))
        self._at = found.end()
        return tuple(days)

    def _day_range(self, start: int, end: int) -> tuple[int, ...]:
        match self._tokens[start].sign:
            case Sign.EVERY_DAY:
                return _WHOLE_WEEK
            case Sign.WORKING_DAYS:
                return _WORKING_DAYS
        numbers = [token.value for token in self._tokens[start:end] if token.sign is Sign.DAY]
        first, last = numbers[0], numbers[-1]
        if first == last and len(numbers) > 1:
            raise HoursNotReadError(NOT_UNDERSTOOD, self._words(start, end))
        return (
            _WHOLE_WEEK[first : last + 1] if first <= last else _WHOLE_WEEK[first:] + _WHOLE_WEEK[: last + 1]
        )

    def _without(self, days: tuple[int, ...]) -> tuple[int, ...]:
        start = self._at
        left_out = self._days()
        if not set(left_out) < set(days):
            raise HoursNotReadError(NOT_UNDERSTOOD, self._words(start, self._at))
        return tuple(day for day in days if day not in left_out)

    def _hours(self, start: int) -> tuple[Stretch, ...]:
        signs, at = self._signs, self._at
        if signs.startswith(Sign.ROUND_THE_CLOCK, at):
            self._at += 1
            return (Stretch(0, MINUTES_IN_DAY),)
        is_zero = signs.startswith(Sign.BARE, at) and self._tokens[at].value == 0
        if self._skip(_CLOSED):
            return ()
        times = _TIMES.match(signs, at)
        if times is None:
            raise HoursNotReadError(NO_TIMES, self._words(start, max(at, start + 1)))
        self._at = times.end()
        if is_zero and times.end() == at + 1:
            return ()
        return read_stretches(self._tokens[at : times.end()])

    def _break(self) -> _Group | None:
        """Return the break told here as a group without days; «без перерви» tells none."""
        found = _BREAK.match(self._signs, self._at)
        if found is None:
            return None
        start, self._at = self._at, found.end()
        if found[2]:
            return None
        times = _TIMES.match(self._signs, self._at)
        if times is None:
            raise HoursNotReadError(NO_TIMES, self._words(start, self._at))
        self._at = times.end()
        stretches = read_stretches(self._tokens[times.start() : times.end()])
        return _Group((), (), "", stretches, self._words(start, self._at), found[1])

    def _assembled(self) -> OpeningHours:
        week: list[tuple[Stretch, ...] | None] = [None] * DAYS_IN_WEEK
        for group in self._with_breaks():
            for day in group.days:
                if week[day] is not None:
                    raise HoursNotReadError(TOLD_TWICE, group.words)
                week[day] = group.hours
        if any(week[day] for day in self._off):
            raise HoursNotReadError(TOLD_TWICE, self._words(0, len(self._signs)))
        if not any(week) and not (len(self._groups) == 1 and self._groups[0].days == _WHOLE_WEEK):
            raise HoursNotReadError(NO_HOURS)
        try:
            return OpeningHours(tuple(tuple(part.span() for part in day or ()) for day in week))
        except ValueError:
            raise HoursNotReadError(OVERLAP, self._words(0, len(self._signs))) from None

    def _with_breaks(self) -> Iterator[_Group]:
        """Yield the groups without their breaks; the last break is every day's unless tied to its group."""
        open_groups = [group for group in self._groups if group.hours]
        last = self._groups[-1]
        is_everybodys = (
            len(open_groups) > 1
            and bool(last.breaks)
            and "(" not in last.break_mark
            and not any(group.breaks for group in self._groups[:-1])
        )
        if is_everybodys and ";" not in last.break_mark and self._has_semicolons:
            raise HoursNotReadError(BREAK_UNCLEAR, last.break_words)
        is_kept = False
        for group in self._groups:
            told = last if is_everybodys else group
            hours = _without_breaks(group.hours, told, may_be_outside=is_everybodys)
            is_kept = is_kept or hours != group.hours
            yield replace(group, hours=hours)
        if is_everybodys and not is_kept:
            raise HoursNotReadError(BREAK_OUTSIDE, last.break_words)

    def _skip(self, pattern: re.Pattern[str]) -> bool:
        found = pattern.match(self._signs, self._at)
        if found is None:
            return False
        self._at = found.end()
        return True

    def _words(self, start: int, end: int) -> str:
        return " ".join(token.written for token in self._tokens[start:end]).strip(" ,;.")


def _without_breaks(hours: tuple[Stretch, ...], told: _Group, *, may_be_outside: bool) -> tuple[Stretch, ...]:
    """Return the hours without the breaks: each lies inside a stretch, or may miss them all."""
    for pause in told.breaks:
        around = [part for part in hours if part.begins < pause.begins and pause.ends < part.ends]
        touched = [part for part in hours if part.begins < pause.ends and pause.begins < part.ends]
        if touched != around or not (around or may_be_outside):
            raise HoursNotReadError(BREAK_OUTSIDE, told.break_words)
        hours = tuple(piece for part in hours for piece in _parted(part, pause, is_parted=part in around))
    return hours


def _parted(part: Stretch, pause: Stretch, *, is_parted: bool) -> tuple[Stretch, ...]:
    if not is_parted:
        return (part,)
    return Stretch(part.begins, pause.begins), Stretch(pause.ends, part.ends)
