"""A registry as rows of text: one per offering, its point's and organisation's fields repeated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from mapapp.domain.contacts import AddressParts
from mapapp.domain.registry import Offering, Organisation, Registry, ServicePoint
from mapapp.files.tabular.column import CONFIDENTIAL, OFFERING, ORGANISATION, POINT, Column, value_of
from mapapp.files.tabular.columns import COLUMNS
from mapapp.files.tabular.lists import NOTHING
from mapapp.files.tabular.understanding import find_address, find_hours
from mapapp.files.tabular.words import Language


class Marker(str):
    """A mark of the table's own, which is written as it is whatever a spreadsheet thinks of it."""

    __slots__ = ()


class FlatRow(NamedTuple):
    """What one row is of; an organisation without points and a point without offerings have a row too."""

    organisation: Organisation | None
    point: ServicePoint | None
    offering: Offering | None


@dataclass(frozen=True, slots=True)
class FlatTable:
    """The columns that a registry needs, and its rows, made one at a time."""

    registry: Registry
    language: Language
    columns: tuple[Column, ...]

    def headers(self) -> list[str]:
        """Return what stands above the columns."""
        return [column.title(self.language) for column in self.columns]

    def rows(self) -> Iterator[list[str]]:
        """Yield the cells of each row, empty where there is nothing."""
        told = _Told(self)
        for row in flat_rows(self.registry):
            yield told.cells(row)


def flat_table(registry: Registry, language: Language = Language.UKRAINIAN) -> FlatTable:
    """Return the table of a registry; confidential places have columns only where there is one."""
    has_confidential = any(point.confidential_place is not None for point in registry.points)
    columns = tuple(
        column for column in COLUMNS if column.path and (has_confidential or column.part != CONFIDENTIAL)
    )
    return FlatTable(registry, language, columns)


def flat_rows(registry: Registry) -> Iterator[FlatRow]:
    """Yield what each row is of: the points in their order, then organisations that have none."""
    organisations = {organisation.id: organisation for organisation in registry.organisations}
    without_points = dict(organisations)
    for point in registry.points:
        owner = organisations.get(point.organisation)
        without_points.pop(point.organisation, None)
        for offering in point.offerings or (None,):
            yield FlatRow(owner, point, offering)
    for organisation in without_points.values():
        yield FlatRow(organisation, None, None)


class _Told:
    """Writes cells, those of the last organisation and point only once."""

    def __init__(self, table: FlatTable) -> None:
        self._language = table.language
        self._columns = {
            part: [column for column in table.columns if column.owner == part]
            for part in (ORGANISATION, POINT, OFFERING)
        }
        self._owners: dict[str, list[str]] = {}
        self._last_point: tuple[ServicePoint | None, list[str]] = (None, self._empty(POINT))

    def cells(self, row: FlatRow) -> list[str]:
        """Return all cells of the row."""
        if row.point is not self._last_point[0]:
            self._last_point = (row.point, self._point(row.point))
        return [*self._organisation(row), *self._last_point[1], *self._part(OFFERING, row.offering)]

    def _empty(self, part: str) -> list[str]:
        return [""] * len(self._columns[part])

    def _organisation(self, row: FlatRow) -> list[str]:
        if row.organisation is not None:
            key = row.organisation.id
            if key not in self._owners:
                self._owners[key] = self._part(ORGANISATION, row.organisation)
            return self._owners[key]
        # A list of points alone still says whose they are.
        owner = "" if row.point is None else row.point.organisation
        return [owner if column.path == "id" else "" for column in self._columns[ORGANISATION]]

    def _part(self, part: str, record: Any) -> list[str]:
        if record is None:
            return self._empty(part)
        return [self._cell(column, value_of(record, column.path)) for column in self._columns[part]]

    def _point(self, point: ServicePoint | None) -> list[str]:
        if point is None:
            return self._empty(POINT)
        other = _found_out(point)
        return [
            other[column.field] if column.field in other else self._cell(column, value_of(point, column.path))
            for column in self._columns[POINT]
        ]

    def _cell(self, column: Column, value: Any) -> str:
        if value is None or value in ("", ()):
            return ""
        return column.form.write(value, self._language)


def _found_out(point: ServicePoint) -> Mapping[str, str]:
    """Return the cells left empty, or marked, because what they hold is found out from another column.

    Were they always filled, whoever corrects an address or the hours would leave its old meaning beside it.
    """
    cells: dict[str, str] = {}
    if point.opening_hours == find_hours(point.hours):
        cells["point.opening_hours"] = ""
    elif point.opening_hours is None:
        cells["point.opening_hours"] = Marker(NOTHING)
    place = point.confidential_place
    for part, holder in ((POINT, point), (CONFIDENTIAL, place)):
        if holder is None:
            continue
        if holder.address_parts == find_address(holder.address):
            cells |= dict.fromkeys(address_fields(part), "")
        elif holder.address_parts is None:
            cells |= dict.fromkeys(address_fields(part), "")
            cells[f"{part}.postcode"] = Marker(NOTHING)
        elif holder.address_parts == AddressParts():
            cells[f"{part}.address_note"] = Marker(NOTHING)
    return cells


def address_fields(part: str) -> Sequence[str]:
    """Return the fields of the parts of an address."""
    return [column.field for column in COLUMNS if column.part == part and "address_parts." in column.path]
