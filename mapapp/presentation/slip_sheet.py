"""What a slip says, line by line: one place, so that paper, message and page never disagree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from mapapp.domain.contacts import Phone
from mapapp.domain.hours import OpeningHours, OpenSpan
from mapapp.domain.hours_text import hours_text
from mapapp.domain.registry import (
    Accessibility,
    LocationPolicy,
    Offering,
    PointPrecision,
    ServicePoint,
    Term,
)
from mapapp.domain.registry_questions import Freshness, freshness_on
from mapapp.domain.slip import Slip
from mapapp.presentation.facts import Telling
from mapapp.presentation.labels import (
    group_labels,
    hromada_name,
    hromada_whereabouts,
    label,
    oblast_name,
    service_name,
    settlement_name,
    settlement_whereabouts,
)
from mapapp.presentation.messages import Translator
from mapapp.presentation.offering_card import period, place_name
from mapapp.presentation.referral_reasons import ages_text, mode_text, places_text, stop_text, way_text
from mapapp.presentation.timetable import spans_text

_SOON: Final = timedelta(days=31)
"""Days that differ from the week are told this far ahead."""


@dataclass(frozen=True, slots=True)
class SlipFact:
    """A term with what is known; a brief one goes into a message too, the others need paper."""

    term: str
    text: str
    is_brief: bool = True


@dataclass(frozen=True, slots=True)
class SlipSheet:
    """A slip in words; what there is nothing to say of is empty. All of it is plain text, not markup.

    `warnings` must be seen first. `issued` is the caseworker's organisation.
    """

    title: str
    code: str
    day: str
    demo: str
    warnings: tuple[str, ...]
    service: str
    provider: str
    organisation: str
    phones: tuple[Phone, ...]
    facts: tuple[SlipFact, ...]
    issued: str
    note: str
    verified: str
    protection: str
    link: str


def slip_sheet(slip: Slip, telling: Telling, link: str) -> SlipSheet:
    """Return what the slip says in a language; what has happened since is judged on `telling.today`."""
    t, point, organisation = telling.t, slip.point, slip.organisation
    facts = (fact for fact in _facts(slip, telling) if fact.text)
    return SlipSheet(
        title=t("Referral"),
        code=slip.code,
        day=t.date(slip.day),
        demo=t("DEMONSTRATION RECORD: this provider does not exist") if slip.is_demo else "",
        warnings=tuple(_warnings(point, telling)),
        service=service_name(t, slip.service),
        provider=point.name,
        organisation="" if organisation.name == point.name else organisation.name,
        phones=point.phones or (() if point.is_confidential else organisation.phones),
        facts=tuple(facts),
        issued=slip.issued_by,
        note=slip.note,
        verified=_verified(slip, telling),
        protection=t("This slip holds no personal data of the client: do not write any on it."),
        link=link,
    )


def _facts(slip: Slip, telling: Telling) -> Iterator[SlipFact]:
    t, point, offering = telling.t, slip.point, slip.offering
    yield SlipFact(t("How to be referred"), point.referral_note)
    if point.is_confidential:
        yield SlipFact(t("Location"), _undisclosed(point, telling))
    else:
        yield SlipFact(t("Address"), _address(slip, telling))
    yield SlipFact(t("How far"), _how_far(slip, telling))
    yield SlipFact(t("Hours"), _hours(t, point))
    yield SlipFact(t("Other hours on some days"), "; ".join(_other_days(point, telling)))
    yield from _terms(t, offering)
    yield SlipFact(t("Languages"), ", ".join(map(t.language_name, point.languages)), is_brief=False)
    yield SlipFact(t("Accessibility of the place"), _accessibility(t, point), is_brief=False)


def _terms(t: Translator, offering: Offering) -> Iterator[SlipFact]:
    groups = ", ".join(group_labels(t, offering.target_groups))
    ages = ages_text(t, offering.age_from, offering.age_to)
    yield SlipFact(t("For whom"), ", ".join(filter(None, (groups, ages))))
    yield SlipFact(t("Conditions"), offering.conditions)
    yield SlipFact(t("Payment"), label(t, offering.payment))
    yield SlipFact(t("Where the service is given"), places_text(t, offering.places))
    terms = ", ".join(label(t, term) for term in Term if term in offering.terms)
    yield SlipFact(t("For how long"), terms, is_brief=False)
    if offering.is_emergency:
        yield SlipFact(t("Emergency admission"), t("yes"), is_brief=False)


def _warnings(point: ServicePoint, telling: Telling) -> Iterator[str]:
    """Say why there may be nobody to go to on the day the slip is read."""
    t, today, wartime = telling.t, telling.today, point.wartime
    if point.valid_to is not None and point.valid_to < today:
        yield t("Stopped working on {day}", day=point.valid_to)
    if point.valid_from is not None and point.valid_from > today:
        yield t("Will work from {day}", day=point.valid_from)
    if wartime.is_suspended and wartime.suspended_until is None:
        yield t("Suspended until further notice")
    elif wartime.is_suspended and wartime.suspended_until and wartime.suspended_until >= today:
        yield t("Suspended until {day}", day=wartime.suspended_until)
    for closure in point.closures:
        if closure.holds_on(today):
            yield _closed(t, closure.first, closure.last, closure.reason)


def _verified(slip: Slip, telling: Telling) -> str:
    t = telling.t
    freshness = freshness_on(telling.today, slip.last_verified, slip.service.refresh_days)
    if slip.last_verified is None:
        return label(t, freshness)
    text = t("Data verified on {day}", day=slip.last_verified)
    return text if freshness is Freshness.FRESH else f"{text}. {label(t, freshness)}"


def _undisclosed(point: ServicePoint, telling: Telling) -> str:
    """Return what may be said of a hidden place: the oblast, and the hromada where that is public."""
    t = telling.t
    parts = [label(t, point.location_policy)]
    if point.location_policy is LocationPolicy.HROMADA_ONLY and point.hromada is not None:
        parts.append(place_name(telling, point.hromada))
    return " · ".join([*parts, _oblast(point, telling)])


def _address(slip: Slip, telling: Telling) -> str:
    """Return the address as recorded and, unless that names them, the settlement, hromada and oblast."""
    t, point = telling.t, slip.point
    place = None if point.settlement is None else telling.gazetteer.settlements.get(point.settlement)
    if place is None:
        where = _hromada(point, telling)
    else:
        where = settlement_whereabouts(t, telling.gazetteer, place)
        name = settlement_name(t, place)
        where = where if name in point.address else f"{name}, {where}"
    text = ", ".join(filter(None, (point.address, where)))
    if point.precision in {None, PointPrecision.BUILDING}:
        return text
    on_map = t("on the map {precision}", precision=label(t, point.precision)) if point.precision else ""
    return f"{text} ({on_map})"


def _hromada(point: ServicePoint, telling: Telling) -> str:
    t, gazetteer = telling.t, telling.gazetteer
    hromada = None if point.hromada is None else gazetteer.hromadas.get(point.hromada)
    if hromada is None:
        return _oblast(point, telling)
    return ", ".join(filter(None, (hromada_name(t, hromada), hromada_whereabouts(t, gazetteer, hromada))))


def _oblast(point: ServicePoint, telling: Telling) -> str:
    oblast = telling.gazetteer.oblasts.get(point.oblast)
    return point.oblast if oblast is None else oblast_name(telling.t, oblast)


def _how_far(slip: Slip, telling: Telling) -> str:
    if slip.way is None or slip.from_place is None:
        return ""
    t = telling.t
    text = t(
        "{how_far} {mode} from {place}",
        how_far=way_text(telling, slip.way),
        mode=mode_text(t, slip.mode),
        # «с.» never ends a line without its village.
        place=settlement_name(t, slip.from_place).replace(". ", ".\u00a0", 1),
    )
    return f"{text}. {stop_text(telling, slip.way.stop)}" if slip.way.stop else text


def _hours(t: Translator, point: ServicePoint) -> str:
    """Return the hours as written, for whoever cannot read them in words of the language, if understood."""
    if point.opening_hours is None:
        return point.hours or t("unknown")
    if t.language == "uk":
        return point.hours or hours_text(point.opening_hours)
    return _week(t, point.opening_hours)


def _week(t: Translator, hours: OpeningHours) -> str:
    """Return days with the same hours together: «Mon–Thu 9:00–18:00; Fri 9:00–16:45»."""
    names = t.locale.days["stand-alone"]["abbreviated"]
    runs: list[tuple[int, int, tuple[OpenSpan, ...]]] = []
    for day, spans in enumerate(hours.week):
        if runs and runs[-1][2] == spans:
            runs[-1] = (runs[-1][0], day, spans)
        else:
            runs.append((day, day, spans))
    return "; ".join(
        f"{names[first] if first == last else f'{names[first]}–{names[last]}'} {spans_text(t, spans)}"
        for first, last, spans in runs
    )


def _other_days(point: ServicePoint, telling: Telling) -> Iterator[str]:
    """Yield exceptions and closures that begin within a month; those that hold today are warnings."""
    t, today = telling.t, telling.today
    until = today + _SOON
    exceptions = point.opening_hours.exceptions if point.opening_hours else ()
    for exception in exceptions:
        if exception.last >= today and exception.first <= until:
            days = t.date(exception.first)
            if exception.last != exception.first:
                days = f"{days} – {t.date(exception.last)}"
            note = f" ({exception.note})" if exception.note else ""
            yield f"{days}: {spans_text(t, exception.spans)}{note}"
    for closure in point.closures:
        if today < closure.first <= until:
            yield _closed(t, closure.first, closure.last, closure.reason)


def _closed(t: Translator, first: date, last: date | None, reason: str) -> str:
    when = period(t, first, last) if last else t("from {first} until further notice", first=first)
    text = f"{t('closed')} {when}"
    return f"{text} – {reason}" if reason else text


def _accessibility(t: Translator, point: ServicePoint) -> str:
    """Return what is there and what is known not to be; what is unknown stays unsaid."""
    parts = [label(t, need) for need in Accessibility if need in point.accessibility]
    missing = [label(t, need) for need in Accessibility if need in point.no_accessibility]
    if missing:
        parts.append(t("not there: {things}", things=", ".join(missing)))
    return ", ".join(parts)
