"""What tests of tables share: a context to read in, and short ways to read rows and files."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import pytest

from mapapp.domain.imports import ImportContext, SourceRow
from mapapp.domain.registry import Organisation, Sector
from mapapp.files.reference_tables import read_services
from mapapp.files.tabular.mapping import chosen_columns, propose_columns
from mapapp.files.tabular.reading import read_table
from mapapp.files.tabular.records import read_records

COUNCIL = Organisation("council", "Опішнянська селищна рада", Sector.STATE_COMMUNAL, edrpou="00032129")
GOOD_ROW = {
    "Номер у джерелі": "17",
    "Назва": "Центр надання соціальних послуг",
    "Вид закладу": "ЦНСП",
    "Громада": "UA53080350000070563",
    "Широта": "49,9613",
    "Довгота": "34,6116",
    "Точність координат": "будинок",
    "Соціальна послуга": "Догляд вдома",
    "Місце надання": "вдома",
}
"""A row without a fault; its organisation is the council."""


@pytest.fixture(scope="module")
def context(gazetteer):
    return ImportContext(
        gazetteer,
        read_services(),
        source="test",
        today=date(2026, 11, 1),
        organisations={"council": COUNCIL},
        default_organisation="council",
    )


@pytest.fixture(scope="module")
def records_of(context):
    """Read rows given as dictionaries, the first being row 2; `changes` are of the context."""

    def read(*rows, defaults=None, **changes):
        headers = tuple(dict.fromkeys(header for row in rows for header in row))
        mapping = chosen_columns(propose_columns(headers))
        numbered = [
            SourceRow(number, {header: text for header, text in row.items() if text})
            for number, row in enumerate(rows, start=2)
        ]
        return read_records(numbered, mapping, replace(context, **changes), defaults=defaults or {})

    return read


@pytest.fixture(scope="module")
def good(records_of):
    """Read one good row with changes and return its point."""

    def read(defaults=None, **changes):
        found = records_of({**GOOD_ROW, **changes}, defaults=defaults)
        assert found.faults == ()
        return found.records[-1].record

    return read


@pytest.fixture(scope="module")
def complaints(records_of):
    """Read one good row with changes and tell its faults as `row [header]: sentence`."""

    def read(changes, **of_context):
        return [str(fault) for fault in records_of({**GOOD_ROW, **changes}, **of_context).faults]

    return read


@pytest.fixture(scope="module")
def read_file(context):
    """Write the registry in a format, read it back and return everything that was read."""

    def read(write, registry):
        stream = io.BytesIO()
        write(registry, stream)
        table = read_table(stream, "registry")
        mapping = chosen_columns(propose_columns(table.columns))
        assert mapping.keys() == set(table.columns)
        return read_records(
            table.rows, mapping, replace(context, organisations={}, default_organisation=None)
        )

    return read
