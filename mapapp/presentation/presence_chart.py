"""Presence as a picture: which services reach which hromada, or what share of an area's hromadas."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import altair as alt

from mapapp.domain.coverage import (
    JUDGED,
    AreaPresence,
    CoverageState,
    PresenceColumn,
    PresenceMatrix,
    PresenceRow,
)
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geography import Hromada
from mapapp.domain.katottg import NATION, Katottg
from mapapp.domain.services import Service
from mapapp.presentation.chart_style import (
    FAINT,
    AnyChart,
    cleaned,
    data,
    layered,
    share_classes,
    shortened,
    styled,
    text_on,
)
from mapapp.presentation.labels import area_name, column_name, hromada_name, label, oblast_name, raion_name
from mapapp.presentation.messages import Translator
from mapapp.presentation.palette import PAPER, STATE_FILLS
from mapapp.presentation.presence_table import STATE_SIGNS

MOST_ROWS: Final = 80
"""A heat map of more hromadas is told by raion, or by oblast: nobody reads longer ones."""
_CELL_PX: Final = 26
_ROW_PX: Final = 15
_LONGEST_NAME: Final = 90


def presence_heatmap(
    t: Translator,
    gazetteer: Gazetteer,
    services: Mapping[str, Service],
    matrix: PresenceMatrix,
    *,
    rows: Sequence[PresenceRow] | None = None,
) -> AnyChart:
    """Return hromadas by service in the colours and signs of the legend, raion by raion.

    More than `MOST_ROWS` hromadas become raions, or oblasts, with the share of hromadas that each service
    reaches. `rows` draws some of the matrix's rows only, so that a long one may go over several pages.
    """
    if (len(matrix.rows) if rows is None else len(rows)) > MOST_ROWS:
        areas = matrix.raions if len(matrix.oblasts) < 2 else matrix.oblasts  # noqa: PLR2004
        return _shares_heatmap(t, gazetteer, services, matrix, areas)
    return _states_heatmap(t, gazetteer, services, matrix, matrix.rows if rows is None else rows)


def _states_heatmap(
    t: Translator,
    gazetteer: Gazetteer,
    services: Mapping[str, Service],
    matrix: PresenceMatrix,
    rows: Sequence[PresenceRow],
) -> AnyChart:
    units = {row.hromada: gazetteer.hromadas[row.hromada] for row in rows}
    names = _told_apart(t, list(units.values()))
    by_raion: dict[str, list[PresenceRow]] = {}
    for row in sorted(rows, key=lambda row: t.sort_key(names[row.hromada])):
        by_raion.setdefault(_parent_name(t, gazetteer, units[row.hromada]), []).append(row)
    cells: list[dict[str, Any]] = []
    sides: list[dict[str, Any]] = []
    for raion in sorted(by_raion, key=t.sort_key):
        sides.append({"row": f"#{raion}", "name": raion, "kind": "raion", "count": ""})
        for row in by_raion[raion]:
            count = t.number(row.provided) if row.is_judged else "–"
            sides.append({"row": row.hromada, "name": names[row.hromada], "kind": "hromada", "count": count})
            cells += [
                {"row": row.hromada, "column": number, "state": label(t, state)}
                for number, state in enumerate(row.states)
            ]
    used = [state for state in CoverageState if any(state in row.states for row in rows)]
    colour = alt.Color(
        "state:N",
        title=None,
        scale=alt.Scale(
            domain=[label(t, state) for state in used], range=[STATE_FILLS[state].colour for state in used]
        ),
        legend=alt.Legend(
            orient="bottom",
            columns=3,
            symbolType="square",
            symbolStrokeColor="#7d8790",
            offset=10,
            labelExpr=_looked_up(
                {label(t, state): f"{STATE_SIGNS[state]}  {label(t, state)}" for state in used}, "datum.label"
            ),
        ),
    )
    signs = {label(t, state): STATE_SIGNS[state] for state in CoverageState}
    inks = {label(t, state): _ink(state) for state in CoverageState}
    drawn = _with_words(t, services, matrix, cells).transform_calculate(
        sign=_looked_up(signs, "datum.state"), ink=_looked_up(inks, "datum.state")
    )
    chart = _grid(t, services, matrix, drawn, sides, colour=colour, row_px=_ROW_PX, cell_px=_CELL_PX)
    return _titled(t, gazetteer, services, matrix, chart, title=t("Which services reach which hromada"))


def _shares_heatmap(
    t: Translator,
    gazetteer: Gazetteer,
    services: Mapping[str, Service],
    matrix: PresenceMatrix,
    areas: Sequence[AreaPresence],
) -> AnyChart:
    classes = share_classes(t)
    named = sorted(
        ((_name(t, gazetteer, area.area), area) for area in areas), key=lambda pair: t.sort_key(pair[0])
    )
    nothing, taken = label(t, CoverageState.NO_DATA), label(t, CoverageState.OCCUPIED)
    fills = {
        **dict(zip(classes.labels, classes.fills, strict=True)),
        taken: STATE_FILLS[CoverageState.OCCUPIED].colour,
        nothing: STATE_FILLS[CoverageState.NO_DATA].colour,
    }
    cells, sides = [], []
    for name, area in named:
        sides.append(
            {"row": str(area.area), "name": name, "kind": "hromada", "count": t.number(area.hromadas)}
        )
        for number, counts in enumerate(area.counts):
            share = area.share_reached(number)
            if share is not None:
                state, sign = classes.labels[classes.index(share)], t.number(round(share * 100))
            elif counts.get(CoverageState.NO_DATA):
                state, sign = nothing, STATE_SIGNS[CoverageState.NO_DATA]
            else:
                state, sign = taken, STATE_SIGNS[CoverageState.OCCUPIED]
            cells.append(
                {
                    "row": str(area.area),
                    "column": number,
                    "state": state,
                    "sign": sign,
                    "ink": text_on(fills[state]),
                }
            )
    used = [word for word in fills if any(cell["state"] == word for cell in cells)]
    colour = alt.Color(
        "state:N",
        title=None,
        scale=alt.Scale(domain=used, range=[fills[word] for word in used]),
        legend=alt.Legend(
            orient="bottom", columns=4, symbolType="square", symbolStrokeColor="#7d8790", offset=10
        ),
    )
    drawn = _with_words(t, services, matrix, cells)
    chart = _grid(t, services, matrix, drawn, sides, colour=colour, row_px=18, cell_px=30)
    title = t("What per cent of hromadas each service reaches")
    return _titled(t, gazetteer, services, matrix, chart, title=title)


def _titled(
    t: Translator,
    gazetteer: Gazetteer,
    services: Mapping[str, Service],
    matrix: PresenceMatrix,
    chart: AnyChart,
    *,
    title: str,
) -> AnyChart:
    """Return the heat map under its title, with the words for those who do not see it."""
    said = _presence_in_words(t, gazetteer, services, matrix)
    return styled(
        t,
        chart,
        title,
        _where_and_when(t, gazetteer, matrix),
        alt_text=t("Heat map. {title}. {told}", title=title, told=said),
    )


def _with_words(
    t: Translator,
    services: Mapping[str, Service],
    matrix: PresenceMatrix,
    cells: Sequence[Mapping[str, Any]],
) -> alt.Chart:
    """Return the cells with the names of their services, each carried once instead of in every cell."""
    names = {str(number): _column(t, services, one) for number, one in enumerate(matrix.columns)}
    return alt.Chart(data(cells)).transform_calculate(service=_looked_up(names, "datum.column"))


def _grid(
    t: Translator,
    services: Mapping[str, Service],
    matrix: PresenceMatrix,
    cells: alt.Chart,
    sides: Sequence[Mapping[str, Any]],
    *,
    colour: alt.Color,
    row_px: int,
    cell_px: int,
) -> alt.LayerChart:
    """Return cells with a sign each, names on the left, counts on the right, services slanted above."""
    columns = list(range(len(matrix.columns)))
    rows = [side["row"] for side in sides]
    heads = [
        {"column": number, "name": shortened(_column(t, services, column), 34)}
        for number, column in enumerate(matrix.columns)
    ]
    width = cell_px * len(columns)
    x = alt.X(
        "column:O", axis=None, sort=columns, scale=alt.Scale(domain=columns, paddingInner=0, paddingOuter=0)
    )
    y = alt.Y(
        "row:O",
        axis=None,
        sort=rows,
        scale=alt.Scale(domain=rows, paddingInner=0, paddingOuter=0),
    )
    names = {side["row"]: side["name"] for side in sides}
    cell = cells.transform_calculate(name=_looked_up(names, "datum.row"))
    side = alt.Chart(data(sides))
    layers: list[alt.Chart] = [
        cell.mark_rect(stroke=PAPER, strokeWidth=1).encode(
            x=x,
            y=y,
            color=colour,
            tooltip=[
                alt.Tooltip("name:N", title=t("Territory")),
                alt.Tooltip("service:N", title=t("Service")),
                alt.Tooltip("state:N", title=t("State")),
            ],
        ),
        cell.mark_text(fontSize=10).encode(x=x, y=y, text="sign:N", color=alt.Color("ink:N", scale=None)),
        side.transform_filter("datum.kind == 'hromada'")
        .mark_text(align="right", dx=-7, fontSize=10.5)
        .encode(x=alt.value(0), y=y, text="name:N"),
        side.transform_filter("datum.kind == 'raion'")
        .mark_text(align="right", dx=-7, fontSize=10.5, fontWeight="bold")
        .encode(x=alt.value(0), y=y, text="name:N"),
        side.mark_text(align="left", dx=7, fontSize=10.5, color=FAINT).encode(
            x=alt.value(width), y=y, text="count:N"
        ),
        alt.Chart(data(heads))
        .mark_text(align="left", baseline="middle", angle=305, dx=6, fontSize=10.5)
        .encode(x=x, y=alt.value(-2), text="name:N"),
    ]
    return layered(layers, width, row_px * len(rows))


def _column(t: Translator, services: Mapping[str, Service], column: PresenceColumn) -> str:
    return shortened(column_name(t, services, column), _LONGEST_NAME)


def _where_and_when(t: Translator, gazetteer: Gazetteer, matrix: PresenceMatrix) -> str:
    where = area_name(t, gazetteer, NATION if matrix.query.area is None else matrix.query.area)
    said = t("{area}, as of {day}", area=where, day=matrix.query.day)
    return said[:1].upper() + said[1:]


def _presence_in_words(
    t: Translator, gazetteer: Gazetteer, services: Mapping[str, Service], matrix: PresenceMatrix
) -> str:
    said = []
    for number, column in enumerate(matrix.columns):
        share = matrix.whole.share_reached(number)
        said.append(
            f"{column_name(t, services, column)} – {t('no data') if share is None else t.percent(share)}"
        )
    return f"{_where_and_when(t, gazetteer, matrix)}. {'; '.join(said)}."


def _told_apart(t: Translator, units: Sequence[Hromada]) -> dict[Katottg, str]:
    """Return short names, whole ones where two are alike."""
    short = {unit.katottg: unit.name_en if t.language == "en" else unit.name for unit in units}
    names = list(short.values())
    return {
        unit.katottg: shortened(
            hromada_name(t, unit)
            if names.count(short[unit.katottg]) > 1 or unit.is_special_city
            else short[unit.katottg],
            40,
        )
        for unit in units
    }


def _parent_name(t: Translator, gazetteer: Gazetteer, unit: Hromada) -> str:
    if unit.raion is None:
        return oblast_name(t, gazetteer.oblasts[unit.oblast])
    return raion_name(t, gazetteer.raions[unit.raion])


def _name(t: Translator, gazetteer: Gazetteer, area: Katottg | None) -> str:
    return area_name(t, gazetteer, NATION if area is None else area)


def _ink(state: CoverageState) -> str:
    # What needs doing is to be seen first, what is unknown last.
    if state in JUDGED:
        return text_on(STATE_FILLS[state].colour)
    return FAINT


def _looked_up(words: Mapping[str, str], key: str) -> str:
    """Return a Vega expression for the word of a key; JSON's strings and objects are the expression's too."""
    return f"({json.dumps(cleaned(words), ensure_ascii=True)})[{key}]"
