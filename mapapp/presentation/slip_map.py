"""The small map on a slip: the hromadas, the way, where it begins and ends; plain SVG, legible in grey."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import shapely
from markupsafe import Markup
from shapely.geometry.base import BaseGeometry

from mapapp.domain.errors import NotFoundError
from mapapp.domain.geo import LonLat
from mapapp.domain.questions import Atlas
from mapapp.domain.slip import Slip
from mapapp.presentation.facts import NOTHING, Telling, joined
from mapapp.presentation.labels import settlement_name
from mapapp.presentation.messages import Translator

_SIDE: Final = 400
"""Units of the drawing along each side."""
_MARGIN: Final = 56
_SMALLEST_SPAN_M: Final = 3_000.0
_ROUND_M: Final = (100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000)
_LONGEST_LABEL: Final = 24
_METRES_IN_DEGREE: Final = 111_320.0
"""Along a meridian; enough for a scale bar."""
_ROAD_CREDIT: Final = "© OpenStreetMap contributors"


def slip_map(atlas: Atlas, slip: Slip, telling: Telling) -> str | None:
    """Return the map of a slip with the outlines that are drawn; None where there is nothing to show."""
    hromadas = (slip.from_place.area if slip.from_place else None, slip.point.hromada)
    outlines = []
    for code in dict.fromkeys(code for code in hromadas if code is not None):
        try:
            outlines.append(atlas.outline(code))
        except NotFoundError:
            continue  # a map without one of its outlines still shows the way
    return slip_map_svg(slip, telling.t, outlines, atlas.boundary_set().attribution)


def slip_map_svg(slip: Slip, t: Translator, outlines: Sequence[bytes] = (), credit: str = "") -> str | None:
    """Return a square map as SVG; None for a confidential point and for a service given from afar.

    `outlines` are WKB in WGS 84, `credit` says whose they are. Names in it are escaped; it refers to no file,
    script or style outside itself.
    """
    to = slip.point.point if slip.way is None else slip.way.to
    if slip.point.is_confidential or slip.is_remote or to is None:
        return None
    origin = slip.from_place.point if slip.from_place and slip.way else None
    line = slip.route.line if slip.route else ()
    frame = _Frame.around([to, *([origin] if origin else []), *line])
    owners = (credit if outlines else "", _ROAD_CREDIT if slip.route else "")
    parts = [
        *(_outline(frame, outline) for outline in outlines),
        _way(frame, origin, to, line),
        _marks(frame, slip, t, origin, to),
        _scale_bar(frame, t),
        _north(t),
        _credits(" · ".join(filter(None, owners))),
    ]
    return str(
        Markup(
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {0}" width="{0}" height="{0}"'
            ' role="img" aria-label="{1}">'
            '<defs><clipPath id="frame"><rect width="{0}" height="{0}"/></clipPath></defs>'
            '<g clip-path="url(#frame)"><rect width="{0}" height="{0}" fill="#fff"/>{2}</g>'
            '<rect x="0.5" y="0.5" width="{3}" height="{3}" fill="none" stroke="#444"/></svg>'
        ).format(_SIDE, map_words(slip, t), joined(parts), _SIDE - 1)
    )


def map_words(slip: Slip, t: Translator) -> str:
    """Return what the map shows, for those who cannot see it."""
    if slip.from_place is None or slip.way is None:
        return t("Map: {provider}", provider=slip.point.name)
    place = settlement_name(t, slip.from_place)
    return t("Map: the way from {place} to {provider}", place=place, provider=slip.point.name)


@dataclass(frozen=True, slots=True)
class _Frame:
    """A square of the country: equirectangular around its middle, true enough over the length of a way."""

    middle: LonLat
    side_m: float

    @classmethod
    def around(cls, points: Sequence[LonLat]) -> _Frame:
        lons, lats = [point.lon for point in points], [point.lat for point in points]
        middle = LonLat(lon=(min(lons) + max(lons)) / 2, lat=(min(lats) + max(lats)) / 2)
        width = (max(lons) - min(lons)) * math.cos(math.radians(middle.lat))
        span_m = max(width, max(lats) - min(lats)) * _METRES_IN_DEGREE
        inner = (_SIDE - 2 * _MARGIN) / _SIDE
        return cls(middle, max(span_m, _SMALLEST_SPAN_M) / inner)

    def xy(self, lon: float, lat: float) -> tuple[float, float]:
        per_degree = _METRES_IN_DEGREE * _SIDE / self.side_m
        x = _SIDE / 2 + (lon - self.middle.lon) * math.cos(math.radians(self.middle.lat)) * per_degree
        return round(x, 1), round(_SIDE / 2 - (lat - self.middle.lat) * per_degree, 1)

    @property
    def degrees(self) -> float:
        """One unit of the drawing in degrees of latitude."""
        return self.side_m / _SIDE / _METRES_IN_DEGREE

    def box(self) -> BaseGeometry:
        """Return the frame and a little around it, so that its cut edges stay out of sight."""
        half_lat = self.side_m / _METRES_IN_DEGREE * 0.55
        half_lon = half_lat / math.cos(math.radians(self.middle.lat))
        lon, lat = self.middle.lon, self.middle.lat
        return shapely.box(lon - half_lon, lat - half_lat, lon + half_lon, lat + half_lat)


def _outline(frame: _Frame, wkb: bytes) -> Markup:
    shape = shapely.make_valid(shapely.from_wkb(wkb))
    seen = shapely.intersection(shape, frame.box()).simplify(frame.degrees / 2)
    rings = [
        ring
        for part in shapely.get_parts(seen)
        if part.geom_type == "Polygon"
        for ring in (part.exterior, *part.interiors)
    ]
    path = " ".join(f"M{_points(frame, ring.coords)}Z" for ring in rings)
    return Markup('<path d="{}" fill="#eee" fill-rule="evenodd" stroke="#777" stroke-width="1.2"/>').format(
        path
    )


def _way(frame: _Frame, origin: LonLat | None, to: LonLat, line: Sequence[LonLat]) -> Markup:
    """Return the route, and straight dashes where no road is known: to it, from it, or all the way."""
    if origin is None:
        return NOTHING
    stages = [origin, line[0], line[-1], to] if line else [origin, to]
    straight = [pair for index, pair in enumerate(pairwise(stages)) if not line or index != 1]
    dashes = joined(
        Markup('<path d="M{}" fill="none" stroke="#000" stroke-width="2" stroke-dasharray="7 5"/>').format(
            _points(frame, ((point.lon, point.lat) for point in pair))
        )
        for pair in straight
    )
    if not line:
        return dashes
    road = shapely.LineString([(point.lon, point.lat) for point in line]).simplify(frame.degrees / 2)
    drawn = _points(frame, road.coords)
    return joined(
        [
            dashes,
            Markup('<path d="M{}" fill="none" stroke="#fff" stroke-width="7"/>').format(drawn),
            Markup('<path d="M{}" fill="none" stroke="#000" stroke-width="3.5"/>').format(drawn),
        ]
    )


def _marks(frame: _Frame, slip: Slip, t: Translator, origin: LonLat | None, to: LonLat) -> Markup:
    """Return a ring where the way begins and a square where it ends, each with its name."""
    x, y = frame.xy(to.lon, to.lat)
    square = Markup(
        '<rect x="{}" y="{}" width="14" height="14" fill="#000" stroke="#fff" stroke-width="2"/>'
    ).format(x - 7, y - 7)
    marks = [square]
    goal = t("stop of the team") if slip.way and slip.way.stop else t("provider")
    if origin is None or slip.from_place is None:
        return joined([*marks, _place_label(x, y, goal, is_above=True)])
    start_x, start_y = frame.xy(origin.lon, origin.lat)
    ring = Markup('<circle cx="{}" cy="{}" r="6.5" fill="#fff" stroke="#000" stroke-width="3"/>').format(
        start_x, start_y
    )
    is_above = y <= start_y
    return joined(
        [
            *marks,
            ring,
            _place_label(x, y, goal, is_above=is_above),
            _place_label(start_x, start_y, settlement_name(t, slip.from_place), is_above=not is_above),
        ]
    )


def _place_label(x: float, y: float, text: str, *, is_above: bool) -> Markup:
    short = text if len(text) <= _LONGEST_LABEL else f"{text[: _LONGEST_LABEL - 1]}…"
    anchor = "middle"
    if x < _SIDE / 4:
        anchor, x = "start", max(x - 8, 6)
    elif x > _SIDE * 3 / 4:
        anchor, x = "end", min(x + 8, _SIDE - 6)
    return _label(x, y - 14 if is_above else y + 27, short, anchor=anchor)


def _label(x: float, y: float, text: str, *, anchor: str = "middle", size: float = 19) -> Markup:
    """Return a text with a white edge, so that lines do not cross it."""
    if not text:
        return NOTHING
    return Markup(
        '<text x="{}" y="{}" text-anchor="{}" font-family="Libertinus Serif, serif" font-size="{}"'
        ' fill="#000" stroke="#fff" stroke-width="5" stroke-linejoin="round" paint-order="stroke">{}</text>'
    ).format(x, y, anchor, size, text)


def _credits(text: str) -> Markup:
    """Return whose the data is, on one line however long."""
    return _label(_SIDE - 6, _SIDE - 7, text, anchor="end", size=min(11, 2 * _SIDE / max(len(text), 1)))


def _scale_bar(frame: _Frame, t: Translator) -> Markup:
    """Return a bar of a round length, at most a third of the map."""
    length_m = max((metres for metres in _ROUND_M if metres <= frame.side_m / 3), default=_ROUND_M[0])
    width = round(length_m / frame.side_m * _SIDE, 1)
    y = _SIDE - 28
    bar = Markup(
        '<path d="M12 {0}v6h{1}v-6" fill="none" stroke="#fff" stroke-width="5"/>'
        '<path d="M12 {0}v6h{1}v-6" fill="none" stroke="#000" stroke-width="2"/>'
    ).format(y, width)
    unit = t.number(length_m / 1000) + f"\u00a0{t('km')}" if length_m >= 1000 else t.distance(length_m)  # noqa: PLR2004
    return bar + _label(12 + width / 2, y - 2, unit, size=16)


def _north(t: Translator) -> Markup:
    arrow = Markup('<path d="M{0} 26l7 20-7-5-7 5z" fill="#000" stroke="#fff" stroke-width="1"/>').format(
        _SIDE - 22
    )
    return arrow + _label(_SIDE - 8, 20, t("North"), anchor="end", size=16)


def _points(frame: _Frame, coords: Iterable[tuple[float, ...]]) -> str:
    drawn = [frame.xy(x, y) for x, y, *_ in coords]
    return " ".join(f"{x:g},{y:g}" for x, y in drawn)
