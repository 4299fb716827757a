"""Maps of coverage for paper and pages: classes of a value, states of a service, gains and losses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import altair as alt
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

from mapapp.domain.accessibility import AccessAnswer
from mapapp.domain.coverage import CoverageState
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geo import METRIC_CRS
from mapapp.domain.geography import Occupation
from mapapp.domain.katottg import Katottg
from mapapp.domain.planner import difference
from mapapp.presentation.chart_style import GAIN_FILLS, AnyChart, Classes, data, layered, styled, text_on
from mapapp.presentation.labels import label
from mapapp.presentation.messages import Translator
from mapapp.presentation.palette import HROMADA_LINE, OBLAST_LINE, SELECTION, STATE_FILLS

Outlines: TypeAlias = Mapping[Katottg, bytes]
"""Polygons as WKB in WGS 84 by code of drawn area."""

_Area: TypeAlias = shapely.Polygon | shapely.MultiPolygon

WIDTH_PX: Final = 640
_HEIGHT_PX: Final = 620
_HATCH_PX: Final = 5.0
_DETAIL_PX: Final = 0.35
"""Borders are drawn this exactly: finer detail would not be seen."""
_SIGN_PX: Final = 6.4
"""How wide a sign of a label is at `_LABEL_PX`, on average."""
_LABEL_PX: Final = 10
_LEGEND: Final = alt.Legend(
    title=None, orient="bottom", columns=3, offset=8, symbolType="square", symbolStrokeColor=HROMADA_LINE
)
_FLAT: Final[Mapping[str, Any]] = MappingProxyType({"type": "identity", "scale": 1, "translate": [0, 0]})
"""What is drawn is in pixels already."""
_LEAST_GAIN: Final = 0.5
"""Fewer people than half of one are rounding, no change."""


@dataclass(frozen=True, slots=True)
class _Painted:
    """What is said of one area: the word of the legend, and its label, empty for none."""

    word: str
    text: str = ""


def choropleth(
    t: Translator,
    outlines: Outlines,
    values: Mapping[Katottg, float | None],
    classes: Classes,
    title: str,
    *,
    subtitle: str = "",
    texts: Mapping[Katottg, str] = MappingProxyType({}),
    names: Mapping[Katottg, str] = MappingProxyType({}),
    occupied: Collection[Katottg] = (),
    selected: Katottg | None = None,
) -> AnyChart:
    """Return a map of values in classes; `texts` are the labels of areas that have room for one.

    An area without a value is «no data», one of `occupied` is hatched, whatever its value is.
    """
    nothing, taken = label(t, CoverageState.NO_DATA), label(t, CoverageState.OCCUPIED)
    painted = {}
    for code in outlines:
        value = values.get(code)
        if code in occupied:
            painted[code] = _Painted(taken)
        elif value is None:
            painted[code] = _Painted(nothing, "?")
        else:
            painted[code] = _Painted(classes.labels[classes.index(value)], texts.get(code, ""))
    fills = dict(zip(classes.labels, classes.fills, strict=True))
    drawn = _drawn(t, outlines, painted, fills, names=names, selected=selected)
    return styled(t, drawn, title, subtitle, alt_text=_alt_text(t, title, painted))


def state_map(
    t: Translator,
    outlines: Outlines,
    states: Mapping[Katottg, CoverageState],
    title: str,
    *,
    subtitle: str = "",
    names: Mapping[Katottg, str] = MappingProxyType({}),
    selected: Katottg | None = None,
) -> AnyChart:
    """Return a map of what is said of a service in each hromada, in the colours of the legend."""
    painted = {
        code: _Painted(label(t, states.get(code, CoverageState.NO_DATA)), names.get(code, ""))
        for code in outlines
    }
    fills = {label(t, state): STATE_FILLS[state].colour for state in CoverageState}
    drawn = _drawn(t, outlines, painted, fills, names=names, selected=selected, only_used=True)
    return styled(t, drawn, title, subtitle, alt_text=_alt_text(t, title, painted))


def difference_map(
    t: Translator,
    gazetteer: Gazetteer,
    outlines: Outlines,
    base: AccessAnswer,
    other: AccessAnswer,
    *,
    title: str,
    subtitle: str = "",
) -> AnyChart:
    """Return a map of how many people more or fewer are covered in each hromada: blue gains, brown losses.

    Signs before the numbers say the same without colour; the limit between small and great is the same on
    both sides.
    """
    changes = {
        code: difference(area, other.hromadas[code])
        for code, area in base.hromadas.items()
        if code in outlines and code in other.hromadas
    }
    sizes = sorted(abs(change) for change in changes.values() if change and abs(change) >= _LEAST_GAIN)
    great = float(f"{sizes[len(sizes) // 2]:.2g}") if sizes else 1.0
    told = t.number(great)
    classes = Classes(
        (-great, -_LEAST_GAIN, _LEAST_GAIN, great),
        (
            t("loss of more than {n} people", n=told),
            t("loss of up to {n} people", n=told),
            t("no change"),
            t("gain of up to {n} people", n=told),
            t("gain of more than {n} people", n=told),
        ),
        GAIN_FILLS,
    )
    texts = {
        code: f"{'+' if change > 0 else '−'}{t.number(round(abs(change)))}"
        for code, change in changes.items()
        if change and abs(change) >= _LEAST_GAIN
    }
    occupied = {
        code
        for answer in (base, other)
        for code, area in answer.hromadas.items()
        if area.occupation is Occupation.FULLY
    }
    names = {code: unit.name for code, unit in gazetteer.hromadas.items() if code in outlines}
    return choropleth(
        t, outlines, changes, classes, title, subtitle=subtitle, texts=texts, names=names, occupied=occupied
    )


def _drawn(
    t: Translator,
    outlines: Outlines,
    painted: Mapping[Katottg, _Painted],
    fills: Mapping[str, str],
    *,
    names: Mapping[Katottg, str],
    selected: Katottg | None,
    only_used: bool = False,
) -> alt.LayerChart:
    codes = sorted(outlines)
    shapes, height_px = _on_paper([outlines[code] for code in codes])
    nothing, taken = label(t, CoverageState.NO_DATA), label(t, CoverageState.OCCUPIED)
    colours = {
        **fills,
        taken: STATE_FILLS[CoverageState.OCCUPIED].colour,
        nothing: STATE_FILLS[CoverageState.NO_DATA].colour,
    }
    used = {painted[code].word for code in codes}
    listed = [
        word
        for word in colours
        if word in used or (word in fills and word not in {taken, nothing} and not only_used)
    ]
    areas = [
        _feature(shape, name=names.get(code, code), word=painted[code].word, text=painted[code].text)
        for code, shape in zip(codes, shapes, strict=True)
    ]
    line = 0.5 if len(codes) > 300 else 0.8  # noqa: PLR2004 - a whole country
    layers = [
        alt.Chart(data(areas))
        .mark_geoshape(stroke=HROMADA_LINE, strokeWidth=line, strokeJoin="round")
        .encode(
            color=alt.Color(
                "properties.word:N",
                scale=alt.Scale(domain=listed, range=[colours[word] for word in listed]),
                legend=_LEGEND,
            ),
            tooltip=[
                alt.Tooltip("properties.name:N", title=t("Territory")),
                alt.Tooltip("properties.word:N", title=t("Value")),
                alt.Tooltip("properties.text:N", title=t("Number")),
            ],
        )
        .project(**_FLAT)
    ]
    occupied = [shape for code, shape in zip(codes, shapes, strict=True) if painted[code].word == taken]
    if occupied:
        hatch = [_feature(lines) for lines in map(_hatched, occupied) if not lines.is_empty]
        stroke = STATE_FILLS[CoverageState.OCCUPIED].hatch
        layers.append(_lines(hatch, stroke, 0.8))
    edge = _feature(shapely.unary_union(shapely.buffer(shapes, 0.2)).boundary)
    layers.append(_lines([edge], OBLAST_LINE, 1.1))
    if selected is not None and selected in outlines:
        layers.append(_lines([_feature(shapes[codes.index(selected)].boundary)], SELECTION, 2.4))
    words = [
        at
        for code, shape in zip(codes, shapes, strict=True)
        if (at := _label(shape, painted[code].text, colours[painted[code].word])) is not None
    ]
    if words:
        layers.append(
            alt.Chart(data(words))
            .mark_text(fontSize=_LABEL_PX)
            .encode(longitude="x:Q", latitude="y:Q", text="text:N", color=alt.Color("ink:N", scale=None))
            .project(**_FLAT)
        )
    return layered(layers, WIDTH_PX, height_px)


def _lines(features: Sequence[Mapping[str, Any]], stroke: str, width_px: float) -> alt.Chart:
    marks = alt.Chart(data(features)).mark_geoshape(filled=False, stroke=stroke, strokeWidth=width_px)
    drawn: alt.Chart = marks.project(**_FLAT)
    return drawn


def _on_paper(wkbs: Sequence[bytes]) -> tuple[list[_Area], int]:
    """Return the shapes in pixels, y downwards, and the height they take; borders stay shared."""
    to_metres = Transformer.from_crs(4326, METRIC_CRS, always_xy=True)

    def to_metric(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(to_metres.transform(xy[:, 0], xy[:, 1]))

    metric = shapely.transform(shapely.from_wkb(list(wkbs)), to_metric)
    west, south, east, north = shapely.total_bounds(metric)
    px_per_m = min(WIDTH_PX / (east - west), _HEIGHT_PX / (north - south))
    left = (WIDTH_PX - (east - west) * px_per_m) / 2

    def to_px(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack((left + (xy[:, 0] - west) * px_per_m, (north - xy[:, 1]) * px_per_m))

    drawn = shapely.coverage_simplify(shapely.transform(metric, to_px), _DETAIL_PX)
    # d3 takes the side of a ring that its direction says: clockwise on paper is the inside.
    return list(shapely.orient_polygons(drawn, exterior_cw=True)), round((north - south) * px_per_m)


def _feature(shape: BaseGeometry, **properties: str) -> dict[str, Any]:
    rounded = shapely.transform(shape, _tenths)
    geometry = shapely.geometry.mapping(rounded)
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _tenths(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    return xy.round(1)


def _hatched(shape: _Area) -> BaseGeometry:
    """Return diagonal strokes over the shape."""
    west, north, east, south = shape.bounds
    height = south - north
    starts = np.arange(np.floor((west - height) / _HATCH_PX) * _HATCH_PX, east, _HATCH_PX)
    strokes = shapely.linestrings([[(x, south), (x + height, north)] for x in starts])
    return shapely.MultiLineString(list(strokes)).intersection(shape)


def _label(shape: _Area, text: str, fill: str) -> dict[str, Any] | None:
    """Return the text in the roomiest place of the area, None where there is no room for it."""
    if not text or shape.is_empty:
        return None
    circle = shapely.maximum_inscribed_circle(shape, tolerance=0.5)
    (x, y), _ = circle.coords
    half_width = max(len(text) * _SIGN_PX, _LABEL_PX) / 2
    if not shape.covers(shapely.box(x - half_width, y - _LABEL_PX / 2, x + half_width, y + _LABEL_PX / 2)):
        return None
    return {"x": round(x, 1), "y": round(y, 1), "text": text, "ink": text_on(fill)}


def _alt_text(t: Translator, title: str, painted: Mapping[Katottg, _Painted]) -> str:
    """Return in words how many areas there are of each kind."""
    counts = Counter(one.word for one in painted.values())
    told = t.listed(f"{word}: {t.number(count)}" for word, count in counts.most_common())
    return t("Map. {title}. Territories by kind: {counts}.", title=title, counts=told)
