"""Which layers of a boundary file hold hromadas, whatever format it came in.

A GeoPackage or a zip has several layers, and only one of them may be of hromadas; or many, one per raion.
"""

from __future__ import annotations

import gzip
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from mapapp.domain.errors import UsageError
from mapapp.domain.katottg import Katottg, fold_look_alikes

_CODE_FIELDS: Final = (
    "katottg",
    "katottг",  # КАТОТТГ typed in Cyrillic, its last letter looks like none of Latin
    "katotth",
    "code",
    "adm3pcode",
    "admin3pcode",
    "admin3pcod",  # a Shapefile cuts field names at ten letters
    "pcode",
)
"""Fields that may hold a hromada's code, best first; compared without case, separators and look-alikes."""
_NAME_FIELDS: Final = ("name", "nameuk", "adm3name1", "adm3ua", "adm3uk", "adm3name", "adm3en", "admin3name")
_DATA_SUFFIXES: Final = (".geojson", ".json", ".gpkg", ".shp")
_READABLE: Final = ".geojson, .json, .geojson.gz, .gpkg, .shp, .zip, .parquet"
_MAX_ROWS_PER_HROMADA: Final = 2
"""A layer of settlements also names hromadas, but many times each."""


@dataclass(frozen=True, slots=True)
class BoundaryTable:
    """One layer with hromada codes: what to open, the fields that matter and the hromadas it has."""

    file: str
    source: str | bytes
    layer: str
    code_field: str
    name_field: str | None
    hromadas: frozenset[Katottg]


@dataclass(frozen=True, slots=True)
class BoundaryTables:
    """The layers to read, and those with hromadas that the chosen ones have already."""

    chosen: tuple[BoundaryTable, ...]
    left_out: tuple[tuple[str, str], ...]
    """Pairs of a layer's name and that of the chosen layer with the same hromadas."""


def hromada_tables(path: Path, by_code: Mapping[str, Katottg]) -> BoundaryTables:
    """Return the layers to read: the one with most hromadas, then those that add others.

    Parameters
    ----------
    path
        The boundary file; its ending says the format.
    by_code
        The hromada each known code (KATOTTG or p-code) means.

    Raises
    ------
    UsageError
        The file is absent, of no known format or unreadable, or has no hromada codes.

    """
    candidates: list[BoundaryTable] = []
    seen_fields: set[str] = set()
    for source, layer in _layers(path):
        attributes = _read(path.name, source, layer, with_geometry=False).drop(
            columns="geometry", errors="ignore"
        )
        seen_fields.update(map(str, attributes.columns))
        code_field, name_field, hromadas = _fields(attributes, by_code)
        if hromadas:
            candidates.append(BoundaryTable(path.name, source, layer, code_field, name_field, hromadas))
    if not candidates:
        raise UsageError(
            "{file} has no codes of hromadas: expected KATOTTG in a field such as «code», «katottg» or"
            " «katotth», or OCHA p-codes in «ADM3_PCODE»; found the fields {fields}",
            file=path.name,
            fields=", ".join(sorted(seen_fields)) or "—",
        )
    chosen: list[BoundaryTable] = []
    left_out: list[tuple[str, str]] = []
    for table in sorted(candidates, key=lambda table: -len(table.hromadas)):
        same = next((other for other in chosen if other.hromadas & table.hromadas), None)
        if same is None:
            chosen.append(table)
        else:
            left_out.append((table.layer, same.layer))
    return BoundaryTables(tuple(chosen), tuple(left_out))


def read_rows(table: BoundaryTable) -> Iterator[tuple[str, str, Any]]:
    """Yield code, name and EPSG:4326 geometry (None where there is none) of each feature of the layer.

    Raises
    ------
    UsageError
        The layer cannot be read or does not say its coordinate system.

    """
    frame = _read(table.file, table.source, table.layer)
    if frame.crs is None:
        raise UsageError(
            "{file} does not say its coordinate system: give a Shapefile its .prj, or save the layer with"
            " one, best EPSG:4326",
            file=table.file,
        )
    codes = frame[table.code_field]
    names = frame[table.name_field] if table.name_field else [""] * len(frame)
    for code, name, shape in zip(codes, names, frame.geometry.to_crs(4326).array, strict=True):
        yield code_of(code), _text(name), shape


def _fields(
    attributes: pd.DataFrame, by_code: Mapping[str, Katottg]
) -> tuple[str, str | None, frozenset[Katottg]]:
    """Return the field with the codes of most hromadas, the field with names, and those hromadas."""
    fields = {_folded(str(column)): str(column) for column in attributes.columns}
    best: tuple[str, frozenset[Katottg]] = ("", frozenset())
    for name in filter(fields.__contains__, _CODE_FIELDS):
        rows = [by_code[code] for code in map(code_of, attributes[fields[name]]) if code in by_code]
        hromadas = frozenset(rows)
        if len(best[1]) < len(hromadas) and len(rows) <= _MAX_ROWS_PER_HROMADA * len(hromadas):
            best = (fields[name], hromadas)
    name_field = next((fields[name] for name in _NAME_FIELDS if name in fields), None)
    return best[0], name_field, best[1]


def _layers(path: Path) -> Iterator[tuple[str | bytes, str]]:
    """Yield what to open and which layer of it, for every layer of the file."""
    if not path.is_file():
        raise UsageError(
            "{file} is not there: expected a boundary file ({endings})", file=path, endings=_READABLE
        )
    name = path.name.lower()
    if name.endswith(".parquet"):
        yield str(path), path.stem
    elif name.endswith((".geojson.gz", ".json.gz")):
        yield _unzipped(path), path.name
    elif name.endswith(".zip"):
        for member in _data_members(path):
            yield from _layers_of(path, f"/vsizip/{path.resolve()}/{member}")
    elif name.endswith(_DATA_SUFFIXES):
        yield from _layers_of(path, str(path))
    else:
        raise UsageError(
            "{file} has no ending of a boundary file: expected one of {endings}",
            file=path.name,
            endings=_READABLE,
        )


def _layers_of(path: Path, source: str) -> Iterator[tuple[str | bytes, str]]:
    try:
        found = pyogrio.list_layers(source)
    except (DataSourceError, DataLayerError) as error:
        raise _unreadable(path.name, error) from error
    for layer, geometry_type in found:
        if geometry_type is not None:
            yield source, str(layer)


def _unzipped(path: Path) -> bytes:
    try:
        return gzip.decompress(path.read_bytes())
    except (OSError, EOFError, zlib.error) as error:
        raise _unreadable(path.name, error) from error


def _data_members(path: Path) -> list[str]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.namelist()
    except (OSError, zipfile.BadZipFile) as error:
        raise _unreadable(path.name, error) from error
    return sorted(member for member in members if member.lower().endswith(_DATA_SUFFIXES))


def _unreadable(file: str, error: Exception) -> UsageError:
    problem = str(error).strip() or type(error).__name__
    return UsageError("{file} cannot be read as a boundary file: {problem}", file=file, problem=problem)


def _read(file: str, source: str | bytes, layer: str, *, with_geometry: bool = True) -> Any:
    try:
        if isinstance(source, str) and source.lower().endswith(".parquet"):
            return gpd.read_parquet(source)
        with warnings.catch_warnings():
            # GDAL remarks on ring order and the like; what matters is checked afterwards.
            warnings.simplefilter("ignore", RuntimeWarning)
            return pyogrio.read_dataframe(
                source,
                layer=layer if isinstance(source, str) else 0,
                read_geometry=with_geometry,
                on_invalid="ignore",
            )
    except (DataSourceError, DataLayerError, ValueError, OSError, pa.ArrowInvalid) as error:
        raise _unreadable(file, error) from error


def code_of(value: object) -> str:
    """Return a code as it is compared: Latin and upper case; empty where there is none.

    >>> code_of("UА1802001 ")  # the А typed in Cyrillic
    'UA1802001'
    """
    return fold_look_alikes(_text(value).upper())


def _text(value: object) -> str:
    """Return a text value; where there is none, pandas says None, NaN or NA."""
    return value.strip() if isinstance(value, str) else ""


def _folded(field_name: str) -> str:
    """Return a field's name without case, separators and look-alikes, as `_CODE_FIELDS` has it."""
    return re.sub(r"[\W_]", "", fold_look_alikes(field_name.upper()).lower())
