"""Which tables hold the country and its outlines, and what is true of the store itself."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import CheckConstraint, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from mapapp.domain.geography import (
    HromadaKind,
    OblastKind,
    PopulationBasis,
    SettlementKind,
    TerritoryStatus,
)
from mapapp.storage.columns import Code, Row, key_text, refers_to


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
