"""How records of the registry are written, in place of all there were or of those with the same ids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from mapapp.domain.changes import RecordKey, RecordKind
from mapapp.domain.errors import msgid
from mapapp.domain.progress import Progress, no_progress
from mapapp.domain.registry import Organisation, Registry, ServicePoint
from mapapp.storage.bulk import insert_rows, references_checked_last
from mapapp.storage.catchments import Areas, area_values, catchments_of
from mapapp.storage.columns import Row, table_of
from mapapp.storage.registry_rows import (
    AREA_COLUMNS,
    OFFERING_COLUMNS,
    ORGANISATION_COLUMNS,
    PLACE_COLUMNS,
    POINT_COLUMNS,
    PREDECESSOR_COLUMNS,
    STOP_COLUMNS,
    TARIFF_COLUMNS,
    offering_rows,
    organisation_rows,
    place_rows,
    point_rows,
    predecessor_rows,
    stop_rows,
    tariff_rows,
)
from mapapp.storage.schema import (
    CatchmentAreaRow,
    CatchmentRow,
    ConfidentialPlaceRow,
    MobileStopRow,
    OfferingRow,
    OrganisationPredecessorRow,
    OrganisationRow,
    RegistryScopeRow,
    ServicePointRow,
    TariffRow,
)
from mapapp.storage.search_text import OwnerWords, search_text

# Those that refer to others first: so nothing is looked for in vain when rows go.
_OF_POINTS = (ConfidentialPlaceRow, MobileStopRow, TariffRow, OfferingRow)
_OF_REGISTRY = (
    *_OF_POINTS,
    ServicePointRow,
    CatchmentAreaRow,
    CatchmentRow,
    OrganisationPredecessorRow,
    OrganisationRow,
    RegistryScopeRow,
)
_AT_ONCE = 5_000
_MANY = 500
"""So many records change how large the planner should think the tables are."""


def write_registry(connection: Connection, registry: Registry, progress: Progress) -> None:
    """Put the registry in place of the one in the store."""
    with references_checked_last(connection, *_measured()):
        for table in _OF_REGISTRY:
            connection.execute(delete(table))
        scope = ((oblast,) for oblast in sorted(registry.scope))
        insert_rows(connection, table_of(RegistryScopeRow), ("oblast",), scope)
        _insert(connection, registry.organisations, registry.points, progress)


def write_records(
    connection: Connection,
    organisations: Sequence[Organisation],
    points: Sequence[ServicePoint],
    progress: Progress,
) -> None:
    """Put the records, each with all that belongs to it, in place of those with the same ids."""
    are_many = len(organisations) + len(points) >= _MANY
    with references_checked_last(connection, *(_measured() if are_many else ())):
        _delete(connection, [it.id for it in organisations], [it.id for it in points])
        _insert(connection, organisations, points, progress)
        _fold_anew(connection, organisations, {it.id for it in points})


def remove_records(connection: Connection, keys: Iterable[RecordKey]) -> None:
    """Take the records out of the tables, with all that belongs to them."""
    listed = list(keys)
    with references_checked_last(connection):
        _delete(
            connection,
            [key.id for key in listed if key.kind is RecordKind.ORGANISATION],
            [key.id for key in listed if key.kind is RecordKind.POINT],
        )


def _measured() -> Iterator[Table]:
    """Yield the tables whose contents the planner may know of: never those of exact places."""
    return (table_of(table) for table in _OF_REGISTRY if table is not ConfidentialPlaceRow)


def _delete(connection: Connection, organisations: Sequence[str], points: Sequence[str]) -> None:
    for ids in _chunks(points):
        for table in _OF_POINTS:
            connection.execute(delete(table).where(table.point.in_(ids)))
        connection.execute(delete(ServicePointRow).where(ServicePointRow.id.in_(ids)))
    for ids in _chunks(organisations):
        own = OrganisationPredecessorRow.organisation.in_(ids)
        connection.execute(delete(OrganisationPredecessorRow).where(own))
        connection.execute(delete(OrganisationRow).where(OrganisationRow.id.in_(ids)))


def _insert(
    connection: Connection,
    organisations: Sequence[Organisation],
    points: Sequence[ServicePoint],
    progress: Progress,
) -> None:
    def put(table: type[Row], columns: str, rows: Iterable[Sequence[Any]], step: str = "") -> None:
        told = progress if step else no_progress
        insert_rows(connection, table_of(table), columns.split(), rows, step, told)

    catchments = _numbered_catchments(connection, points)
    owners = _owners(connection, organisations, points)
    put(OrganisationRow, ORGANISATION_COLUMNS, organisation_rows(organisations))
    put(OrganisationPredecessorRow, PREDECESSOR_COLUMNS, predecessor_rows(organisations))
    put(ServicePointRow, POINT_COLUMNS, point_rows(points, owners), msgid("Writing service points"))
    put(ConfidentialPlaceRow, PLACE_COLUMNS, place_rows(points))
    put(MobileStopRow, STOP_COLUMNS, stop_rows(points))
    put(OfferingRow, OFFERING_COLUMNS, offering_rows(points, catchments), msgid("Writing services offered"))
    put(TariffRow, TARIFF_COLUMNS, tariff_rows(points))


def _numbered_catchments(connection: Connection, points: Sequence[ServicePoint]) -> dict[Areas, int]:
    """Return the number of each set of areas served, making those the store does not know yet."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    by_content = catchments_of(points)
    made: list[tuple[int, str]] = []
    numbers: dict[Areas, int] = {}
    for contents in _chunks(list(by_content)):
        # Another writer may be making the same: the second waits for the first and then finds its number.
        if_new = insert(CatchmentRow).on_conflict_do_nothing(index_elements=["content"])
        missing = if_new.returning(CatchmentRow.id, CatchmentRow.content)
        found = connection.execute(missing, [{"content": content} for content in contents])
        made.extend((row.id, row.content) for row in found)
        known = select(CatchmentRow.content, CatchmentRow.id).where(CatchmentRow.content.in_(contents))
        numbers.update({by_content[content]: number for content, number in connection.execute(known)})
    areas = (
        (number, code, basis, first.isoformat(), last.isoformat())
        for number, content in made
        for code, basis, first, last in map(area_values, by_content[content])
    )
    insert_rows(connection, table_of(CatchmentAreaRow), AREA_COLUMNS.split(), areas)
    return numbers


def _owners(
    connection: Connection, organisations: Iterable[Organisation], points: Iterable[ServicePoint]
) -> dict[str, OwnerWords]:
    """Return the words of the points' organisations, those in the store included."""
    owners = {it.id: OwnerWords(it.id, it.name, it.short_name, it.edrpou) for it in organisations}
    columns = (OrganisationRow.id, OrganisationRow.name, OrganisationRow.short_name, OrganisationRow.edrpou)
    others = list({it.organisation for it in points} - owners.keys())
    for ids in _chunks(others):
        found = connection.execute(select(*columns).where(OrganisationRow.id.in_(ids)))
        owners.update({row.id: OwnerWords(*row) for row in found})
    return owners


def _fold_anew(connection: Connection, organisations: Sequence[Organisation], but: AbstractSet[str]) -> None:
    """Let the other points of renamed organisations be found by the new names."""
    owners = _owners(connection, organisations, ())
    point = ServicePointRow
    columns = (
        point.organisation, point.search_text, point.id, point.name, point.address, point.phones,
        point.phones_e164,
    )  # fmt: skip
    changed = []
    for ids in _chunks(list(owners)):
        for row in connection.execute(select(*columns).where(point.organisation.in_(ids))):
            if row.id in but:
                continue
            phones = [e164 or written for e164, written in zip(row.phones_e164, row.phones, strict=True)]
            folded = search_text(owners[row.organisation], row.id, row.name, row.address, phones)
            if folded != row.search_text:
                changed.append({"which": row.id, "folded": folded})
    if changed:
        statement = update(table_of(point)).where(point.id == bindparam("which"))
        connection.execute(statement.values(search_text=bindparam("folded")), changed)


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield the ids in portions: a statement takes only so many values."""
    return (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))
