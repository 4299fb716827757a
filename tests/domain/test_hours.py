"""When a provider is open: the week, its exceptions, closures, nights and the days clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapapp.domain.hours import (
    Closure,
    HoursException,
    OpeningHours,
    OpenSpan,
    is_open_at,
    next_change,
)

KYIV = ZoneInfo("Europe/Kyiv")
MONDAY = date(2026, 3, 2)
WHOLE_DAY = (OpenSpan(time(), time()),)


def span(text):
    opens, closes = text.split("-")
    return OpenSpan(time.fromisoformat(opens.zfill(5)), time.fromisoformat(closes.zfill(5)))


def week(*days):
    """Make hours of the first days of the week; the rest are closed."""
    spans = [tuple(map(span, day.split())) for day in days]
    return OpeningHours((*spans, *((),) * (7 - len(spans))))


def kyiv(day, clock):
    return datetime.combine(day, time.fromisoformat(clock.zfill(5)), KYIV)


minutes = st.integers(0, 24 * 60 - 1)


@st.composite
def days(draw):
    """Draw the spans of one day: they may touch, and the last may run past midnight."""
    bounds = sorted(draw(st.sets(minutes, max_size=6)))
    clock = [time(*divmod(bound, 60)) for bound in bounds[: len(bounds) // 2 * 2]]
    spans = [OpenSpan(*pair) for pair in zip(clock[::2], clock[1::2], strict=True)]
    night_from = bounds[-1] if bounds else 0
    if draw(st.booleans()):
        opens = draw(st.integers(night_from, 24 * 60 - 1))
        closes = draw(st.integers(0, opens))
        spans.append(OpenSpan(time(*divmod(opens, 60)), time(*divmod(closes, 60))))
    return tuple(spans)


dates = st.dates(date(2026, 2, 20), date(2026, 4, 10)) | st.dates(date(2026, 10, 15), date(2026, 11, 5))


@st.composite
def exceptions(draw):
    first = draw(dates)
    return HoursException(first, first + timedelta(draw(st.integers(0, 5))), draw(days()))


opening_hours = st.builds(
    OpeningHours, st.tuples(*[days()] * 7), st.lists(exceptions(), max_size=3).map(tuple)
)
closures = st.lists(
    st.builds(
        lambda first, length: Closure(first, None if length is None else first + timedelta(length)),
        dates,
        st.none() | st.integers(0, 5),
    ),
    max_size=2,
)
moments = st.builds(
    lambda day, minute: datetime.combine(day, time(), UTC) + timedelta(minutes=minute), dates, minutes
)


def clock_says_open(hours, closed, moment):
    """Compare the clock on the wall in Kyiv with the spans of today and yesterday."""
    now = moment.astimezone(KYIV)
    today, clock = now.date(), now.time()
    yesterday = today - timedelta(1)

    def spans_on(day):
        return () if any(closure.holds_on(day) for closure in closed) else hours.spans_on(day)

    if any(closure.holds_on(today) for closure in closed):
        return False
    tonight = any(s.opens <= clock and (clock < s.closes or s.closes <= s.opens) for s in spans_on(today))
    return tonight or any(s.closes <= s.opens and clock < s.closes for s in spans_on(yesterday))


def clocks_repeat_or_skip(moment):
    return not 0 < moment.astimezone(KYIV).hour < 3 and (
        moment.astimezone(KYIV).hour < 5
        and (moment - timedelta(hours=3)).astimezone(KYIV).utcoffset()
        != (moment + timedelta(hours=3)).astimezone(KYIV).utcoffset()
    )


@given(opening_hours, closures, moments)
def test_open_is_what_the_clock_on_the_wall_says(hours, closed, moment):
    if not clocks_repeat_or_skip(moment):
        assert is_open_at(hours, closed, moment) == clock_says_open(hours, closed, moment)


@given(opening_hours, closures, moments)
def test_nothing_changes_before_the_next_change_and_then_it_does(hours, closed, moment):
    now = is_open_at(hours, closed, moment)
    change = next_change(hours, closed, moment)
    until = moment + timedelta(days=9) if change is None else change
    assert until > moment
    for part in range(8):
        assert is_open_at(hours, closed, moment + (until - moment) * part / 8) == now
    if change is not None:
        assert is_open_at(hours, closed, change - timedelta(microseconds=1)) == now
        assert is_open_at(hours, closed, change) != now


@given(opening_hours, closures, moments)
def test_the_zone_a_moment_is_told_in_does_not_matter(hours, closed, moment):
    elsewhere = moment.astimezone(ZoneInfo("America/New_York"))
    assert is_open_at(hours, closed, moment) == is_open_at(hours, closed, elsewhere)
    assert next_change(hours, closed, moment) == next_change(hours, closed, elsewhere)


@pytest.mark.parametrize(
    ("clock", "is_open"),
    [("8:59", False), ("9:00", True), ("12:59", True), ("13:00", False), ("14:00", True), ("18:00", False)],
)
def test_the_opening_minute_is_open_and_the_closing_minute_is_not(clock, is_open):
    assert is_open_at(week("9:00-13:00 14:00-18:00"), (), kyiv(MONDAY, clock)) is is_open


def test_work_resumes_after_lunch():
    hours = week("9:00-13:00 14:00-18:00")
    assert next_change(hours, (), kyiv(MONDAY, "13:30")) == kyiv(MONDAY, "14:00")
    assert next_change(hours, (), kyiv(MONDAY, "14:00")) == kyiv(MONDAY, "18:00")


def test_after_friday_evening_comes_monday_morning():
    hours = week(*["9:00-18:00"] * 5)
    assert next_change(hours, (), kyiv(date(2026, 3, 6), "18:00")) == kyiv(date(2026, 3, 9), "9:00")


def test_a_night_shift_of_yesterday_is_still_open():
    hours = week("20:00-8:00")
    tuesday = MONDAY + timedelta(1)
    assert is_open_at(hours, (), kyiv(tuesday, "7:59"))
    assert not is_open_at(hours, (), kyiv(tuesday, "8:00"))
    assert next_change(hours, (), kyiv(MONDAY, "23:00")) == kyiv(tuesday, "8:00")


def test_a_closure_ends_the_night_shift_before_it_at_midnight():
    tuesday = MONDAY + timedelta(1)
    closed = (Closure(tuesday, tuesday),)
    hours = week(*["20:00-8:00"] * 7)
    assert next_change(hours, closed, kyiv(MONDAY, "23:00")) == kyiv(tuesday, "0:00")
    assert not is_open_at(hours, closed, kyiv(tuesday + timedelta(1), "7:00"))
    assert is_open_at(hours, closed, kyiv(tuesday + timedelta(1), "20:00"))


def test_an_exception_replaces_the_week_and_a_closure_replaces_both():
    short = HoursException(MONDAY, MONDAY, (span("9:00-12:00"),))
    hours = OpeningHours(week("9:00-18:00").week, (short,))
    assert hours.spans_on(MONDAY) == (span("9:00-12:00"),)
    assert not is_open_at(hours, (), kyiv(MONDAY, "15:00"))
    assert not is_open_at(hours, (Closure(MONDAY),), kyiv(MONDAY, "10:00"))


def test_of_two_exceptions_for_one_day_the_later_listed_holds():
    closed, short = HoursException(MONDAY, MONDAY), HoursException(MONDAY, MONDAY, (span("9:00-12:00"),))
    assert OpeningHours(week("9:00-18:00").week, (closed, short)).spans_on(MONDAY) == short.spans


def test_round_the_clock_never_changes_until_a_closure():
    hours = OpeningHours((WHOLE_DAY,) * 7)
    noon = kyiv(MONDAY, "12:00")
    assert is_open_at(hours, (), noon)
    assert next_change(hours, (), noon) is None
    assert next_change(hours, (Closure(MONDAY + timedelta(3)),), noon) == kyiv(MONDAY + timedelta(3), "0:00")


def test_closed_until_further_notice_never_opens():
    assert next_change(week("9:00-18:00"), (Closure(MONDAY),), kyiv(MONDAY, "12:00")) is None


def test_a_night_is_an_hour_shorter_in_spring_and_longer_in_autumn():
    hours = week(*["22:00-6:00"] * 7)
    for evening, expected_h in ((date(2026, 3, 28), 7), (date(2026, 10, 24), 9), (MONDAY, 8)):
        opens = kyiv(evening, "22:00").astimezone(UTC)
        assert next_change(hours, (), opens) - opens == timedelta(hours=expected_h)


def test_a_span_the_clocks_jump_over_is_not_there_that_day():
    spring = date(2026, 3, 29)
    hours = week(*["3:15-3:45"] * 7)
    assert next_change(hours, (), kyiv(spring, "1:00")) == kyiv(spring + timedelta(1), "3:15")


def test_a_span_in_the_hour_that_comes_twice_is_kept_the_first_time():
    autumn = date(2026, 10, 25)
    hours = week(*["3:15-3:45"] * 7)
    first = kyiv(autumn, "3:30")
    assert is_open_at(hours, (), first)
    assert not is_open_at(hours, (), first.replace(fold=1))


@pytest.mark.parametrize("ask", [is_open_at, next_change])
def test_a_moment_without_a_zone_is_refused(ask):
    with pytest.raises(ValueError, match="no time zone"):
        ask(week("9:00-18:00"), (), datetime(2026, 3, 2, 12))  # noqa: DTZ001 - on purpose


@pytest.mark.parametrize("clock", [time(9, 0, 1), time.max, time(9, tzinfo=UTC)])
def test_a_span_is_in_whole_minutes_of_the_wall_clock(clock):
    with pytest.raises(ValueError, match="whole minutes"):
        OpenSpan(time(8), clock)
