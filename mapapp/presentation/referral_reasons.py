"""Why a provider takes a client or does not, what is not known, and how far it is: each in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from mapapp.domain.errors import msgid
from mapapp.domain.evidence import SearchOutcome
from mapapp.domain.referral import (
    Basis,
    Candidate,
    Match,
    ReferralAnswer,
    ReferralQuestion,
    Refusal,
    RefusalReason,
    Unknown,
    Verdict,
    Way,
    Work,
)
from mapapp.domain.registry import CapacityUnit, MobileStop, PlaceOfProvision, TargetGroup
from mapapp.domain.travel import TravelMode
from mapapp.presentation.facts import Telling
from mapapp.presentation.genitive import of_area
from mapapp.presentation.labels import group_labels, label
from mapapp.presentation.messages import Translator
from mapapp.presentation.timetable import settlement_text, spans_text

_NAMED_AREAS: Final = 3
"""Of a longer catchment the first areas are named and the rest counted."""

_PLAIN_BASES: Final[Mapping[Basis, str]] = MappingProxyType(
    {
        Basis.OWN_HROMADA: msgid("Works in the client's hromada and serves it"),
        Basis.NAMED: msgid("The client's hromada is among those it serves"),
        Basis.RAION: msgid("Serves all of the client's raion"),
        Basis.NATION: msgid("Serves the whole of Ukraine"),
    }
)
_UNKNOWNS: Final[Mapping[Unknown, str]] = MappingProxyType(
    {
        Unknown.VACANCY: msgid("whether there are free places"),
        Unknown.HOURS: msgid("when it works"),
        Unknown.LANGUAGES: msgid("which languages are spoken"),
        Unknown.STEP_FREE: msgid("whether the entrance has no steps"),
        Unknown.URGENCY: msgid("whether people are taken at once"),
        Unknown.CATCHMENT: msgid("whether the client's hromada is served"),
        Unknown.TERRITORY: msgid("whether it stands in the occupied part of its hromada"),
    }
)

_MODES: Final[Mapping[TravelMode, str]] = MappingProxyType(
    {TravelMode.CAR: msgid("by car"), TravelMode.FOOT: msgid("on foot")}
)

_OUTCOMES: Final[Mapping[SearchOutcome, str]] = MappingProxyType(
    {
        SearchOutcome.FOUND: msgid("Someone takes the client."),
        SearchOutcome.NOBODY: msgid(
            "No provider known to the registry serves this hromada with this service."
        ),
        SearchOutcome.NOT_DESCRIBED: msgid(
            "The registry does not describe this oblast, so it is not known who serves the hromada."
        ),
        SearchOutcome.OCCUPIED: msgid(
            "The hromada is temporarily occupied and nothing is known of services there."
        ),
        SearchOutcome.NO_VACANCY: msgid("Those who would take the client have no free places."),
        SearchOutcome.OTHER_CLIENTS: msgid("Those who serve the hromada take other groups or ages."),
        SearchOutcome.OTHER_TERMS: msgid(
            "Those who serve the hromada give the service on other terms than those asked for."
        ),
        SearchOutcome.NOT_WORKING: msgid("Those who serve the hromada do not work then."),
    }
)

_NEXT_STEPS: Final[Mapping[SearchOutcome, str]] = MappingProxyType(
    {
        SearchOutcome.FOUND: "",
        SearchOutcome.NOBODY: msgid(
            "Ask those listed below about a contract with the hromada, choose a service close to this one, "
            "or call where people of the hromada apply."
        ),
        SearchOutcome.NOT_DESCRIBED: msgid("Call where people of the hromada apply, or a hotline."),
        SearchOutcome.OCCUPIED: msgid(
            "If the client can leave, say where they will be instead; a hotline may help now."
        ),
        SearchOutcome.NO_VACANCY: msgid(
            "Call them: places become free. Or choose a service close to this one."
        ),
        SearchOutcome.OTHER_CLIENTS: msgid(
            "Check the groups and the age, or choose a service close to this one."
        ),
        SearchOutcome.OTHER_TERMS: msgid("Take away what is not necessary of the terms asked for."),
        SearchOutcome.NOT_WORKING: msgid("Choose another day, or look at those not at work now too."),
    }
)


def fitting_reasons(telling: Telling, match: Match, question: ReferralQuestion) -> list[str]:
    """Return why the offering fits, each reason a sentence, the strongest first."""
    candidate, verdict = match.candidate, match.verdict
    said = (
        basis_text(telling, candidate, verdict, question),
        groups_text(telling.t, candidate, question),
        _age_text(telling.t, candidate, question),
        work_text(telling, candidate, verdict, question) if verdict.work is Work.OPEN else "",
        vacancy_text(telling.t, candidate, verdict),
        _step_free_text(telling.t, verdict, question),
        _language_text(telling.t, verdict, question),
        _urgency_text(telling.t, candidate, question),
    )
    return [sentence for sentence in said if sentence]


def cautions(telling: Telling, match: Match, question: ReferralQuestion) -> list[str]:
    """Return what does not speak against the client and still must be seen."""
    if match.verdict.work is not Work.SHUT:
        return []
    return [work_text(telling, match.candidate, match.verdict, question)]


def basis_text(telling: Telling, candidate: Candidate, verdict: Verdict, question: ReferralQuestion) -> str:
    """Return why the client's hromada is served; nothing where it is not or is not known."""
    if verdict.basis is None or question.hromada is None:
        return ""
    t, gazetteer = telling.t, telling.gazetteer
    unit = gazetteer.hromadas[question.hromada]
    if verdict.basis is Basis.CONTRACT:
        return _until(
            t,
            verdict.contract_end,
            msgid("Serves the client's hromada by a contract in force until {day}"),
            msgid("Serves the client's hromada by a contract in force, its end not known"),
        )
    if verdict.basis is Basis.NAMED and candidate.relocated_from == question.hromada:
        return t("Relocated from the client's hromada and serves it still")
    if verdict.basis is Basis.RAION and unit.raion is not None:
        return t("Serves all of {raion}", raion=of_area(t, gazetteer, unit.raion))
    if verdict.basis is Basis.OBLAST:
        return t("Serves the whole of {oblast}", oblast=of_area(t, gazetteer, unit.oblast))
    return t(_PLAIN_BASES[verdict.basis])


def groups_text(t: Translator, candidate: Candidate, question: ReferralQuestion) -> str:
    """Return which of the client's groups are taken; nothing where no group was asked about."""
    if not question.groups:
        return ""
    taken = candidate.target_groups & question.groups
    if not taken:
        return t("Takes everyone") if TargetGroup.EVERYONE in candidate.target_groups else ""
    return t("Takes: {groups}", groups=", ".join(group_labels(t, taken)))


def work_text(telling: Telling, candidate: Candidate, verdict: Verdict, question: ReferralQuestion) -> str:
    """Return whether there is work then and when that changes; nothing where it is not known."""
    t = telling.t
    if verdict.work is Work.UNKNOWN:
        return ""
    if question.moment is None:
        return _work_on_the_day(t, candidate, verdict, question.day)
    changes = verdict.work_changes_at
    moment = "" if changes is None else t.clock_on(changes, question.day)
    if verdict.work is Work.OPEN:
        return t("Open now, until {moment}", moment=moment) if moment else t("Open now")
    return t("Closed now, opens {moment}", moment=moment) if moment else t("Closed now")


def vacancy_text(t: Translator, candidate: Candidate, verdict: Verdict) -> str:
    """Return how much is free as of which day; nothing where that is not known or too old."""
    if candidate.vacant is None or candidate.capacity_as_of is None or Unknown.VACANCY in verdict.unknowns:
        return ""
    vacant = t.number(candidate.vacant)
    if candidate.capacity_unit is CapacityUnit.FAMILIES:
        return t("Free for families: {count}, as of {day}", count=vacant, day=candidate.capacity_as_of)
    return t("Free places: {count}, as of {day}", count=vacant, day=candidate.capacity_as_of)


def unknowns_text(t: Translator, unknowns: Iterable[Unknown]) -> str:
    """Return all that is not known as one sentence; nothing where all is."""
    things = [unknown_text(t, unknown) for unknown in unknowns]
    return t("Unknown: {things}; ask by phone", things=", ".join(things)) if things else ""


def unknown_text(t: Translator, unknown: Unknown) -> str:
    """Return what is not known, to go on a sentence."""
    return t(_UNKNOWNS[unknown])


def refusal_text(telling: Telling, refusal: Refusal, candidate: Candidate, question: ReferralQuestion) -> str:
    """Return one reason why the offering does not take the client, to go on a sentence."""
    if refusal.reason in _STANDING:
        return standing_refusal_text(telling, refusal, question)
    return _OF_THE_CLIENT[refusal.reason](telling, refusal, candidate, question)


def standing_refusal_text(telling: Telling, refusal: Refusal, question: ReferralQuestion) -> str:
    """Return a reason that holds whoever the client is: territory, dates, catchment, work, free places."""
    return _STANDING[refusal.reason](telling, refusal, question)


def way_text(telling: Telling, way: Way) -> str:
    """Return how far it is: by road, or in a straight line with a time said to be rough."""
    t = telling.t
    if way.trip is not None:
        return t(
            "{duration}, {distance} by road",
            duration=t.duration(way.trip.travel_s),
            distance=t.distance(way.trip.road_m),
        )
    return t(
        "{distance} in a straight line, roughly {duration}",
        distance=t.distance(way.distance_m),
        duration=t.duration(way.travel_s),
    )


def stop_text(telling: Telling, stop: MobileStop) -> str:
    """Return where and when a mobile team stops."""
    t = telling.t
    where = ", ".join(part for part in (settlement_text(telling, stop.settlement), stop.place) if part)
    when = t.date(stop.day)
    if stop.opens is not None:
        closes = "" if stop.closes is None else f"–{t.clock(stop.closes)}"
        when = f"{when}, {t.clock(stop.opens)}{closes}"
    return t("The mobile team stops: {where}, {when}", where=where, when=when)


def mode_text(t: Translator, mode: TravelMode) -> str:
    """Return how the client travels."""
    return t(_MODES[mode])


def radius_text(t: Translator, answer: ReferralAnswer) -> str:
    """Return how far was looked, where that is not what was asked for; else nothing."""
    asked_m = answer.question.radius_m
    if not answer.is_widened or asked_m is None:
        return ""
    asked = t.distance(asked_m)
    if answer.radius_m is None:
        return t("Too few were found within {asked}, so all distances were looked at.", asked=asked)
    return t(
        "Too few were found within {asked}, so the radius was widened to {radius}.",
        asked=asked,
        radius=t.distance(answer.radius_m),
    )


def outcome_text(t: Translator, outcome: SearchOutcome) -> str:
    """Return how a search ended, in a sentence."""
    return t(_OUTCOMES[outcome])


def next_step_text(t: Translator, outcome: SearchOutcome) -> str:
    """Return what to try after a search that found nobody; nothing after one that found."""
    step = _NEXT_STEPS[outcome]
    return t(step) if step else ""


def places_text(t: Translator, places: Iterable[PlaceOfProvision]) -> str:
    """Return where a service is given, in the vocabulary's order."""
    held = frozenset(places)
    return ", ".join(label(t, place) for place in PlaceOfProvision if place in held)


def _work_on_the_day(t: Translator, candidate: Candidate, verdict: Verdict, day: date) -> str:
    if verdict.work is Work.SHUT or candidate.opening_hours is None:
        return t("No work on {day}", day=day)
    return t("Works on {day}: {hours}", day=day, hours=spans_text(t, candidate.opening_hours.spans_on(day)))


def _age_text(t: Translator, candidate: Candidate, question: ReferralQuestion) -> str:
    if question.age is None or (candidate.age_from is None and candidate.age_to is None):
        return ""
    return t("The age fits: {ages}", ages=ages_text(t, candidate.age_from, candidate.age_to))


def ages_text(t: Translator, first: int | None, last: int | None) -> str:
    """Return which ages are taken, in whole years; nothing where any is."""
    if first is not None and last is not None:
        return t("from {first} to {last} years", first=first, last=last)
    if first is not None:
        return t("from {first} years", first=first)
    return "" if last is None else t("to {last} years", last=last)


def _step_free_text(t: Translator, verdict: Verdict, question: ReferralQuestion) -> str:
    if not question.step_free or Unknown.STEP_FREE in verdict.unknowns:
        return ""
    return t("No steps in the client's way")


def _language_text(t: Translator, verdict: Verdict, question: ReferralQuestion) -> str:
    if question.language is None or Unknown.LANGUAGES in verdict.unknowns:
        return ""
    return t("Speaks the language asked for: {language}", language=t.language_name(question.language))


def _urgency_text(t: Translator, candidate: Candidate, question: ReferralQuestion) -> str:
    return t("Takes people at once") if question.urgent and candidate.is_emergency else ""


def _areas_text(telling: Telling, areas: tuple[str, ...]) -> str:
    t = telling.t
    names = [_of(telling, area) for area in areas[:_NAMED_AREAS]]
    more = len(areas) - len(names)
    if more:
        names.append(t.plural("{n} more area", "{n} more areas", more))
    return t.listed(names)


def _of(telling: Telling, area: str) -> str:
    try:
        return of_area(telling.t, telling.gazetteer, area)
    except (KeyError, ValueError):
        return area


_Standing = Callable[[Telling, Refusal, ReferralQuestion], str]
_OfTheClient = Callable[[Telling, Refusal, Candidate, ReferralQuestion], str]


def _until(t: Translator, day: date | None, dated: str, open_ended: str) -> str:
    return t(open_ended) if day is None else t(dated, day=day)


def _outside_catchment(telling: Telling, refusal: Refusal, _: ReferralQuestion) -> str:
    t = telling.t
    if not refusal.areas:
        return t("serves no hromada on that day")
    return t("serves only residents of {areas}", areas=_areas_text(telling, refusal.areas))


def _contract(telling: Telling, refusal: Refusal, question: ReferralQuestion) -> str:
    t, day = telling.t, refusal.day
    if day is None:
        return t("has no contract in force with the client's hromada")
    if day > question.day:
        return t("its contract with the client's hromada begins on {day}", day=day)
    return t("its contract with the client's hromada ended on {day}", day=day)


def _not_at_work(telling: Telling, refusal: Refusal, question: ReferralQuestion) -> str:
    t = telling.t
    if question.moment is None:
        return t("does not work on {day}", day=question.day)
    if refusal.opens_at is None:
        return t("is closed now")
    return t("is closed now, opens {moment}", moment=t.clock_on(refusal.opens_at, question.day))


def _languages(telling: Telling, _: Refusal, candidate: Candidate, __: ReferralQuestion) -> str:
    t = telling.t
    return t("speaks only: {languages}", languages=", ".join(map(t.language_name, candidate.languages)))


_STANDING: Final[Mapping[RefusalReason, _Standing]] = MappingProxyType(
    {
        RefusalReason.OCCUPIED_TERRITORY: lambda telling, *_: telling.t(
            "stands on temporarily occupied territory: nothing is known of work there"
        ),
        RefusalReason.NO_LONGER_OFFERED: lambda telling, refusal, *_: _until(
            telling.t, refusal.day, msgid("worked until {day}"), msgid("works no longer")
        ),
        RefusalReason.NOT_YET_OFFERED: lambda telling, refusal, *_: _until(
            telling.t, refusal.day, msgid("begins to work on {day}"), msgid("does not work yet")
        ),
        RefusalReason.SUSPENDED: lambda telling, refusal, *_: _until(
            telling.t,
            refusal.day,
            msgid("work is suspended to {day} inclusive"),
            msgid("work is suspended until further notice"),
        ),
        RefusalReason.CLOSED: lambda telling, refusal, *_: _until(
            telling.t,
            refusal.day,
            msgid("is closed to {day} inclusive"),
            msgid("is closed until further notice"),
        ),
        RefusalReason.OUTSIDE_CATCHMENT: _outside_catchment,
        RefusalReason.CONTRACT_NOT_IN_FORCE: _contract,
        RefusalReason.NO_VACANCY: lambda telling, refusal, _: _until(
            telling.t, refusal.day, msgid("no free places as of {day}"), msgid("no free places")
        ),
        RefusalReason.NOT_AT_WORK: _not_at_work,
    }
)
_OF_THE_CLIENT: Final[Mapping[RefusalReason, _OfTheClient]] = MappingProxyType(
    {
        RefusalReason.OTHER_GROUPS: lambda telling, _, candidate, __: telling.t(
            "takes only: {groups}", groups=", ".join(group_labels(telling.t, candidate.target_groups))
        ),
        RefusalReason.TOO_YOUNG: lambda telling, refusal, *_: telling.t.plural(
            "takes people from the age of {n}", "takes people from the age of {n}", refusal.age or 0
        ),
        RefusalReason.TOO_OLD: lambda telling, refusal, *_: telling.t.plural(
            "takes people up to the age of {n}", "takes people up to the age of {n}", refusal.age or 0
        ),
        RefusalReason.OTHER_PLACES: lambda telling, _, candidate, __: telling.t(
            "gives it only: {places}", places=places_text(telling.t, candidate.places)
        ),
        RefusalReason.OTHER_PAYMENT: lambda telling, _, candidate, __: telling.t(
            "payment: {payment}", payment=label(telling.t, candidate.payment)
        ),
        RefusalReason.OTHER_LANGUAGES: _languages,
        RefusalReason.NOT_STEP_FREE: lambda telling, *_: telling.t("has steps at the entrance"),
        RefusalReason.NOT_URGENT: lambda telling, *_: telling.t("does not take people at once"),
    }
)
