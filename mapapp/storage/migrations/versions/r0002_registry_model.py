"""The registry's whole model, exact places of confidential points in a schema of their own.

Tables that change are set aside, made anew and filled again: SQLite cannot change a table's rules, and this
way both databases end with the same tables.
"""

from collections import defaultdict
from datetime import date
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from mapapp.storage.catchments import AreaValues, fingerprint
from mapapp.storage.migrations.versions.r0001_first_light import (
    TEXT_LIST,
    _code,
    _copied_from_point,
    _key,
    _make_registry,
    _text,
    _to,
    _word,
)
from mapapp.storage.search_text import OwnerWords, search_text

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

PLAIN_JSON = sa.JSON().with_variant(JSONB(), "postgresql")
LOCATION_POLICIES = ("public", "hromada_only", "oblast_only", "withheld")
POINT_PRECISIONS = ("building", "street", "settlement", "hromada")
POINT_KINDS = (
    "social_services_centre territorial_centre family_support_centre shelter crisis_room resilience_centre"
    " mobile_team day_care residential ngo administrative_service_point"
)

TELL_A_PLACE = (
    "name hromada settlement lon lat coordinates_source address address_parts phones phones_e164 emails"
    " website contacts hours opening_hours closures referral_note search_text"
)

# What both revisions keep, in the order in which tables refer to one another.
KEPT = {
    "service": "slug position name_uk name_en official_code basic_point is_confidential",
    "organisation": "id name sector edrpou is_demo",
    "service_point": "id organisation kind name location_policy oblast hromada settlement lon lat precision"
    " address phones hours referral_note relocated_from valid_from valid_to last_verified is_demo",
    "catchment": "id",
    "catchment_area": "catchment area basis valid_from valid_to",
    "offering": "point ordinal service catchment lon lat valid_from valid_to target_groups places payment"
    " capacity",
    "registry_scope": "oblast",
}


def upgrade() -> None:
    """Give the registry's tables all the columns of the model."""
    if _on_postgis():
        op.execute("CREATE SCHEMA IF NOT EXISTS private")
        op.execute("CREATE SCHEMA IF NOT EXISTS office")
    _set_aside({**KEPT, "organisation": f"{KEPT['organisation']} successor_of"})
    _make_tables()
    _fill_tables()


def downgrade() -> None:
    """Take the registry's tables back; what the earlier ones cannot hold is lost, exact places included."""
    op.execute("CREATE TABLE kept_predecessor AS SELECT * FROM organisation_predecessor")
    op.drop_table("tariff")
    op.drop_table("mobile_stop")
    op.drop_table("confidential_place", schema="private" if _on_postgis() else None)
    op.drop_table("organisation_predecessor")
    _set_aside(KEPT)
    _make_registry()
    _put_back("service")
    as_list = "jsonb_agg" if _on_postgis() else "json_group_array"
    _put_back(
        "organisation",
        successor_of=f"coalesce((SELECT {as_list}(predecessor) FROM kept_predecessor"  # noqa: S608
        " WHERE organisation = kept_organisation.id), '[]')",
    )
    was_known = "kind <> 'administrative_service_point'"
    _put_back("service_point", where=was_known)
    _put_back("catchment")
    _put_back("catchment_area")
    _put_back("offering", where="point IN (SELECT id FROM service_point)")
    _put_back("registry_scope")
    op.drop_table("kept_predecessor")
    if _on_postgis():
        op.execute("DROP SCHEMA private")
        op.execute("DROP SCHEMA office")


def _on_postgis() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _set_aside(tables: dict[str, str]) -> None:
    """Keep the columns of each table without its rules, and take the table away."""
    for table, columns in reversed(tables.items()):
        op.execute(f"CREATE TABLE kept_{table} AS SELECT {', '.join(columns.split())} FROM {table}")  # noqa: S608
        op.drop_table(table)


def _put_back(table: str, where: str = "TRUE", **new: str) -> None:
    """Fill the table with what was kept, its new columns by expressions over that."""
    kept = KEPT[table].split()
    op.execute(
        f"INSERT INTO {table} ({', '.join([*kept, *new])})"  # noqa: S608 - the names are those above
        f" SELECT {', '.join([*kept, *new.values()])} FROM kept_{table} WHERE {where}"
    )
    op.drop_table(f"kept_{table}")
    op.execute(f"ANALYZE {table}")


def _fill_tables() -> None:
    no_texts = {"phones_e164": "'[]'", "emails": "'[]'", "website": "''"}
    _put_back("service", refresh_days="180")
    _keep_predecessors()
    _put_back(
        "organisation", **no_texts, short_name="''", kind="'O'", legal_form="''", registry_number="''",
        address="''", phones="'[]'",
    )  # fmt: skip
    op.execute(
        "INSERT INTO organisation_predecessor SELECT organisation, predecessor FROM kept_predecessor"
        " WHERE predecessor IN (SELECT id FROM organisation)"
    )
    op.drop_table("kept_predecessor")
    no_texts["phones_e164"] = (
        "(SELECT coalesce(jsonb_agg(CAST('' AS text)), '[]') FROM jsonb_array_elements(phones))"
        if _on_postgis()
        else "(SELECT json_group_array('') FROM json_each(phones))"
    )
    no_lists = dict.fromkeys(
        ("contacts", "languages", "closures", "accessibility", "no_accessibility"), "'[]'"
    )
    _put_back(
        "service_point",
        **no_texts,
        **no_lists,
        coordinates_source="''",
        is_suspended="FALSE",
        search_text="''",
    )
    _fold_search_texts()
    _put_back("catchment", content="CAST(id AS VARCHAR(64))")
    _put_back("catchment_area")
    _number_catchments()
    _put_back("offering", capacity_unit="'persons'", terms="'[]'", conditions="''")
    _put_back("registry_scope")


def _keep_predecessors() -> None:
    members = "jsonb_array_elements_text(successor_of)" if _on_postgis() else "json_each(successor_of)"
    op.execute(
        "CREATE TABLE kept_predecessor AS"  # noqa: S608
        " SELECT DISTINCT kept.id AS organisation, member.value AS predecessor"
        f" FROM kept_organisation AS kept, {members} AS member"
        + ("(value)" if _on_postgis() else "")
        + " WHERE member.value <> kept.id"
    )


def _fold_search_texts() -> None:
    point = sa.table("service_point", sa.column("id"), sa.column("search_text"))
    found = op.get_bind().execute(
        sa.text(
            "SELECT o.id, o.name, o.short_name, o.edrpou, p.id, p.name, p.address, p.phones"
            " FROM service_point p JOIN organisation o ON o.id = p.organisation"
        ).columns(
            *(sa.column(name) for name in ("owner", "name", "short", "edrpou", "id", "point", "address")),
            sa.column("phones", PLAIN_JSON),
        )
    )
    folded = [{"which": row[4], "folded": search_text(OwnerWords(*row[:4]), *row[4:])} for row in found]
    if folded:
        update = sa.update(point).where(point.c.id == sa.bindparam("which"))
        op.get_bind().execute(update.values(search_text=sa.bindparam("folded")), folded)


def _number_catchments() -> None:
    """Give every catchment the fingerprint of its areas, and let the next one get the next number."""
    catchment = sa.table("catchment", sa.column("id"), sa.column("content"))
    area = sa.table(
        "catchment_area",
        *map(sa.column, ("catchment", "area", "basis")),
        sa.column("valid_from", sa.Date()),
        sa.column("valid_to", sa.Date()),
    )
    areas: defaultdict[int, list[AreaValues]] = defaultdict(list)
    for number, code, basis, first, last in op.get_bind().execute(sa.select(area)):
        areas[number].append((code, basis, first, last))
    fingerprints = [{"number": number, "print": fingerprint(members)} for number, members in areas.items()]
    if fingerprints:
        update = sa.update(catchment).where(catchment.c.id == sa.bindparam("number"))
        op.get_bind().execute(update.values(content=sa.bindparam("print")), fingerprints)
    if _on_postgis():
        op.execute(
            "SELECT setval(pg_get_serial_sequence('catchment', 'id'), coalesce(max(id), 0) + 1, false)"
            " FROM catchment"
        )


def _make_tables() -> None:
    op.create_table(
        "service",
        sa.Column("slug", _key(80), primary_key=True),
        sa.Column("position", sa.Integer(), nullable=False, unique=True),
        *map(_text, ("name_uk", "name_en")),
        sa.Column("official_code", sa.Text()),
        sa.Column("basic_point", sa.Integer()),
        sa.Column("is_confidential", sa.Boolean(), nullable=False),
        *map(_day, ("valid_from", "valid_to")),
        sa.Column("refresh_days", sa.Integer(), nullable=False),
        sa.CheckConstraint("basic_point BETWEEN 1 AND 17", name="basic_point_is_listed"),
        _period_has_a_day(),
        sa.CheckConstraint("refresh_days > 0", name="refresh_days_are_some"),
    )
    _make_organisations()
    _make_points()
    _make_offerings()
    op.create_table("registry_scope", _code("oblast", _to("oblast.katottg"), primary_key=True))


def _make_organisations() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", _key(63), primary_key=True),
        _text("name"),
        *_word("sector", "sector", "state_communal", "non_state"),
        sa.Column("edrpou", sa.Text(), index=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        _text("short_name"),
        *_word("kind", "provider_kind", "O", "F"),
        _text("legal_form"),
        *_word("ownership", "ownership", "state", "communal", "private", nullable=True),
        sa.Column("parent", _key(63), _to("organisation.id"), index=True),
        _text("registry_number"),
        *map(_day, ("registry_in", "registry_out")),
        _text("address"),
        *map(_json, ("phones", "phones_e164", "emails")),
        _text("website"),
        *map(_day, ("valid_from", "valid_to", "last_verified")),
        *_source(),
        sa.CheckConstraint(
            "length(edrpou) = 8 AND trim(edrpou, '0123456789') = ''", name="edrpou_has_digits"
        ),
        sa.CheckConstraint("parent <> id", name="parent_is_another"),
        _period_has_a_day(),
    )
    op.create_table(
        "organisation_predecessor",
        sa.Column("organisation", _key(63), _to("organisation.id", on_delete="CASCADE"), primary_key=True),
        sa.Column("predecessor", _key(63), _to("organisation.id"), primary_key=True, index=True),
        sa.CheckConstraint("predecessor <> organisation", name="predecessor_is_another"),
    )


def _make_points() -> None:
    op.create_table(
        "service_point",
        sa.Column("id", _key(63), primary_key=True),
        sa.Column("organisation", _key(63), _to("organisation.id"), nullable=False, index=True),
        *_word("kind", "point_kind", *POINT_KINDS.split()),
        _text("name"),
        *_word("location_policy", "location_policy", *LOCATION_POLICIES),
        _code("oblast", _to("oblast.katottg"), index=True),
        _code("hromada", _to("hromada.katottg"), nullable=True, index=True),
        _code("settlement", _to("settlement.katottg"), nullable=True, index=True),
        sa.Column("lon", sa.Double()),
        sa.Column("lat", sa.Double()),
        *_word("precision", "point_precision", *POINT_PRECISIONS, nullable=True),
        *map(_text, ("coordinates_source", "address")),
        sa.Column("address_parts", PLAIN_JSON),
        *map(_json, ("phones", "phones_e164", "emails")),
        _text("website"),
        *map(_json, ("contacts", "languages")),
        _text("hours"),
        sa.Column("opening_hours", PLAIN_JSON),
        *map(_json, ("closures", "accessibility", "no_accessibility")),
        sa.Column("is_suspended", sa.Boolean(), nullable=False),
        _day("suspended_until"),
        sa.Column("works_without_power", sa.Boolean()),
        sa.Column("has_shelter", sa.Boolean()),
        _day("last_confirmed"),
        _text("referral_note"),
        _code("relocated_from", _to("area.code"), nullable=True, index=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        _day("last_verified"),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        *_source(),
        _text("search_text"),
        sa.CheckConstraint(
            "location_policy <> 'public' OR (lon IS NOT NULL AND lat IS NOT NULL"
            " AND precision IS NOT NULL AND hromada IS NOT NULL)",
            name="public_point_has_a_place",
        ),
        sa.CheckConstraint(
            "location_policy = 'public' OR (lon IS NULL AND lat IS NULL"
            " AND settlement IS NULL AND address = '' AND address_parts IS NULL)",
            name="confidential_point_has_no_place",
        ),
        sa.CheckConstraint(
            "location_policy NOT IN ('oblast_only', 'withheld') OR hromada IS NULL",
            name="withheld_point_has_no_hromada",
        ),
        _period_has_a_day(),
        sa.UniqueConstraint("id", "lon", "lat"),
        sa.UniqueConstraint("id", "valid_from", "valid_to"),
        sa.UniqueConstraint("id", "location_policy"),
    )
    _keep_out_of_statistics("service_point", *TELL_A_PLACE.split())
    op.create_table(
        "mobile_stop",
        sa.Column("point", _key(63), primary_key=True),
        sa.Column("ordinal", sa.Integer(), primary_key=True, autoincrement=False),
        *_word("location_policy", "location_policy", *LOCATION_POLICIES),
        _code("settlement", _to("settlement.katottg"), index=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("opens", sa.Time()),
        sa.Column("closes", sa.Time()),
        _text("place"),
        _copied_from_point("location_policy"),
        sa.CheckConstraint("location_policy = 'public'", name="point_is_public"),
    )
    _keep_out_of_statistics("mobile_stop", "settlement", "place")
    op.create_table(
        "confidential_place",
        sa.Column("point", _key(63), primary_key=True),
        *_word("location_policy", "location_policy", *LOCATION_POLICIES),
        _code("hromada", _to("hromada.katottg"), index=True),
        _code("settlement", _to("settlement.katottg"), nullable=True, index=True),
        sa.Column("lon", sa.Double()),
        sa.Column("lat", sa.Double()),
        *_word("precision", "point_precision", *POINT_PRECISIONS, nullable=True),
        _text("address"),
        sa.Column("address_parts", PLAIN_JSON),
        _copied_from_point("location_policy"),
        sa.CheckConstraint("location_policy <> 'public'", name="point_is_confidential"),
        sa.CheckConstraint("(lon IS NULL) = (lat IS NULL)", name="point_is_whole"),
        schema="private" if _on_postgis() else None,
    )


def _keep_out_of_statistics(table: str, *columns: str) -> None:
    """Keep samples of the columns out of the planner's statistics.

    Whoever reads a table reads its samples in `pg_stats`, and they still tell the address of a point that
    has become confidential since.
    """
    if _on_postgis():
        for column in columns:
            op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0")


def _make_offerings() -> None:
    op.create_table(
        "catchment",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("content", _key(64), nullable=False, unique=True),
    )
    op.create_table(
        "catchment_area",
        sa.Column("catchment", sa.Integer(), _to("catchment.id", on_delete="CASCADE"), primary_key=True),
        _code("area", _to("area.code"), primary_key=True),
        *_word("basis", "catchment_basis", "right", "contract", primary_key=True),
        sa.Column("valid_from", sa.Date(), primary_key=True),
        sa.Column("valid_to", sa.Date(), primary_key=True),
        _period_has_a_day(),
        sa.Index(None, "area", "catchment"),
    )
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
        _json("places"),
        *_word("payment", "payment", "F", "D", "C"),
        sa.Column("capacity", sa.Integer()),
        sa.Column("vacant", sa.Integer()),
        *_word("capacity_unit", "capacity_unit", "persons", "places", "families"),
        _day("capacity_as_of"),
        sa.Column("age_from", sa.Integer()),
        sa.Column("age_to", sa.Integer()),
        _json("terms"),
        sa.Column("is_emergency", sa.Boolean()),
        sa.Column("meets_standard", sa.Boolean()),
        _text("conditions"),
        _copied_from_point("lon", "lat"),
        _copied_from_point("valid_from", "valid_to"),
        sa.CheckConstraint("(lon IS NULL) = (lat IS NULL)", name="point_is_whole"),
        sa.CheckConstraint("capacity >= 0", name="capacity_is_a_number_of_places"),
        sa.CheckConstraint("vacant >= 0 AND vacant <= capacity", name="vacant_is_within_capacity"),
        sa.CheckConstraint("age_from >= 0 AND age_to >= 0 AND age_from <= age_to", name="ages_hold_somebody"),
        sqlite_with_rowid=False,
    )
    _keep_out_of_statistics("offering", "lon", "lat", "conditions")
    _index_offerings()
    op.create_table(
        "tariff",
        sa.Column("point", _key(63), primary_key=True),
        sa.Column("ordinal", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("valid_from", sa.Date(), primary_key=True),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("per_person", sa.Numeric()),
        sa.Column("per_family", sa.Numeric()),
        _text("basis"),
        sa.ForeignKeyConstraint(
            ["point", "ordinal"],
            ["offering.point", "offering.ordinal"],
            onupdate="CASCADE",
            ondelete="CASCADE",
            deferrable=True,
            initially="IMMEDIATE",
        ),
        _period_has_a_day(),
        sa.CheckConstraint("per_person >= 0 AND per_family >= 0", name="price_is_not_negative"),
    )
    _keep_tariffs_apart()


def _index_offerings() -> None:
    has_place = sa.text("lon IS NOT NULL")
    if _on_postgis():
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
        return
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


def _keep_tariffs_apart() -> None:
    if _on_postgis():
        op.execute(
            "ALTER TABLE tariff ADD CONSTRAINT ex_tariff_periods_overlap EXCLUDE USING gist"
            " (point WITH =, ordinal WITH =, daterange(valid_from, valid_to, '[]') WITH &&)"
        )
        return
    for event in ("INSERT", "UPDATE"):
        op.execute(
            f"CREATE TRIGGER tr_tariff_periods_overlap_{event.lower()} AFTER {event} ON tariff"  # noqa: S608
            " WHEN (SELECT count(*) FROM tariff WHERE point = NEW.point AND ordinal = NEW.ordinal"
            " AND valid_from <= NEW.valid_to AND valid_to >= NEW.valid_from) > 1"
            " BEGIN SELECT RAISE(ABORT, 'ex_tariff_periods_overlap'); END"
        )


def _day(name: str) -> sa.Column[date]:
    return sa.Column(name, sa.Date())


def _json(name: str) -> sa.Column[Any]:
    return sa.Column(name, TEXT_LIST, nullable=False)


def _source() -> tuple[sa.Column[str] | sa.CheckConstraint | sa.UniqueConstraint, ...]:
    return (
        sa.Column("source", sa.Text()),
        sa.Column("source_id", sa.Text()),
        sa.CheckConstraint("(source IS NULL) = (source_id IS NULL)", name="source_is_whole"),
        sa.UniqueConstraint("source", "source_id"),
    )


def _period_has_a_day() -> sa.CheckConstraint:
    return sa.CheckConstraint("valid_from <= valid_to", name="period_has_a_day")
