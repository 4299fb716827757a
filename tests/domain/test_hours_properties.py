"""When work begins and ends: the same as asking of every minute what the clock on the wall in Kyiv shows."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mapapp.domain.hours import Closure, HoursException, OpeningHours, OpenSpan, is_open_at, next_change

KYIV = ZoneInfo("Europe/Kyiv")
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
QUIET, SPRING, AUTUMN = date(2026, 6, 8), date(2026, 3, 23), date(2026, 10, 19)
"""Mondays; the clocks change on the Sunday of the latter two weeks."""
MINUTES_IN_DAY = 24 * 60

clock_minutes = st.integers(0, MINUTES_IN_DAY - 1) | st.sampled_from([0, 179, 180, 210, 239, 240, 780, 840])


@st.composite
def spans_of_a_day(draw):
    """Draw spans, lunch breaks between them; now and then the last runs past midnight."""
    bounds = sorted(draw(st.sets(clock_minutes, max_size=6)))
    spans = [OpenSpan(_clock(a), _clock(b)) for a, b in zip(bounds[::2], bounds[1::2], strict=False)]
    if len(bounds) % 2:
        spans.append(OpenSpan(_clock(bounds[-1]), _clock(draw(st.integers(0, bounds[-1])))))
    return tuple(spans)


def _clock(minute):
    return time(*divmod(minute, 60))


def _days_near(monday):
    return st.integers(-2, 9).map(lambda ahead: monday + ahead * DAY)


@st.composite
def weeks(draw):
    """Draw a Monday, hours with exceptions about that week, and closures."""
    monday = draw(st.sampled_from([QUIET, SPRING, AUTUMN]))
    periods = st.tuples(_days_near(monday), st.integers(0, 3))
    exceptions = [
        HoursException(first, first + length * DAY, draw(spans_of_a_day()))
        for first, length in draw(st.lists(periods, max_size=2))
    ]
    closures = [
        Closure(first, draw(st.sampled_from([None, first + length * DAY])))
        for first, length in draw(st.lists(periods, max_size=2))
    ]
    week = tuple(draw(st.tuples(*[spans_of_a_day()] * 7)))
    return monday, OpeningHours(week, tuple(exceptions)), tuple(closures)


def minutes_at_work(hours, closures, first, days):
    """Return all minutes of the days with work, found by walking along the clock, minute by minute.

    A span begins at the first minute whose clock shows its opening or, where the clocks jump over that, a
    later time; it ends at the first such minute of its closing.
    """
    at_work = set()
    for day in (first + ahead * DAY for ahead in range(-1, days)):
        if any(closure.holds_on(day) for closure in closures):
            continue
        for span in hours.spans_on(day):
            last_day = day if span.opens < span.closes else day + DAY
            is_cut = last_day != day and any(closure.holds_on(last_day) for closure in closures)
            begins = _first_minute_showing(day, span.opens)
            ends = _first_minute_showing(last_day, time() if is_cut else span.closes)
            while begins < ends:
                at_work.add(begins)
                begins += MINUTE
    return at_work


def _first_minute_showing(day, clock):
    # Walked from the hour before in real time; no clock of Kyiv is changed before three o'clock.
    minute = datetime.combine(day, time(), KYIV).astimezone(UTC) + timedelta(minutes=_minutes(clock) - 60)
    while (shown := minute.astimezone(KYIV)).date() < day or shown.time() < clock or shown.date() > day:
        minute += MINUTE
    return minute


def _minutes(clock):
    return clock.hour * 60 + clock.minute


def _next_change_utc(hours, closures, moment):
    # In the hour that comes twice, moments of two zones never compare as equal (PEP 495).
    return next_change(hours, closures, moment).astimezone(UTC)


@settings(max_examples=60)
@given(weeks())
def test_work_and_its_changes_are_those_found_minute_by_minute(drawn):
    monday, hours, closures = drawn
    at_work = minutes_at_work(hours, closures, monday, 8)
    first = datetime.combine(monday, time(), KYIV).astimezone(UTC)
    end = datetime.combine(monday + 7 * DAY, time(), KYIV).astimezone(UTC)
    minutes = [first + n * MINUTE for n in range(int((end - first) / MINUTE))]
    states = [minute in at_work for minute in minutes]
    assert [is_open_at(hours, closures, minute) for minute in minutes[::7]] == states[::7]
    changes = [n for n in range(1, len(minutes)) if states[n] != states[n - 1]]
    for n in changes:
        assert is_open_at(hours, closures, minutes[n]) is states[n]
        assert is_open_at(hours, closures, minutes[n] - timedelta(microseconds=1)) is states[n - 1]
    for before, after in zip([0, *changes], changes, strict=False):
        assert _next_change_utc(hours, closures, minutes[before]) == minutes[after]
        assert _next_change_utc(hours, closures, minutes[after] - timedelta(microseconds=1)) == minutes[after]


@given(weeks(), st.integers(0, 7 * MINUTES_IN_DAY - 1))
def test_there_is_never_work_on_a_closed_day(drawn, minute):
    monday, hours, closures = drawn
    moment = datetime.combine(monday, time(), UTC) + minute * MINUTE
    today = moment.astimezone(KYIV).date()
    assert not is_open_at(hours, (*closures, Closure(today, today)), moment)
    assert not is_open_at(hours, (*closures, Closure(today - DAY)), moment)


@given(weeks(), st.integers(0, 7 * MINUTES_IN_DAY - 1))
def test_work_goes_on_or_rests_until_the_next_change_and_not_after(drawn, minute):
    monday, hours, closures = drawn
    moment = datetime.combine(monday, time(), UTC) + minute * MINUTE
    now, change = is_open_at(hours, closures, moment), next_change(hours, closures, moment)
    assume(change is not None)
    assert change > moment
    assert change.tzinfo == KYIV
    assert change.second == change.microsecond == 0
    assert is_open_at(hours, closures, change) is not now
    for part in range(1, 20):
        assert is_open_at(hours, closures, moment + (change - moment) * part / 20) is now


@given(weeks())
def test_the_spans_of_a_day_are_the_weeks_unless_an_exception_holds(drawn):
    monday, hours, _ = drawn
    for day in (monday + ahead * DAY for ahead in range(-3, 14)):
        holding = [it.spans for it in hours.exceptions if it.first <= day <= it.last]
        assert hours.spans_on(day) == (holding[-1] if holding else hours.week[day.weekday()])


@given(weeks(), st.integers(1, 400))
def test_a_closure_long_over_or_yet_to_come_changes_nothing_now(drawn, days):
    monday, hours, closures = drawn
    noon = datetime.combine(monday + 3 * DAY, time(12), KYIV)
    over = Closure(date(2020, 1, 1), monday - days * DAY)
    assert is_open_at(hours, (*closures, over), noon) is is_open_at(hours, closures, noon)
    assert next_change(hours, (*closures, over), noon) == next_change(hours, closures, noon)


@pytest.mark.parametrize("monday", [QUIET, SPRING, AUTUMN])
@pytest.mark.parametrize("is_working", [True, False])
def test_days_all_alike_change_only_by_what_is_yet_to_come(monday, is_working):
    spans = (OpenSpan(time(), time()),) if is_working else ()
    noon, week = datetime.combine(monday, time(12), KYIV), (spans,) * 7
    sunday = monday + 6 * DAY
    short = HoursException(sunday, sunday, (OpenSpan(time(9), time(10)),))
    passed = HoursException(monday - 9 * DAY, monday - 2 * DAY, (OpenSpan(time(9), time(10)),))
    assert next_change(OpeningHours(week), (), noon) is None
    assert (
        next_change(OpeningHours(week, (passed,)), (Closure(date(2020, 1, 1), monday - DAY),), noon) is None
    )
    assert next_change(OpeningHours(week, (short,)), (), noon) == datetime.combine(
        sunday, time() if is_working else time(9), KYIV
    )
    closed = Closure(sunday, sunday)
    expected = datetime.combine(sunday, time(), KYIV) if is_working else None
    assert next_change(OpeningHours(week), (closed,), noon) == expected
