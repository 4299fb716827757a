"""Bars of people by area: who has a service within reach, and whom there is room for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import altair as alt

from mapapp.domain.accessibility import AreaAccess
from mapapp.domain.coverage import CoverageState
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.katottg import NATION, Katottg
from mapapp.domain.people import Estimate
from mapapp.presentation.chart_style import FAINT, AnyChart, data, distinct, layered, styled, text_on
from mapapp.presentation.labels import area_name, raion_name
from mapapp.presentation.messages import Translator
from mapapp.presentation.palette import INK, PAPER, STATE_FILLS
from mapapp.presentation.people_text import count_text, is_small

_BAR_PX: Final = 22
_WIDTH_PX: Final = 560
_COVERED: Final = STATE_FILLS[CoverageState.FROM_NEIGHBOUR].colour
_UNCOVERED: Final = STATE_FILLS[CoverageState.NOT_SERVED].colour
_OCCUPIED: Final = "#cccccc"
_UNKNOWN: Final = "#eceae4"
_LEAST_LABELLED: Final = 0.08
"""A shorter piece of a bar has no room for its per cent."""
_LONGEST_NAME: Final = 64
_LEAST_BAND: Final = 0.005


def covered_bars(
    t: Translator, gazetteer: Gazetteer, areas: Sequence[AreaAccess], *, subtitle: str = ""
) -> AnyChart:
    """Return a bar an area, least covered first: shares of people covered, not covered, occupied, unknown.

    A thin line over a bar is the band in which the covered share surely lies.
    """
    known = [area for area in areas if area.people is not None and area.people.total]
    parts = {
        t("covered"): _COVERED,
        t("not covered"): _UNCOVERED,
        t("temporarily occupied"): _OCCUPIED,
        t("no data"): _UNKNOWN,
    }
    ordered = sorted(known, key=lambda area: (_worst_first(area), _name(t, gazetteer, area.area)))
    unknown = [area for area in areas if area.people is None or not area.people.total]
    bars: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    names = _names(t, gazetteer, (*ordered, *unknown))
    for name, area in zip(names, (*ordered, *unknown), strict=True):
        people = area.people
        if people is None or not people.total:
            bars.append(
                {"area": name, "from": 0, "to": 1, "part": t("no data"), "share": 1, "said": t("no data")}
            )
            notes.append({"area": name, "text": t("no data")})
            continue
        at = 0.0
        counts = (people.covered, people.uncovered, people.occupied, people.unknown)
        for part, count in zip(parts, counts, strict=True):
            share = count.value / people.total
            if share:
                bars.append(
                    {
                        "area": name,
                        "from": round(at, 5),
                        "to": round(at + share, 5),
                        "part": part,
                        "said": count_text(t, count),
                        "label": t.percent(share) if share >= _LEAST_LABELLED else "",
                        "ink": text_on(parts[part]),
                    }
                )
            at += share
        lacking = count_text(t, people.uncovered) if people.uncovered.value else t.number(0)
        note = t("not covered: {n}", n=lacking) if people.covered_share is not None else ""
        notes.append({"area": name, "text": note, **_band(people.covered, people.total)})
    y = alt.Y("area:N", sort=names, title=None, axis=alt.Axis(domain=False, ticks=False, labelPadding=8))
    x = alt.X(
        "from:Q",
        title=None,
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(format="%", values=[0, 0.25, 0.5, 0.75, 1], domain=False, ticks=False),
    )
    used = [part for part in parts if any(bar["part"] == part for bar in bars)]
    colour = alt.Color(
        "part:N",
        title=None,
        scale=alt.Scale(domain=used, range=[parts[part] for part in used]),
        legend=alt.Legend(orient="top", direction="horizontal", symbolType="square", offset=4),
    )
    base = alt.Chart(data(bars))
    layers = [
        base.mark_bar(height=_BAR_PX - 7, stroke=PAPER, strokeWidth=0.8).encode(
            x=x,
            x2="to:Q",
            y=y,
            color=colour,
            tooltip=[
                alt.Tooltip("area:N", title=t("Territory")),
                alt.Tooltip("part:N", title=t("Part")),
                alt.Tooltip("said:N", title=t("People")),
            ],
        ),
        base.transform_calculate(mid="(datum.from + datum.to) / 2")
        .mark_text(fontSize=10)
        .encode(x="mid:Q", y=y, text="label:N", color=alt.Color("ink:N", scale=None)),
        alt.Chart(data(notes))
        .mark_text(align="left", color=FAINT)
        .encode(x=alt.datum(1.015), y=y, text="text:N"),
    ]
    if any("low" in note for note in notes):
        whiskers = [note for note in notes if "low" in note]
        layers.append(
            alt.Chart(data(whiskers))
            .mark_rule(color=INK, strokeWidth=1.3, yOffset=-_BAR_PX / 2 + 5)
            .encode(x="low:Q", x2="high:Q", y=y)
        )
    title = t("Who has the service within reach")
    told = "; ".join(
        f"{name}: {_share_text(t, area)}" for name, area in zip(names, (*ordered, *unknown), strict=True)
    )
    chart = layered(layers, _WIDTH_PX - 150, alt.Step(_BAR_PX))
    return styled(
        t,
        chart,
        title,
        subtitle or t("Share of people; a thin line is the band of the covered share"),
        alt_text=t("Bar chart. {title}. {told}.", title=title, told=told),
    )


def unmet_bars(
    t: Translator, gazetteer: Gazetteer, areas: Sequence[AreaAccess], *, subtitle: str = ""
) -> AnyChart:
    """Return a bar of need an area, most unmet first: those there is room for, and the others."""
    names = {id(area): name for area, name in zip(areas, _names(t, gazetteer, areas), strict=True)}
    ordered = sorted(
        areas, key=lambda area: (area.unmet is None, -(area.unmet or 0), -(area.need or 0), names[id(area)])
    )
    room, lack, unknown = t("there is room for"), t("there is no room for"), t("capacity is unknown")
    colours = {room: _COVERED, lack: _UNCOVERED, unknown: _UNKNOWN}
    bars: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    for area in ordered:
        name, need = names[id(area)], area.need
        if not need or area.unmet is None:
            said = t("no data") if not need else t("need {n}, capacity unknown", n=_people(t, need))
            bars.append({"area": name, "from": 0, "to": _blurred(need or 0), "part": unknown})
            notes.append({"area": name, "to": _blurred(need or 0), "text": said})
            continue
        served = need - area.unmet
        bars += [
            {"area": name, "from": 0, "to": _blurred(served), "part": room},
            {"area": name, "from": _blurred(served), "to": _blurred(need), "part": lack},
        ]
        said = t("no room for {n} of {need}", n=_people(t, area.unmet), need=_people(t, need))
        notes.append({"area": name, "to": _blurred(need), "text": said})
    order = [names[id(area)] for area in ordered]
    y = alt.Y("area:N", sort=order, title=None, axis=alt.Axis(domain=False, ticks=False, labelPadding=8))
    used = [part for part in colours if any(bar["part"] == part for bar in bars)]
    colour = alt.Color(
        "part:N",
        title=None,
        scale=alt.Scale(domain=used, range=[colours[part] for part in used]),
        legend=alt.Legend(orient="top", direction="horizontal", symbolType="square", offset=4),
    )
    layers = [
        alt.Chart(data(bars))
        .mark_bar(height=_BAR_PX - 7)
        .encode(
            x=alt.X("from:Q", title=t("People"), axis=alt.Axis(format=",.0f", tickCount=5)),
            x2="to:Q",
            y=y,
            color=colour,
        ),
        alt.Chart(data(notes))
        .mark_text(align="left", dx=6, color=FAINT)
        .encode(x="to:Q", y=y, text="text:N"),
    ]
    title = t("Need and the room there is for it")
    told = "; ".join(f"{note['area']}: {note['text']}" for note in notes)
    chart = layered(layers, _WIDTH_PX - 190, alt.Step(_BAR_PX))
    return styled(
        t,
        chart,
        title,
        subtitle or t("A model of who finds room within reach, no count"),
        alt_text=t("Bar chart. {title}. {told}.", title=title, told=told),
    )


def _names(t: Translator, gazetteer: Gazetteer, areas: Sequence[AreaAccess]) -> list[str]:
    """Return names to stand beside bars; of hromadas of one name each says in which raion it is."""
    names = [_name(t, gazetteer, area.area) for area in areas]
    units = [None if area.area is None else gazetteer.hromadas.get(area.area) for area in areas]
    told = [
        f"{name}, {raion_name(t, gazetteer.raions[unit.raion])}"
        if unit is not None and unit.raion is not None and names.count(name) > 1
        else name
        for name, unit in zip(names, units, strict=True)
    ]
    return distinct(told, _LONGEST_NAME)


def _name(t: Translator, gazetteer: Gazetteer, area: Katottg | None) -> str:
    return area_name(t, gazetteer, NATION if area is None else area)


def _share_text(t: Translator, area: AreaAccess) -> str:
    share = None if area.people is None else area.people.covered_share
    return t("no data") if share is None else t.percent(share)


def _worst_first(area: AreaAccess) -> tuple[bool, float]:
    share = None if area.people is None else area.people.covered_share
    return share is None, share or 0.0


def _band(covered: Estimate, total: float) -> dict[str, float]:
    low, high = covered.low / total, min(covered.high / total, 1.0)
    return {"low": round(low, 5), "high": round(high, 5)} if high - low > _LEAST_BAND else {}


def _people(t: Translator, number: float) -> str:
    return count_text(t, Estimate(number, number, number))


def _blurred(number: float) -> float:
    """Return the length of a bar: a small number's says no more than that it is small."""
    return 2.5 if is_small(Estimate(number, number, number)) else round(number, 1)
