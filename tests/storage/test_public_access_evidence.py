"""The public attacks the searches: it adds to them and learns nothing that fewer than five have in common."""

from __future__ import annotations

import re
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from opened_stores import opened, public_login
from sqlalchemy import delete, insert, select, text
from sqlalchemy.exc import DBAPIError

from mapapp.domain.access import Access
from mapapp.domain.clock import today_in_kyiv
from mapapp.domain.errors import UsageError
from mapapp.domain.evidence import SearchOutcome, SearchRecord, UnmetDemand, first_of_quarter
from mapapp.domain.progress import no_progress
from mapapp.domain.referral import NOBODY_SAID
from mapapp.storage.evidence_schema import SearchRecordRow, UnmetDemandRow, searches_of_earlier_days
from mapapp.storage.geography_schema import StoreInfoRow
from mapapp.storage.store import open_store

TODAY = today_in_kyiv()
LAST_QUARTER = first_of_quarter(
    first_of_quarter(datetime.now(UTC).date() - timedelta(days=2)) - timedelta(days=1)
)
COUNTRY = {"area", "hromada", "settlement", "boundary", "settlement_status", "status_period", "raion"}
REFUSED = r"permission denied|prohibited|not authorized|must be owner"


@pytest.fixture(scope="module")
def asked(world):
    """A hromada from which many searched, one from which few did, and one that is searched from now."""
    return {"many": world.code(10, 1, 1), "few": world.code(20, 1, 3), "now": world.code(10, 2, 4)}


@pytest.fixture(scope="module")
def owner(attacked_url, country, services, asked):
    store = open_store(attacked_url, create=True)
    store.migrate()
    store.replace_geography(country, no_progress)
    store.replace_services(services)
    row = {"service": "shelter", "target_groups": 128, "outcome": SearchOutcome.NOBODY}
    rows = [
        *[{**row, "day": LAST_QUARTER, "hromada": asked["many"]}] * 7,
        *[{**row, "day": LAST_QUARTER, "hromada": asked["few"]}] * 3,
        *[{**row, "day": TODAY, "hromada": asked["now"]}] * 20,
    ]
    with store._writing() as connection, searches_of_earlier_days(connection):
        # Both ways into PostGIS lead to the same database.
        for table in (SearchRecordRow, UnmetDemandRow, StoreInfoRow):
            connection.execute(delete(table))
        connection.execute(insert(SearchRecordRow).inline(), rows)
    store.evidence.record(SearchRecord(TODAY, asked["now"], "shelter", NOBODY_SAID, SearchOutcome.FOUND))
    with store._writing() as connection:
        connection.execute(text("ANALYZE"))
    yield store
    store.dispose()


@pytest.fixture(scope="module")
def public(way, owner, attacked_url):  # noqa: ARG001 - the owner fills it first
    """The store as the public reaches it."""
    if way != "postgis-login":
        with opened(attacked_url, Access.PUBLIC) as store:
            yield store
        return
    with public_login(attacked_url) as url, opened(url, Access.OWNER) as store:
        yield store


@pytest.fixture
def unharmed(owner):
    """Nothing of what is kept may be different afterwards."""

    def there():
        with owner._reading() as connection:
            return sorted(map(tuple, connection.execute(select(*SearchRecordRow.__table__.columns))))

    before = there()
    yield
    assert there() == before


def doors(public):
    """Return the connections that the public's program has, each able to write where it may."""
    return {"reader": public._database.reader, "recorder": public._database._recorder}


@contextmanager
def connected(public, door):
    with doors(public)[door].connect() as connection:
        if public.kind == "postgis" and door == "reader":
            connection.execute(text("SET TRANSACTION READ WRITE"))
        yield connection
    public.dispose()


NEW = f"(day, hromada, service, target_groups, outcome) VALUES ('{TODAY}', NULL, 'shelter', 0, 'found')"
PROBES = (
    "SELECT * FROM {t}",
    "SELECT count(*) FROM {t}",
    "SELECT 1 FROM {t} LIMIT 1",
    "SELECT EXISTS (SELECT 1 FROM {t})",
    "SELECT name FROM hromada WHERE katottg IN (SELECT hromada FROM {t})",
    "SELECT slug FROM service ORDER BY (SELECT max(day) FROM {t} WHERE service = slug)",
    "SELECT h.name FROM hromada AS h JOIN {t} AS s ON s.hromada = h.katottg",
    "WITH unmet_demand AS (SELECT * FROM {t}) SELECT * FROM unmet_demand",
    "WITH search_record_kept AS (SELECT * FROM {t}) SELECT * FROM search_record_kept",
    "WITH search_record_of_now AS (SELECT count(*) AS n FROM {t}) SELECT n FROM search_record_of_now",
    "SELECT * FROM (SELECT * FROM {t}) AS search_record_kept",
    "INSERT INTO {t} " + NEW + " RETURNING id",
    "INSERT INTO {t} " + NEW + " RETURNING day",
    "INSERT INTO {t} " + NEW + " RETURNING (SELECT count(*) FROM {t})",
    "INSERT INTO {t} " + NEW + " ON CONFLICT (id) DO NOTHING",
    "INSERT INTO {t} " + NEW + " ON CONFLICT (id) DO UPDATE SET service = 'rare'",
    (
        "INSERT INTO {t} (day, hromada, service, target_groups, outcome)"
        " SELECT day, hromada, service, target_groups, outcome FROM {t}"
    ),
    (
        "INSERT INTO {t} (day, service, target_groups, outcome)"
        f" VALUES ('{TODAY}', 'rare', (SELECT count(*) FROM {{t}}), 'found')"
    ),
    (
        "WITH search_record_kept AS (SELECT hromada FROM {t}) INSERT INTO {t} (day, hromada, service,"
        f" target_groups, outcome) SELECT '{TODAY}', hromada, 'rare', 0, 'found' FROM search_record_kept"
    ),
    (
        "INSERT INTO {t} (day, service, target_groups, outcome) VALUES"
        f" ('{TODAY}', 'rare', (WITH search_record_kept AS (SELECT hromada FROM {{t}})"
        " SELECT count(*) FROM search_record_kept), 'found')"
    ),
    "UPDATE {t} SET day = day",
    "UPDATE {t} SET service = 'rare' WHERE hromada IS NOT NULL",
    "DELETE FROM {t}",
    "DELETE FROM {t} WHERE day < '2000-01-01'",
    "EXPLAIN SELECT * FROM {t}",
    "EXPLAIN DELETE FROM {t} WHERE hromada = 'UA'",
    "INSERT INTO unmet_demand VALUES ('UA', 'rare', '2020-01-01', 9, NULL)",
    "UPDATE unmet_demand SET searches = 5",
    "DELETE FROM unmet_demand",
    "UPDATE store_info SET value = '1900-01-01' WHERE key = 'evidence_published_until'",
    "DELETE FROM store_info",
    "INSERT INTO store_info VALUES ('evidence_kept_days', '0')",
    "DROP TABLE {t}",
    "CREATE INDEX mine ON {t} (day)",
    "CREATE VIEW mine AS SELECT * FROM {t}",
)
PROBES_OF = {
    "sqlite": (
        "INSERT INTO {t} SELECT * FROM {t}",
        "REPLACE INTO unmet_demand VALUES ('UA', 'rare', '2020-01-01', 9, NULL)",
        "CREATE TEMP TRIGGER mine AFTER INSERT ON {t} BEGIN SELECT 1; END",
        "CREATE TRIGGER mine AFTER INSERT ON {t} BEGIN SELECT 1; END",
        "DROP TRIGGER search_record_kept",
        (
            f"INSERT INTO {{t}} (day, service, target_groups, outcome) VALUES ('{TODAY}', 'rare',"
            " '2020-01-01' IN (SELECT day FROM {t}), 'found')"
        ),
        (
            f"WITH search_record_kept AS (SELECT 1 FROM {{t}}) INSERT INTO {{t}} (day, service,"
            f" target_groups, outcome) VALUES ('{TODAY}', 'rare', 1 IN search_record_kept, 'found')"
        ),
        "INSERT INTO {t} (day, service, target_groups, outcome) VALUES ('', 'rare', day IN {t}, '')",
        (
            f"INSERT INTO {{t}} (day, service, target_groups, outcome) VALUES ('{TODAY}', 'rare', 0,"
            " (VALUES ('found'), ('nobody')))"
        ),
        "PRAGMA index_info('ix_search_record_day')",
        "PRAGMA quick_check",
        "ATTACH '/tmp/elsewhere.sqlite3' AS elsewhere",
        "ANALYZE",
    ),
    "postgis": (
        (
            "INSERT INTO {t} (id, day, service, target_groups, outcome)"
            f" VALUES ('{'0' * 32}', '{TODAY}', 'rare', 0, 'found')"
        ),
        "MERGE INTO {t} AS s USING service ON s.service = slug WHEN MATCHED THEN DO NOTHING",
        "SELECT office.publish_and_forget_searches()",
        "SELECT office.search_is_of_now()",
        "ALTER TABLE {t} DISABLE TRIGGER USER",
        "ALTER FUNCTION office.search_is_of_now() RESET ALL",
        "SET session_replication_role = replica",
        "TRUNCATE {t}",
        "COPY {t} TO STDOUT",
        "COPY {t} (day) TO STDOUT",
        "CREATE TABLE office.mine (x integer)",
        "CREATE FUNCTION office.mine() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "CREATE TRIGGER mine AFTER INSERT ON {t} FOR EACH ROW EXECUTE FUNCTION office.search_is_of_now()",
        "SELECT * FROM pg_statistic",
    ),
}
ALLOWED_TO_READ = ("PRAGMA index_info", "PRAGMA quick_check")
"""What the reader's connection answers and what tells nothing of the searches."""


@pytest.mark.usefixtures("unharmed")
def test_the_public_neither_reads_nor_changes_a_search(public):
    table = "search_record" if public.kind == "sqlite" else "office.search_record"
    for probe in (*PROBES, *PROBES_OF[public.kind]):
        for door in doors(public):
            if door == "reader" and probe.startswith(ALLOWED_TO_READ):
                continue
            with pytest.raises(DBAPIError) as refusal, connected(public, door) as connection:  # noqa: PT012
                connection.exec_driver_sql(probe.format(t=table)).all()
                pytest.fail(f"{door}: {probe} was done")
            said = str(refusal.value.orig)
            assert re.search(REFUSED, said), (door, probe, said)


@pytest.mark.usefixtures("unharmed")
def test_nonsense_is_refused_and_tells_nothing_of_others(public, asked):
    good = {"day": str(TODAY), "hromada": None, "service": "rare", "target_groups": 0, "outcome": "found"}
    nonsense = (
        {"day": "1970-01-01"},
        {"day": "0001-01-01"},
        {"day": "9999-12-31"},
        {"day": str(LAST_QUARTER)},
        {"day": str(TODAY + timedelta(days=3))},
        {"day": "soon"},
        {"day": f"{TODAY}x"},
        {"day": None},
        {"hromada": "UA77010010000000000"},
        {"hromada": "UA"},
        {"hromada": ""},
        {"hromada": asked["few"][:-1]},
        {"hromada": "x" * 100},
        {"service": "flying"},
        {"service": ""},
        {"service": None},
        {"target_groups": -1},
        {"target_groups": 1 << 14},
        {"target_groups": 1 << 40},
        {"target_groups": None},
        {"outcome": "perhaps"},
        {"outcome": ""},
        {"outcome": None},
    )
    for wrong in nonsense:
        values = {**good, **wrong}
        with pytest.raises(UsageError) as refusal, public._database.recording() as connection:  # noqa: PT012
            connection.execute(insert_as_text(public), values)
            pytest.fail(f"{wrong} was kept")
        said = str(refusal.value)
        assert "refuses these records" in said, (wrong, said)
        assert not any(code in said for code in asked.values()), (wrong, said)


def insert_as_text(store):
    table = "search_record" if store.kind == "sqlite" else "office.search_record"
    day = ":day" if store.kind == "sqlite" else "CAST(:day AS date)"
    columns = "day, hromada, service, target_groups, outcome"
    return text(
        f"INSERT INTO {table} ({columns}) VALUES ({day}, :hromada, :service, :target_groups, :outcome)"
    )


def test_no_relation_tells_of_few_or_of_now(public, asked):
    told = readable(public)
    ours = {name.rpartition(".")[2]: content for name, content in told.items()}
    assert "search_record" not in ours
    assert asked["many"] in ours["unmet_demand"]
    for name, content in ours.items():
        if name not in COUNTRY:
            found = [who for who in ("few", "now") if asked[who] in content]
            assert (name, found) == (name, [])


def test_the_search_finds_what_a_reader_may_read(attacked_url, owner, asked):  # noqa: ARG001 - filled first
    with opened(attacked_url, Access.READER) as reader:
        ours = {name.rpartition(".")[2]: content for name, content in readable(reader).items()}
        assert asked["few"] in ours["search_record"]
        assert UnmetDemand(asked["few"], "shelter", 3, 3) in reader.evidence.unmet_demand(
            LAST_QUARTER, LAST_QUARTER
        )


def readable(store):
    """Return what every relation tells that can be read, the planner's samples of the country left out."""
    if store.kind == "sqlite":
        listed = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"
    else:
        listed = (
            "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c"
            " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f', 'S')"
        )
    with store._reading() as connection:
        relations = [*connection.scalars(text(listed)), *(["sqlite_stat1"] if store.kind == "sqlite" else [])]
    found = {}
    for relation in relations:
        source = relation
        if relation == "pg_catalog.pg_stats":
            source = f"(SELECT * FROM pg_stats WHERE tablename NOT IN ({str(sorted(COUNTRY))[1:-1]}))"
        whole = "*" if store.kind == "sqlite" else "whole::text"
        with suppress(DBAPIError), store._database.reader.connect() as connection:
            rows = connection.execute(text(f"SELECT {whole} FROM {source} AS whole"))
            found[relation] = "\n".join(map(str, rows))
    return found


def test_searching_oneself_changes_no_answer_about_what_is_over(public, asked):
    """Whoever adds known searches to unknown ones learns nothing of those before."""
    always = (date(2000, 1, 1), date.max)
    before = public.evidence.unmet_demand(*always)
    assert before == [UnmetDemand(asked["many"], "shelter", 7, None)]
    for who in asked:
        for _ in range(6):
            public.evidence.record(
                SearchRecord(TODAY, asked[who], "shelter", NOBODY_SAID, SearchOutcome.NOBODY)
            )
    assert public.evidence.unmet_demand(*always) == before


def test_no_two_periods_can_be_subtracted_to_a_small_count(public, asked):
    """Every answer is a sum of published quarters, whatever days are asked about."""
    first, last = LAST_QUARTER - timedelta(days=400), TODAY + timedelta(days=3)
    days = [first + timedelta(days=n) for n in range(0, (last - first).days, 13)]
    counts = {
        demand.searches
        for start in days
        for end in days
        for demand in public.evidence.unmet_demand(start, end)
        if demand.hromada != asked["now"]
    }
    assert counts <= {7}


@pytest.mark.postgis
def test_what_runs_as_the_owner_cannot_be_led_astray(way, owner):
    if way == "sqlite":
        return
    with owner._reading() as connection:
        made = connection.execute(
            text(
                "SELECT proname, prosecdef, proowner::regrole::text, proconfig,"
                " has_function_privilege('mapapp_public', oid, 'EXECUTE')"
                " FROM pg_proc WHERE pronamespace = 'office'::regnamespace ORDER BY proname"
            )
        ).all()
    fixed = ["search_path=pg_catalog, pg_temp"]
    assert [tuple(one) for one in made] == [
        ("publish_and_forget_searches", True, "mapapp_owner", fixed, False),
        ("search_is_of_now", False, "mapapp_owner", fixed, False),
    ]
