"""Boundary files: real outlines read and checked for import, and outlines written for the browser.

Read: GeoJSON (also gzipped), GeoPackage, Shapefile (also zipped) and GeoParquet, in any coordinate system.
Hromadas are known by KATOTTG or by OCHA p-code (`UA` + the first seven digits of KATOTTG).
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeAlias

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from mapapp.domain.errors import Fault, InvalidInputError
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geo import METRIC_CRS, UKRAINE_BOUNDS
from mapapp.domain.katottg import Katottg, parse_katottg
from mapapp.files.boundary_layers import BoundaryTable, hromada_tables, read_rows

Area: TypeAlias = shapely.Polygon | shapely.MultiPolygon

_BOUNDS_MARGIN_DEG: Final = 0.5
"""Territorial waters and islands reach beyond the outermost settlements."""
_OVERLAP_SHARE: Final = 0.01
"""Neighbours may overlap by this share of the smaller: borders drawn apart never quite meet."""
_SNAP_DEG: Final = 1e-7
"""About a centimetre: what separates two drawings of one border, never two borders."""


@dataclass(frozen=True, slots=True)
class BoundaryImport:
    """Real boundaries, checked and ready to be stored.

    Parameters
    ----------
    boundaries
        EPSG:4326 outline of each hromada found (Kyiv and Sevastopol among them where the file has them), an
        exact coverage in code order.
    missing
        Hromadas the file does not have; none unless a partial import was allowed.
    warnings
        What was put right or left out, each by name and code.
    layers
        The layers read, as `layer [field]`.

    """

    boundaries: Mapping[Katottg, Area]
    missing: tuple[Katottg, ...]
    warnings: tuple[Fault, ...]
    layers: tuple[str, ...]


def read_boundaries(path: Path, gazetteer: Gazetteer, *, partial: bool = False) -> BoundaryImport:
    """Read real boundaries of hromadas, all or nothing.

    Of several layers those with hromada codes are read. Geometry is brought to EPSG:4326, repaired where
    invalid, and hairline overlaps are closed.

    Parameters
    ----------
    path
        The file; its ending says the format.
    gazetteer
        Which hromadas there are.
    partial
        Allow hromadas to be missing, for a file of one oblast or raion.

    Raises
    ------
    UsageError
        The file cannot be read at all, has no hromada codes or does not say its coordinate system.
    InvalidInputError
        Features are unknown, missing, duplicate, empty, abroad or overlap; every one is listed.

    """
    by_code = _area_by_code(gazetteer)
    tables = hromada_tables(path, by_code)
    report = _Report(path.name)
    for left_out, kept in tables.left_out:
        report.warn(
            "layer {layer} was left out: its hromadas stand in layer {other} already",
            layer=left_out,
            other=kept,
        )
    features = _read_features(tables.chosen, report)
    found = _matched(features, by_code, report)
    missing = tuple(code for code in _required(gazetteer) if code not in found)
    _report_missing(missing, gazetteer, report, partial=partial)
    unmatched = [feature for feature in features if feature.code not in by_code]
    _report_unmatched(unmatched, gazetteer, report, is_complete=not missing)
    named = {code: gazetteer.hromadas[code].name for code in found if code in gazetteer.hromadas}
    named = {code: named.get(code, feature.name) for code, feature in found.items()}
    polygons = {code: _polygon(feature, code, named[code], report) for code, feature in found.items()}
    shapes = {code: shape for code, shape in polygons.items() if shape is not None}
    overlaps_km2 = _check_overlaps(shapes, named, report)
    report.stop_on_faults()
    if overlaps_km2:
        report.warn(
            "hairline overlaps were closed: {count}, together {overlap_km2} km²",
            count=len(overlaps_km2),
            overlap_km2=round(sum(overlaps_km2), 4),
        )
    boundaries = _as_coverage(shapes, named, report)
    report.stop_on_faults()
    return BoundaryImport(
        boundaries=boundaries,
        missing=missing,
        warnings=tuple(report.warnings),
        layers=tuple(f"{table.layer} [{table.code_field}]" for table in tables.chosen),
    )


def boundary_layer_json(
    boundaries: Mapping[str, Area], properties: Mapping[str, Mapping[str, object]], decimals: int = 4
) -> bytes:
    """Write outlines as compact GeoJSON for the browser; the same input gives the same bytes.

    Each coordinate is rounded by itself, so a vertex two neighbours share stays shared.

    Parameters
    ----------
    boundaries
        EPSG:4326 outline by code, written in this order.
    properties
        What each feature says, by the same codes, as it is.
    decimals
        Decimal places of degrees: 4 is about 11 m, 5 about 1 m.

    """
    outlines = np.empty(len(boundaries), dtype=object)
    outlines[:] = list(boundaries.values())
    rounded = shapely.transform(shapely.force_2d(outlines), lambda degrees: np.round(degrees, decimals))
    # The right-hand rule of RFC 7946: outer rings run counter-clockwise.
    drawn = shapely.orient_polygons(shapely.remove_repeated_points(rounded))
    features = (
        '{"type":"Feature","properties":'
        + json.dumps(properties[code], ensure_ascii=False, separators=(",", ":"))
        + ',"geometry":'
        + geometry
        + "}"
        for code, geometry in zip(boundaries, shapely.to_geojson(drawn), strict=True)
    )
    return ('{"type":"FeatureCollection","features":[' + ",".join(features) + "]}").encode()


@dataclass(slots=True)
class _Report:
    """Collects what is wrong with a file (faults) and what was put right (warnings)."""

    file: str
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)

    def fault(self, message: str, /, **values: object) -> None:
        self.faults.append(Fault(message, values, file=self.file))

    def warn(self, message: str, /, **values: object) -> None:
        self.warnings.append(Fault(message, values, file=self.file))

    def stop_on_faults(self) -> None:
        if self.faults:
            raise InvalidInputError(
                "Faults in the boundary file {file}: {count}; nothing of it was imported",
                self.faults,
                file=self.file,
                count=len(self.faults),
            )


@dataclass(frozen=True, slots=True)
class _Feature:
    number: int
    code: str
    name: str
    geometry: shapely.Geometry | None


def _read_features(tables: Sequence[BoundaryTable], report: _Report) -> list[_Feature]:
    """Return the features of all layers, longitude first."""
    rows = [row for table in tables for row in read_rows(table)]
    shapes = np.empty(len(rows), dtype=object)
    shapes[:] = [shape for _, _, shape in rows]
    return [
        _Feature(number, code, name, shape)
        for number, ((code, name, _), shape) in enumerate(
            zip(rows, _longitude_first(shapes, report), strict=True), start=1
        )
    ]


def _longitude_first(shapes: NDArray[np.object_], report: _Report) -> NDArray[np.object_]:
    """Return the shapes with swapped coordinates put right; no point of Ukraine is one both ways."""
    west, south, east, north = shapely.total_bounds(shapes)
    if not _near_ukraine(south, west, north, east):
        return shapes
    report.warn("the file gives latitude before longitude; they were swapped back")
    return shapely.transform(shapely.force_2d(shapes), lambda degrees: degrees[:, ::-1])


def _near_ukraine(west: float, south: float, east: float, north: float) -> bool:
    box, margin = UKRAINE_BOUNDS, _BOUNDS_MARGIN_DEG
    return bool(
        west >= box.west - margin
        and east <= box.east + margin
        and south >= box.south - margin
        and north <= box.north + margin
    )


def _matched(
    features: Sequence[_Feature], by_code: Mapping[str, Katottg], report: _Report
) -> dict[Katottg, _Feature]:
    """Return the feature of each hromada in code order; a second one is a fault."""
    found: dict[Katottg, _Feature] = {}
    times: Counter[Katottg] = Counter()
    for feature in features:
        if feature.code in by_code:
            found.setdefault(by_code[feature.code], feature)
            times[by_code[feature.code]] += 1
    for code in sorted(code for code, count in times.items() if count > 1):
        report.fault(
            "{name} ({code}) stands in the file {count} times: expected once",
            name=found[code].name,
            code=code,
            count=times[code],
        )
    return dict(sorted(found.items()))


def _report_missing(
    missing: Sequence[Katottg], gazetteer: Gazetteer, report: _Report, *, partial: bool
) -> None:
    """Say what is missing, oblast by oblast."""
    if partial:
        if missing:
            report.warn("hromadas not in the file stay approximate: {count}", count=len(missing))
        return
    by_oblast: defaultdict[Katottg, list[str]] = defaultdict(list)
    for code in missing:
        unit = gazetteer.hromadas[code]
        by_oblast[unit.oblast].append(f"{unit.name} ({code})")
    for oblast, names in sorted(by_oblast.items()):
        report.fault(
            "{oblast}: hromadas missing ({count}): {names}",
            oblast=gazetteer.oblasts[oblast].name,
            count=len(names),
            names=", ".join(names),
        )


def _report_unmatched(
    unmatched: Sequence[_Feature], gazetteer: Gazetteer, report: _Report, *, is_complete: bool
) -> None:
    """Say what fits no hromada: a fault where it may be one that is missing, else left out with a warning."""
    extra: list[_Feature] = []
    for feature in unmatched:
        is_area = feature.geometry is None or not _polygonal(feature.geometry).is_empty
        if is_complete or not is_area or _is_known_otherwise(feature.code, gazetteer):
            extra.append(feature)
        elif feature.code:
            report.fault(
                "feature {number} «{name}» has the code {code}, which no hromada has",
                number=feature.number,
                name=feature.name,
                code=feature.code,
            )
        else:
            report.fault("feature {number} «{name}» has no code", number=feature.number, name=feature.name)
    if extra:
        report.warn(
            "features that are no hromadas were left out: {count}: {names}",
            count=len(extra),
            names=", ".join(f"{one.name} ({one.code})" for one in extra if one.name or one.code) or "—",
        )


def _is_known_otherwise(code: str, gazetteer: Gazetteer) -> bool:
    """Tell whether the code names an oblast, raion, settlement, city district or a hromada of Crimea."""
    katottg = parse_katottg(code)
    if katottg is not None and (
        katottg in gazetteer.oblasts or katottg in gazetteer.raions or katottg in gazetteer.settlements
    ):
        return True
    # Kyiv's and Sevastopol's districts, and Crimea's hromadas, are below units we hold nothing below.
    undivided = {unit.oblast_prefix for unit in gazetteer.oblasts} - {
        unit.oblast_prefix for unit, hromada in gazetteer.hromadas.items() if not hromada.is_special_city
    }
    return code[:4] in undivided


def _polygon(feature: _Feature, code: Katottg, name: str, report: _Report) -> Area | None:
    if feature.geometry is None or shapely.is_empty(feature.geometry):
        report.fault("{name} ({code}) has no geometry", name=name, code=code)
        return None
    kept = _polygonal(shapely.force_2d(feature.geometry))
    if kept.is_empty:
        kind = type(feature.geometry).__name__
        report.fault("{name} ({code}) is a {kind}, not an area", name=name, code=code, kind=kind)
        return None
    if not kept.is_valid:
        problem = shapely.is_valid_reason(kept)
        kept = _polygonal(shapely.make_valid(kept, method="structure", keep_collapsed=False))
        if kept.is_empty:
            report.fault(
                "{name} ({code}) cannot be repaired: {problem}", name=name, code=code, problem=problem
            )
            return None
        report.warn("{name} ({code}) was repaired: {problem}", name=name, code=code, problem=problem)
    if isinstance(feature.geometry, shapely.GeometryCollection):
        report.warn("{name} ({code}): lines and points in it were left out", name=name, code=code)
    if not _near_ukraine(*kept.bounds):
        report.fault(
            "{name} ({code}) lies at {west}…{east}° E, {south}…{north}° N, outside Ukraine: check the"
            " coordinate system of the file",
            name=name,
            code=code,
            **dict(zip(("west", "south", "east", "north"), np.round(kept.bounds, 3).tolist(), strict=True)),
        )
        return None
    return kept


def _check_overlaps(
    shapes: Mapping[Katottg, Area], named: Mapping[Katottg, str], report: _Report
) -> list[float]:
    """Report overlaps too wide to be drawing errors and return the sizes of the others, in km²."""
    codes = list(shapes)
    metric = gpd.GeoSeries(list(shapes.values()), crs=4326).to_crs(METRIC_CRS).to_numpy()
    first, second = shapely.STRtree(metric).query(metric, predicate="intersects")
    first, second = first[first < second], second[first < second]
    overlap_km2 = shapely.area(shapely.intersection(metric[first], metric[second])) / 1e6
    smaller_km2 = np.minimum(shapely.area(metric[first]), shapely.area(metric[second])) / 1e6
    too_wide = overlap_km2 > _OVERLAP_SHARE * smaller_km2
    for here, there, size_km2 in zip(first[too_wide], second[too_wide], overlap_km2[too_wide], strict=True):
        report.fault(
            "{name} ({code}) and {other} ({other_code}) overlap by {overlap_km2} km²",
            name=named[codes[here]],
            code=codes[here],
            other=named[codes[there]],
            other_code=codes[there],
            overlap_km2=round(float(size_km2), 2),
        )
    return [float(size) for size in overlap_km2[~too_wide] if size > 0]


def _as_coverage(
    shapes: Mapping[Katottg, Area], named: Mapping[Katottg, str], report: _Report
) -> dict[Katottg, Area]:
    """Return the shapes with borders shared exactly, vertex for vertex."""
    areas = list(shapes.values())
    if shapely.coverage_is_valid(areas):
        return dict(shapes)
    cleaned = shapely.coverage_clean(areas, snapping_distance=_SNAP_DEG)  # type: ignore[attr-defined]  # stubs of 2.1
    result = {code: _polygonal(area) for code, area in zip(shapes, cleaned, strict=True)}
    for code, area in result.items():
        if area.is_empty:
            report.fault("{name} ({code}) lies wholly within its neighbours", name=named[code], code=code)
    return result


def _polygonal(geometry: shapely.Geometry) -> Area:
    """Return the polygons of a geometry: one as a Polygon, none or several as a MultiPolygon."""
    polygons = [
        part
        for member in shapely.get_parts(geometry)
        for part in shapely.get_parts(member)
        if isinstance(part, shapely.Polygon) and not part.is_empty
    ]
    return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)


def _required(gazetteer: Gazetteer) -> list[Katottg]:
    """Return the hromadas a full file has; Kyiv and Sevastopol are none in the codifier."""
    return [code for code, hromada in gazetteer.hromadas.items() if not hromada.is_special_city]


def _area_by_code(gazetteer: Gazetteer) -> dict[str, Katottg]:
    """Return the hromada or special city of each KATOTTG and p-code.

    The exclusion zone is drawn under its oblast's code, so only its p-code (`UA3200000`) is taken: the
    oblast's KATOTTG in a file means the whole oblast.
    """
    drawn = [area for area in gazetteer.settlements_of if area not in gazetteer.raions]
    return {area.hromada_prefix: area for area in drawn} | {code: code for code in gazetteer.hromadas}
