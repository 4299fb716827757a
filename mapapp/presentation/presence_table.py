"""The matrix of presence as tables: hromadas by service, how raions and oblasts fare, who is without."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from mapapp.domain.coverage import AreaPresence, CoverageState, PresenceMatrix
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geography import Hromada, Occupation
from mapapp.domain.katottg import NATION, Katottg
from mapapp.presentation.facts import Telling
from mapapp.presentation.labels import (
    area_name,
    column_name,
    hromada_name,
    label,
    oblast_name,
    raion_name,
)
from mapapp.presentation.messages import Translator
from mapapp.presentation.tables import Column, Kind, Table

STATE_SIGNS: Final[Mapping[CoverageState, str]] = MappingProxyType(
    {
        CoverageState.SERVED: "●",
        CoverageState.FROM_NEIGHBOUR: "◐",
        CoverageState.FROM_WIDER: "○",
        CoverageState.REMOTE_ONLY: "☏",
        CoverageState.NOT_SERVED: "✕",
        CoverageState.OCCUPIED: "▨",
        CoverageState.NO_DATA: "?",
    }
)
"""One sign a state: a colour is never the only thing that tells two apart."""


def unit_columns(t: Translator, gazetteer: Gazetteer, codes: Sequence[Katottg]) -> tuple[Column, Column]:
    """Return the columns that say in which raion and oblast these hromadas lie."""
    units = [gazetteer.hromadas[code] for code in codes]
    raions = tuple("" if u.raion is None else raion_name(t, gazetteer.raions[u.raion]) for u in units)
    oblasts = tuple(oblast_name(t, gazetteer.oblasts[u.oblast]) for u in units)
    return Column(t("Raion"), raions), Column(t("Oblast"), oblasts)


def matrix_table(telling: Telling, matrix: PresenceMatrix) -> Table:
    """Return one row a hromada: how many services it has, then a column a service in words of the legend."""
    t, gazetteer = telling.t, telling.gazetteer
    by_name = {row.hromada: _key(t, gazetteer.hromadas[row.hromada]) for row in matrix.rows}
    rows = sorted(matrix.rows, key=lambda row: (not row.is_judged, row.provided, by_name[row.hromada]))
    codes = [row.hromada for row in rows]
    columns = [
        Column(t("Hromada"), tuple(hromada_name(t, gazetteer.hromadas[code]) for code in codes)),
        Column(
            t("Provided of {n}", n=len(matrix.columns)),
            tuple(row.provided if row.is_judged else None for row in rows),
            Kind.COUNT,
        ),
    ]
    for number, column in enumerate(matrix.columns):
        cells = tuple(f"{STATE_SIGNS[row.states[number]]} {label(t, row.states[number])}" for row in rows)
        columns.append(Column(column_name(t, telling.services, column), cells))
    columns += unit_columns(t, gazetteer, codes)
    columns += [
        Column(
            t("Note"),
            tuple(label(t, row.occupation) if row.occupation is not Occupation.NONE else "" for row in rows),
        ),
        Column(t("KATOTTG code"), tuple(codes)),
    ]
    return Table(tuple(columns), matrix_notes(telling, matrix))


def roll_up_table(telling: Telling, matrix: PresenceMatrix, areas: Sequence[AreaPresence]) -> Table:
    """Return one row an area: the share of its hromadas with data that each service reaches."""
    t, gazetteer = telling.t, telling.gazetteer
    named = [(_area_name(t, gazetteer, area.area), area) for area in areas]
    if matrix.whole.area is None and len(areas) > 1:
        named.append((t("All together"), matrix.whole))
    columns = [
        Column(t("Territory"), tuple(name for name, _ in named)),
        Column(t("Hromadas"), tuple(area.hromadas for _, area in named), Kind.COUNT),
    ]
    for number, column in enumerate(matrix.columns):
        cells = tuple(area.share_reached(number) for _, area in named)
        columns.append(Column(column_name(t, telling.services, column), cells, Kind.SHARE))
    return Table(tuple(columns), matrix_notes(telling, matrix))


def without_table(telling: Telling, matrix: PresenceMatrix, column: int = 0) -> Table:
    """Return the hromadas that a service does not reach, those of most people first."""
    t, gazetteer = telling.t, telling.gazetteer
    codes = sorted(matrix.without(column), key=lambda code: (-_persons(gazetteer, code), code))
    units = [gazetteer.hromadas[code] for code in codes]
    return Table(
        (
            Column(t("Hromada"), tuple(hromada_name(t, unit) for unit in units)),
            Column(
                t("Population"),
                tuple(None if unit.population is None else unit.population.persons for unit in units),
                Kind.COUNT,
            ),
            Column(
                t("Population as of"),
                tuple("" if unit.population is None else t.date(unit.population.as_of) for unit in units),
            ),
            *unit_columns(t, gazetteer, codes),
            Column(t("KATOTTG code"), tuple(codes)),
        ),
        matrix_notes(telling, matrix),
    )


def target_sentence(telling: Telling, matrix: PresenceMatrix, column: int = 0) -> str:
    """Return how far the target «in every hromada» is met, with the day."""
    t, counts = telling.t, matrix.whole.counts[column]
    share = matrix.whole.share_reached(column)
    if share is None:
        return t("On {day} nothing is known of this service here.", day=matrix.query.day)
    here = counts.get(CoverageState.SERVED, 0)
    missing = counts.get(CoverageState.NOT_SERVED, 0)
    return t(
        "On {day} the service reaches {share} of hromadas with data: {here} have it on the spot, {others} "
        "get it from elsewhere, {missing} are without it.",
        day=matrix.query.day,
        share=t.percent(share),
        here=t.number(here),
        others=t.number(round(share * _judged(counts)) - here),
        missing=t.number(missing),
    )


def matrix_notes(telling: Telling, matrix: PresenceMatrix) -> tuple[str, ...]:
    """Return what must go with the matrix into a file."""
    t = telling.t
    where = area_name(t, telling.gazetteer, NATION if matrix.query.area is None else matrix.query.area)
    return (
        t("Territory: {area}. As of {day}.", area=where, day=matrix.query.day),
        *(f"{sign} {label(t, state)}" for state, sign in STATE_SIGNS.items()),
        t("«No data» and «temporarily occupied» count neither as provided nor as missing."),
    )


def _judged(counts: Mapping[CoverageState, int]) -> int:
    unknown = {CoverageState.OCCUPIED, CoverageState.NO_DATA}
    return sum(count for state, count in counts.items() if state not in unknown)


def _persons(gazetteer: Gazetteer, code: Katottg) -> int:
    population = gazetteer.hromadas[code].population
    return 0 if population is None else population.persons


def _area_name(t: Translator, gazetteer: Gazetteer, area: Katottg | None) -> str:
    return area_name(t, gazetteer, NATION if area is None else area)


def _key(t: Translator, hromada: Hromada) -> tuple[object, str]:
    return t.sort_key(hromada_name(t, hromada)), hromada.katottg
