"""Which tables hold the country, the registry and the outlines, and which rules the database itself keeps."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from geoalchemy2 import Geography, Geometry
from sqlalchemy import (
    CheckConstraint,
    Computed,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from mapapp.domain.geography import (
    HromadaKind,
    OblastKind,
    PopulationBasis,
    SettlementKind,
    TerritoryStatus,
)
from mapapp.domain.registry import (
    CatchmentBasis,
    LocationPolicy,
    Payment,
    PointKind,
    PointPrecision,
    Sector,
)
from mapapp.storage.columns import Code, RecordId, Row, Slug, key_text, refers_to

ALWAYS_FROM = date.min
ALWAYS_TO = date.max
"""Stand for an open start and an open end, so that every period is a plain comparison of two dates."""


class StoreInfoRow(Row):
    """What is true of the store itself, by name; `ready_at` is written last of all by a first build."""

    __tablename__ = "store_info"

    key: Mapped[str] = mapped_column(key_text(40), primary_key=True)
    value: Mapped[str]


class SourceEditionRow(Row):
    """The published tables the geography was taken from."""

    __tablename__ = "source_edition"

    key: Mapped[str] = mapped_column(key_text(40), primary_key=True)
    position: Mapped[int] = mapped_column(unique=True)
    title: Mapped[str]
    edition: Mapped[str]
    licence: Mapped[str]
    attribution: Mapped[str]


class AreaRow(Row):
    """Every code that something may be said of: the nation, an oblast, a raion, a hromada.

    Kyiv and Sevastopol are one area each and stand both in `oblast` and in `hromada`.
    """

    __tablename__ = "area"

    code: Mapped[Code] = mapped_column(primary_key=True)


class OblastRow(Row):
    """The first-level units."""

    __tablename__ = "oblast"

    katottg: Mapped[Code] = mapped_column(refers_to("area.code"), primary_key=True)
    kind: Mapped[OblastKind]
    name: Mapped[str]
    name_en: Mapped[str]


class RaionRow(Row):
    """The second-level units."""

    __tablename__ = "raion"

    katottg: Mapped[Code] = mapped_column(refers_to("area.code"), primary_key=True)
    name: Mapped[str]
    name_en: Mapped[str]
    oblast: Mapped[Code] = mapped_column(refers_to("oblast.katottg"), index=True)


def _population_is_whole() -> CheckConstraint:
    """Return the rule that a figure comes with its source, date and basis; each table needs its own."""
    return CheckConstraint(
        "(population IS NULL) = (population_as_of IS NULL)"
        " AND (population IS NULL) = (population_source IS NULL)"
        " AND (population IS NULL) = (population_basis IS NULL)"
        " AND population >= 0",
        name="population_is_whole",
    )


class HromadaRow(Row):
    """The territorial communities, and the two cities that stand in for one."""

    __tablename__ = "hromada"

    katottg: Mapped[Code] = mapped_column(refers_to("area.code"), primary_key=True)
    kind: Mapped[HromadaKind]
    name: Mapped[str]
    name_en: Mapped[str]
    raion: Mapped[Code | None] = mapped_column(refers_to("raion.katottg"), index=True)
    oblast: Mapped[Code] = mapped_column(refers_to("oblast.katottg"), index=True)
    lon: Mapped[float]
    lat: Mapped[float]
    population: Mapped[int | None]
    population_as_of: Mapped[date | None]
    population_source: Mapped[str | None]
    population_basis: Mapped[PopulationBasis | None]
    area_km2: Mapped[float | None]

    __table_args__ = (_population_is_whole(),)


class SettlementRow(Row):
    """The places people live in."""

    __tablename__ = "settlement"

    katottg: Mapped[Code] = mapped_column(primary_key=True)
    kind: Mapped[SettlementKind]
    name: Mapped[str]
    name_en: Mapped[str]
    former_name: Mapped[str]
    hromada: Mapped[Code | None] = mapped_column(refers_to("hromada.katottg"), index=True)
    raion: Mapped[Code | None] = mapped_column(refers_to("raion.katottg"), index=True)
    oblast: Mapped[Code] = mapped_column(refers_to("oblast.katottg"), index=True)
    area: Mapped[Code] = mapped_column(refers_to("area.code"), index=True)
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    population: Mapped[int | None]
    population_as_of: Mapped[date | None]
    population_source: Mapped[str | None]
    population_basis: Mapped[PopulationBasis | None]

    __table_args__ = (
        _population_is_whole(),
        CheckConstraint("(lon IS NULL) = (lat IS NULL)", name="point_is_whole"),
    )


class StatusPeriodRow(Row):
    """The list of territories (order 376), one row a period; it names settlements as well as larger units."""

    __tablename__ = "status_period"

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    katottg: Mapped[Code] = mapped_column(index=True)
    status: Mapped[TerritoryStatus]
    start_on: Mapped[date]
    end_on: Mapped[date | None]
    as_listed: Mapped[str]
    excludes_part: Mapped[bool]


class SettlementStatusRow(Row):
    """The statuses open for a settlement at the list's edition date."""

    __tablename__ = "settlement_status"

    settlement: Mapped[Code] = mapped_column(refers_to("settlement.katottg"), primary_key=True)
    status: Mapped[TerritoryStatus] = mapped_column(primary_key=True)


class ServiceRow(Row):
    """The social services of the classifier."""

    __tablename__ = "service"

    slug: Mapped[Slug] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(unique=True)
    name_uk: Mapped[str]
    name_en: Mapped[str]
    official_code: Mapped[str | None]
    basic_point: Mapped[int | None]
    is_confidential: Mapped[bool]

    __table_args__ = (CheckConstraint("basic_point BETWEEN 1 AND 17", name="basic_point_is_listed"),)


class OrganisationRow(Row):
    """The legal persons that provide services."""

    __tablename__ = "organisation"

    id: Mapped[RecordId] = mapped_column(primary_key=True)
    name: Mapped[str]
    sector: Mapped[Sector]
    edrpou: Mapped[str | None]
    successor_of: Mapped[tuple[str, ...]]
    is_demo: Mapped[bool]


class ServicePointRow(Row):
    """The places and teams. A confidential one has no coordinates, settlement or address in any table."""

    __tablename__ = "service_point"

    id: Mapped[RecordId] = mapped_column(primary_key=True)
    organisation: Mapped[RecordId] = mapped_column(refers_to("organisation.id"), index=True)
    kind: Mapped[PointKind]
    name: Mapped[str]
    location_policy: Mapped[LocationPolicy]
    oblast: Mapped[Code] = mapped_column(refers_to("oblast.katottg"), index=True)
    hromada: Mapped[Code | None] = mapped_column(refers_to("hromada.katottg"), index=True)
    settlement: Mapped[Code | None] = mapped_column(refers_to("settlement.katottg"), index=True)
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    precision: Mapped[PointPrecision | None]
    address: Mapped[str]
    phones: Mapped[tuple[str, ...]]
    hours: Mapped[str]
    referral_note: Mapped[str]
    relocated_from: Mapped[Code | None] = mapped_column(refers_to("area.code"), index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    last_verified: Mapped[date | None]
    is_demo: Mapped[bool]

    __table_args__ = (
        CheckConstraint(
            "location_policy <> 'public' OR (lon IS NOT NULL AND lat IS NOT NULL"
            " AND precision IS NOT NULL AND hromada IS NOT NULL)",
            name="public_point_has_a_place",
        ),
        CheckConstraint(
            "location_policy = 'public' OR (lon IS NULL AND lat IS NULL"
            " AND settlement IS NULL AND address = '')",
            name="confidential_point_has_no_place",
        ),
        CheckConstraint(
            "location_policy NOT IN ('oblast_only', 'withheld') OR hromada IS NULL",
            name="withheld_point_has_no_hromada",
        ),
        # What `offering` repeats of its point refers to these.
        UniqueConstraint("id", "lon", "lat"),
        UniqueConstraint("id", "valid_from", "valid_to"),
    )


class CatchmentRow(Row):
    """A set of areas served: a value, shared by every offering that serves exactly these."""

    __tablename__ = "catchment"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class CatchmentAreaRow(Row):
    """One area of a catchment, by right or by contract, and when."""

    __tablename__ = "catchment_area"

    catchment: Mapped[int] = mapped_column(refers_to("catchment.id", on_delete="CASCADE"), primary_key=True)
    area: Mapped[Code] = mapped_column(refers_to("area.code"), primary_key=True)
    basis: Mapped[CatchmentBasis] = mapped_column(primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    valid_to: Mapped[date] = mapped_column(primary_key=True)

    __table_args__ = (
        CheckConstraint("valid_from <= valid_to", name="period_has_a_day"),
        Index(None, "area", "catchment"),
    )


_HAS_PLACE = text("lon IS NOT NULL")


class OfferingRow(Row):
    """One service at one point.

    The place and validity of the point are repeated here, where the index for the nearest needs them. The
    references with ON UPDATE CASCADE keep the copies true: a point that is moved or withdrawn takes them
    along. `lon` is null for a confidential point, which therefore stands in no spatial index.
    """

    __tablename__ = "offering"

    point: Mapped[RecordId] = mapped_column(primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    service: Mapped[Slug] = mapped_column(refers_to("service.slug"))
    catchment: Mapped[int] = mapped_column(refers_to("catchment.id"), index=True)
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    target_groups: Mapped[int]
    places: Mapped[tuple[str, ...]]
    payment: Mapped[Payment]
    capacity: Mapped[int | None]
    geog: Mapped[Any | None] = mapped_column(
        Geography("POINT", srid=4326, spatial_index=False),
        Computed("ST_SetSRID(ST_MakePoint(lon, lat), 4326)::geography", persisted=True),
    )
    """PostGIS only: SQLite's nearest search works on `lon` and `lat`."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["point", "lon", "lat"],
            ["service_point.id", "service_point.lon", "service_point.lat"],
            onupdate="CASCADE",
            ondelete="CASCADE",
            deferrable=True,
            initially="IMMEDIATE",
        ),
        ForeignKeyConstraint(
            ["point", "valid_from", "valid_to"],
            ["service_point.id", "service_point.valid_from", "service_point.valid_to"],
            onupdate="CASCADE",
            ondelete="CASCADE",
            deferrable=True,
            initially="IMMEDIATE",
        ),
        CheckConstraint("(lon IS NULL) = (lat IS NULL)", name="point_is_whole"),
        CheckConstraint("capacity >= 0", name="capacity_is_a_number_of_places"),
        # For the search among those that serve a hromada; SQLite reads all it compares from the index.
        Index("ix_offering_serving_postgis", "service", "catchment").ddl_if(dialect="postgresql"),
        Index(
            "ix_offering_serving_sqlite", "service", "catchment", "valid_from", "valid_to", "lon", "lat"
        ).ddl_if(dialect="sqlite"),
        # For the search among all. Only public points have a place, so it never meets another.
        Index(
            "ix_offering_nearest_postgis",
            "service",
            "geog",
            postgresql_using="gist",
            postgresql_where=_HAS_PLACE,
        ).ddl_if(dialect="postgresql"),
        Index(
            "ix_offering_nearest_sqlite",
            "service",
            "lat",
            "lon",
            "valid_from",
            "valid_to",
            sqlite_where=_HAS_PLACE,
        ).ddl_if(dialect="sqlite"),
        # Without row ids an index also holds the primary key, by which ties are broken.
        {"sqlite_with_rowid": False},
    )


class RegistryScopeRow(Row):
    """The oblasts the registry claims to describe fully."""

    __tablename__ = "registry_scope"

    oblast: Mapped[Code] = mapped_column(refers_to("oblast.katottg"), primary_key=True)


class BoundarySetRow(Row):
    """Which outlines are drawn; there is one set at a time."""

    __tablename__ = "boundary_set"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[str]
    is_approximate: Mapped[bool]
    licence: Mapped[str]
    attribution: Mapped[str]
    checksum: Mapped[str]
    installed_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("id = 1", name="one_set"),)


class BoundaryRow(Row):
    """The full outline of a drawn area, in WGS 84 degrees."""

    __tablename__ = "boundary"

    area: Mapped[Code] = mapped_column(refers_to("area.code"), primary_key=True)
    outline: Mapped[Any] = mapped_column(
        LargeBinary().with_variant(Geometry(srid=4326, spatial_index=False), "postgresql")
    )


class GeometryLayerRow(Row):
    """Outlines simplified and compressed, ready for the browser."""

    __tablename__ = "geometry_layer"

    name: Mapped[str] = mapped_column(key_text(40), primary_key=True)
    tolerance_m: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content_hash: Mapped[str] = mapped_column(key_text(128), index=True)
    gzip_bytes: Mapped[bytes]
    brotli_bytes: Mapped[bytes]
