"""The few things the two databases say differently, nearly all about places, as elements of one statement.

A place is an offering's `geog`, `lon` and `lat` together: PostGIS uses the first, SQLite the other two.
"""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import Float, Integer, LargeBinary, Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

SHORTEST_DEGREE_OF_LATITUDE_M = 110_574
"""At the equator of WGS 84; everywhere else a degree of latitude is longer."""

_Value = TypeVar("_Value")


class _Element(FunctionElement[_Value]):
    def arguments(self, compiler: SQLCompiler, **options: Any) -> list[str]:
        """Return the arguments as SQL."""
        return [compiler.process(clause, **options) for clause in self.clauses]


class geod_m(_Element[float]):  # noqa: N801 - reads as an SQL function
    """`geod_m(geog, lon, lat, to_lon, to_lat)`: exact geodesic metres (WGS 84) between two points."""

    name = "geod_m"
    inherit_cache = True  # each class must say so itself, else every statement is compiled anew
    type = Float()


class nearness(_Element[float]):  # noqa: N801
    """`nearness(geog, lon, lat, to_lon, to_lat)`: grows with distance, roughly, and is cheap to sort by.

    On PostGIS these are metres on a sphere, in whose order its index yields the places.
    """

    name = "nearness"
    inherit_cache = True  # each class must say so itself, else every statement is compiled anew
    type = Float()


class possibly_within_m(_Element[Any]):  # noqa: N801
    """`possibly_within_m(geog, lon, lat, to_lon, to_lat, radius_m)`: what an index can answer at once.

    True for every point within the radius, and perhaps for some beyond.
    """

    name = "possibly_within_m"
    inherit_cache = True  # each class must say so itself, else every statement is compiled anew
    # Not Boolean: SQLite has none, so SQLAlchemy would add `= 1`, and the index would not be used.
    type = Integer()


class json_lists(_Element[str]):  # noqa: N801
    """`json_lists(one, two, ...)`: an aggregate, the rows as the text of a JSON list of lists."""

    name = "json_lists"
    inherit_cache = True  # each class must say so itself, else every statement is compiled anew
    type = Text()


class outline_from_wkb(_Element[bytes]):  # noqa: N801
    """`outline_from_wkb(wkb)`: WKB bytes in WGS 84 degrees as the database keeps an outline."""

    name = "outline_from_wkb"
    inherit_cache = True  # each class must say so itself, else every statement is compiled anew
    type = LargeBinary()


class outline_wkb(_Element[bytes]):  # noqa: N801
    """`outline_wkb(outline)`: a stored outline as WKB bytes."""

    name = "outline_wkb"
    inherit_cache = True  # each class must say so itself, else every statement is compiled anew
    type = LargeBinary()


def _geography(lon: str, lat: str) -> str:
    """Return the place asked about; without the SELECT it would be made anew for every row."""
    return f"(SELECT ST_SetSRID(ST_MakePoint({lon}, {lat}), 4326)::geography)"


@compiles(geod_m, "postgresql")
def _postgis_geod_m(element: geod_m, compiler: SQLCompiler, **options: Any) -> str:
    geog, _, _, to_lon, to_lat = element.arguments(compiler, **options)
    return f"ST_Distance({geog}, {_geography(to_lon, to_lat)})"


@compiles(geod_m, "sqlite")
def _sqlite_geod_m(element: geod_m, compiler: SQLCompiler, **options: Any) -> str:
    return f"geod_m({', '.join(element.arguments(compiler, **options)[1:])})"


@compiles(nearness, "postgresql")
def _postgis_nearness(element: nearness, compiler: SQLCompiler, **options: Any) -> str:
    geog, _, _, to_lon, to_lat = element.arguments(compiler, **options)
    return f"{geog} <-> {_geography(to_lon, to_lat)}"


@compiles(nearness, "sqlite")
def _sqlite_nearness(element: nearness, compiler: SQLCompiler, **options: Any) -> str:
    _, lon, lat, to_lon, to_lat = element.arguments(compiler, **options)
    # 0.43 is the squared cosine of 49° N, the middle of the country. Far from it the order gets rougher and
    # the search slower, never wrong.
    return f"({lon} - {to_lon}) * ({lon} - {to_lon}) * 0.43 + ({lat} - {to_lat}) * ({lat} - {to_lat})"


@compiles(possibly_within_m, "postgresql")
def _postgis_possibly_within_m(element: possibly_within_m, compiler: SQLCompiler, **options: Any) -> str:
    geog, _, _, to_lon, to_lat, radius_m = element.arguments(compiler, **options)
    return f"ST_DWithin({geog}, {_geography(to_lon, to_lat)}, {radius_m})"


@compiles(possibly_within_m, "sqlite")
def _sqlite_possibly_within_m(element: possibly_within_m, compiler: SQLCompiler, **options: Any) -> str:
    _, lon, lat, to_lon, to_lat, radius_m = element.arguments(compiler, **options)
    degrees = f"{radius_m} / {SHORTEST_DEGREE_OF_LATITUDE_M}.0"
    # Up to 60° of latitude a degree of longitude is at least half a degree of latitude long. Nearer the
    # poles, or across the 180th meridian, every longitude is taken.
    return (
        f"{lat} BETWEEN {to_lat} - {degrees} AND {to_lat} + {degrees}"
        f" AND abs({lon} - {to_lon}) <= CASE WHEN abs({to_lat}) + {degrees} <= 60"
        f" AND abs({to_lon}) + 2 * {degrees} <= 180 THEN 2 * {degrees} ELSE 360 END"
    )


@compiles(json_lists, "postgresql")
def _postgis_json_lists(element: json_lists, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_agg(json_build_array({', '.join(element.arguments(compiler, **options))}))::text"


@compiles(json_lists, "sqlite")
def _sqlite_json_lists(element: json_lists, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_group_array(json_array({', '.join(element.arguments(compiler, **options))}))"


@compiles(outline_from_wkb, "postgresql")
def _postgis_outline_from_wkb(element: outline_from_wkb, compiler: SQLCompiler, **options: Any) -> str:
    return f"ST_GeomFromWKB({element.arguments(compiler, **options)[0]}, 4326)"


@compiles(outline_from_wkb, "sqlite")
def _sqlite_outline_from_wkb(element: outline_from_wkb, compiler: SQLCompiler, **options: Any) -> str:
    return element.arguments(compiler, **options)[0]


@compiles(outline_wkb, "postgresql")
def _postgis_outline_wkb(element: outline_wkb, compiler: SQLCompiler, **options: Any) -> str:
    return f"ST_AsBinary({element.arguments(compiler, **options)[0]})"


@compiles(outline_wkb, "sqlite")
def _sqlite_outline_wkb(element: outline_wkb, compiler: SQLCompiler, **options: Any) -> str:
    return element.arguments(compiler, **options)[0]
