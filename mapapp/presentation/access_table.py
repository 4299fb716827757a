"""Access to a service in figures: tiles of the whole, a table by hromada, and how it is spread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from markupsafe import Markup

from mapapp.domain.accessibility import (
    AccessAnswer,
    AccessQuery,
    AreaAccess,
    PeopleWithin,
    SettlementAccess,
    Threshold,
    TravelCost,
)
from mapapp.domain.geography import Occupation
from mapapp.domain.katottg import NATION
from mapapp.domain.people import Estimate
from mapapp.presentation.escaping import escape
from mapapp.presentation.facts import Telling, joined
from mapapp.presentation.labels import area_name, hromada_name, label, service_name, settlement_name
from mapapp.presentation.messages import Translator
from mapapp.presentation.people_text import (
    HIDDEN,
    band_text,
    count_text,
    is_small,
    shown_count,
    source_text,
    subject_text,
)
from mapapp.presentation.presence_table import unit_columns
from mapapp.presentation.tables import Cell, Column, Kind, Table

_METRES_IN_KM: Final = 1000
_SECONDS_IN_MIN: Final = 60
_DECIMALS_BELOW: Final = 10


def threshold_text(t: Translator, threshold: Threshold) -> str:
    """Return how far counts as within reach: «15 км» or «30 хв автомобілем»."""
    if threshold.cost is TravelCost.DISTANCE:
        kilometres = t.number(round(threshold.limit / _METRES_IN_KM, 1))
        return t("{n} km in a straight line", n=kilometres)
    time = t.duration(threshold.limit)
    return (
        t("{time} by car", time=time) if threshold.cost is TravelCost.CAR else t("{time} on foot", time=time)
    )


def cost_text(t: Translator, cost: TravelCost, value: float | None) -> str:
    """Return how far it is: at home where somebody comes, a dash where it is not known."""
    if value is None:
        return "–"
    if not value:
        return t("at home")
    return t.distance(value) if cost is TravelCost.DISTANCE else t.duration(value)


def access_sentence(telling: Telling, answer: AccessAnswer) -> str:
    """Return the answer in a sentence: how many people have the service within reach."""
    t, query, people = telling.t, answer.query, answer.whole.people
    where = area_name(t, telling.gazetteer, NATION if query.area is None else query.area)
    where = where[:1].upper() + where[1:]
    share = None if people is None else people.covered_share
    if people is None or share is None:
        return t("{area}: it is not known how many people have the service within reach.", area=where)
    return t(
        "{area}: {share} of the people it is known of have «{service}» within {threshold} or at home.",
        area=where,
        share=t.percent(share),
        service=service_name(t, telling.services[query.service]),
        threshold=threshold_text(t, query.threshold),
    )


def access_tiles(telling: Telling, answer: AccessAnswer) -> Markup:
    """Return the figures of all that was asked, side by side, with the source under them."""
    t, whole = telling.t, answer.whole
    cost = answer.query.threshold.cost
    tiles = []
    if whole.people is not None:
        share = whole.people.covered_share
        tiles += [
            _people_tile(
                t, t("Within reach"), whole.people.covered, "" if share is None else t.percent(share)
            ),
            _people_tile(t, t("Out of reach"), whole.people.uncovered),
            _people_tile(t, t("On occupied territory"), whole.people.occupied),
            _people_tile(t, t("Not known"), whole.people.unknown),
        ]
        if whole.people.remote_only.value:
            tiles.append(_people_tile(t, t("Reached only from afar"), whole.people.remote_only))
    tiles.append(_tile(t("Median way, where it is known"), cost_text(t, cost, whole.nearest)))
    if whole.capacity is not None:
        tiles.append(
            _tile(t("Places known"), t.number(whole.capacity), _per_1000(t, whole.capacity_per_1000))
        )
    if whole.unmet is not None and answer.counts_need:
        more = (
            "" if whole.satisfaction is None else t("room for {share}", share=t.percent(whole.satisfaction))
        )
        tiles.append(_tile(t("No room for"), _whole(t, whole.unmet), more))
    if whole.recipients is not None:
        tiles.append(_people_tile(t, t("Get the service, as reported"), whole.recipients))
    return Markup('<div class="tiles">{}</div><p class="aside">{}</p>').format(
        joined(tiles), " ".join(access_notes(telling, answer))
    )


def access_notes(telling: Telling, answer: AccessAnswer) -> tuple[str, ...]:
    """Return who was counted by which source, the day, and what the figures do not say."""
    t, table = telling.t, answer.people_table
    notes = [
        t(
            "Counted: {who}. Source: {source}.",
            who=subject_text(telling, table.kind, answer.query.people.subject),
            source=source_text(t, table),
        ),
        t("Providers as of {day}.", day=answer.query.day),
        t("The threshold is a choice, not a norm: no norm of distance is known."),
    ]
    if answer.without_capacity:
        notes.append(
            t.plural(
                "Of {all} offering, {n} does not say how many places it has: it is not counted here.",
                "Of {all} offerings, {n} do not say how many places they have: they are not counted here.",
                answer.without_capacity,
                all=t.number(answer.offerings),
            )
        )
    if answer.whole.people is not None and not answer.whole.people.covered.is_exact:
        notes.append(
            t("«From – to» is how far a figure may err: people are counted by hromada, not by village.")
        )
    return tuple(notes)


def access_table(telling: Telling, answer: AccessAnswer) -> Table:
    """Return a row a hromada, most people out of reach first."""
    t, gazetteer = telling.t, telling.gazetteer
    codes = sorted(answer.hromadas, key=lambda code: (-_uncovered(answer.hromadas[code]), code))
    found = [answer.hromadas[code] for code in codes]
    named = Column(t("Hromada"), tuple(hromada_name(t, gazetteer.hromadas[code]) for code in codes))
    return Table(
        (
            named,
            *_figures(t, answer, found),
            *unit_columns(t, gazetteer, codes),
            Column(t("KATOTTG code"), tuple(codes)),
        ),
        access_notes(telling, answer),
    )


def roll_up_access_table(telling: Telling, answer: AccessAnswer, areas: Sequence[AreaAccess]) -> Table:
    """Return a row a raion or oblast, and the whole last."""
    t = telling.t
    named = [area_name(t, telling.gazetteer, NATION if it.area is None else it.area) for it in areas]
    rows = [*areas, answer.whole]
    return Table(
        (Column(t("Territory"), (*named, t("All together"))), *_figures(t, answer, rows)),
        access_notes(telling, answer),
    )


def settlement_table(telling: Telling, query: AccessQuery, found: Sequence[SettlementAccess]) -> Table:
    """Return a row a settlement, those for whom no way is known first, then the farthest."""
    t, by_distance = telling.t, query.threshold.cost is TravelCost.DISTANCE
    unit = _METRES_IN_KM if by_distance else _SECONDS_IN_MIN
    rows = sorted(found, key=lambda it: (it.nearest is not None, -(it.nearest or 0.0), it.settlement))
    places = [telling.gazetteer.settlements[it.settlement] for it in rows]
    return Table(
        (
            Column(t("Settlement"), tuple(settlement_name(t, place) for place in places)),
            Column(
                t("Way, km") if by_distance else t("Way, min"),
                tuple(None if it.nearest is None else it.nearest / unit for it in rows),
                Kind.DECIMAL,
                t("To the nearest provider that serves the hromada; 0 where somebody comes to the client."),
            ),
            Column(t("Within reach"), tuple(_is_reached(t, it) for it in rows)),
            Column(t("People"), tuple(shown_count(it.people) for it in rows), Kind.COUNT),
            Column(t("KATOTTG code"), tuple(it.settlement for it in rows)),
        )
    )


def _is_reached(t: Translator, found: SettlementAccess) -> str:
    if found.is_occupied:
        return label(t, Occupation.FULLY)
    return t("yes") if found.is_covered else "–"


def equity_facts(telling: Telling, answer: AccessAnswer) -> Markup:
    """Return how evenly the service is spread: Gini, towns and villages."""
    t, equity = telling.t, answer.equity
    tiles = []
    if equity.urban_share is not None:
        tiles.append(_tile(t("Within reach in towns"), t.percent(equity.urban_share)))
    if equity.rural_share is not None:
        tiles.append(_tile(t("Within reach in villages"), t.percent(equity.rural_share)))
    if equity.gini is not None:
        meaning = t("0 is the same for everybody, 1 is everything for one")
        tiles.append(_tile(t("Gini of places per person"), t.number(round(equity.gini, 2)), meaning))
    return Markup('<div class="tiles">{}</div>').format(joined(tiles)) if tiles else Markup()


def _figures(t: Translator, answer: AccessAnswer, found: Sequence[AreaAccess]) -> tuple[Column, ...]:
    is_distance = answer.query.threshold.cost is TravelCost.DISTANCE
    unit = _METRES_IN_KM if is_distance else _SECONDS_IN_MIN

    def way(value: float | None) -> float | None:
        return None if value is None else value / unit

    def people(part: Callable[[AreaAccess], Estimate | None]) -> tuple[Cell, ...]:
        return tuple(shown_count(part(it)) for it in found)

    def within(part: Callable[[PeopleWithin], Estimate]) -> tuple[Cell, ...]:
        return people(lambda it: None if it.people is None else part(it.people))

    every: tuple[Column, ...] = (
        Column(
            t("Within reach, %"),
            tuple(None if it.people is None else it.people.covered_share for it in found),
            Kind.SHARE,
        ),
        Column(t("Out of reach"), within(lambda it: it.uncovered), Kind.COUNT),
        Column(t("Out of reach, from – to"), tuple(_band(t, it) for it in found)),
        Column(t("Within reach"), within(lambda it: it.covered), Kind.COUNT),
        Column(t("On occupied territory"), within(lambda it: it.occupied), Kind.COUNT),
        Column(t("Not known"), within(lambda it: it.unknown), Kind.COUNT),
        Column(
            t("Median way, km") if is_distance else t("Median way, min"),
            tuple(way(it.nearest) for it in found),
            Kind.DECIMAL,
        ),
        Column(
            t("Longest way, km") if is_distance else t("Longest way, min"),
            tuple(way(it.farthest) for it in found),
            Kind.DECIMAL,
        ),
        Column(t("Places"), tuple(it.capacity for it in found), Kind.COUNT),
        Column(t("Places per 1,000"), tuple(it.capacity_per_1000 for it in found), Kind.DECIMAL),
        Column(
            t("Within reach per 1,000"),
            tuple(it.places_per_1000 for it in found),
            Kind.DECIMAL,
            t("Places within reach per 1,000 people, competition counted (E2SFCA, Luo and Qi 2009)."),
        ),
        Column(
            t("No room for"),
            tuple(
                None if it.unmet is None or 0 < it.unmet < _DECIMALS_BELOW / 2 else round(it.unmet)
                for it in found
            ),
            Kind.COUNT,
        ),
        Column(t("Satisfied, %"), tuple(it.satisfaction for it in found), Kind.SHARE),
        Column(t("Get the service, as reported"), people(lambda it: it.recipients), Kind.COUNT),
        Column(t("Note"), tuple(_note(t, it) for it in found)),
    )
    if not answer.counts_need:
        hidden = {t("No room for"), t("Satisfied, %")}
        every = tuple(column for column in every if column.title not in hidden)
    always = {t("Within reach, %"), t("Out of reach"), t("Within reach")}
    return tuple(
        column
        for column in every
        if column.title in always or any(cell not in {None, ""} for cell in column.cells)
    )


def _band(t: Translator, found: AreaAccess) -> str:
    if found.people is None:
        return ""
    return HIDDEN if is_small(found.people.uncovered) else band_text(t, found.people.uncovered)


def _note(t: Translator, found: AreaAccess) -> str:
    if found.occupation is not Occupation.NONE:
        return label(t, found.occupation)
    return t("no data on people") if found.people is None else ""


def _uncovered(found: AreaAccess) -> float:
    return -1.0 if found.people is None else found.people.uncovered.value


def _people_tile(t: Translator, title: str, people: Estimate, share: str = "") -> Markup:
    return _tile(title, count_text(t, people), " · ".join(filter(None, [share, band_text(t, people)])))


def _tile(title: str, value: str, more: str = "") -> Markup:
    below = Markup("<small>{}</small>").format(escape(more)) if more else Markup()
    return Markup('<div class="tile"><span>{}</span><strong>{}</strong>{}</div>').format(
        escape(title), escape(value), below
    )


def _per_1000(t: Translator, value: float | None) -> str:
    return "" if value is None else t("{n} per 1,000 people", n=t.number(round(value, 1)))


def _whole(t: Translator, people: float) -> str:
    return count_text(t, Estimate(people, people, people))
