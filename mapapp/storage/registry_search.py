"""Which service points the registry lists, and everything the public may know about one of them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, literal, select

from mapapp.domain.changes import RecordKey, RecordKind, differences
from mapapp.domain.errors import NotFoundError
from mapapp.domain.katottg import Katottg, KatottgLevel
from mapapp.domain.names import fold_name, ukrainian_sort_key
from mapapp.domain.quality import REFRESH_DAYS_WITHOUT_SERVICES
from mapapp.domain.registry import LocationPolicy, Organisation
from mapapp.domain.registry_questions import (
    ListedPoint,
    PointRecord,
    PublicVersion,
    RecordSummary,
    RegistryPage,
    RegistryQuery,
    freshness_on,
)
from mapapp.storage.documents import organisation_of, point_of
from mapapp.storage.geography_schema import HromadaRow
from mapapp.storage.history_schema import RecordVersionRow, RegistryChangeRow
from mapapp.storage.reading import check_service, fetched
from mapapp.storage.schema import ALWAYS_TO, OfferingRow, OrganisationRow, ServicePointRow, ServiceRow
from mapapp.storage.statements import Statement

_MOST_WORDS = 12
"""Nobody types more; each word is another walk through the registry."""

_IDS_AT_ONCE = 1_000
"""Databases limit how many values a statement may have."""

_LIKE_SIGNS = re.compile(r"[\\%_]")
_PART_OF_A_PHONE = re.compile(r"[+(\d][()\d]*")
_NO_DIGIT = re.compile(r"\D")


def find_records(connection: Connection, query: RegistryQuery) -> RegistryPage:
    """Return a page of the service points the query lists, by name in Ukrainian order, then by id.

    Neither database sorts Ukrainian alike on every machine, so the names of all points found are sorted here
    and only those of the page are read in full.

    Raises
    ------
    NotFoundError
        The service is not in the store.

    """
    check_service(connection, query.service)
    ids = _ordered_ids(connection, query)
    wanted = ids[query.offset : query.offset + query.limit]
    return RegistryPage(len(ids), _listed_points(connection, wanted, query.today))


def listed_ids(connection: Connection, query: RegistryQuery) -> list[str]:
    """Return the ids of all the query lists, past its limit, in the same order: what an export takes."""
    check_service(connection, query.service)
    return _ordered_ids(connection, query)


def point_record(connection: Connection, point_id: str) -> PointRecord:
    """Return everything the public may know of a service point, its newest version first.

    A change of which the public may know nothing is left out.

    Raises
    ------
    NotFoundError
        No such point is in the registry now.

    """
    versions = fetched(connection, _versions_of(point_id))
    if not versions or versions[-1].document is None:
        raise NotFoundError("There is no service point «{id}» in the registry", id=point_id)
    point = point_of(versions[-1].document)
    organisation = _organisations(connection, [point.organisation])[point.organisation]
    predecessors = _organisations(connection, organisation.successor_of)
    return PointRecord(
        point=point,
        organisation=organisation,
        predecessors=tuple(predecessors[name] for name in organisation.successor_of if name in predecessors),
        version=versions[-1].version,
        history=_public_history(versions),
    )


def summaries(connection: Connection, keys: Collection[RecordKey]) -> Mapping[RecordKey, RecordSummary]:
    """Return what tells the records apart; those no longer in the registry are left out."""
    found = {}
    for kind, build in (
        (RecordKind.POINT, _point_summaries),
        (RecordKind.ORGANISATION, _organisation_summaries),
    ):
        ids = sorted(key.id for key in keys if key.kind is kind)
        for start in range(0, len(ids), _IDS_AT_ONCE):
            for row in fetched(connection, build(ids[start : start + _IDS_AT_ONCE])):
                key = RecordKey(kind, row.id)
                found[key] = RecordSummary(
                    key=key,
                    name=row.name,
                    organisation_name=row.organisation_name,
                    edrpou=row.edrpou or "",
                    address=row.address,
                    phones=row.phones,
                    is_confidential=row.location_policy != LocationPolicy.PUBLIC,
                )
    return found


def _point_summaries(ids: Sequence[str]) -> Statement:
    return (
        select(
            ServicePointRow.id,
            ServicePointRow.name,
            OrganisationRow.name.label("organisation_name"),
            OrganisationRow.edrpou,
            ServicePointRow.address,
            ServicePointRow.phones,
            ServicePointRow.location_policy,
        )
        .join(OrganisationRow, OrganisationRow.id == ServicePointRow.organisation)
        .where(ServicePointRow.id.in_(ids))
    )


def _organisation_summaries(ids: Sequence[str]) -> Statement:
    return select(
        OrganisationRow.id,
        OrganisationRow.name,
        literal("").label("organisation_name"),
        OrganisationRow.edrpou,
        OrganisationRow.address,
        OrganisationRow.phones,
        literal(LocationPolicy.PUBLIC.value).label("location_policy"),
    ).where(OrganisationRow.id.in_(ids))


def _ordered_ids(connection: Connection, query: RegistryQuery) -> list[str]:
    # Plain tuples: with tens of thousands of rows their names would cost as much as the search.
    found: Iterable[Any] = connection.execute(_matching(query)).all()
    if query.freshness is not None:
        found = [
            (point, name)
            for point, name, last_verified, days in found
            if freshness_on(query.today, last_verified, _days(days)) is query.freshness
        ]
    return [point for _, point in sorted([(_name_order(name), point) for point, name in found])]


def _matching(query: RegistryQuery) -> Statement:
    """Build the search; days since a verification are counted by the reader, who knows the calendar."""
    statement: Statement = select(ServicePointRow.id, ServicePointRow.name).where(*_text_found(query.text))
    if query.freshness is not None:
        refresh_days = _shortest_interval().label("refresh_days")
        statement = statement.add_columns(ServicePointRow.last_verified, refresh_days)
    if query.area is not None:
        statement = statement.where(_located_in(query.area))
    if query.service is not None:
        offering_it = select(OfferingRow.point).where(OfferingRow.service == query.service)
        statement = statement.where(ServicePointRow.id.in_(offering_it))
    if query.kind is not None:
        statement = statement.where(ServicePointRow.kind == query.kind)
    if query.sector is not None:
        in_sector = select(OrganisationRow.id).where(OrganisationRow.sector == query.sector)
        statement = statement.where(ServicePointRow.organisation.in_(in_sector))
    if query.open_on is not None:
        statement = statement.where(
            ServicePointRow.valid_from <= query.open_on, ServicePointRow.valid_to >= query.open_on
        )
    return statement


def _text_found(text: str) -> list[ColumnElement[bool]]:
    """Return that each word is somewhere in what may be looked for; `%` and `_` are signs like others."""
    words = dict.fromkeys(map(_as_kept, fold_name(text).split()))
    return [
        ServicePointRow.search_text.like("%" + _LIKE_SIGNS.sub(r"\\\g<0>", word) + "%", escape="\\")
        for word in list(words)[:_MOST_WORDS]
        if word
    ]


def _as_kept(word: str) -> str:
    """Return the word as `search_text` would have it: of a phone its digits alone."""
    return _NO_DIGIT.sub("", word) if _PART_OF_A_PHONE.fullmatch(word) else word


def _located_in(area: Katottg) -> ColumnElement[bool]:
    """Return that the point lies in the area, as far as the public knows where it lies."""
    if area.level is KatottgLevel.OBLAST:
        return ServicePointRow.oblast == area
    if area.level is KatottgLevel.RAION:
        return ServicePointRow.hromada.in_(select(HromadaRow.katottg).where(HromadaRow.raion == area))
    return ServicePointRow.hromada == area


def _shortest_interval() -> ColumnElement[Any]:
    return (
        select(func.min(ServiceRow.refresh_days))
        .join(OfferingRow, OfferingRow.service == ServiceRow.slug)
        .where(OfferingRow.point == ServicePointRow.id)
        .scalar_subquery()
    )


def _listed_points(connection: Connection, ids: Sequence[str], today: date) -> tuple[ListedPoint, ...]:
    """Return the points in the order of the ids."""
    points: dict[str, ListedPoint] = {}
    for start in range(0, len(ids), _IDS_AT_ONCE):
        some = ids[start : start + _IDS_AT_ONCE]
        services = _services_of(connection, some)
        for row in fetched(connection, _described_points(some)):
            points[row.id] = _listed_point(row, services.get(row.id, ()), today)
    return tuple(points[id_] for id_ in ids if id_ in points)


def _described_points(ids: Sequence[str]) -> Statement:
    return (
        select(
            ServicePointRow.id,
            ServicePointRow.name,
            OrganisationRow.name.label("organisation_name"),
            ServicePointRow.kind,
            OrganisationRow.sector,
            ServicePointRow.location_policy,
            ServicePointRow.oblast,
            ServicePointRow.hromada,
            ServicePointRow.last_verified,
            ServicePointRow.valid_to,
            ServicePointRow.is_demo,
            _shortest_interval().label("refresh_days"),
        )
        .join(OrganisationRow, OrganisationRow.id == ServicePointRow.organisation)
        .where(ServicePointRow.id.in_(ids))
    )


def _listed_point(row: Any, services: Collection[str], today: date) -> ListedPoint:
    return ListedPoint(
        id=row.id,
        name=row.name,
        organisation_name=row.organisation_name,
        kind=row.kind,
        sector=row.sector,
        oblast=Katottg(row.oblast),
        hromada=None if row.hromada is None else Katottg(row.hromada),
        services=tuple(services),
        last_verified=row.last_verified,
        freshness=freshness_on(today, row.last_verified, _days(row.refresh_days)),
        valid_to=None if row.valid_to == ALWAYS_TO else row.valid_to,
        is_confidential=row.location_policy is not LocationPolicy.PUBLIC,
        is_demo=row.is_demo,
    )


def _services_of(connection: Connection, ids: Sequence[str]) -> Mapping[str, list[str]]:
    """Return the services each point offers, in the classifier's order."""
    offered = (
        select(OfferingRow.point, OfferingRow.service)
        .join(ServiceRow, ServiceRow.slug == OfferingRow.service)
        .where(OfferingRow.point.in_(ids))
        .distinct()
        .add_columns(ServiceRow.position)
        .order_by(ServiceRow.position)
    )
    services: defaultdict[str, list[str]] = defaultdict(list)
    for row in fetched(connection, offered):
        services[row.point].append(row.service)
    return services


def _days(refresh_days: int | None) -> int:
    return REFRESH_DAYS_WITHOUT_SERVICES if refresh_days is None else refresh_days


def _versions_of(point_id: str) -> Statement:
    """Build the public halves of every version of a point, the oldest first."""
    version = RecordVersionRow
    return (
        select(version.version, version.document, RegistryChangeRow.at, RegistryChangeRow.kind)
        .join(RegistryChangeRow, RegistryChangeRow.number == version.change)
        .where(version.kind == RecordKind.POINT, version.id == point_id)
        .order_by(version.version)
    )


def _public_history(versions: Sequence[Any]) -> tuple[PublicVersion, ...]:
    before = None
    history = []
    for row in versions:
        changed = differences(before, row.document)
        before = row.document
        if changed:
            history.append(PublicVersion(row.version, row.at, row.kind, changed))
    return tuple(reversed(history))


def _organisations(connection: Connection, ids: Collection[str]) -> dict[str, Organisation]:
    """Return those of the organisations that are in the registry now."""
    version = RecordVersionRow
    current = select(version.id, version.document).where(
        version.kind == RecordKind.ORGANISATION,
        version.id.in_(ids),
        version.replaced_by.is_(None),
        version.document.is_not(None),
    )
    return {row.id: organisation_of(row.document) for row in fetched(connection, current)}


@lru_cache(maxsize=1 << 16)
def _name_order(name: str) -> bytes:
    """Return the order of `ukrainian_sort_key` as bytes: faster to compare, smaller to keep."""
    return bytes(rank + 1 for rank in ukrainian_sort_key(name))
