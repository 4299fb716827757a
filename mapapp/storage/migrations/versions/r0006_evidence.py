"""Evidence: searches that anyone adds and nobody below the readers sees, and counts that anyone reads.

The database itself refuses a search of another day or of an unknown unit, publishes each quarter once it is
over, without counts below five, and forgets searches older than the days kept. It reckons days in UTC: a day
more or less on either side leaves room for Kyiv, and a quarter is over when nothing can be added to it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

OUTCOMES = (
    "found",
    "nobody",
    "not_described",
    "occupied",
    "no_vacancy",
    "other_clients",
    "other_terms",
    "not_working",
)

COUNTS = """
    count(*),
    CASE WHEN sum(CASE WHEN outcome = 'found' THEN 0 ELSE 1 END) >= 5
          AND sum(CASE WHEN outcome = 'found' THEN 1 ELSE 0 END) >= 5
         THEN sum(CASE WHEN outcome = 'found' THEN 0 ELSE 1 END) END
"""
COUNTED = "hromada IS NOT NULL AND outcome NOT IN ('not_described', 'occupied')"

# PostGIS

REFUSE_OTHER_DAYS = """
CREATE FUNCTION office.search_is_of_now() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    today date := (now() AT TIME ZONE 'UTC')::date;
BEGIN
    IF NEW.day NOT BETWEEN today - 1 AND today + 1 THEN
        RAISE EXCEPTION 'a search is recorded on its own day' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.hromada IS NOT NULL AND NOT EXISTS (SELECT FROM public.hromada WHERE katottg = NEW.hromada) THEN
        RAISE EXCEPTION 'a search names a hromada that is there' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (SELECT FROM public.service WHERE slug = NEW.service) THEN
        RAISE EXCEPTION 'a search names a service that is there' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""
# Runs as the tables' owner: whoever searches may neither count nor delete. The row of `store_info` makes two
# searches at the turn of a quarter wait for one another, and only the first publishes.
PUBLISH_AND_FORGET = f"""
CREATE FUNCTION office.publish_and_forget_searches() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    today date := (now() AT TIME ZONE 'UTC')::date;
    over_until date := date_trunc('quarter', today - 2)::date;
    published_until date := coalesce((SELECT value::date FROM public.store_info
                                      WHERE key = 'evidence_published_until'), '-infinity');
BEGIN
    IF published_until < over_until THEN
        INSERT INTO public.store_info AS info (key, value)
        VALUES ('evidence_published_until', to_char(over_until, 'YYYY-MM-DD'))
        ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE info.value::date < excluded.value::date;
        IF FOUND THEN
            INSERT INTO public.unmet_demand (hromada, service, quarter, searches, unmet)
            SELECT hromada, service, date_trunc('quarter', day)::date, {COUNTS}
            FROM office.search_record
            WHERE {COUNTED} AND day >= published_until AND day < over_until
            GROUP BY 1, 2, 3 HAVING count(*) >= 5;
        END IF;
    END IF;
    DELETE FROM office.search_record WHERE day < today - coalesce(
        (SELECT value::integer FROM public.store_info WHERE key = 'evidence_kept_days'), 730);
    RETURN NULL;
END $$
"""  # noqa: S608 - made of the texts above
COLUMNS = ("day", "hromada", "service", "target_groups", "outcome")

# SQLite

SQLITE_OF_NOW = """
CREATE TRIGGER search_record_of_now BEFORE INSERT ON search_record
BEGIN
    SELECT RAISE(ABORT, 'a search is recorded on its own day')
    WHERE NEW.day NOT IN (date('now', '-1 day'), date('now'), date('now', '+1 day'));
    SELECT RAISE(ABORT, 'a search names a hromada that is there')
    WHERE NEW.hromada IS NOT NULL AND NOT EXISTS (SELECT 1 FROM hromada WHERE katottg = NEW.hromada);
    SELECT RAISE(ABORT, 'a search names a service that is there')
    WHERE NOT EXISTS (SELECT 1 FROM service WHERE slug = NEW.service);
END
"""


def _sqlite_quarter(day: str) -> str:
    return f"date({day}, 'start of month', '-' || ((strftime('%m', {day}) - 1) % 3) || ' months')"


OVER_UNTIL = _sqlite_quarter("date('now', '-2 days')")
SQLITE_KEPT = f"""
CREATE TRIGGER search_record_kept AFTER INSERT ON search_record
BEGIN
    INSERT INTO unmet_demand (hromada, service, quarter, searches, unmet)
    SELECT hromada, service, {_sqlite_quarter("day")}, {COUNTS}
    FROM search_record
    WHERE {COUNTED} AND day < {OVER_UNTIL} AND day >= coalesce(
        (SELECT value FROM store_info WHERE key = 'evidence_published_until'), '')
    GROUP BY 1, 2, 3 HAVING count(*) >= 5;
    INSERT INTO store_info (key, value) VALUES ('evidence_published_until', {OVER_UNTIL})
    ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE value < excluded.value;
    DELETE FROM search_record WHERE day < date('now', '-' || coalesce(
        (SELECT value FROM store_info WHERE key = 'evidence_kept_days'), 730) || ' days');
END
"""  # noqa: S608 - made of the texts above


def upgrade() -> None:
    """Make the two tables and the triggers that keep them."""
    _make_tables()
    if not _on_postgis():
        op.execute(SQLITE_OF_NOW)
        op.execute(SQLITE_KEPT)
        return
    op.execute(REFUSE_OTHER_DAYS)
    op.execute(PUBLISH_AND_FORGET)
    op.execute(
        "CREATE TRIGGER search_record_of_now BEFORE INSERT ON office.search_record"
        " FOR EACH ROW EXECUTE FUNCTION office.search_is_of_now()"
    )
    op.execute(
        "CREATE TRIGGER search_record_kept AFTER INSERT ON office.search_record"
        " FOR EACH STATEMENT EXECUTE FUNCTION office.publish_and_forget_searches()"
    )
    for column in COLUMNS:
        # The planner's samples of the searches would be as telling as the searches.
        op.execute(f"ALTER TABLE office.search_record ALTER COLUMN {column} SET STATISTICS 0")


def downgrade() -> None:
    """Forget the searches and their counts."""
    op.drop_table("unmet_demand")
    op.drop_table("search_record", schema=_office())
    if _on_postgis():
        op.execute("DROP FUNCTION office.publish_and_forget_searches()")
        op.execute("DROP FUNCTION office.search_is_of_now()")
        op.execute("REVOKE USAGE ON SCHEMA office FROM mapapp_public")
    op.execute("DELETE FROM store_info WHERE key IN ('evidence_published_until', 'evidence_kept_days')")


def _make_tables() -> None:
    listed = ", ".join(f"'{outcome}'" for outcome in OUTCOMES)
    random_id = (
        "replace((gen_random_uuid())::text, '-', '')" if _on_postgis() else "(lower(hex(randomblob(16))))"
    )
    op.create_table(
        "search_record",
        sa.Column("id", _key(32), primary_key=True, server_default=sa.text(random_id)),
        sa.Column("day", sa.Date(), nullable=False, index=True),
        sa.Column("hromada", _key(19)),
        sa.Column("service", _key(80), nullable=False),
        sa.Column("target_groups", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.CheckConstraint("target_groups BETWEEN 0 AND 16383", name="groups_are_known"),
        sa.CheckConstraint(f"outcome IN ({listed})", name="search_outcome"),
        schema=_office(),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_search_record_hromada_service_day",
        "search_record",
        ["hromada", "service", "day"],
        schema=_office(),
    )
    op.create_table(
        "unmet_demand",
        sa.Column("hromada", _key(19), primary_key=True),
        sa.Column("service", _key(80), primary_key=True),
        sa.Column("quarter", sa.Date(), primary_key=True),
        sa.Column("searches", sa.Integer(), nullable=False),
        sa.Column("unmet", sa.Integer()),
        sa.CheckConstraint("searches >= 5", name="searches_are_many"),
        sa.CheckConstraint("unmet >= 5 AND searches - unmet >= 5", name="unmet_are_many"),
    )


def _on_postgis() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _office() -> str | None:
    return "office" if _on_postgis() else None


def _key(length: int) -> sa.String:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")
