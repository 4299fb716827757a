"""Writes a registry for GIS: a layer of points, a row per offering, in GeoPackage or GeoParquet."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, Final

import geopandas
import numpy as np
import pandas as pd
import pyogrio
import shapely

from mapapp.domain.registry import Registry
from mapapp.files.tabular import forms
from mapapp.files.tabular.column import Column
from mapapp.files.tabular.flat_rows import FlatTable, flat_table
from mapapp.files.tabular.geojson_table import LAT, LON
from mapapp.files.tabular.words import Language

LAYER: Final = "service_points"
_CRS: Final = "EPSG:4326"


def write_geopackage(registry: Registry, stream: BinaryIO, language: Language = Language.UKRAINIAN) -> None:
    """Write a GeoPackage; a point without public coordinates has no geometry."""
    # It is a database, which needs a file of its own.
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{LAYER}.gpkg"
        pyogrio.write_dataframe(
            _layer(flat_table(registry, language)), path, layer=LAYER, driver="GPKG", geometry_type="Point"
        )
        with path.open("rb") as written:
            shutil.copyfileobj(written, stream)


def write_geoparquet(registry: Registry, stream: BinaryIO, language: Language = Language.UKRAINIAN) -> None:
    """Write a GeoParquet file; a point without public coordinates has no geometry."""
    _layer(flat_table(registry, language)).to_parquet(stream, index=False)


def _layer(table: FlatTable) -> geopandas.GeoDataFrame:
    """Return the table as a frame; fields are named `point_name`, for dots mean something else in SQL."""
    cells: dict[str, list[str]] = {column.field: [] for column in table.columns}
    for row in table.rows():
        for values, cell in zip(cells.values(), row, strict=True):
            values.append(cell)
    lon, lat = _degrees(cells.pop(LON)), _degrees(cells.pop(LAT))
    places = np.where(np.isnan(lon), None, shapely.points(lon, lat))
    kept = [column for column in table.columns if column.field in cells]
    return geopandas.GeoDataFrame(
        {column.field.replace(".", "_"): _values(column, cells[column.field]) for column in kept},
        geometry=geopandas.GeoSeries(places, crs=_CRS),
        crs=_CRS,
    )


def _degrees(cells: list[str]) -> Any:
    return np.array([float(cell) if cell else np.nan for cell in cells], dtype=float)


def _values(column: Column, cells: list[str]) -> Any:
    if column.form is forms.COUNT:
        return pd.array([int(cell) if cell else None for cell in cells], dtype="Int64")
    if column.form is forms.DEGREES:
        return _degrees(cells)
    return pd.array([cell or None for cell in cells], dtype="string")
