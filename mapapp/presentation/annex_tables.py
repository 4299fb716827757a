"""The tables of the annex: presence by signs, access, need and unmet need, searches, sources."""

from __future__ import annotations

from collections.abc import Sequence

from mapapp.domain.accessibility import AccessAnswer, AreaAccess, TravelCost
from mapapp.domain.annex import Annex
from mapapp.domain.coverage import PresenceColumn, PresenceMatrix
from mapapp.domain.evidence import SMALLEST_SHOWN
from mapapp.domain.explanation import HromadaExplained, ServedBy
from mapapp.domain.geography import Occupation
from mapapp.domain.katottg import NATION
from mapapp.domain.people import Estimate
from mapapp.presentation.facts import Telling
from mapapp.presentation.labels import (
    area_name,
    column_name,
    edition,
    hromada_name,
    hromada_whereabouts,
    label,
    service_name,
)
from mapapp.presentation.messages import Translator
from mapapp.presentation.people_text import (
    HIDDEN,
    figure_pair,
    is_small,
    source_text,
    subject_text,
    table_title,
)
from mapapp.presentation.presence_table import STATE_SIGNS
from mapapp.presentation.tables import Cell, Column, Kind, Table

_METRES_A_KM = 1000
_SECONDS_A_MINUTE = 60


def signs_table(telling: Telling, matrix: PresenceMatrix) -> Table:
    """Return a row a hromada with a sign a service, fewest services first; columns bear the law's numbers."""
    t, gazetteer = telling.t, telling.gazetteer
    rows = sorted(
        matrix.rows,
        key=lambda row: (
            not row.is_judged,
            row.provided,
            t.sort_key(hromada_name(t, gazetteer.hromadas[row.hromada])),
            row.hromada,
        ),
    )
    signs = tuple(
        Column(
            str(column.basic_point or number + 1),
            tuple(STATE_SIGNS[row.states[number]] for row in rows),
        )
        for number, column in enumerate(matrix.columns)
    )
    return Table(
        (
            Column(t("Hromada"), tuple(hromada_name(t, gazetteer.hromadas[row.hromada]) for row in rows)),
            Column(
                t("Provided of {n}", n=len(matrix.columns)),
                tuple(row.provided if row.is_judged else None for row in rows),
                Kind.COUNT,
            ),
            *signs,
        ),
        (
            "; ".join(f"{sign} {label(t, state)}" for state, sign in STATE_SIGNS.items()),
            "; ".join(column_name(t, telling.services, column) for column in matrix.columns),
        ),
    )


def coverage_table(telling: Telling, answer: AccessAnswer, areas: Sequence[AreaAccess]) -> Table:
    """Return a row an area: who has the service within reach, with bands, and how far they have it."""
    t = telling.t
    is_distance = answer.query.threshold.cost is TravelCost.DISTANCE
    unit = _METRES_A_KM if is_distance else _SECONDS_A_MINUTE
    ways = [_way(area, unit) for area in areas]
    occupied = tuple(None if area.people is None else _told(area.people.occupied) for area in areas)
    unknown = tuple(None if area.people is None else _told(area.people.unknown) for area in areas)
    bands = tuple(_band(t, _judged(area, "uncovered")) for area in areas)
    columns = [
        Column(t("Territory"), _names(telling, areas)),
        Column(
            t("Within reach, %"),
            tuple(None if area.people is None else area.people.covered_share for area in areas),
            Kind.SHARE,
        ),
        Column(t("Within reach"), tuple(_told(_judged(area, "covered")) for area in areas), Kind.COUNT),
        Column(t("Out of reach"), tuple(_told(_judged(area, "uncovered")) for area in areas), Kind.COUNT),
        *([Column(t("Out of reach, from – to"), bands)] if {*bands} - {None, "–"} else []),
        Column(
            t("Median way, km") if is_distance else t("Median way, min"),
            tuple(way[0] for way in ways),
            Kind.DECIMAL,
        ),
        Column(
            t("Longest way, km") if is_distance else t("Longest way, min"),
            tuple(way[1] for way in ways),
            Kind.DECIMAL,
        ),
    ]
    if any(occupied):
        columns.append(Column(t("On occupied territory"), occupied, Kind.COUNT))
    if any(unknown):
        columns.append(Column(t("Not known"), unknown, Kind.COUNT))
    return Table((*columns, *_notes(telling, areas)))


def need_table(telling: Telling, answer: AccessAnswer, areas: Sequence[AreaAccess]) -> Table:
    """Return a row an area: need, room for it, what is lacking, and how many get the service as reported.

    Where those counted are no need, places alone.
    """
    t = telling.t
    told = [_needs(area) for area in areas]
    columns = [
        Column(t("Territory"), _names(telling, areas)),
        Column(t("Need, people"), tuple(row[0] for row in told), Kind.COUNT),
        Column(t("Places"), tuple(None if _is_taken(area) else area.capacity for area in areas), Kind.COUNT),
        Column(
            t("Within reach per 1,000"),
            tuple(None if _is_taken(area) else _tenth(area.places_per_1000) for area in areas),
            Kind.DECIMAL,
        ),
        Column(t("Room for"), tuple(row[1] for row in told), Kind.COUNT),
        Column(t("No room for"), tuple(row[2] for row in told), Kind.COUNT),
        Column(t("Satisfied, %"), tuple(row[3] for row in told), Kind.SHARE),
    ]
    if not answer.counts_need:
        of_need = {t("Need, people"), t("Room for"), t("No room for"), t("Satisfied, %")}
        columns = [column for column in columns if column.title not in of_need]
    if answer.whole.recipients is not None:
        reported = tuple(_told(area.recipients) for area in areas)
        columns.append(Column(t("Get the service, as reported"), reported, Kind.COUNT))
    return Table((*columns, *_notes(telling, areas)))


def equity_table(telling: Telling, answers: Sequence[AccessAnswer]) -> Table:
    """Return a row a service: how towns and villages fare, and how evenly places are spread."""
    t = telling.t
    names = [service_name(t, telling.services[answer.query.service]) for answer in answers]
    return Table(
        (
            Column(t("Service"), tuple(names)),
            Column(
                t("Within reach in towns"), tuple(answer.equity.urban_share for answer in answers), Kind.SHARE
            ),
            Column(
                t("Within reach in villages"),
                tuple(answer.equity.rural_share for answer in answers),
                Kind.SHARE,
            ),
            Column(
                t("Gini of places per person"),
                tuple(None if it.equity.gini is None else round(it.equity.gini, 2) for it in answers),
                Kind.DECIMAL,
            ),
        )
    )


def searches_table(telling: Telling, annex: Annex) -> Table:
    """Return a row a hromada and service looked for in vain, most often first; small counts hidden."""
    t, gazetteer = telling.t, telling.gazetteer
    found = [count for count in annex.searches if count.hromada in gazetteer.hromadas and count.unmet != 0]
    found.sort(key=lambda it: (-(it.unmet or 0), -(it.searches or 0), it.hromada, it.service))
    few = t("fewer than {n}", n=SMALLEST_SHOWN)
    return Table(
        (
            Column(t("Hromada"), tuple(hromada_name(t, gazetteer.hromadas[it.hromada]) for it in found)),
            Column(t("Service"), tuple(_service(telling, it.service) for it in found)),
            Column(
                t("Found nobody"),
                tuple(t("not told") if it.unmet is None else it.unmet for it in found),
                Kind.COUNT,
            ),
            Column(
                t("Searches"), tuple(few if it.searches is None else it.searches for it in found), Kind.COUNT
            ),
        )
    )


def explained_table(telling: Telling, explained: HromadaExplained) -> Table:
    """Return a row a basic service of the hromada: what is said of it and who serves with it."""
    t, found = telling.t, explained.services
    return Table(
        (
            Column(
                t("Service"),
                tuple(
                    column_name(t, telling.services, PresenceColumn(it.services, it.basic_point))
                    for it in found
                ),
            ),
            Column(t("State"), tuple(f"{STATE_SIGNS[it.state]} {label(t, it.state)}" for it in found)),
            Column(
                t("Who serves it"),
                tuple("; ".join(_server(telling, by, explained) for by in it.serving) or "–" for it in found),
            ),
        )
    )


def people_of_table(telling: Telling, explained: HromadaExplained) -> Table:
    """Return a row a figure of people of the hromada, every source beside the others."""
    t = telling.t
    rows = [(table, figure) for table, figures in explained.people for figure in figures]
    return Table(
        (
            Column(t("Who"), tuple(subject_text(telling, table.kind, it.subject) for table, it in rows)),
            Column(t("People"), tuple(figure_pair(t, it) for _, it in rows)),
            Column(
                t("Source"), tuple(f"{table_title(t, table)}: {source_text(t, table)}" for table, _ in rows)
            ),
        )
    )


def sources_table(telling: Telling, annex: Annex) -> Table:
    """Return what everything rests on: publisher, edition, licence and the words they ask for."""
    t = telling.t
    tables = {answer.people_table.id: answer.people_table for answer in annex.access}.values()
    registry = t(
        "state after change {number}, as of {day}", number=annex.registry_change, day=annex.query.day
    )
    rows = [
        (t("Registry of providers"), registry, "", ""),
        *((table_title(t, it), t.date(it.as_of), "", it.source) for it in tables),
        *((it.title, edition(t, it.edition), it.licence, it.attribution) for it in annex.sources.values()),
    ]
    if annex.outlines:
        rows.append((t("Boundaries of hromadas"), "", "", annex.outlines_attribution))
    titles = (t("What"), t("Edition"), t("Licence"), t("Source"))
    return Table(
        tuple(Column(title, cells) for title, cells in zip(titles, zip(*rows, strict=True), strict=True))
    )


def _names(telling: Telling, areas: Sequence[AreaAccess]) -> tuple[str, ...]:
    """Return the names of the areas; of hromadas of one name each says where it is."""
    t, gazetteer = telling.t, telling.gazetteer
    names = [area_name(t, gazetteer, NATION if area.area is None else area.area) for area in areas]
    units = [None if area.area is None else gazetteer.hromadas.get(area.area) for area in areas]
    return tuple(
        f"{name} ({hromada_whereabouts(t, gazetteer, unit)})" if unit and names.count(name) > 1 else name
        for name, unit in zip(names, units, strict=True)
    )


def _notes(telling: Telling, areas: Sequence[AreaAccess]) -> tuple[Column, ...]:
    """Return a column that says where hromadas are occupied, none where no hromada is."""
    said = tuple(
        label(telling.t, area.occupation) if area.occupation is not Occupation.NONE else "" for area in areas
    )
    return (Column(telling.t("Note"), said),) if any(said) else ()


def _is_taken(area: AreaAccess) -> bool:
    """Tell whether nothing can be said because all of the area, or of its people, is under occupation."""
    people = area.people
    everyone = people is not None and 0 < people.total == people.occupied.value
    return area.occupation is Occupation.FULLY or everyone


def _judged(area: AreaAccess, part: str) -> Estimate | None:
    """Return the people covered or not, None where neither can be said of anybody: that is never zero."""
    if area.people is None or area.people.covered_share is None:
        return None
    return area.people.covered if part == "covered" else area.people.uncovered


def _band(t: Translator, people: Estimate | None) -> Cell:
    """Return the band in figures alone; a dash for a number that is exact or small."""
    if people is None:
        return None
    low, high = round(people.low), round(people.high)
    return "–" if is_small(people) or low == high else f"{t.number(low)} – {t.number(high)}"


def _told(people: Estimate | None) -> Cell:
    if people is None:
        return None
    return HIDDEN if is_small(people) else round(people.value)


def _way(area: AreaAccess, unit: float) -> tuple[Cell, Cell]:
    """Return the median and the longest way; a dash where there is nobody to go to, which is not unknown."""
    if _is_taken(area):
        return None, None
    covered = _judged(area, "covered")
    if area.nearest is None and covered is not None and not covered.high:
        return "–", "–"
    nearest = None if area.nearest is None else round(area.nearest / unit, 1)
    return nearest, None if area.farthest is None else round(area.farthest / unit, 1)


def _tenth(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _needs(area: AreaAccess) -> tuple[Cell, Cell, Cell, Cell]:
    """Return need, room, lack and satisfaction; all unknown on occupied territory."""
    if _is_taken(area):
        return None, None, None, None
    numbers = (area.need, area.served, area.unmet)
    need, served, unmet = (None if it is None else _told(Estimate(it, it, it)) for it in numbers)
    return need, served, unmet, area.satisfaction


def _service(telling: Telling, slug: str) -> str:
    return service_name(telling.t, telling.services[slug]) if slug in telling.services else slug


def _server(telling: Telling, by: ServedBy, explained: HromadaExplained) -> str:
    t, name = telling.t, by.name
    if by.is_demo and t("demo") not in name:
        name = f"{name} ({t('demo')})"
    if by.is_confidential:
        return f"{name}, {t('location not disclosed')}"
    if by.is_remote:
        return f"{name}, {t('online or by phone')}"
    if by.hromada is not None and by.hromada != explained.hromada:
        return f"{name}, {hromada_name(t, telling.gazetteer.hromadas[by.hromada])}"
    return name
