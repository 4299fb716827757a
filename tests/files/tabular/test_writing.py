"""Tables that leave the registry: safe in a spreadsheet, valid when empty, telling what one may know."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import geopandas
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from mapapp.domain.contacts import Phone
from mapapp.domain.errors import UsageError
from mapapp.domain.katottg import Katottg
from mapapp.domain.registry import ConfidentialPlace, LocationPolicy, Organisation, Registry, Sector
from mapapp.files.tabular.columns import BY_FIELD, COLUMNS
from mapapp.files.tabular.formula_guard import escaped, guarded, is_dashes, unguarded
from mapapp.files.tabular.reading import read_table
from mapapp.files.tabular.words import Language
from mapapp.files.tabular.writing import EXPORT_FORMATS, write_csv, write_xlsx

EMPTY = Registry((), (), frozenset())
OPISHNIA = Katottg("UA53080350000070563")
FORMULAS = [
    "=1+1",
    "+380432655050",
    "-5",
    "@SUM(A1)",
    "=cmd|' /C calc'!A0",
    "'=1",
    "''=1",
    "-",
    "–",
    "'–",
    "＝1",
]


def written(export_format, registry):
    stream = io.BytesIO()
    EXPORT_FORMATS[export_format].write(registry, stream)
    stream.seek(0)
    return stream


@pytest.fixture
def point(good):
    return good(Телефон="+380 (432) 65-50-50")


@pytest.fixture
def registry(point):
    return Registry((Organisation("council", "Рада", Sector.STATE_COMMUNAL),), (point,), frozenset())


@given(text=st.text(st.sampled_from("'=+-@–\t\rab ")) | st.text())
def test_a_guard_comes_off_exactly(text):
    for guard in (guarded, escaped):
        assert unguarded(guard(text)) == text
        assert not is_dashes(guard(text))
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_of_a_text_file_begins_as_a_formula(registry, formula):
    changed = replace(registry, points=(replace(registry.points[0], name=formula),))
    rows = list(csv.reader(io.TextIOWrapper(written("csv", changed), "utf-8-sig", newline=""), delimiter=";"))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert formula in {unguarded(cell) for cell in rows[1]}


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("export_format", ["csv", "xlsx", "geojson"])
def test_a_text_like_a_formula_is_the_same_when_read_back(registry, read_file, export_format, formula):
    changed = replace(registry, points=(replace(registry.points[0], name=formula, referral_note=formula),))
    found = read_file(EXPORT_FORMATS[export_format].write, changed)
    assert found.faults == ()
    assert found.records[-1].record == changed.points[0]


def test_a_spreadsheet_holds_text_alone(registry):
    formula = replace(
        registry, points=(replace(registry.points[0], name="=1+1", website="https://example.com"),)
    )
    (sheet,) = [CalamineWorkbook.from_filelike(written("xlsx", formula)).get_sheet_by_index(0)]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert {type(cell) for cell in cells} == {str}
    assert {"=1+1", "https://example.com"} <= set(cells)


@pytest.mark.parametrize("export_format", EXPORT_FORMATS)
def test_an_empty_registry_gives_a_valid_file(export_format, tmp_path):
    path = tmp_path / f"empty{EXPORT_FORMATS[export_format].extension}"
    path.write_bytes(written(export_format, EMPTY).getvalue())
    if export_format == "geoparquet":
        assert geopandas.read_parquet(path).empty
    elif export_format == "geopackage":
        assert geopandas.read_file(path).empty
    else:
        assert len(read_table(path, path.name).rows) == 0


@pytest.mark.parametrize("export_format", ["geopackage", "geoparquet"])
def test_a_layer_has_a_row_for_each_offering_at_its_point(registry, export_format, tmp_path):
    path = tmp_path / f"layer{EXPORT_FORMATS[export_format].extension}"
    path.write_bytes(written(export_format, registry).getvalue())
    layer = geopandas.read_parquet(path) if export_format == "geoparquet" else geopandas.read_file(path)
    assert layer.crs == "EPSG:4326"
    (row,) = layer.to_dict("records")
    assert (row["geometry"].x, row["geometry"].y) == (34.6116, 49.9613)
    assert (row["point_name"], row["offering_service"]) == ("Центр надання соціальних послуг", "home-care")
    assert row["point_phones"] == "+380 (432) 65-50-50"


def test_geojson_has_a_feature_for_each_point(registry):
    (feature,) = json.load(written("geojson", registry))["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [34.6116, 49.9613]}
    assert [one["service"] for one in feature["properties"]["offerings"]] == ["home-care"]


@pytest.mark.parametrize("export_format", EXPORT_FORMATS)
def test_a_hidden_place_leaves_only_where_the_registry_holds_it(registry, export_format):
    secret = "Таємна"
    hidden = replace(
        registry.points[0],
        location_policy=LocationPolicy.WITHHELD,
        hromada=None,
        point=None,
        precision=None,
        phones=(Phone("1545"),),
        confidential_place=ConfidentialPlace(OPISHNIA, address=secret),
    )
    offering = replace(hidden.offerings[0], catchment=hidden.offerings[0].catchment)
    hidden = replace(hidden, offerings=(offering,))
    public = written(export_format, replace(registry, points=(hidden.disclosed(),)))
    whole = written(export_format, replace(registry, points=(hidden,)))
    if export_format in {"csv", "xlsx", "geojson"}:
        assert secret not in repr(read_table(public, "public"))
        assert secret in repr(read_table(whole, "whole"))
        assert "Громада (не для розголошення)" not in read_table(public, "public").columns
    else:
        assert secret.encode() not in public.getvalue()
        assert b"confidential" not in public.getvalue()


def test_headers_are_in_the_language_asked_for(registry):
    for language in Language:
        stream = io.BytesIO()
        write_csv(registry, stream, language)
        assert BY_FIELD["point.name"].title(language) in read_table(stream, "x").columns


def test_a_text_too_long_for_a_cell_is_refused_not_cut(registry):
    long = replace(registry, points=(replace(registry.points[0], languages=("x" * 40_000,)),))
    with pytest.raises(UsageError, match="longer than the 32767 characters of a cell: export as CSV"):
        write_xlsx(long, io.BytesIO())


def test_fields_are_named_once():
    assert len(BY_FIELD) == len(COLUMNS)
