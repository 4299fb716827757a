"""What the annex of a programme says, once for PDF, XLSX and DOCX: sentences, tables and figures in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from mapapp.domain.accessibility import AccessAnswer, AreaAccess
from mapapp.domain.annex import Annex
from mapapp.domain.coverage import CoverageState, PresenceRow
from mapapp.domain.geography import Occupation
from mapapp.domain.katottg import Katottg
from mapapp.domain.people import Estimate
from mapapp.presentation.access_table import access_notes, access_sentence
from mapapp.presentation.annex_method import method_sentences
from mapapp.presentation.annex_tables import (
    coverage_table,
    equity_table,
    explained_table,
    need_table,
    people_of_table,
    searches_table,
    signs_table,
    sources_table,
)
from mapapp.presentation.coverage_charts import (
    AnyChart,
    choropleth,
    count_classes,
    covered_bars,
    lorenz,
    people_by_distance,
    presence_heatmap,
    share_classes,
    state_map,
    unmet_bars,
    urban_rural,
)
from mapapp.presentation.facts import Telling
from mapapp.presentation.labels import area_name, hromada_name, label, service_name
from mapapp.presentation.people_text import count_text
from mapapp.presentation.presence_table import matrix_table, roll_up_table, target_sentence, without_table
from mapapp.presentation.tables import Table

ROWS_A_PAGE: Final = 42
"""A heat map of more hromadas goes on over the next page, whole raions together where they fit."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart; its `description` is what stands for it where it is not seen."""

    chart: AnyChart
    name: str

    @property
    def words(self) -> str:
        """What it shows, in words."""
        return str(self.chart.description)


@dataclass(frozen=True, slots=True)
class AnnexTable:
    """A table under its title; `sheet` is a short name for a workbook.

    `is_on_paper` and `is_in_workbook` say where it stands, `has_notes` whether its notes go with it on paper.
    """

    title: str
    sheet: str
    table: Table
    is_on_paper: bool = True
    is_in_workbook: bool = True
    has_notes: bool = False


Block: TypeAlias = str | Figure | AnnexTable


@dataclass(frozen=True, slots=True)
class Section:
    """A part under its heading."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class AnnexContent:
    """The whole annex in one language; `notices` stand on every page."""

    language: str
    title: str
    subtitle: str
    notices: tuple[str, ...]
    sections: tuple[Section, ...]

    def tables(self) -> Iterator[AnnexTable]:
        """Yield every table, in order."""
        for section in self.sections:
            yield from (block for block in section.blocks if isinstance(block, AnnexTable))


def annex_content(telling: Telling, annex: Annex) -> AnnexContent:
    """Return what the annex says, in the language of the telling."""
    t = telling.t
    where = area_name(t, telling.gazetteer, annex.query.area)
    notices = []
    if annex.has_demo_records:
        notices.append(t("DEMONSTRATION DATA: the providers are invented"))
    if annex.outlines and annex.are_outlines_approximate:
        notices.append(t("Boundaries on the maps are approximate"))
    sections = [
        Section(t("Summary"), tuple(_summary(telling, annex))),
        Section(t("Basic services"), tuple(_basic(telling, annex))),
        Section(
            t("«{service}» in every hromada", service=service_name(t, telling.services[annex.query.target])),
            tuple(_target(telling, annex)),
        ),
        *_explained(telling, annex),
        *(
            Section(
                t("Access: {service}", service=service_name(t, telling.services[answer.query.service])),
                tuple(_access(telling, annex, answer)),
            )
            for answer in annex.access
        ),
        Section(t("Distance and evenness"), tuple(_spread(telling, annex))),
        Section(t("Searches that found nobody"), tuple(_searches(telling, annex))),
        Section(t("How this was counted"), method_sentences(t)),
        Section(t("Sources"), (AnnexTable(t("Sources"), t("Sources"), sources_table(telling, annex)),)),
    ]
    return AnnexContent(
        language=t.language,
        title=t("Social services: coverage and needs"),
        subtitle=t("{area}, as of {day}", area=where, day=annex.query.day),
        notices=tuple(notices),
        sections=tuple(section for section in sections if section.blocks),
    )


def _summary(telling: Telling, annex: Annex) -> Iterator[str]:
    """Yield the answers in plain sentences, what is not known among them."""
    t = telling.t
    if annex.explained is not None:
        yield from _summary_of_hromada(telling, annex)
    judged = [row for row in annex.basic.rows if row.is_judged]
    if judged:
        mean = sum(row.provided for row in judged) / len(judged)
        yield t(
            "Of {n} basic services a hromada has {mean} on average; {all} hromadas have all of them, {none} "
            "have none ({counted} hromadas counted).",
            n=len(annex.basic.columns),
            mean=t.number(round(mean, 1)),
            all=t.number(sum(row.provided == len(annex.basic.columns) for row in judged)),
            none=t.number(sum(row.provided == 0 for row in judged)),
            counted=t.number(len(judged)),
        )
    yield f"{service_name(t, telling.services[annex.query.target])}. {target_sentence(telling, annex.target)}"
    for answer in annex.access:
        yield access_sentence(telling, answer)
        whole = answer.whole
        if answer.counts_need and whole.unmet is not None and whole.satisfaction is not None:
            yield t(
                "There is room for {share} of need within reach; there is none for {people} people.",
                share=t.percent(whole.satisfaction),
                people=count_text(t, _exactly(whole.unmet)),
            )
    yield from _unknown(telling, annex)


def _summary_of_hromada(telling: Telling, annex: Annex) -> Iterator[str]:
    t, area = telling.t, annex.query.area
    name = area_name(t, telling.gazetteer, area)
    for row in annex.basic.rows:
        if row.hromada == area and row.is_judged:
            yield t(
                "{area}: {provided} of {n} basic services.",
                area=name,
                provided=t.number(row.provided),
                n=len(annex.basic.columns),
            )
        elif row.hromada == area:
            yield t("{area}: {state}.", area=name, state=label(t, row.states[0]))
    for row in annex.target.rows:
        if row.hromada == area and row.is_judged:
            service = service_name(t, telling.services[annex.query.target])
            yield t("«{service}»: {state}.", service=service, state=label(t, row.states[0]))


def _unknown(telling: Telling, annex: Annex) -> Iterator[str]:
    """Yield what nothing is known of, so that nobody takes it for nothing."""
    t, rows = telling.t, annex.basic.rows
    occupied = sum(row.occupation is Occupation.FULLY for row in rows)
    undescribed = sum(not row.is_judged and row.occupation is not Occupation.FULLY for row in rows)
    if occupied:
        yield t.plural(
            "{n} hromada is temporarily occupied: there is no data on it, and it counts neither way.",
            "{n} hromadas are temporarily occupied: there is no data on them, and they count neither way.",
            occupied,
        )
    if undescribed:
        yield t.plural(
            "The registry does not claim to describe {n} hromada: no data is not «no service».",
            "The registry does not claim to describe {n} hromadas: no data is not «no service».",
            undescribed,
        )


def _basic(telling: Telling, annex: Annex) -> Iterator[Block]:
    t, matrix = telling.t, annex.basic
    if annex.outlines:
        values = {row.hromada: float(row.provided) if row.is_judged else None for row in matrix.rows}
        known = [value for value in values.values() if value is not None]
        chart = choropleth(
            t,
            annex.outlines,
            values,
            count_classes(t, known),
            t("How many of {n} basic services hromadas have", n=len(matrix.columns)),
            texts={code: t.number(value) for code, value in values.items() if value is not None},
            names=_names(telling, annex.outlines),
            occupied=_occupied(annex),
            selected=_selected(annex),
        )
        yield Figure(chart, "basic-services")
    for number, rows in enumerate(_pages(telling, matrix.rows)):
        chart = presence_heatmap(t, telling.gazetteer, telling.services, matrix, rows=rows)
        yield Figure(chart, f"presence-{number + 1}")
    yield AnnexTable(
        t("Basic services by hromada"),
        t("Presence"),
        signs_table(telling, matrix),
        is_in_workbook=False,
        has_notes=True,
    )
    yield AnnexTable(
        t("Basic services by hromada"), t("Presence"), matrix_table(telling, matrix), is_on_paper=False
    )
    areas = matrix.raions or matrix.oblasts
    table = roll_up_table(telling, matrix, areas)
    yield AnnexTable(t("Share of hromadas that have it, by raion"), t("By raion"), table, is_on_paper=False)


def _target(telling: Telling, annex: Annex) -> Iterator[Block]:
    t = telling.t
    yield target_sentence(telling, annex.target)
    if annex.outlines:
        states = {row.hromada: row.states[0] for row in annex.target.rows}
        title = service_name(t, telling.services[annex.query.target])
        names = _names(telling, annex.outlines)
        chart = state_map(t, annex.outlines, states, title, names=names, selected=_selected(annex))
        yield Figure(chart, "target")
    table = without_table(telling, annex.target)
    if len(table):
        yield AnnexTable(t("Hromadas without the service"), t("Without the service"), table)
    elif any(row.states[0] is CoverageState.SERVED for row in annex.target.rows):
        yield t("No hromada with data is without the service.")


def _explained(telling: Telling, annex: Annex) -> Iterator[Section]:
    if annex.explained is None:
        return
    t = telling.t
    blocks: list[Block] = [
        AnnexTable(t("Services of the hromada"), t("The hromada"), explained_table(telling, annex.explained))
    ]
    people = people_of_table(telling, annex.explained)
    if len(people):
        blocks.append(AnnexTable(t("People of the hromada"), t("People"), people))
    unit = telling.gazetteer.hromadas[annex.explained.hromada]
    yield Section(hromada_name(t, unit), tuple(blocks))


def _access(telling: Telling, annex: Annex, answer: AccessAnswer) -> Iterator[Block]:
    t, gazetteer, query = telling.t, telling.gazetteer, answer.query
    name = service_name(t, telling.services[query.service])
    hromadas = _by_name(telling, answer.hromadas.values())
    is_target = query.service == annex.query.target
    yield access_sentence(telling, answer)
    yield " ".join(access_notes(telling, answer))
    if annex.outlines:
        shares = {
            code: None if area.people is None else area.people.covered_share
            for code, area in answer.hromadas.items()
        }
        chart = choropleth(
            t,
            annex.outlines,
            shares,
            share_classes(t),
            t("Share of people within reach: {service}", service=name),
            texts={code: t.percent(share) for code, share in shares.items() if share is not None},
            names=_names(telling, annex.outlines),
            occupied=_occupied(annex),
            selected=_selected(annex),
        )
        yield Figure(chart, f"access-{query.service}")
    charted = answer.raions if len(answer.raions) > 1 else tuple(hromadas)
    if any(area.people is not None for area in charted):
        yield Figure(covered_bars(t, gazetteer, charted, subtitle=name), f"covered-{query.service}")
    if answer.counts_need and any(area.unmet is not None for area in charted):
        yield Figure(unmet_bars(t, gazetteer, charted, subtitle=name), f"unmet-{query.service}")
    whole = replace(answer.whole, area=query.area)
    roll_up = (*answer.raions, whole) if len(answer.raions) > 1 else (whole,)
    yield AnnexTable(
        t("Within reach, by raion: {service}", service=name),
        t("Access by raion"),
        coverage_table(telling, answer, roll_up),
    )
    yield AnnexTable(
        t("Within reach, by hromada: {service}", service=name),
        t("Access"),
        coverage_table(telling, answer, hromadas),
        is_on_paper=is_target,
    )
    if not any(_tells_room(area) for area in (*roll_up, *hromadas)):
        yield t("Nobody tells the capacity of this service, so need and room for it cannot be compared.")
        return
    if answer.counts_need:
        titles = t("Need and room, by raion: {service}", service=name), t("Need by raion")
        each = t("Need and room, by hromada: {service}", service=name), t("Need")
    else:
        titles = t("Places, by raion: {service}", service=name), t("Places by raion")
        each = t("Places, by hromada: {service}", service=name), t("Places")
    yield AnnexTable(*titles, need_table(telling, answer, roll_up))
    yield AnnexTable(*each, need_table(telling, answer, hromadas), is_on_paper=is_target)


def _tells_room(area: AreaAccess) -> bool:
    return any(it is not None for it in (area.capacity, area.served, area.recipients))


def _spread(telling: Telling, annex: Annex) -> Iterator[Block]:
    t = telling.t
    labelled = [(service_name(t, telling.services[it.query.service]), it) for it in annex.access]
    with_curve = [(name, it) for name, it in labelled if it.curve]
    if with_curve:
        yield Figure(people_by_distance(t, with_curve), "distance")
    even = [(name, it) for name, it in labelled if it.equity.lorenz]
    if even:
        yield Figure(lorenz(t, even), "lorenz")
    settled = [
        (name, it) for name, it in labelled if {it.equity.urban_share, it.equity.rural_share} != {None}
    ]
    if settled:
        yield Figure(urban_rural(t, settled), "towns-villages")
    if labelled:
        yield AnnexTable(t("Evenness"), t("Evenness"), equity_table(telling, annex.access))


def _searches(telling: Telling, annex: Annex) -> Iterator[Block]:
    t, table = telling.t, searches_table(telling, annex)
    yield t(
        "Searches show what people looked for in the last four whole quarters; they are no count of need, "
        "and small numbers are hidden."
    )
    if len(table):
        yield AnnexTable(t("Searches that found nobody"), t("Searches"), table)
    else:
        yield t("No search that found nobody is on record that may be told.")


def _pages(telling: Telling, rows: Sequence[PresenceRow]) -> list[list[PresenceRow]]:
    """Return the hromadas in parts that fit a page each, raion after raion."""
    gazetteer = telling.gazetteer
    by_raion: dict[Katottg, list[PresenceRow]] = {}
    for row in rows:
        unit = gazetteer.hromadas[row.hromada]
        by_raion.setdefault(unit.raion or unit.oblast, []).append(row)
    pages: list[list[PresenceRow]] = []
    for members in by_raion.values():
        for start in range(0, len(members), ROWS_A_PAGE):
            part = members[start : start + ROWS_A_PAGE]
            if pages and len(pages[-1]) + len(part) <= ROWS_A_PAGE:
                pages[-1] += part
            else:
                pages.append(list(part))
    return pages


def _by_name(telling: Telling, areas: Iterable[AreaAccess]) -> list[AreaAccess]:
    t, units = telling.t, telling.gazetteer.hromadas
    named = [(hromada_name(t, units[area.area]), area) for area in areas if area.area is not None]
    return [area for _, area in sorted(named, key=lambda pair: (t.sort_key(pair[0]), pair[1].area))]


def _names(telling: Telling, codes: Iterable[Katottg]) -> dict[Katottg, str]:
    """Return the names of hromadas that fit on a map: without their kind."""
    units = telling.gazetteer.hromadas
    is_english = telling.t.language == "en"
    return {code: units[code].name_en if is_english else units[code].name for code in codes if code in units}


def _occupied(annex: Annex) -> frozenset[Katottg]:
    return frozenset(row.hromada for row in annex.basic.rows if row.occupation is Occupation.FULLY)


def _selected(annex: Annex) -> Katottg | None:
    return annex.query.area if annex.query.area in annex.outlines else None


def _exactly(people: float) -> Estimate:
    return Estimate(people, people, people)
