"""A GeoJSON file as a table: a feature is a row, or as many rows as it has offerings."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO, Final

from mapapp.domain.errors import Fault, UsageError
from mapapp.files.tabular.raw_table import Limits, RawTable, make_table, too_many_rows

LAT: Final = "point.lat"
LON: Final = "point.lon"
OFFERINGS: Final = "offerings"

_MOST_DEGREES = 180
_PAIR = 2


def read_geojson_table(stream: BinaryIO, file_name: str, limits: Limits) -> RawTable:
    """Return the table; row numbers count features (each offering is a row), the first being row 2.

    A list of groups becomes rows: `offerings: [{"service": …}]` fills the column `offerings.service`.

    Raises
    ------
    UsageError
        It is not GeoJSON, or its coordinates are not degrees of longitude and latitude.

    """
    features = _features(stream, file_name)
    if len(features) > limits.rows:
        raise too_many_rows(file_name, limits)
    headers: dict[str, int] = {}
    notes: list[Fault] = []
    flat = []
    for number, feature in enumerate(features, start=1):
        for row in _rows(feature, number, file_name, notes):
            for header in row:
                headers.setdefault(header, len(headers))
            flat.append(row)
            if len(flat) > limits.rows:
                raise too_many_rows(file_name, limits)
    if not features:
        return RawTable("geojson", "", (), ())
    names = list(headers)
    records = ((number, [row.get(name, "") for name in names]) for number, row in enumerate(flat, start=2))
    return make_table("geojson", names, records, file_name=file_name, limits=limits, notes=notes)


def _features(stream: BinaryIO, file_name: str) -> Sequence[Any]:
    stream.seek(0)
    try:
        document = json.load(stream)
    except (ValueError, RecursionError) as error:
        raise UsageError(
            "{file} is not GeoJSON ({problem}): export it anew", file=file_name, problem=error
        ) from error
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        raise UsageError(
            "{file} is not GeoJSON: a FeatureCollection with a list of features is expected", file=file_name
        )
    _check_crs(document, file_name)
    return features


def _check_crs(document: Mapping[str, Any], file_name: str) -> None:
    """Refuse another CRS than WGS 84; RFC 7946 knows no other, older files name theirs."""
    crs = document.get("crs")
    if crs is None:
        return
    name = str((crs.get("properties") or {}).get("name", "")) if isinstance(crs, dict) else str(crs)
    if name.upper().endswith(("CRS84", "EPSG::4326", "EPSG:4326")):
        return
    raise UsageError(
        "{file} has coordinates in {crs}: export it in WGS 84 (EPSG:4326)", file=file_name, crs=name or "?"
    )


def _rows(feature: Any, number: int, file_name: str, notes: list[Fault]) -> Iterator[dict[str, str]]:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(feature, dict) or not isinstance(properties or {}, dict):
        raise UsageError("feature {number} of {file} is not a GeoJSON feature", file=file_name, number=number)
    own: dict[str, str] = {}
    groups: list[tuple[str, list[dict[str, Any]]]] = []
    for name, value in (properties or {}).items():
        if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
            groups.append((name, value))
        else:
            own |= _flat(name, value)
    if "id" in feature and "id" not in own:
        own |= _flat("id", feature["id"])
    own |= _position(feature.get("geometry"), number, file_name, notes)
    if len(groups) > 1:
        raise UsageError(
            "feature {number} of {file} has several lists of groups ({names}): only offerings are expected",
            file=file_name,
            number=number,
            names=", ".join(name for name, _ in groups),
        )
    if not groups:
        yield own
    for name, members in groups:
        for member in members:
            yield own | {
                header: text
                for key, one in member.items()
                for header, text in _flat(f"{name}.{key}", one).items()
            }


def _flat(name: str, value: Any) -> dict[str, str]:
    if isinstance(value, dict):
        return {
            header: text for key, one in value.items() for header, text in _flat(f"{name}.{key}", one).items()
        }
    if value is None:
        return {}
    if isinstance(value, bool):
        return {name: "так" if value else "ні"}
    if isinstance(value, list):
        return {name: "; ".join(str(one) for one in value)}
    return {name: str(value).strip()}


def _position(geometry: Any, number: int, file_name: str, notes: list[Fault]) -> dict[str, str]:
    if geometry is None:
        return {}
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    place = geometry.get("coordinates") if kind == "Point" else None
    if not isinstance(place, list) or len(place) < _PAIR or not all(_is_number(one) for one in place[:_PAIR]):
        notes.append(
            Fault(
                "feature {number} is not a point but {kind}: its geometry was left out",
                {"number": number, "kind": str(kind)},
            )
        )
        return {}
    lon, lat = place[:_PAIR]
    if max(abs(lon), abs(lat)) > _MOST_DEGREES:
        raise UsageError(
            "the coordinates of feature {number} in {file} ({x}, {y}) are not degrees: export it in WGS 84 "
            "(EPSG:4326)",
            file=file_name,
            number=number,
            x=lon,
            y=lat,
        )
    return {LON: repr(lon), LAT: repr(lat)}


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
