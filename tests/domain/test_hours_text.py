"""Timetables as people write them are understood rightly or not at all, and our own always."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapapp.domain.hours import OpeningHours, OpenSpan
from mapapp.domain.hours_text import hours_text, read_hours

minutes = st.integers(0, 24 * 60 - 1)


def clock(minute):
    return time(*divmod(minute % (24 * 60), 60))


@st.composite
def days(draw):
    """Draw any spans a day may have: touching, by the minute, past midnight."""
    bounds = sorted(draw(st.lists(minutes, max_size=6)))
    pairs = zip(bounds[::2], bounds[1::2], strict=False)
    spans = [OpenSpan(clock(opens), clock(closes)) for opens, closes in pairs if opens < closes]
    if draw(st.booleans()):
        opens = draw(st.integers(bounds[-1] if bounds else 0, 24 * 60 - 1))
        spans.append(OpenSpan(clock(opens), clock(draw(st.integers(0, opens)))))
    return tuple(spans)


weeks = st.lists(days(), min_size=1, max_size=3).flatmap(
    lambda kinds: st.tuples(*[st.sampled_from([*kinds, ()])] * 7)
)


@given(weeks)
def test_the_text_of_any_week_is_read_back_as_that_week(week):
    hours = OpeningHours(week)
    assert read_hours(hours_text(hours)).hours == hours


@given(st.text() | st.text(st.sampled_from("пнвтсрчдоз09:.-,; ()0123456789")))
def test_any_text_is_read_or_refused_with_a_reason(text):
    read = read_hours(text)
    assert (read.hours is None) == bool(read.problem or not text.strip())
    assert "{" not in read.problem.format_map(read.problem_values) or "{" in text


@pytest.mark.parametrize(
    ("written", "understood"),
    [
        ("пн: з 8:00 - до 17:00; вт: з 8:00 - до 20:00", "Пн 8:00–17:00, Вт 8:00–20:00"),
        ("Пн-Пт 08:00-17:00, обід 12:00-13:00", "Пн–Пт 8:00–17:00 (перерва 12:00–13:00)"),
        ("понеділок–четвер 8.00–17.15, п’ятниця 8.00–16.00", "Пн–Чт 8:00–17:15, Пт 8:00–16:00"),
        ('З понеділка по п"ятницю з 8.00 до 17.00', "Пн–Пт 8:00–17:00"),
        ("щодня 9-18", "Щодня 9:00–18:00"),
        ("Щоденно з 9 до 18 год.", "Щодня 9:00–18:00"),
        ("9:00–18:00 щодня", "Щодня 9:00–18:00"),
        ("9.00 - 18.00 (пн - пт)", "Пн–Пт 9:00–18:00"),
        ("Mo-Fr 08:00-12:00,13:00-17:00; Sa off", "Пн–Пт 8:00–17:00 (перерва 12:00–13:00)"),
        ("цілодобово", "Цілодобово"),
        ("24/7", "Цілодобово"),
        ("Цілодобово, без вихідних", "Цілодобово"),
        ("пн-пт цілодобово", "Пн–Пт цілодобово"),
        ("0:00–24:00 щодня", "Цілодобово"),
        ("щодня з 8.00 до 20.00, без вихідних та перерв", "Щодня 8:00–20:00"),
        ("Пн-Нд 8-20 без вихідних", "Щодня 8:00–20:00"),
        ("Пн–Пт 9:00–18:00, вихідні: субота, неділя", "Пн–Пт 9:00–18:00"),
        ("з 9:00 до 18:00, вихідні – субота, неділя", "Пн–Пт 9:00–18:00"),
        ("вихідні: сб, нд; пн-пт 9:00-18:00", "Пн–Пт 9:00–18:00"),
        ("Пн-Пт 9:00-18:00 Сб-Нд вихідний", "Пн–Пт 9:00–18:00"),
        ("сб: вихідний; нд: вихідний; пн-пт: 9-18", "Пн–Пт 9:00–18:00"),
        ("щодня, крім неділі, 9:00-18:00", "Пн–Сб 9:00–18:00"),
        ("щодня 9:00-18:00, крім суботи та неділі", "Пн–Пт 9:00–18:00"),
        ("Робочі дні: 9:00-18:00", "Пн–Пт 9:00–18:00"),
        ("по буднях з 9.00 до 18.00", "Пн–Пт 9:00–18:00"),
        ("Пн, Ср, Пт 9:00-13:00", "Пн, Ср, Пт 9:00–13:00"),
        ("пн. та чт. 9.00-13.00", "Пн, Чт 9:00–13:00"),
        ("8-00", None),
        ("пн-пт 8-00 до 17-00", "Пн–Пт 8:00–17:00"),
        ("пн-пт 08⁰⁰–17⁰⁰", "Пн–Пт 8:00–17:00"),
        ("пн-пт 9³⁰ — 17⁴⁵", "Пн–Пт 9:30–17:45"),
        ("пн−пт 9:00−17:00", "Пн–Пт 9:00–17:00"),
        ("cp 9:00-17:00", "Ср 9:00–17:00"),
        ("BT 9:00-17:00", "Вт 9:00–17:00"),
        ("пн О9:ОО-17:ОО", "Пн 9:00–17:00"),
        ("пн 3 8:00 до 17:00", "Пн 8:00–17:00"),
        ("пн 8:0017:00", "Пн 8:00–17:00"),
        ("пн 900-1700", "Пн 9:00–17:00"),
        ("пн 9,00-17,30", "Пн 9:00–17:30"),
        ("пн 8:00:17:15", "Пн 8:00–17:15"),
        ("пн\xa09:00\xa0-\xa017:00", "Пн 9:00–17:00"),
        ("Пн–Пт\n9:00–17:00", "Пн–Пт 9:00–17:00"),
        ("пн-пт 8.00-17.00 перерва з 12.00 до 12.45", "Пн–Пт 8:00–17:00 (перерва 12:00–12:45)"),
        ("пн-пт 8.00-17.00 (обідня перерва 12.00-12.45)", "Пн–Пт 8:00–17:00 (перерва 12:00–12:45)"),
        ("пн-пт 8.00-17.00 без перерви", "Пн–Пт 8:00–17:00"),
        ("пн-пт 8.00-17.00, без обіду, сб 9-12", "Пн–Пт 8:00–17:00, Сб 9:00–12:00"),
        (
            "Пн–Чт 8:00–17:00, Пт 8:00–15:45, обідня перерва: 12:00–12:45",
            "Пн–Чт 8:00–17:00 (перерва 12:00–12:45), Пт 8:00–15:45 (перерва 12:00–12:45)",
        ),
        (
            "Пн–Пт 9–18, Сб 9–13; перерва 13–14",
            "Пн–Пт 9:00–18:00 (перерва 13:00–14:00), Сб 9:00–13:00",
        ),
        (
            "Пн–Пт 9–18 (перерва 13–14), Сб 9–15",
            "Пн–Пт 9:00–18:00 (перерва 13:00–14:00), Сб 9:00–15:00",
        ),
        ("пн 9:00–13:00, 14:00–18:00", "Пн 9:00–18:00 (перерва 13:00–14:00)"),
        ("пн 9-13 та 17-20", "Пн 9:00–13:00, 17:00–20:00"),
        ("пн 9:00–13:00; 17:00–20:00; вт 9–13", "Пн 9:00–13:00, 17:00–20:00, Вт 9:00–13:00"),
        ("щодня 20:00-8:00", "Щодня 20:00–8:00"),
        ("щодня 10:00-2:00 наступного дня", "Щодня 10:00–2:00 наступного дня"),
        ("сб-пн 9-12", "Пн, Сб–Нд 9:00–12:00"),
        ("Mon–Fri 9:00–17:00, Sat 10-14", "Пн–Пт 9:00–17:00, Сб 10:00–14:00"),
        ("Monday to Friday 9:00 till 17:00", "Пн–Пт 9:00–17:00"),
        ("Графік роботи: пн-пт 9:00-18:00", "Пн–Пт 9:00–18:00"),
        ("пн: -; вт: 9-12; ср: ні; чт: _; пт: 0", "Вт 9:00–12:00"),
        ("щодня зачинено", "Щодня зачинено"),
    ],
)
def test_what_people_write_is_understood(written, understood):
    read = read_hours(written)
    assert (read.hours and hours_text(read.hours)) == understood


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("пн-пт 18:00-16:00", "ends before it begins"),
        ("пн-пт 9:00-5:00", "ends before it begins"),
        ("пн-пт 9:00-9:00", "ends before it begins"),
        ("пн-пт 9-17, пт 9-16", "told twice"),
        ("пн: 9-17; пн: 9-17", "told twice"),
        ("пн-пт 9-17, вихідний: пт", "told twice"),
        ("9:00-18:00", "on which days"),
        ("пн-пт з 9:00", "when «{words}» begins and ends"),
        ("пн-пт", "when «{words}» begins and ends"),
        ("пн 8:00-15:450", "when «{words}» begins and ends"),
        ("пн 8:00-25:00", "when «{words}» begins and ends"),
        ("пн 8:00-15:0", "when «{words}» begins and ends"),
        ("пн 8-15-17", "several ways"),
        ("пн 9-13, 12-18", "overlap"),
        ("пн 14-18, 9-13", "overlap"),
        ("пн-пт 9-18, перерва", "when «{words}» begins and ends"),
        ("пн-пт 9-18, перерва 19-20", "does not lie within"),
        ("пн-пт 9-18, перерва 8:30-9:30", "does not lie within"),
        ("Пн–Чт 8–17; Пт 8–16, обід 12–13", "on which days the break"),
        ("пн-пт 9-18, останній четвер місяця – санітарний день", "not the same every week"),
        ("1-й та 3-й вівторок 9-12", "not the same every week"),
        ("пн-пт за окремим графіком", "names no time of day"),
        ("за попереднім записом", "names no time of day"),
        ("пн-пт 9-18, прийом громадян 10-12", "is not understood"),
        ("влітку пн-пт 8-17", "not the same every week"),
        ("-", "no day has any hours"),
        ("ні", "no day has any hours"),
        ("пн: -; вт: -; ср: -; чт: -; пт: -", "no day has any hours"),
        ("тимчасово не працює", "not the same every week"),
        ("так", "is not understood"),
    ],
)
def test_what_is_not_clear_is_not_guessed(written, reason):
    read = read_hours(written)
    assert read.hours is None
    assert reason in read.problem
    read.problem.format_map(read.problem_values)


def test_an_empty_text_is_no_problem():
    read = read_hours("  ")
    assert read.hours is None
    assert not read.problem


def test_a_reason_quotes_the_words_it_is_about():
    read = read_hours("пн-чт 9-18; пт: м")
    assert read.problem_values == {"words": "м"}


@pytest.mark.parametrize(
    "text",
    ["пн " + "8-" * 20_000, "пн 8:00-" + "9 " * 20_000, "пн-" * 20_000, "(" * 20_000, "пн " + "9" * 20_000],
)
def test_a_text_without_end_is_refused(text):
    assert read_hours(text).hours is None
