"""Which tables hold the registry, and which rules the database itself keeps."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Any

from geoalchemy2 import Geography
from sqlalchemy import CheckConstraint, Computed, ForeignKeyConstraint, Index, UniqueConstraint, false, text
from sqlalchemy import column as col
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

import mapapp.storage.geography_schema  # noqa: F401 - the tables the registry refers to
from mapapp.domain.registry import (
    CapacityUnit,
    CatchmentBasis,
    LocationPolicy,
    Ownership,
    Payment,
    PointKind,
    PointPrecision,
    ProviderKind,
    Sector,
)
from mapapp.storage.columns import PRIVATE, Code, PlainJson, RecordId, Row, Slug, key_text, refers_to

ALWAYS_FROM = date.min
ALWAYS_TO = date.max
"""Stand for an open start and an open end, so that every period is a plain comparison of two dates."""


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
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    refresh_days: Mapped[int]

    __table_args__ = (
        CheckConstraint("basic_point BETWEEN 1 AND 17", name="basic_point_is_listed"),
        CheckConstraint("valid_from <= valid_to", name="period_has_a_day"),
        CheckConstraint("refresh_days > 0", name="refresh_days_are_some"),
    )


def _source_is_whole() -> tuple[CheckConstraint, UniqueConstraint]:
    """Return the rules that a source comes with the record's id there, and names one record of ours."""
    return (
        CheckConstraint("(source IS NULL) = (source_id IS NULL)", name="source_is_whole"),
        UniqueConstraint("source", "source_id"),
    )


class OrganisationRow(Row):
    """The legal persons and sole proprietors that provide services.

    `phones_e164` has the same numbers as `phones`, as they are dialled, and "" for one that has no such form.
    """

    __tablename__ = "organisation"

    id: Mapped[RecordId] = mapped_column(primary_key=True)
    name: Mapped[str]
    sector: Mapped[Sector]
    edrpou: Mapped[str | None] = mapped_column(index=True)
    is_demo: Mapped[bool]
    short_name: Mapped[str]
    kind: Mapped[ProviderKind]
    legal_form: Mapped[str]
    ownership: Mapped[Ownership | None]
    parent: Mapped[RecordId | None] = mapped_column(refers_to("organisation.id"), index=True)
    registry_number: Mapped[str]
    registry_in: Mapped[date | None]
    registry_out: Mapped[date | None]
    address: Mapped[str]
    phones: Mapped[tuple[str, ...]]
    phones_e164: Mapped[tuple[str, ...]]
    emails: Mapped[tuple[str, ...]]
    website: Mapped[str]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    last_verified: Mapped[date | None]
    source: Mapped[str | None]
    source_id: Mapped[str | None]

    __table_args__ = (
        # Both databases take this for «eight characters, none but digits».
        CheckConstraint("length(edrpou) = 8 AND trim(edrpou, '0123456789') = ''", name="edrpou_has_digits"),
        CheckConstraint("parent <> id", name="parent_is_another"),
        CheckConstraint("valid_from <= valid_to", name="period_has_a_day"),
        *_source_is_whole(),
    )


class OrganisationPredecessorRow(Row):
    """What an organisation was reorganised from."""

    __tablename__ = "organisation_predecessor"

    organisation: Mapped[RecordId] = mapped_column(
        refers_to("organisation.id", on_delete="CASCADE"), primary_key=True
    )
    predecessor: Mapped[RecordId] = mapped_column(refers_to("organisation.id"), primary_key=True, index=True)

    __table_args__ = (CheckConstraint("predecessor <> organisation", name="predecessor_is_another"),)


class ServicePointRow(Row):
    """The places and teams. A confidential one has no coordinates, settlement or address in this table.

    `search_text` is what the registry page looks for, folded: the names of the point and its organisation,
    ids, EDRPOU, the address, the digits of the phones.
    """

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
    coordinates_source: Mapped[str]
    address: Mapped[str]
    address_parts: Mapped[Any | None] = mapped_column(PlainJson)
    phones: Mapped[tuple[str, ...]]
    phones_e164: Mapped[tuple[str, ...]]
    emails: Mapped[tuple[str, ...]]
    website: Mapped[str]
    contacts: Mapped[Any] = mapped_column(PlainJson)
    languages: Mapped[tuple[str, ...]]
    hours: Mapped[str]
    opening_hours: Mapped[Any | None] = mapped_column(PlainJson)
    closures: Mapped[Any] = mapped_column(PlainJson)
    accessibility: Mapped[tuple[str, ...]]
    no_accessibility: Mapped[tuple[str, ...]]
    is_suspended: Mapped[bool]
    suspended_until: Mapped[date | None]
    works_without_power: Mapped[bool | None]
    has_shelter: Mapped[bool | None]
    last_confirmed: Mapped[date | None]
    referral_note: Mapped[str]
    relocated_from: Mapped[Code | None] = mapped_column(refers_to("area.code"), index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    last_verified: Mapped[date | None]
    is_demo: Mapped[bool]
    source: Mapped[str | None]
    source_id: Mapped[str | None]
    search_text: Mapped[str]

    __table_args__ = (
        CheckConstraint(
            "location_policy <> 'public' OR (lon IS NOT NULL AND lat IS NOT NULL"
            " AND precision IS NOT NULL AND hromada IS NOT NULL)",
            name="public_point_has_a_place",
        ),
        CheckConstraint(
            "location_policy = 'public' OR (lon IS NULL AND lat IS NULL"
            " AND settlement IS NULL AND address = '' AND address_parts IS NULL)",
            name="confidential_point_has_no_place",
        ),
        CheckConstraint(
            "location_policy NOT IN ('oblast_only', 'withheld') OR hromada IS NULL",
            name="withheld_point_has_no_hromada",
        ),
        CheckConstraint("valid_from <= valid_to", name="period_has_a_day"),
        *_source_is_whole(),
        # What other tables repeat of their point refers to these.
        UniqueConstraint("id", "lon", "lat"),
        UniqueConstraint("id", "valid_from", "valid_to"),
        UniqueConstraint("id", "location_policy"),
    )


def _copied_from_point(*columns: str) -> ForeignKeyConstraint:
    """Return the reference that keeps copies of a point's columns true: whatever it becomes, they follow."""
    return ForeignKeyConstraint(
        ["point", *columns],
        ["service_point.id", *(f"service_point.{column}" for column in columns)],
        onupdate="CASCADE",
        ondelete="CASCADE",
        deferrable=True,
        initially="IMMEDIATE",
    )


class MobileStopRow(Row):
    """Where and when a mobile team receives people; only a public one tells."""

    __tablename__ = "mobile_stop"

    point: Mapped[RecordId] = mapped_column(primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    location_policy: Mapped[LocationPolicy]
    settlement: Mapped[Code] = mapped_column(refers_to("settlement.katottg"), index=True)
    day: Mapped[date]
    opens: Mapped[time | None]
    closes: Mapped[time | None]
    place: Mapped[str]

    __table_args__ = (
        _copied_from_point("location_policy"),
        CheckConstraint("location_policy = 'public'", name="point_is_public"),
    )


class ConfidentialPlaceRow(Row):
    """Where a confidential point really is; a public one has no row here."""

    __tablename__ = "confidential_place"

    point: Mapped[RecordId] = mapped_column(primary_key=True)
    location_policy: Mapped[LocationPolicy]
    hromada: Mapped[Code] = mapped_column(refers_to("hromada.katottg"), index=True)
    settlement: Mapped[Code | None] = mapped_column(refers_to("settlement.katottg"), index=True)
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    precision: Mapped[PointPrecision | None]
    address: Mapped[str]
    address_parts: Mapped[Any | None] = mapped_column(PlainJson)

    __table_args__ = (
        _copied_from_point("location_policy"),
        CheckConstraint("location_policy <> 'public'", name="point_is_confidential"),
        CheckConstraint("(lon IS NULL) = (lat IS NULL)", name="point_is_whole"),
        {"schema": PRIVATE},
    )


class CatchmentRow(Row):
    """A set of areas served: a value, shared by every offering that serves exactly these.

    `content` is the SHA-256 of its areas, so that two writers cannot make one value twice.
    """

    __tablename__ = "catchment"

    id: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[str] = mapped_column(key_text(64), unique=True)


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
_IS_WIDE = text("is_wide AND NOT is_remote AND lon IS NOT NULL")
STANDS_APART = text("(lon IS NULL OR is_remote OR last_stop IS NOT NULL)")
"""Whoever asks in these very words is answered from the index that has these offerings alone."""


class OfferingRow(Row):
    """One service at one point.

    The place and validity of the point are repeated here, where the index for the nearest needs them. The
    references with ON UPDATE CASCADE keep the copies true: a point that is moved or withdrawn takes them
    along. `lon` is null for a confidential point, which therefore stands in no spatial index.

    The rest is repeated for the search for a referral: `is_remote` says that the service is given only online
    or by phone, `is_wide` that the catchment names more than hromadas, and `last_stop` until which day the
    point's team receives people at stops.
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
    vacant: Mapped[int | None]
    capacity_unit: Mapped[CapacityUnit]
    capacity_as_of: Mapped[date | None]
    age_from: Mapped[int | None]
    age_to: Mapped[int | None]
    terms: Mapped[tuple[str, ...]]
    is_emergency: Mapped[bool | None]
    meets_standard: Mapped[bool | None]
    conditions: Mapped[str]
    is_remote: Mapped[bool] = mapped_column(server_default=false())
    is_wide: Mapped[bool] = mapped_column(server_default=false())
    last_stop: Mapped[date | None]
    geog: Mapped[Any | None] = mapped_column(
        Geography("POINT", srid=4326, spatial_index=False),
        Computed("ST_SetSRID(ST_MakePoint(lon, lat), 4326)::geography", persisted=True),
    )
    """PostGIS only: SQLite's nearest search works on `lon` and `lat`."""

    __table_args__ = (
        _copied_from_point("lon", "lat"),
        _copied_from_point("valid_from", "valid_to"),
        CheckConstraint("(lon IS NULL) = (lat IS NULL)", name="point_is_whole"),
        CheckConstraint("capacity >= 0", name="capacity_is_a_number_of_places"),
        CheckConstraint("vacant >= 0 AND vacant <= capacity", name="vacant_is_within_capacity"),
        CheckConstraint("age_from >= 0 AND age_to >= 0 AND age_from <= age_to", name="ages_hold_somebody"),
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
            "is_remote",
            sqlite_where=_HAS_PLACE,
        ).ddl_if(dialect="sqlite"),
        # For the nearest of one wide catchment: those of the nation are thousands.
        Index(
            "ix_offering_wide_postgis",
            "service",
            "catchment",
            "geog",
            postgresql_using="gist",
            postgresql_where=_IS_WIDE,
        ).ddl_if(dialect="postgresql"),
        # For those that a referral lists apart: few, and all of them are read.
        Index(
            "ix_offering_apart",
            "service",
            "catchment",
            postgresql_where=STANDS_APART,
            sqlite_where=STANDS_APART,
        ),
        # Without row ids an index also holds the primary key, by which ties are broken.
        {"sqlite_with_rowid": False},
    )


class TariffRow(Row):
    """What an offering costs in a period; None is not set, never free of charge.

    The periods of one offering do not overlap: PostGIS excludes it by a constraint, SQLite by two triggers.
    """

    __tablename__ = "tariff"

    point: Mapped[RecordId] = mapped_column(primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    valid_to: Mapped[date]
    per_person: Mapped[Decimal | None]
    per_family: Mapped[Decimal | None]
    basis: Mapped[str]

    __table_args__ = (
        ForeignKeyConstraint(
            ["point", "ordinal"],
            ["offering.point", "offering.ordinal"],
            onupdate="CASCADE",
            ondelete="CASCADE",
            deferrable=True,
            initially="IMMEDIATE",
        ),
        CheckConstraint("valid_from <= valid_to", name="period_has_a_day"),
        CheckConstraint("per_person >= 0 AND per_family >= 0", name="price_is_not_negative"),
        ExcludeConstraint(
            (col("point"), "="),
            (col("ordinal"), "="),
            (text("daterange(valid_from, valid_to, '[]')"), "&&"),
            name="ex_tariff_periods_overlap",
        ).ddl_if(dialect="postgresql"),
    )


class RegistryScopeRow(Row):
    """The oblasts the registry claims to describe fully."""

    __tablename__ = "registry_scope"

    oblast: Mapped[Code] = mapped_column(refers_to("oblast.katottg"), primary_key=True)
