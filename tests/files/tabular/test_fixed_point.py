"""Whatever a registry says is the same when its table is read back."""

from __future__ import annotations

from dataclasses import fields
from functools import partial

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mapapp.domain.registry import Offering, Organisation, ServicePoint
from mapapp.files.tabular.columns import COLUMNS
from mapapp.files.tabular.words import Language
from mapapp.files.tabular.writing import write_csv, write_geojson, write_xlsx


def records(registry):
    return {(type(one), one.id): one for one in (*registry.organisations, *registry.points)}


@pytest.mark.parametrize("write", [write_csv, write_xlsx, write_geojson])
@given(data=st.data())
@settings(max_examples=40)
def test_any_registry_written_and_read_is_the_same(read_file, any_registry, write, data):
    language = data.draw(st.sampled_from(Language))
    registry = data.draw(any_registry)
    # One service twice on the very same terms is one service.
    assume(all(len(set(point.offerings)) == len(point.offerings) for point in registry.points))
    assume(write is not write_xlsx or not {"\ufffe", "\uffff"} & set(repr(registry)))
    found = read_file(partial(write, language=language), registry)
    assert [str(fault) for fault in found.faults] == []
    assert {(type(one.record), one.record.id): one.record for one in found.records} == records(registry)


@pytest.mark.parametrize(
    ("owner", "record"), [("organisation", Organisation), ("point", ServicePoint), ("offering", Offering)]
)
def test_every_field_of_a_record_has_a_column(owner, record):
    with_column = {column.path.partition(".")[0] for column in COLUMNS if column.owner == owner}
    # Whose a point is and what it offers are told by the rest of its rows.
    assert {field.name for field in fields(record)} - {"organisation", "offerings"} <= with_column
