"""The columns of the flat table: every field of the registry, and what a table with some speaks of."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Final

from mapapp.domain.import_plan import GivenFields
from mapapp.files.tabular.column import OFFERING, ORGANISATION, POINT, Column
from mapapp.files.tabular.confidential_columns import CONFIDENTIAL_COLUMNS
from mapapp.files.tabular.offering_columns import OFFERING_COLUMNS
from mapapp.files.tabular.organisation_columns import ORGANISATION_COLUMNS
from mapapp.files.tabular.point_columns import POINT_COLUMNS

COLUMNS: Final[tuple[Column, ...]] = (
    *ORGANISATION_COLUMNS,
    *POINT_COLUMNS,
    *CONFIDENTIAL_COLUMNS,
    *OFFERING_COLUMNS,
)

BY_FIELD: Final[Mapping[str, Column]] = MappingProxyType({column.field: column for column in COLUMNS})

_IDENTITY: Final = frozenset(
    {"organisation.id", "organisation.source_id", "organisation.edrpou", "organisation.name"}
)
"""What tells which organisation is meant, without saying anything new of it."""

_FOUND_OUT: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "point.address": ("address_parts",),
        "point.hours": ("opening_hours",),
        "point.lat": ("point", "precision"),
        "point.settlement": ("hromada", "oblast"),
        "point.hromada": ("oblast",),
    }
)
"""The attributes that follow from a column where they have none of their own."""


def describes_organisations(read_fields: Collection[str]) -> bool:
    """Tell whether a table says more of its organisations than which ones they are."""
    return any(BY_FIELD[field].part == ORGANISATION and field not in _IDENTITY for field in read_fields)


def given_fields(read_fields: Collection[str]) -> GivenFields:
    """Return which attributes a table with these columns (and defaults) speaks of."""
    given: dict[str, set[str]] = {
        ORGANISATION: {"id"},
        POINT: {"id", "organisation"},
        OFFERING: {"service"},
    }
    for field in read_fields:
        column = BY_FIELD[field]
        if column.path:
            given[column.owner].add(column.path.partition(".")[0])
        given[column.owner].update(_FOUND_OUT.get(field, ()))
    if not describes_organisations(read_fields):
        # A name or a code only tells which organisation is meant: one that is known stays as it is.
        given[ORGANISATION] = {"id"}
    if "offering.service" in read_fields:
        given[POINT].add("offerings")
    return GivenFields(frozenset(given[ORGANISATION]), frozenset(given[POINT]), frozenset(given[OFFERING]))
