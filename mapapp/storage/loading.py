"""How records of the registry are written, in place of all there were or of those with the same ids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from mapapp.domain.changes import RecordKey, RecordKind
from mapapp.domain.errors import msgid
from mapapp.domain.progress import Progress, no_progress
from mapapp.domain.registry import Organisation, Registry, ServicePoint
from mapapp.storage.bulk import delete_rows, insert_rows, references_checked_last
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
_AT_ONCE = 500
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
        earlier = _owners_in_store(connection, [it.id for it in organisations])
        _delete(connection, [it.id for it in organisations], [it.id for it in points])
        _insert(connection, organisations, points, progress)
        now = map(_owner_words, organisations)
        renamed = {words.id: words for words in now if earlier.get(words.id, words) != words}
        _fold_anew(connection, renamed, {it.id for it in points})


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
    for table in _OF_POINTS:
        delete_rows(connection, table_of(table), "point", points)
    delete_rows(connection, table_of(ServicePointRow), "id", points)
    delete_rows(connection, table_of(OrganisationPredecessorRow), "organisation", organisations)
    delete_rows(connection, table_of(OrganisationRow), "id", organisations)


def _insert(
    connection: Connection,
    organisations: Sequence[Organisation],
    points: Sequence[ServicePoint],
    progress: Progress,
) -> None:
    def put(table: type[Row], columns: str, rows: Iterable[Sequence[Any]], step: str = "") -> None:
        told = progress if step else no_progress
        insert_rows(connection, table_of(table), columns.split(), rows, step, told)

    points = sorted(points, key=lambda point: point.id)  # rows in the order of their key are written faster
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
    owners = {it.id: _owner_words(it) for it in organisations}
    return owners | _owners_in_store(connection, sorted({it.organisation for it in points} - owners.keys()))


def _owner_words(organisation: Organisation) -> OwnerWords:
    return OwnerWords(organisation.id, organisation.name, organisation.short_name, organisation.edrpou)


def _owners_in_store(connection: Connection, ids: Sequence[str]) -> dict[str, OwnerWords]:
    row = OrganisationRow
    wanted = select(row.id, row.name, row.short_name, row.edrpou)
    found = (connection.execute(wanted.where(row.id.in_(some))) for some in _chunks(ids))
    return {words.id: words for rows in found for words in (OwnerWords(*row) for row in rows)}


def _fold_anew(connection: Connection, renamed: Mapping[str, OwnerWords], but: AbstractSet[str]) -> None:
    """Let the other points of renamed organisations be found by the new names."""
    row = ServicePointRow
    wanted = select(row.organisation, row.id, row.name, row.address, row.phones, row.phones_e164)
    folded = []
    for some in _chunks(list(renamed)):
        for found in connection.execute(wanted.where(row.organisation.in_(some))):
            if found.id not in but:
                phones = [
                    e164 or written for e164, written in zip(found.phones_e164, found.phones, strict=True)
                ]
                words = search_text(renamed[found.organisation], found.id, found.name, found.address, phones)
                folded.append({"which": found.id, "folded": words})
    if folded:
        statement = update(table_of(row)).where(row.id == bindparam("which"))
        connection.execute(statement.values(search_text=bindparam("folded")), folded)


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield the ids in portions: a statement takes only so many values."""
    return (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))
