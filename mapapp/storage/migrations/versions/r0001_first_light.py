"""First light: the country's units, the registry of providers and the outlines of hromadas.

The vocabularies are written out: a revision says what the database knew on its day.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TEXT_LIST = sa.JSON().with_variant(JSONB(), "postgresql")
TERRITORY_STATUS = (
    "possible_hostilities",
    "active_hostilities_eres",
    "active_hostilities",
    "temporarily_occupied",
)


def upgrade() -> None:
    """Make every table."""
    _make_geography()
    _make_registry()
    _make_outlines()


def downgrade() -> None:
    """Leave an empty database."""
    for table in (
        "geometry_layer",
        "boundary",
        "boundary_set",
        "registry_scope",
        "offering",
        "catchment_area",
        "catchment",
        "service_point",
        "organisation",
        "service",
        "settlement_status",
        "status_period",
        "settlement",
        "hromada",
        "raion",
        "oblast",
        "area",
        "source_edition",
        "store_info",
    ):
        op.drop_table(table)


def _make_geography() -> None:
    op.create_table(
        "store_info",
        sa.Column("key", _key(40), primary_key=True),
        _text("value"),
    )
    op.create_table(
        "source_edition",
        sa.Column("key", _key(40), primary_key=True),
        sa.Column("position", sa.Integer(), nullable=False, unique=True),
        _text("title"),
        _text("edition"),
        _text("licence"),
        _text("attribution"),
    )
    op.create_table("area", _code("code", primary_key=True))
    op.create_table(
        "oblast",
        _code("katottg", _to("area.code"), primary_key=True),
        *_word("kind", "oblast_kind", "O", "K"),
        _text("name"),
        _text("name_en"),
    )
    op.create_table(
        "raion",
        _code("katottg", _to("area.code"), primary_key=True),
        _text("name"),
        _text("name_en"),
        _code("oblast", _to("oblast.katottg"), index=True),
    )
    op.create_table(
        "hromada",
        _code("katottg", _to("area.code"), primary_key=True),
        *_word("kind", "hromada_kind", "міська", "селищна", "сільська", "місто зі спеціальним статусом"),
        _text("name"),
        _text("name_en"),
        _code("raion", _to("raion.katottg"), nullable=True, index=True),
        _code("oblast", _to("oblast.katottg"), index=True),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        *_population(),
        sa.Column("area_km2", sa.Double()),
    )
    op.create_table(
        "settlement",
        _code("katottg", primary_key=True),
        *_word("kind", "settlement_kind", "M", "X", "C", "K"),
        _text("name"),
        _text("name_en"),
        _text("former_name"),
        _code("hromada", _to("hromada.katottg"), nullable=True, index=True),
        _code("raion", _to("raion.katottg"), nullable=True, index=True),
        _code("oblast", _to("oblast.katottg"), index=True),
        _code("area", _to("area.code"), index=True),
        sa.Column("lon", sa.Double()),
        sa.Column("lat", sa.Double()),
        *_population(),
        sa.CheckConstraint("(lon IS NULL) = (lat IS NULL)", name="point_is_whole"),
    )
    op.create_table(
        "status_period",
        sa.Column("position", sa.Integer(), primary_key=True, autoincrement=False),
        _code("katottg", index=True),
        *_word("status", "territory_status", *TERRITORY_STATUS),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("end_on", sa.Date()),
        _text("as_listed"),
        sa.Column("excludes_part", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "settlement_status",
        _code("settlement", _to("settlement.katottg"), primary_key=True),
        *_word("status", "territory_status", *TERRITORY_STATUS, primary_key=True),
    )


def _make_registry() -> None:
    op.create_table(
        "service",
        sa.Column("slug", _key(80), primary_key=True),
        sa.Column("position", sa.Integer(), nullable=False, unique=True),
        _text("name_uk"),
        _text("name_en"),
        sa.Column("official_code", sa.Text()),
        sa.Column("basic_point", sa.Integer()),
        sa.Column("is_confidential", sa.Boolean(), nullable=False),
        sa.CheckConstraint("basic_point BETWEEN 1 AND 17", name="basic_point_is_listed"),
    )
    op.create_table(
        "organisation",
        sa.Column("id", _key(63), primary_key=True),
        _text("name"),
        *_word("sector", "sector", "state_communal", "non_state"),
        sa.Column("edrpou", sa.Text()),
        sa.Column("successor_of", TEXT_LIST, nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "service_point",
        sa.Column("id", _key(63), primary_key=True),
        sa.Column("organisation", _key(63), _to("organisation.id"), nullable=False, index=True),
        *_word(
            "kind",
            "point_kind",
            "social_services_centre",
            "territorial_centre",
            "family_support_centre",
            "shelter",
            "crisis_room",
            "resilience_centre",
            "mobile_team",
            "day_care",
            "residential",
            "ngo",
        ),
        _text("name"),
        *_word("location_policy", "location_policy", "public", "hromada_only", "oblast_only", "withheld"),
        _code("oblast", _to("oblast.katottg"), index=True),
        _code("hromada", _to("hromada.katottg"), nullable=True, index=True),
        _code("settlement", _to("settlement.katottg"), nullable=True, index=True),
        sa.Column("lon", sa.Double()),
        sa.Column("lat", sa.Double()),
        *_word("precision", "point_precision", "building", "street", "settlement", "hromada", nullable=True),
        _text("address"),
        sa.Column("phones", TEXT_LIST, nullable=False),
        _text("hours"),
        _text("referral_note"),
        _code("relocated_from", _to("area.code"), nullable=True, index=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("last_verified", sa.Date()),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "location_policy <> 'public' OR (lon IS NOT NULL AND lat IS NOT NULL"
            " AND precision IS NOT NULL AND hromada IS NOT NULL)",
            name="public_point_has_a_place",
        ),
        sa.CheckConstraint(
            "location_policy = 'public' OR (lon IS NULL AND lat IS NULL"
            " AND settlement IS NULL AND address = '')",
            name="confidential_point_has_no_place",
        ),
        sa.CheckConstraint(
            "location_policy NOT IN ('oblast_only', 'withheld') OR hromada IS NULL",
            name="withheld_point_has_no_hromada",
        ),
        sa.UniqueConstraint("id", "lon", "lat"),
        sa.UniqueConstraint("id", "valid_from", "valid_to"),
    )
    op.create_table(
        "catchment",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
    )
    op.create_table(
        "catchment_area",
        sa.Column("catchment", sa.Integer(), _to("catchment.id", on_delete="CASCADE"), primary_key=True),
        _code("area", _to("area.code"), primary_key=True),
        *_word("basis", "catchment_basis", "right", "contract", primary_key=True),
        sa.Column("valid_from", sa.Date(), primary_key=True),
        sa.Column("valid_to", sa.Date(), primary_key=True),
        sa.CheckConstraint("valid_from <= valid_to", name="period_has_a_day"),
        sa.Index(None, "area", "catchment"),
    )
    _make_offering()
    op.create_table("registry_scope", _code("oblast", _to("oblast.katottg"), primary_key=True))


def _make_offering() -> None:
    on_postgis = op.get_bind().dialect.name == "postgresql"
    has_place = sa.text("lon IS NOT NULL")
    op.create_table(
        "offering",
        sa.Column("point", _key(63), primary_key=True),
        sa.Column("ordinal", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("service", _key(80), _to("service.slug"), nullable=False),
        sa.Column("catchment", sa.Integer(), _to("catchment.id"), nullable=False, index=True),
        sa.Column("lon", sa.Double()),
        sa.Column("lat", sa.Double()),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("target_groups", sa.Integer(), nullable=False),
        sa.Column("places", TEXT_LIST, nullable=False),
        *_word("payment", "payment", "F", "D", "C"),
        sa.Column("capacity", sa.Integer()),
        _copied_from_point("lon", "lat"),
        _copied_from_point("valid_from", "valid_to"),
        sa.CheckConstraint("(lon IS NULL) = (lat IS NULL)", name="point_is_whole"),
        sa.CheckConstraint("capacity >= 0", name="capacity_is_a_number_of_places"),
        sqlite_with_rowid=False,
    )
    if on_postgis:
        op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        op.execute(
            "ALTER TABLE offering ADD COLUMN geog geography(Point, 4326)"
            " GENERATED ALWAYS AS (ST_SetSRID(ST_MakePoint(lon, lat), 4326)::geography) STORED"
        )
        op.create_index(
            "ix_offering_nearest_postgis",
            "offering",
            ["service", "geog"],
            postgresql_using="gist",
            postgresql_where=has_place,
        )
        op.create_index("ix_offering_serving_postgis", "offering", ["service", "catchment"])
    else:
        op.create_index(
            "ix_offering_nearest_sqlite",
            "offering",
            ["service", "lat", "lon", "valid_from", "valid_to"],
            sqlite_where=has_place,
        )
        op.create_index(
            "ix_offering_serving_sqlite",
            "offering",
            ["service", "catchment", "valid_from", "valid_to", "lon", "lat"],
        )


def _make_outlines() -> None:
    op.create_table(
        "boundary_set",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        _text("title"),
        sa.Column("is_approximate", sa.Boolean(), nullable=False),
        _text("licence"),
        _text("attribution"),
        _text("checksum"),
        sa.Column("installed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name="one_set"),
    )
    outline = sa.LargeBinary().with_variant(Geometry(srid=4326, spatial_index=False), "postgresql")
    op.create_table(
        "boundary",
        _code("area", _to("area.code"), primary_key=True),
        sa.Column("outline", outline, nullable=False),
    )
    op.create_table(
        "geometry_layer",
        sa.Column("name", _key(40), primary_key=True),
        sa.Column("tolerance_m", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("content_hash", _key(128), nullable=False, index=True),
        sa.Column("gzip_bytes", sa.LargeBinary(), nullable=False),
        sa.Column("brotli_bytes", sa.LargeBinary(), nullable=False),
    )


def _key(length: int) -> sa.String:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def _code(
    name: str,
    reference: sa.ForeignKey | None = None,
    *,
    primary_key: bool = False,
    nullable: bool = False,
    index: bool = False,
) -> sa.Column[str]:
    references = [] if reference is None else [reference]
    return sa.Column(
        name, _key(19), *references, primary_key=primary_key, nullable=nullable, index=index or None
    )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _word(
    name: str, vocabulary: str, *words: str, nullable: bool = False, primary_key: bool = False
) -> tuple[sa.Column[str], sa.CheckConstraint]:
    listed = ", ".join(f"'{word}'" for word in words)
    return (
        sa.Column(name, sa.String(40), nullable=nullable, primary_key=primary_key),
        sa.CheckConstraint(f"{name} IN ({listed})", name=vocabulary),
    )


def _population() -> tuple[sa.Column[Any] | sa.CheckConstraint, ...]:
    return (
        sa.Column("population", sa.Integer()),
        sa.Column("population_as_of", sa.Date()),
        sa.Column("population_source", sa.Text()),
        *_word("population_basis", "population_basis", "counted", "estimated", nullable=True),
        sa.CheckConstraint(
            "(population IS NULL) = (population_as_of IS NULL)"
            " AND (population IS NULL) = (population_source IS NULL)"
            " AND (population IS NULL) = (population_basis IS NULL)"
            " AND population >= 0",
            name="population_is_whole",
        ),
    )


def _to(column: str, *, on_delete: str | None = None) -> sa.ForeignKey:
    return sa.ForeignKey(column, ondelete=on_delete, deferrable=True, initially="IMMEDIATE")


def _copied_from_point(*columns: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["point", *columns],
        ["service_point.id", *(f"service_point.{column}" for column in columns)],
        onupdate="CASCADE",
        ondelete="CASCADE",
        deferrable=True,
        initially="IMMEDIATE",
    )
