"""Which hromadas a service reaches, as a sentence, a table and a file for Excel."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from mapapp.domain.coverage import JUDGED, REACHED, CoverageState, HromadaCoverage
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geography import Occupation
from mapapp.domain.katottg import NATION, Katottg
from mapapp.domain.questions import CoverageAnswer
from mapapp.presentation.csv_table import excel_csv
from mapapp.presentation.labels import area_name, hromada_name, label, oblast_name, raion_name
from mapapp.presentation.messages import Translator

_WORST_FIRST: Final = (
    CoverageState.NOT_SERVED,
    CoverageState.REMOTE_ONLY,
    CoverageState.FROM_WIDER,
    CoverageState.FROM_NEIGHBOUR,
    CoverageState.SERVED,
    CoverageState.OCCUPIED,
    CoverageState.NO_DATA,
)


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One hromada of the table; `persons` is None where nobody published a figure."""

    katottg: Katottg
    hromada: str
    raion: str
    oblast: str
    state: CoverageState
    state_label: str
    persons: int | None
    population_as_of: date | None
    is_estimate: bool
    is_partly_occupied: bool


def coverage_summary(
    t: Translator, gazetteer: Gazetteer, answer: CoverageAnswer, area: Katottg | None
) -> str:
    """Return one sentence: in how many of the hromadas that can be judged the service is available.

    Kyiv and Sevastopol are no hromadas; what is occupied or not described by the registry cannot be judged.
    """
    judged = [
        found
        for code, found in answer.hromadas.items()
        if found.state in JUDGED and not gazetteer.hromadas[code].is_special_city
    ]
    where = area_name(t, gazetteer, NATION if area is None else area)
    where = where[:1].upper() + where[1:]
    if not judged:
        return t("{area}: there is no data about this service.", area=where)
    sentence = t.plural(
        "{area}: the service is available in {served} of {n} hromada with data.",
        "{area}: the service is available in {served} of {n} hromadas with data.",
        len(judged),
        area=where,
        served=t.number(sum(found.state in REACHED for found in judged)),
    )
    missing = [found for found in judged if found.state is CoverageState.NOT_SERVED]
    people = sum(_persons(gazetteer, found) for found in missing)
    if not people:
        return sentence
    return f"{sentence} " + t.plural(
        "Where it is missing, {n} person lived on {day}.",
        "Where it is missing, {n} people lived on {day}.",
        people,
        day=_population_day(gazetteer, missing),
    )


def coverage_rows(
    t: Translator, gazetteer: Gazetteer, answer: CoverageAnswer, states: Collection[CoverageState]
) -> list[CoverageRow]:
    """Return the hromadas in these states (in all when empty): missing service first, then by name."""
    chosen = [found for found in answer.hromadas.values() if not states or found.state in states]
    rows = [_row(t, gazetteer, found) for found in chosen]
    return sorted(
        rows, key=lambda row: (_WORST_FIRST.index(row.state), t.sort_key(row.oblast), t.sort_key(row.hromada))
    )


def rows_as_columns(t: Translator, rows: Sequence[CoverageRow]) -> dict[str, list[str | int | None]]:
    """Return the rows as a person reads them, column by column."""
    return {
        t("Hromada"): [row.hromada for row in rows],
        t("State"): [row.state_label for row in rows],
        population_title(t, rows): [row.persons for row in rows],
        t("Note"): [_note(t, row) for row in rows],
        t("Raion"): [row.raion for row in rows],
        t("Oblast"): [row.oblast for row in rows],
    }


def population_title(t: Translator, rows: Sequence[CoverageRow]) -> str:
    """Return the heading of the population column, with the date of its latest figure."""
    days = [row.population_as_of for row in rows if row.population_as_of is not None]
    return t("Population, {day}", day=max(days)) if days else t("Population")


def coverage_csv(t: Translator, rows: Sequence[CoverageRow], service_name: str, day: date) -> bytes:
    """Return the rows as Excel in Ukraine opens them."""
    header = [
        t("KATOTTG code"),
        t("Hromada"),
        t("Raion"),
        t("Oblast"),
        t("Service"),
        t("State"),
        t("Partly temporarily occupied"),
        t("Population"),
        t("Population as of"),
        t("Population is an estimate"),
        t("As of"),
    ]
    cells = (
        [
            row.katottg,
            row.hromada,
            row.raion,
            row.oblast,
            service_name,
            row.state_label,
            _yes(t, is_so=row.is_partly_occupied),
            "" if row.persons is None else str(row.persons),
            "" if row.population_as_of is None else row.population_as_of.isoformat(),
            _yes(t, is_so=row.is_estimate),
            day.isoformat(),
        ]
        for row in rows
    )
    return excel_csv(header, cells)


def _row(t: Translator, gazetteer: Gazetteer, found: HromadaCoverage) -> CoverageRow:
    hromada = gazetteer.hromadas[found.hromada]
    population = hromada.population
    return CoverageRow(
        katottg=found.hromada,
        hromada=hromada_name(t, hromada),
        raion="" if hromada.raion is None else raion_name(t, gazetteer.raions[hromada.raion]),
        oblast=oblast_name(t, gazetteer.oblasts[hromada.oblast]),
        state=found.state,
        state_label=label(t, found.state),
        persons=None if population is None else population.persons,
        population_as_of=None if population is None else population.as_of,
        is_estimate=population is not None and population.is_estimate,
        is_partly_occupied=found.occupation is Occupation.PARTLY,
    )


def _note(t: Translator, row: CoverageRow) -> str:
    notes = [
        t("partly temporarily occupied") if row.is_partly_occupied else "",
        t("population is an estimate") if row.is_estimate else "",
    ]
    return ", ".join(filter(None, notes))


def _persons(gazetteer: Gazetteer, found: HromadaCoverage) -> int:
    population = gazetteer.hromadas[found.hromada].population
    return 0 if population is None else population.persons


def _population_day(gazetteer: Gazetteer, hromadas: Sequence[HromadaCoverage]) -> date:
    days = [
        population.as_of
        for found in hromadas
        if (population := gazetteer.hromadas[found.hromada].population) is not None
    ]
    return max(days)


def _yes(t: Translator, *, is_so: bool) -> str:
    return t("yes") if is_so else ""
