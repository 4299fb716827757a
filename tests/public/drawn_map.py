"""An atlas drawn by hand, for the layers that carry it to a browser; as a script it serves the drawing.

    python tests/public/drawn_map.py PORT

Each letter is a hromada and each sign a cell of 0.2 degrees:

    A A B |       A: a provider sits here                 oblast 53, raion 5306
    A C B |       B: served from elsewhere
    ------+       C: not served, partly occupied
    D D E         D: occupied      E: no data             oblast 23, raion 2304
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

import brotli

from mapapp.domain.coverage import CoverageState, HromadaCoverage, Reach
from mapapp.domain.errors import NotFoundError
from mapapp.domain.gazetteer import Gazetteer, SourceEdition
from mapapp.domain.geo import BoundingBox, LonLat
from mapapp.domain.geography import (
    Hromada,
    HromadaKind,
    Oblast,
    OblastKind,
    Raion,
    Settlement,
    SettlementKind,
    TerritoryStatus,
)
from mapapp.domain.katottg import Katottg, KatottgLevel
from mapapp.domain.questions import (
    BoundarySet,
    CoverageAnswer,
    CoverageQuery,
    GeometryLayer,
    Health,
    MapPoint,
    NearestAnswer,
    NearestQuery,
    PlaceMatch,
    PointsQuery,
)
from mapapp.domain.registry import PointKind
from mapapp.domain.services import Service
from mapapp.settings import Settings

DRAWING = """
    A A B
    A C B
    D D E
"""
CELL_DEG = 0.2
WEST, NORTH = 34.0, 49.6

POLTAVSKA, ZAPORIZKA = Katottg("UA53000000000028050"), Katottg("UA23000000000064947")
LUBENSKYI, POLOHIVSKYI = Katottg("UA53060000000099999"), Katottg("UA23040000000099999")
HROMADAS = {
    "A": Katottg("UA53060010000000001"),
    "B": Katottg("UA53060020000000002"),
    "C": Katottg("UA53060030000000003"),
    "D": Katottg("UA23040040000000004"),
    "E": Katottg("UA23040050000000005"),
}
STATES = {
    "A": CoverageState.SERVED,
    "B": CoverageState.FROM_WIDER,
    "C": CoverageState.NOT_SERVED,
    "D": CoverageState.OCCUPIED,
    "E": CoverageState.NO_DATA,
}
OCCUPIED_PLACES = {"C": 1, "D": 2}
"""How many of the two settlements of each hromada are occupied."""

EVIL = """<img src=x onerror="window.hacked=1"></script><script>window.hacked=2</script>'{{ 7*7 }}' & Ко"""
"""A provider's name that tries to be markup, script and template at once."""

SERVICES = {
    service.slug: service
    for service in (
        Service("home-care", "Догляд вдома", "Home care", "015.1", 1, is_confidential=False),
        Service("shelter", "Надання притулку", "Shelter", None, 4, is_confidential=True),
    )
}


def cells() -> dict[str, list[tuple[float, float]]]:
    """Return the south-west corners of each hromada's cells."""
    found: dict[str, list[tuple[float, float]]] = {letter: [] for letter in HROMADAS}
    for row, line in enumerate(DRAWING.split("\n")[1:-1]):
        for column, letter in enumerate(line.split()):
            found[letter].append((WEST + column * CELL_DEG, NORTH - (row + 1) * CELL_DEG))
    return found


def gazetteer() -> Gazetteer:
    oblasts = {
        POLTAVSKA: Oblast(POLTAVSKA, OblastKind.OBLAST, "Полтавська", "Poltavska"),
        ZAPORIZKA: Oblast(ZAPORIZKA, OblastKind.OBLAST, "Запорізька", "Zaporizka"),
    }
    raions = {
        LUBENSKYI: Raion(LUBENSKYI, "Лубенський", "Lubenskyi", POLTAVSKA),
        POLOHIVSKYI: Raion(POLOHIVSKYI, "Пологівський", "Polohivskyi", ZAPORIZKA),
    }
    hromadas, settlements, open_status = {}, {}, {}
    for letter, code in sorted(HROMADAS.items(), key=lambda item: item[1]):
        raion = next(unit for unit in raions.values() if unit.katottg.raion_prefix == code.raion_prefix)
        west, south = cells()[letter][0]
        hromadas[code] = Hromada(
            code,
            HromadaKind.RURAL,
            f"{letter}-ська",
            f"{letter}-ska",
            raion.katottg,
            raion.oblast,
            LonLat(lon=west, lat=south),
            None,
            None,
        )
        for number in (1, 2):
            place = Katottg(f"{code[:9]}{number:03}00{number:05}")
            settlements[place] = Settlement(
                place,
                SettlementKind.VILLAGE,
                f"{letter}{number}",
                f"{letter}{number}",
                "",
                code,
                raion.katottg,
                raion.oblast,
                code,
                LonLat(lon=west, lat=south),
                None,
            )
            if number <= OCCUPIED_PLACES.get(letter, 0):
                open_status[place] = frozenset({TerritoryStatus.TEMPORARILY_OCCUPIED})
    source = SourceEdition("Drawing", date(2026, 1, 1), "CC0", "Drawn by hand")
    return Gazetteer(oblasts, raions, hromadas, settlements, (), open_status, {"drawing": source})


def outlines(name: str, shift_deg: float) -> bytes:
    """Return a layer as GeoJSON: the cells of all hromadas that share the unit's prefix."""
    drawn = gazetteer()
    units = {"hromadas": drawn.hromadas, "raions": drawn.raions, "oblasts": drawn.oblasts}[name]
    size = CELL_DEG - shift_deg
    features = []
    for unit in sorted(units):
        inside = [
            corner
            for letter, code in HROMADAS.items()
            for corner in cells()[letter]
            if code.startswith(prefix_of(unit))
        ]
        polygons = [[[[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]] for x, y in inside]
        geometry = {"type": "MultiPolygon", "coordinates": polygons}
        features.append({"type": "Feature", "properties": {"code": unit}, "geometry": geometry})
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def prefix_of(area: Katottg | None) -> str:
    if area is None:
        return ""
    digits = {KatottgLevel.OBLAST: 4, KatottgLevel.RAION: 6, KatottgLevel.HROMADA: 9}
    return area[: digits[area.level]]


class DrawnAtlas:
    """An `Atlas` in memory; the service `home-care` has the drawn states, every other serves nobody."""

    def __init__(self) -> None:
        self.gazetteer = gazetteer()
        self.services = MappingProxyType(SERVICES)
        self.is_approximate = True
        self.checksum = "drawn"
        self.broken: Exception | None = None
        inside_a = LonLat(lon=WEST + 0.1, lat=NORTH - 0.1)
        point = MapPoint(
            point_id="centre-1",
            name=EVIL,
            kind=PointKind.SOCIAL_SERVICES_CENTRE,
            hromada=HROMADAS["A"],
            position=inside_a,
            services=("home-care",),
            phones=("1545", "116 123"),
            address="вул. <b>Миру</b>, 1",
            is_demo=True,
        )
        elsewhere = LonLat(lon=WEST + 0.5, lat=NORTH - 0.1)
        self._points = [
            point,
            replace(point, point_id="centre-2", name="Другий у тому самому будинку", is_demo=False),
            replace(
                point,
                point_id="shelter-1",
                name="Притулок",
                kind=PointKind.SHELTER,
                hromada=HROMADAS["B"],
                position=elsewhere,
                services=("shelter",),
            ),
        ]

    def health(self) -> Health:
        if self.broken is not None:
            raise self.broken
        return Health("drawing", 5, 10, len(self._points), self.is_approximate, demo_records=True)

    def registry_scope(self) -> frozenset[Katottg]:
        return frozenset({POLTAVSKA})

    def nearest(self, query: NearestQuery) -> NearestAnswer:
        raise NotFoundError("There is no service «{service}» in the classifier", service=query.service)

    def coverage(self, query: CoverageQuery) -> CoverageAnswer:
        if self.broken is not None:
            raise self.broken
        found = {}
        for letter, code in sorted(HROMADAS.items(), key=lambda item: item[1]):
            if not code.startswith(prefix_of(query.area)):
                continue
            state = STATES[letter]
            if query.service != "home-care" and state is not CoverageState.OCCUPIED:
                state = CoverageState.NOT_SERVED
            found[code] = HromadaCoverage(code, state, Reach(), self.gazetteer.occupation[code])
        return CoverageAnswer(query.service, query.day, found)

    def points(self, query: PointsQuery) -> Sequence[MapPoint]:
        return [
            point
            for point in self._points
            if (query.service is None or query.service in point.services)
            and point.hromada.startswith(prefix_of(query.area))
        ]

    def find_places(self, text: str, limit: int = 8) -> Sequence[PlaceMatch]:  # noqa: ARG002
        return []

    def hromada_at(self, point: LonLat) -> Katottg | None:  # noqa: ARG002
        return None

    def bounds_of(self, area: Katottg | None) -> BoundingBox:
        inside = [
            corner
            for letter, code in HROMADAS.items()
            if code.startswith(prefix_of(area))
            for corner in cells()[letter]
        ]
        west, south = min(x for x, _ in inside), min(y for _, y in inside)
        east, north = max(x for x, _ in inside) + CELL_DEG, max(y for _, y in inside) + CELL_DEG
        return BoundingBox(west, south, east, north)

    def boundary_set(self) -> BoundarySet:
        installed = datetime(2026, 1, 1, tzinfo=UTC)
        return BoundarySet("Drawing", self.is_approximate, "CC0", "Drawn & shared", self.checksum, installed)

    def layer(self, name: str, tolerance_m: int | None = None) -> GeometryLayer:
        tolerance_m = tolerance_m or 500
        if name not in {"hromadas", "raions", "oblasts"} or tolerance_m not in {150, 500}:
            raise NotFoundError("There is no layer {name} at {tolerance} m", name=name, tolerance=tolerance_m)
        content = outlines(name, shift_deg=tolerance_m / 100_000)
        digest = sha256(content + self.checksum.encode()).hexdigest()[:16]
        return GeometryLayer(name, tolerance_m, digest, gzip.compress(content), brotli.compress(content))


SETTINGS = Settings(database_url="sqlite://", data_dir=Path(), geodata_dir=Path(), providers_file=Path())

if __name__ == "__main__":
    import uvicorn

    from mapapp.asgi import create_app

    # The page finds its atlas here, as pages find theirs in mapapp.atlas.
    sys.modules["drawn_map"] = sys.modules["__main__"]
    ATLAS = DrawnAtlas()
    APP = create_app(ATLAS, SETTINGS, pages=Path(__file__).with_name("drawn_page.py"))
    uvicorn.run(APP, port=int(sys.argv[1]), log_level="warning", ws="websockets-sansio")
