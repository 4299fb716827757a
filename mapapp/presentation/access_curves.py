"""Curves of access: how far people have it, how evenly places are spread, how towns and villages fare."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

import altair as alt

from mapapp.domain.accessibility import AccessAnswer, AreaAccess, TravelCost
from mapapp.presentation.chart_style import DASHES, FAINT, LINES, AnyChart, data, distinct, layered, styled
from mapapp.presentation.labels import label
from mapapp.presentation.messages import Translator

Labelled: TypeAlias = Sequence[tuple[str, AccessAnswer]]
"""Answers with what tells them apart: services, or scenarios."""

_WIDTH_PX: Final = 560
_LONGEST_NAME: Final = 42
_METRES_A_KM: Final = 1000.0
_SECONDS_A_MINUTE: Final = 60.0


def people_by_distance(t: Translator, labelled: Labelled) -> AnyChart:
    """Return the curve of the share of people by how far they have it to the nearest provider."""
    labelled = _distinct(labelled)
    points, ends = [], []
    query = labelled[0][1].query
    unit, of_unit = _unit(t, query.threshold.cost)
    for number, (name, answer) in enumerate(labelled):
        line = [
            {"cost": round(at.cost / of_unit, 3), "share": round(at.share, 5), "name": name, "order": number}
            for at in answer.curve
        ]
        points += line
        if line:
            ends.append({**line[-1], "said": f"{name} · {t.percent(answer.curve[-1].share)}"})
    _spread(ends, 0.055)
    limit = query.threshold.limit / of_unit
    names = [name for name, _ in labelled]
    x = alt.X("cost:Q", title=_cost_title(t, query.threshold.cost), scale=alt.Scale(nice=False))
    y = alt.Y(
        "share:Q",
        title=t("Share of people"),
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(format="%", values=[0, 0.25, 0.5, 0.75, 1], domain=False, ticks=False),
    )
    colour = alt.Color("name:N", scale=alt.Scale(domain=names, range=_cycled(LINES, names)), legend=None)
    mark = [{"cost": limit, "said": t("threshold {limit}", limit=f"{t.number(limit)}\u00a0{unit}")}]
    layers: list[alt.Chart] = [
        alt.Chart(data(points or [{"cost": limit, "share": None, "name": ""}]))
        .mark_line(strokeWidth=2.4, clip=True)
        .encode(
            x=x,
            y=y,
            color=colour,
            strokeDash=alt.StrokeDash(
                "name:N",
                scale=alt.Scale(domain=names, range=[list(dash) for dash in _cycled(DASHES, names)]),
                legend=None,
            ),
            tooltip=[
                alt.Tooltip("name:N", title=t("Service")),
                alt.Tooltip("cost:Q", title=unit, format=",.1f"),
                alt.Tooltip("share:Q", title=t("Share of people"), format=".0%"),
            ],
        ),
        alt.Chart(data(mark)).mark_rule(color=FAINT, strokeDash=[2, 3]).encode(x="cost:Q"),
        alt.Chart(data(mark))
        .mark_text(align="left", dx=5, baseline="top", color=FAINT, y=4)
        .encode(x="cost:Q", text="said:N"),
        alt.Chart(data(ends))
        .mark_text(align="left", dx=8, fontWeight="bold")
        .encode(x="cost:Q", y="at:Q", text="said:N", color=colour),
    ]
    title = t("How far people have it to the nearest provider")
    told = "; ".join(
        t(
            "{name}: {share} within {limit}",
            name=name,
            share=_share_text(t, answer.whole),
            limit=f"{t.number(limit)} {unit}",
        )
        for name, answer in labelled
    )
    chart = layered(layers, _WIDTH_PX, 300)
    return styled(
        t,
        chart,
        title,
        t("Of people in free territory that the registry describes"),
        alt_text=t("Line chart. {title}. {told}.", title=title, told=told),
    )


def lorenz(t: Translator, labelled: Labelled) -> AnyChart:
    """Return Lorenz curves of places per person: the farther below the diagonal, the less even."""
    labelled = _distinct(labelled)
    names = [name for name, _ in labelled]
    points = [
        {"people": round(people, 5), "access": round(access, 5), "name": name}
        for name, answer in labelled
        for people, access in answer.equity.lorenz
    ]
    ends = [
        {
            "people": 0.03,
            "at": 0.96 - 0.065 * number,
            "name": name,
            "said": f"{name}: {_gini_text(t, answer)}",
        }
        for number, (name, answer) in enumerate(labelled)
    ]
    axis = alt.Axis(format="%", values=[0, 0.25, 0.5, 0.75, 1])
    x = alt.X("people:Q", title=t("People, worst served first"), axis=axis, scale=alt.Scale(domain=[0, 1]))
    y = alt.Y("access:Q", title=t("Places they have within reach"), axis=axis, scale=alt.Scale(domain=[0, 1]))
    colour = alt.Color("name:N", scale=alt.Scale(domain=names, range=_cycled(LINES, names)), legend=None)
    dash = alt.StrokeDash(
        "name:N",
        scale=alt.Scale(domain=names, range=[list(one) for one in _cycled(DASHES, names)]),
        legend=None,
    )
    even = [{"people": 0, "access": 0}, {"people": 1, "access": 1}]
    layers = [
        alt.Chart(data(even)).mark_line(color=FAINT, strokeDash=[2, 3]).encode(x=x, y=y),
        alt.Chart(data(points or even[:1]))
        .mark_line(strokeWidth=2.4)
        .encode(x=x, y=y, color=colour, strokeDash=dash),
        alt.Chart(data(ends))
        .mark_text(align="left", fontWeight="bold")
        .encode(x="people:Q", y="at:Q", text="said:N", color=colour),
        alt.Chart(data([{"people": 0.5, "access": 0.5, "said": t("all alike")}]))
        .mark_text(color=FAINT, dx=-6, align="right")
        .encode(x="people:Q", y="access:Q", text="said:N"),
    ]
    title = t("How evenly places are spread over people")
    told = "; ".join(str(end["said"]) for end in ends)
    chart = layered(layers, 420, 380)
    return styled(
        t,
        chart,
        title,
        t("Gini: 0 is all alike, 1 is all for one"),
        alt_text=t("Line chart. {title}. {told}.", title=title, told=told),
    )


def urban_rural(t: Translator, labelled: Labelled) -> AnyChart:
    """Return the covered shares of people in towns and in villages, joined where both are known."""
    town, village = t("towns and selyshches"), t("villages")
    dots, joins, told = [], [], []
    labelled = _distinct(labelled)
    names = [name for name, _ in labelled]
    for name, answer in labelled:
        shares = {town: answer.equity.urban_share, village: answer.equity.rural_share}
        known = {kind: share for kind, share in shares.items() if share is not None}
        last = max(known.values(), default=0)
        first = min(known.values(), default=0)
        dots += [
            {
                "name": name,
                "share": round(share, 5),
                "kind": kind,
                "said": t.percent(share),
                "dx": 1 if share == last and (share != first or kind == town) else -1,
            }
            for kind, share in known.items()
        ]
        if len(known) == 2:  # noqa: PLR2004 - towns and villages
            joins.append({"name": name, "from": first, "to": last})
        told.append(
            f"{name}: "
            + ", ".join(
                f"{kind} – {t('no data') if share is None else t.percent(share)}"
                for kind, share in shares.items()
            )
        )
    y = alt.Y(
        "name:N",
        sort=names,
        title=None,
        scale=alt.Scale(domain=names),
        axis=alt.Axis(domain=False, ticks=False, grid=True, gridDash=[1, 3], labelPadding=8),
    )
    x = alt.X(
        "share:Q",
        title=t("Share of people covered"),
        scale=alt.Scale(domain=[-0.06, 1.06], nice=False),
        axis=alt.Axis(format="%", values=[0, 0.25, 0.5, 0.75, 1]),
    )
    kinds = [town, village]
    colour = alt.Color(
        "kind:N",
        title=None,
        scale=alt.Scale(domain=kinds, range=[LINES[0], LINES[1]]),
        legend=alt.Legend(orient="top", direction="horizontal", offset=4),
    )
    shape = alt.Shape("kind:N", title=None, scale=alt.Scale(domain=kinds, range=["square", "circle"]))
    base = alt.Chart(data(dots))
    layers: list[alt.Chart] = [
        alt.Chart(data(joins)).mark_rule(color="#b8c0c7", strokeWidth=3).encode(x="from:Q", x2="to:Q", y=y),
        base.mark_point(filled=True, size=110, opacity=1).encode(x=x, y=y, color=colour, shape=shape),
        base.transform_filter("datum.dx > 0").mark_text(align="left", dx=9).encode(x=x, y=y, text="said:N"),
        base.transform_filter("datum.dx < 0").mark_text(align="right", dx=-9).encode(x=x, y=y, text="said:N"),
    ]
    title = t("Towns and villages")
    chart = layered(layers, _WIDTH_PX - 190, alt.Step(30))
    return styled(
        t, chart, title, alt_text=t("Dot chart. {title}. {told}.", title=title, told="; ".join(told))
    )


def _distinct(labelled: Labelled) -> Labelled:
    names = distinct([name for name, _ in labelled], _LONGEST_NAME)
    return [(name, answer) for name, (_, answer) in zip(names, labelled, strict=True)]


def _share_text(t: Translator, area: AreaAccess) -> str:
    share = None if area.people is None else area.people.covered_share
    return t("no data") if share is None else t.percent(share)


def _gini_text(t: Translator, answer: AccessAnswer) -> str:
    gini = answer.equity.gini
    return t("capacity is unknown") if gini is None else t("Gini {gini}", gini=_hundredths(t, gini))


def _hundredths(t: Translator, value: float) -> str:
    return f"{value:.2f}".replace(".", t.locale.number_symbols["latn"]["decimal"])


def _unit(t: Translator, cost: TravelCost) -> tuple[str, float]:
    return (t("km"), _METRES_A_KM) if cost is TravelCost.DISTANCE else (t("min"), _SECONDS_A_MINUTE)


def _cost_title(t: Translator, cost: TravelCost) -> str:
    return t("To the nearest provider, {unit}", unit=label(t, cost))


def _spread(ends: list[dict[str, Any]], least: float) -> None:
    """Move labels of ends that are too near one another apart, in place: `at` is where each stands."""
    at = 1.0
    for end in sorted(ends, key=lambda end: -end["share"]):
        end["at"] = at = min(end["share"], at)
        at -= least


def _cycled(values: Sequence[Any], names: Sequence[str]) -> list[Any]:
    return [values[number % len(values)] for number in range(len(names))]
