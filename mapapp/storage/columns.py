"""What a column may hold and how rows refer to one another: the words the tables are written in."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    Enum,
    ForeignKey,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeEngine

from mapapp.domain.changes import ChangeKind, RecordKind
from mapapp.domain.evidence import SearchOutcome
from mapapp.domain.geography import (
    HromadaKind,
    OblastKind,
    PopulationBasis,
    SettlementKind,
    TerritoryStatus,
)
from mapapp.domain.imports import ImportState
from mapapp.domain.people import PeopleKind
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

VERSION_TABLE = "schema_revision"
"""Where a database says which revision of the schema it has."""
OFFICE = "office"
"""The schema of what signed-in staff may read: who changed what and why."""
PRIVATE = "private"
"""The schema of what editors may read: exact places of confidential points and all that tells them."""


class TextList(TypeDecorator[tuple[str, ...]]):
    """A short list of texts that is only ever read as a whole."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """Keep the list as JSONB where there is such a type; no list is no value, never JSON's own null."""
        kept = JSONB(none_as_null=True) if dialect.name == "postgresql" else JSON(none_as_null=True)
        return dialect.type_descriptor(kept)

    def process_bind_param(self, value: tuple[str, ...] | None, _dialect: Dialect) -> Any:
        """Return the list to write."""
        return None if value is None else list(value)

    def process_result_value(self, value: Any | None, _dialect: Dialect) -> tuple[str, ...] | None:
        """Return the list read."""
        return None if value is None else tuple(value)


class PlainJson(TypeDecorator[Any]):
    """JSON values read as a whole; None is no value at all, never JSON's own null."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """Keep the value as JSONB where there is such a type."""
        kept = JSONB(none_as_null=True) if dialect.name == "postgresql" else JSON(none_as_null=True)
        return dialect.type_descriptor(kept)


class Hryvnias(TypeDecorator[Decimal]):
    """A price; SQLite, which has no decimal numbers, keeps fifteen digits of it."""

    impl = Numeric
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """Keep the price as an exact decimal where there is such a type."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(Numeric())
        return dialect.type_descriptor(Numeric(asdecimal=False))

    def process_result_value(self, value: Any | None, _dialect: Dialect) -> Decimal | None:
        """Return the price read."""
        return None if value is None else Decimal(str(value))


class MomentUtc(TypeDecorator[datetime]):
    """A moment with its time zone; SQLite, which knows none, holds it in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Return the moment in UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Return the moment in UTC, marked as such."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def key_text(length: int) -> String:
    """Return the type of a key, sorted by its bytes on both stores so that ties break alike."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


def _closed(vocabulary: type[StrEnum]) -> Enum:
    """Return the type of a closed vocabulary; a CHECK refuses other words."""
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", vocabulary.__name__).lower()
    return Enum(
        vocabulary,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda words: [word.value for word in words],
    )


Code = Annotated[str, mapped_column(key_text(19))]
RecordId = Annotated[str, mapped_column(key_text(63))]
Slug = Annotated[str, mapped_column(key_text(80))]


class Row(DeclarativeBase):
    """A table; its rows never leave this package, the domain's values do.

    SQLite has no schemas: there the tables of `OFFICE` and `PRIVATE` stand beside the others.
    """

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, TypeEngine[Any]]] = {
        str: Text(),
        tuple[str, ...]: TextList(),
        datetime: MomentUtc(),
        Decimal: Hryvnias(),
        **{
            vocabulary: _closed(vocabulary)
            for vocabulary in (
                OblastKind,
                HromadaKind,
                SettlementKind,
                PopulationBasis,
                TerritoryStatus,
                Sector,
                Ownership,
                ProviderKind,
                PointKind,
                LocationPolicy,
                PointPrecision,
                Payment,
                CapacityUnit,
                CatchmentBasis,
                ChangeKind,
                RecordKind,
                ImportState,
                SearchOutcome,
                PeopleKind,
            )
        },
    }


def table_of(row: type[Row]) -> Table:
    """Return the table itself."""
    table = row.__table__
    assert isinstance(table, Table)
    return table


def refers_to(column: str, *, on_delete: str | None = None) -> ForeignKey:
    """Return a reference that may be checked at the end of a transaction, so that tables can be replaced."""
    return ForeignKey(column, ondelete=on_delete, deferrable=True, initially="IMMEDIATE")
