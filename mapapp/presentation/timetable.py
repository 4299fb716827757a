"""When a provider works, in words: the hours as written and as understood, exceptions, closures, stops."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, time

from markupsafe import Markup

from mapapp.domain.hours import (
    DAYS_IN_WEEK,
    Closure,
    HoursException,
    OpeningHours,
    OpenSpan,
    is_open_at,
    next_change,
)
from mapapp.domain.katottg import parse_katottg
from mapapp.domain.registry import MobileStop, ServicePoint
from mapapp.presentation.escaping import escape
from mapapp.presentation.facts import NOTHING, Telling, badge, facts, joined, unknown
from mapapp.presentation.labels import settlement_name
from mapapp.presentation.messages import Translator
from mapapp.presentation.offering_card import period

_MIDNIGHT = time(0)


def timetable(telling: Telling, point: ServicePoint) -> Markup:
    """Return the hours as written, the week understood of them, and the days that differ."""
    t = telling.t
    if not point.hours and point.opening_hours is None:
        said: Markup = Markup("<p>{}</p>").format(unknown(t))
    else:
        said = Markup("<dl>{}</dl>").format(facts((t("As written"), point.hours)))
    week = NOTHING if point.opening_hours is None else _week(telling, point.opening_hours)
    if point.hours and point.opening_hours is None:
        note = t("These words could not be read as a timetable: ask by phone.")
        week = Markup('<p class="aside">{}</p>').format(note)
    exceptions = point.opening_hours.exceptions if point.opening_hours else ()
    return joined([said, week, _exceptions(telling, exceptions), _closures(telling, point.closures)])


def open_badge(telling: Telling, point: ServicePoint) -> Markup:
    """Say whether the point is open at this moment and until when; nothing where its hours are not known."""
    t, hours, now = telling.t, point.opening_hours, telling.now
    works = not point.wartime.is_suspended and (point.valid_to is None or telling.today <= point.valid_to)
    if hours is None or not works or (point.valid_from is not None and telling.today < point.valid_from):
        return NOTHING
    change = next_change(hours, point.closures, now)
    if is_open_at(hours, point.closures, now):
        until = "" if change is None else t.clock_on(change, telling.today)
        return badge("good", "✓", t("Open now, until {moment}", moment=until) if until else t("Open now"))
    if change is None:
        return badge("neutral", "•", t("Closed now"))
    text = t("Closed now, opens {moment}", moment=t.clock_on(change, telling.today))
    return badge("neutral", "•", text)


def spans_text(t: Translator, spans: Sequence[OpenSpan]) -> str:
    """Return the stretches of one day, «зачинено» for none."""
    if not spans:
        return t("closed")
    return ", ".join(_span_text(t, span) for span in spans)


def stops_table(telling: Telling, stops: Iterable[MobileStop]) -> Markup:
    """Return where and when a mobile team receives people: the days to come, and folded up those gone by."""
    t = telling.t
    ordered = sorted(stops, key=lambda stop: (stop.day, stop.opens or _MIDNIGHT, stop.settlement))
    coming = [stop for stop in ordered if stop.day >= telling.today]
    gone = [stop for stop in ordered if stop.day < telling.today]
    shown = _stop_rows(telling, coming) if coming else Markup("<p>{}</p>").format(t("No stops are planned."))
    if not gone:
        return shown
    title = t.plural("{n} stop gone by", "{n} stops gone by", len(gone))
    return Markup("{}<details><summary>{}</summary>{}</details>").format(
        shown, title, _stop_rows(telling, reversed(gone))
    )


def settlement_text(telling: Telling, code: str) -> str:
    """Return the settlement's name, or its code where the gazetteer lacks it."""
    known = parse_katottg(code)
    settlement = None if known is None else telling.gazetteer.settlements.get(known)
    return code if settlement is None else settlement_name(telling.t, settlement)


def _week(telling: Telling, hours: OpeningHours) -> Markup:
    t, today = telling.t, telling.today.weekday()
    rows = joined(
        Markup('<tr{}><th scope="row">{}{}</th><td>{}</td></tr>').format(
            Markup(' class="today"') if day == today else NOTHING,
            t.weekday(day).capitalize(),
            f" ({t('today')})" if day == today else "",
            spans_text(t, hours.week[day]),
        )
        for day in range(DAYS_IN_WEEK)
    )
    return Markup('<table class="week"><caption>{}</caption><tbody>{}</tbody></table>').format(
        t("The week, Kyiv time"), rows
    )


def _span_text(t: Translator, span: OpenSpan) -> str:
    if span.opens == span.closes == _MIDNIGHT:
        return t("round the clock")
    closes = "24:00" if span.closes == _MIDNIGHT else t.clock(span.closes)
    text = f"{t.clock(span.opens)}–{closes}"
    return text if span.closes > span.opens or span.closes == _MIDNIGHT else f"{text} ({t('next day')})"


def _exceptions(telling: Telling, exceptions: Sequence[HoursException]) -> Markup:
    t = telling.t
    coming = [exception for exception in exceptions if exception.last >= telling.today]
    if not coming:
        return NOTHING
    entries = joined(
        Markup("<li>{}: {}{}</li>").format(
            escape(_days(t, exception.first, exception.last)),
            escape(spans_text(t, exception.spans)),
            f" – {exception.note}" if exception.note else "",
        )
        for exception in coming
    )
    return Markup('<h4>{}</h4><ul class="plain">{}</ul>').format(t("Other hours on some days"), entries)


def _closures(telling: Telling, closures: Sequence[Closure]) -> Markup:
    t = telling.t
    coming = [closure for closure in closures if closure.last is None or closure.last >= telling.today]
    if not coming:
        return NOTHING
    entries = joined(
        Markup("<li>{} {}{}</li>").format(
            badge("warning", "!", t("closed now"))
            if closure.holds_on(telling.today)
            else badge("neutral", "•", t("will be closed")),
            escape(
                period(t, closure.first, closure.last) if closure.last else _until_notice(t, closure.first)
            ),
            f" – {closure.reason}" if closure.reason else "",
        )
        for closure in coming
    )
    return Markup('<h4>{}</h4><ul class="plain">{}</ul>').format(t("Times without work"), entries)


def _until_notice(t: Translator, first: date) -> str:
    return t("from {first} until further notice", first=first)


def _days(t: Translator, first: date, last: date) -> str:
    return t.date(first) if first == last else f"{t.date(first)} – {t.date(last)}"


def _stop_rows(telling: Telling, stops: Iterable[MobileStop]) -> Markup:
    entries = joined(
        Markup("<li><strong>{}</strong>{}{}</li>").format(
            f"{telling.t.date(stop.day)}{_stop_hours(telling.t, stop)}",
            f" · {settlement_text(telling, stop.settlement)}",
            f", {stop.place}" if stop.place else "",
        )
        for stop in stops
    )
    return Markup('<ul class="plain">{}</ul>').format(entries)


def _stop_hours(t: Translator, stop: MobileStop) -> str:
    if stop.opens is None:
        return ""
    closes = "" if stop.closes is None else f"–{t.clock(stop.closes)}"
    return f", {t.clock(stop.opens)}{closes}"
