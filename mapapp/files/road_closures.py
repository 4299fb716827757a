"""Where roads are closed, and from when to when: areas in GeoJSON, checked, kept in one file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import shapely
from shapely.geometry import shape

from mapapp.domain.errors import Fault, InvalidInputError, UsageError
from mapapp.files.whole_file import write_whole

_FILE: Final = "closures.geojson"
_LONGEST_NAME: Final = 100


@dataclass(frozen=True, slots=True)
class RoadClosure:
    """An area (EPSG:4326) whose roads are closed on some days, both included; without a day, without end."""

    name: str
    area: shapely.Geometry
    reason: str = ""
    first_day: date | None = None
    last_day: date | None = None

    def __post_init__(self) -> None:
        if not self.name.strip() or len(self.name) > _LONGEST_NAME:
            raise UsageError("A closure needs a name of at most {limit} letters", limit=_LONGEST_NAME)
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise UsageError(
                "The closure «{name}» ends on {last_day}, before it begins on {first_day}",
                name=self.name,
                first_day=self.first_day,
                last_day=self.last_day,
            )

    def holds_on(self, day: date) -> bool:
        """Tell whether the roads are closed on the day."""
        return (self.first_day is None or self.first_day <= day) and (
            self.last_day is None or day <= self.last_day
        )


def read_areas(file: Path) -> shapely.Geometry:
    """Return the areas of a GeoJSON file (a geometry, a feature or a collection of them) as one.

    Raises
    ------
    UsageError
        The file is missing or no GeoJSON.
    InvalidInputError
        A feature is no area, is empty, crosses itself beyond repair or lies off the Earth; all are listed.

    """
    content = _read_json(file)
    faults: list[Fault] = []
    areas = [_area(geometry, number, file.name, faults) for number, geometry in _geometries(content)]
    if not areas:
        faults.append(Fault("there is no area in it: a Polygon or MultiPolygon is expected", file=file.name))
    if faults:
        raise InvalidInputError(
            "Faults in the closure file {file}: {count}; nothing of it was taken",
            faults,
            file=file.name,
            count=len(faults),
        )
    return shapely.union_all([area for area in areas if area is not None])


def read_closures(folder: Path) -> tuple[RoadClosure, ...]:
    """Return the closures kept in the folder, by name; none where nothing was closed.

    Raises
    ------
    UsageError
        The file was damaged by hand.
    InvalidInputError
        Features of it are faulty; all are listed by number.

    """
    file = folder / _FILE
    if not file.is_file():
        return ()
    faults: list[Fault] = []
    features = _read_json(file).get("features")
    numbered = list(enumerate(features if isinstance(features, list) else (), start=1))
    closures = [_closure(feature, number, file.name, faults) for number, feature in numbered]
    if faults:
        raise InvalidInputError(
            "Faults in the closure file {file}: {count}; nothing of it was taken",
            faults,
            file=file,
            count=len(faults),
        )
    return tuple(closure for closure in closures if closure is not None)


def write_closures(folder: Path, closures: Sequence[RoadClosure]) -> None:
    """Keep exactly these closures."""
    features = [
        {
            "type": "Feature",
            "properties": {
                "name": closure.name,
                "reason": closure.reason,
                "first_day": closure.first_day and closure.first_day.isoformat(),
                "last_day": closure.last_day and closure.last_day.isoformat(),
            },
            "geometry": json.loads(shapely.to_geojson(closure.area)),
        }
        for closure in sorted(closures, key=lambda closure: closure.name)
    ]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            "{file} cannot be written: {problem}", file=folder / _FILE, problem=error.strerror or error
        ) from error
    collection = {"type": "FeatureCollection", "features": features}
    write_whole(folder / _FILE, json.dumps(collection, ensure_ascii=False).encode())


def _read_json(file: Path) -> Mapping[str, Any]:
    try:
        content = json.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError("{file} cannot be read as GeoJSON: {reason}", file=file, reason=reason) from error
    if not isinstance(content, dict):
        raise UsageError(
            "{file} cannot be read as GeoJSON: {reason}", file=file, reason=type(content).__name__
        )
    return content


def _geometries(content: Mapping[str, Any]) -> Iterator[tuple[int, object]]:
    """Yield each feature's number and geometry; a bare geometry is number 1."""
    if content.get("type") == "FeatureCollection":
        features = content.get("features")
        for number, feature in enumerate(features if isinstance(features, list) else (), start=1):
            yield number, feature.get("geometry") if isinstance(feature, dict) else feature
    elif content.get("type") == "Feature":
        yield 1, content.get("geometry")
    else:
        yield 1, content


def _area(geometry: object, number: int, file: str, faults: list[Fault]) -> shapely.Geometry | None:
    """Return a valid area, None after saying what is wrong."""

    def fault(message: str, **values: object) -> None:
        faults.append(Fault(message, {"number": number, **values}, file=file))

    drawn = geometry if isinstance(geometry, dict) else {}
    kind = drawn.get("type")
    if kind not in {"Polygon", "MultiPolygon"}:
        fault("feature {number} is no area ({kind}): a Polygon or MultiPolygon is expected", kind=kind or "—")
        return None
    try:
        area = shapely.force_2d(shape(drawn))
        area = area if area.is_valid else shapely.make_valid(area, method="structure", keep_collapsed=False)
    except (
        ValueError,
        TypeError,
        IndexError,
        KeyError,
        AttributeError,
        shapely.errors.ShapelyError,
    ) as error:
        fault("feature {number} cannot be read: {reason}", reason=error)
        return None
    if area.is_empty:
        fault("feature {number} is an empty area")
        return None
    west, south, east, north = area.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):  # noqa: PLR2004 - degrees
        fault("feature {number} lies off the Earth: degrees of longitude, then latitude, are expected")
        return None
    return area


def _closure(feature: Any, number: int, file: str, faults: list[Fault]) -> RoadClosure | None:
    told = feature.get("properties") if isinstance(feature, dict) else None
    before = len(faults)
    area = _area(feature.get("geometry") if isinstance(feature, dict) else None, number, file, faults)
    if not isinstance(told, dict):
        faults.append(Fault("feature {number} has no properties", {"number": number}, file=file))
        return None
    days = []
    for name in ("first_day", "last_day"):
        try:
            days.append(date.fromisoformat(told[name]) if told.get(name) else None)
        except (ValueError, TypeError):
            wrong = Fault(
                "feature {number}: «{value}» is not a date: write year-month-day as 2026-03-31",
                {"number": number, "value": told[name]},
            )
            faults.append(replace(wrong, file=file, column=name))
    if len(faults) > before or area is None:
        return None
    try:
        return RoadClosure(str(told.get("name") or ""), area, str(told.get("reason") or ""), *days)
    except UsageError as error:
        faults.append(Fault("feature {number}: {problem}", {"number": number, "problem": error}, file=file))
        return None
