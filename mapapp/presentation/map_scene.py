"""What the drawing script in the browser is told: the furniture once, then the few values of each view.

Outlines and names are addresses of immutable files. A view is one digit per drawn area, so a change of filter
sends a few kilobytes (docs/adr/0004-map-delivery.md).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Final
from urllib.parse import urlencode

from mapapp.domain.coverage import CoverageState
from mapapp.domain.errors import msgid
from mapapp.domain.geo import BoundingBox, LonLat
from mapapp.domain.geography import Occupation
from mapapp.domain.katottg import Katottg, KatottgLevel
from mapapp.domain.questions import Atlas, CoverageAnswer, MapPoint
from mapapp.domain.registry import PointKind
from mapapp.presentation.labels import hromada_name, label, oblast_name, raion_name
from mapapp.presentation.map_view import MapResult, MapView
from mapapp.presentation.messages import Translator, translator
from mapapp.presentation.palette import (
    HROMADA_LINE,
    LAND,
    OBLAST_LINE,
    POINT_COLOURS,
    POINT_GROUPS,
    RAION_LINE,
    SELECTION,
    STATE_FILLS,
    group_label,
)

STATE_DIGITS: Final[Mapping[CoverageState, str]] = {
    state: str(index) for index, state in enumerate(STATE_FILLS)
}
NOT_ASKED: Final = "."
"""Stands for an area the question was not about."""

POINT_FIELDS: Final = ("id", "lon", "lat", "kind", "hromada", "name", "address", "phones", "is_demo")
"""What each row of the points file holds; `kind` is an index into `POINT_KINDS`."""
POINT_KINDS: Final = tuple(PointKind)

DETAIL_TOLERANCE_M: Final = 150
"""The finer outlines, fetched when somebody zooms in to where the coarse ones look angular."""

_OCCUPATION_DIGITS: Final = {Occupation.NONE: 0, Occupation.PARTLY: 1, Occupation.FULLY: 2}

_WORDS: Final[Mapping[str, str]] = {
    "map": msgid("Map of hromadas"),
    "legend": msgid("Legend"),
    "providers": msgid("Providers"),
    "approximate": msgid("Approximate boundaries"),
    "partlyOccupied": msgid("partly temporarily occupied"),
    "demo": msgid("demo"),
    "origin": msgid("The chosen place"),
    "loading": msgid("Loading the map…"),
    "failed": msgid("The map did not load. Check the connection and reload the page."),
    "pointsFailed": msgid("The providers did not load. Check the connection and reload the page."),
    "tilesOff": msgid("The base map is unreachable and was switched off."),
    "zoomIn": msgid("Zoom in"),
    "zoomOut": msgid("Zoom out"),
    "close": msgid("Close"),
    "metres": msgid("m"),
    "kilometres": msgid("km"),
}


@dataclass(frozen=True, slots=True)
class Tiles:
    """An optional base map: a Leaflet template with `{z}`, `{x}`, `{y}`, and the words it must carry."""

    url: str
    attribution: str


@dataclass(frozen=True, slots=True)
class UnitsFile:
    """The names of all units in one language, as JSON; `content_hash` names its immutable address."""

    content: bytes
    content_hash: str


def points_url(*, day: date, service: str | None = None, area: Katottg | None = None) -> str:
    """Return where the browser reads the points to draw: of a service or any, in an area or everywhere."""
    parameters = {"service": service, "area": area, "day": day.isoformat()}
    return f"/api/map/points?{urlencode({name: value for name, value in parameters.items() if value})}"


def layer_url(name: str, tolerance_m: int, content_hash: str) -> str:
    """Return the immutable address of a layer of outlines."""
    return f"/geo/{name}-{tolerance_m}-{content_hash}.json"


def point_row(point: MapPoint) -> list[object]:
    """Return the values of `POINT_FIELDS` for one point; a metre is 0.00001 degrees."""
    return [
        point.point_id,
        round(point.position.lon, 5),
        round(point.position.lat, 5),
        POINT_KINDS.index(point.kind),
        point.hromada,
        point.name,
        point.address,
        list(point.phones),
        int(point.is_demo),
    ]


class MapScene:
    """The map of one atlas, for everyone who looks at it; safe to share between threads."""

    def __init__(self, atlas: Atlas, tiles: Tiles | None = None) -> None:
        self._atlas = atlas
        self._tiles = tiles
        gazetteer = atlas.gazetteer
        # Crimea's raions are drawn as areas too, though they are no hromadas and no question is about them.
        self.areas: Final = tuple(sorted({*gazetteer.hromadas, *gazetteer.occupation}))
        self._units: dict[str, UnitsFile] = {}
        self._links: tuple[str, dict[str, object]] = ("", {})

    def units(self, language: str) -> UnitsFile:
        """Return the names of everything drawn, in the order in which `state` writes its digits."""
        if language not in self._units:
            content = json.dumps(
                self._named_units(translator(language)), ensure_ascii=False, separators=(",", ":")
            )
            encoded = content.encode()
            self._units[language] = UnitsFile(encoded, sha256(encoded).hexdigest()[:16])
        return self._units[language]

    def furniture(self, t: Translator) -> dict[str, object]:
        """Return everything that stays while filters change: addresses, colours, words, credits."""
        boundaries = self._atlas.boundary_set()
        units = self.units(t.language)
        return {
            **self._geometry_links(boundaries.checksum),
            "units": f"/geo/units-{t.language}-{units.content_hash}.json",
            "states": [
                {"key": state, "label": label(t, state), "colour": fill.colour, "hatch": fill.hatch}
                for state, fill in STATE_FILLS.items()
            ],
            "kinds": [{"label": label(t, kind), "group": POINT_GROUPS[kind]} for kind in POINT_KINDS],
            "groups": [
                {"key": group, "label": group_label(t, group), "colour": colour}
                for group, colour in POINT_COLOURS.items()
            ],
            "land": LAND,
            "lines": {"hromada": HROMADA_LINE, "raion": RAION_LINE, "oblast": OBLAST_LINE},
            "selection": SELECTION,
            "words": {name: t(text) for name, text in _WORDS.items()},
            "approximate": boundaries.is_approximate,
            "attribution": boundaries.attribution,
            "tiles": None
            if self._tiles is None
            else {"url": self._tiles.url, "attribution": self._tiles.attribution},
        }

    def state(self, view: MapView, t: Translator) -> dict[str, object]:
        """Return the values of one view; nothing in it grows with the detail of the outlines."""
        return {
            "bounds": _corners(view.bounds),
            **self._colours(view),
            "pointsUrl": view.points_url,
            "selected": view.selected_hromada,
            "origin": None if view.origin is None else _lat_lon(view.origin),
            "results": [_result(result, t) for result in view.results],
            "chosen": view.chosen,
            "route": [_lat_lon(point) for point in view.route],
        }

    def _colours(self, view: MapView) -> dict[str, object]:
        """Return a digit for each area, and how many hromadas have each."""
        if view.coverage is not None:
            counts = [view.coverage.count(state) for state in STATE_FILLS]
            return {"states": self.digits(view.coverage), "counts": counts}
        shading = view.shading
        if shading is None:
            return {"states": None, "counts": None}
        found = Counter(shading.of.values())
        digits = (str(shading.of[area]) if area in shading.of else NOT_ASKED for area in self.areas)
        return {
            "states": "".join(digits),
            "counts": [found[index] for index in range(len(shading.bands))],
            "bands": [
                {"label": band.label, "colour": band.colour, "hatch": band.hatch} for band in shading.bands
            ],
        }

    def digits(self, coverage: CoverageAnswer) -> str:
        """Return one sign per area of `areas`: the index of its state, or `NOT_ASKED`."""
        hromadas = coverage.hromadas
        is_national = len(hromadas) == len(self._atlas.gazetteer.hromadas)
        occupation = self._atlas.gazetteer.occupation

        def digit(area: Katottg) -> str:
            if area in hromadas:
                return STATE_DIGITS[hromadas[area].state]
            if is_national and area not in self._atlas.gazetteer.hromadas:
                is_occupied = occupation[area] is Occupation.FULLY
                return STATE_DIGITS[CoverageState.OCCUPIED if is_occupied else CoverageState.NO_DATA]
            return NOT_ASKED

        return "".join(map(digit, self.areas))

    def _geometry_links(self, checksum: str) -> dict[str, object]:
        """Return the layers' addresses, read again only after an administrator replaced the boundaries."""
        known, links = self._links
        if known != checksum:
            links = {"geometry": self._urls_at(None), "detailedGeometry": self._urls_at(DETAIL_TOLERANCE_M)}
            self._links = (checksum, links)
        return links

    def _urls_at(self, tolerance_m: int | None) -> dict[str, str]:
        layers = [self._atlas.layer(name, tolerance_m) for name in ("hromadas", "raions", "oblasts")]
        return {layer.name: layer_url(layer.name, layer.tolerance_m, layer.content_hash) for layer in layers}

    def _named_units(self, t: Translator) -> dict[str, object]:
        gazetteer = self._atlas.gazetteer
        oblasts = list(gazetteer.oblasts.values())
        raions = list(gazetteer.raions.values())
        oblast_index = {oblast.katottg: index for index, oblast in enumerate(oblasts)}
        raion_index = {raion.katottg: index for index, raion in enumerate(raions)}

        def short(unit_name: str, unit_name_en: str) -> str:
            return unit_name_en or unit_name if t.language == "en" else unit_name

        def area_row(area: Katottg) -> list[object]:
            occupied = _OCCUPATION_DIGITS[gazetteer.occupation.get(area, Occupation.NONE)]
            if area in gazetteer.hromadas:
                hromada = gazetteer.hromadas[area]
                parents = (
                    -1 if hromada.raion is None else raion_index[hromada.raion],
                    -1 if hromada.is_special_city else oblast_index[hromada.oblast],
                )
                names = (short(hromada.name, hromada.name_en), hromada_name(t, hromada))
            elif area.level is KatottgLevel.RAION:
                raion = gazetteer.raions[area]
                parents = (-1, oblast_index[raion.oblast])
                names = (short(raion.name, raion.name_en), raion_name(t, raion))
            else:
                # The exclusion zone: settlements straight under an oblast.
                parents = (-1, oblast_index[area])
                names = (t("outside hromadas"), t("Territory outside hromadas"))
            return [area, *names, *parents, occupied, int(area in gazetteer.hromadas)]

        return {
            "oblasts": [[o.katottg, short(o.name, o.name_en), oblast_name(t, o)] for o in oblasts],
            "raions": [[r.katottg, short(r.name, r.name_en), raion_name(t, r)] for r in raions],
            "areas": [area_row(area) for area in self.areas],
        }


def _corners(box: BoundingBox) -> list[list[float]]:
    """Return south-west and north-east, latitude first, as Leaflet wants them."""
    return [[box.south, box.west], [box.north, box.east]]


def _lat_lon(point: LonLat) -> list[float]:
    return [point.lat, point.lon]


def _result(result: MapResult, t: Translator) -> dict[str, object]:
    return {
        "id": result.point_id,
        "number": result.number,
        "at": _lat_lon(result.position),
        "hromada": result.hromada,
        "name": result.name,
        "kind": "" if result.kind is None else label(t, result.kind),
        "address": result.address,
        "phones": list(result.phones),
        "isDemo": result.is_demo,
    }
