"""What each level of access may do, and how the groups of PostGIS users come to be."""

from __future__ import annotations

import secrets
import subprocess
import sys
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from mapapp.domain.access import Access
from mapapp.domain.changes import Authorship, RecordChange, RecordKey, RecordKind
from mapapp.domain.clock import today_in_kyiv
from mapapp.domain.errors import StoreUnavailableError, UsageError
from mapapp.domain.evidence import SearchOutcome, SearchRecord
from mapapp.domain.geo import LonLat
from mapapp.domain.progress import no_progress
from mapapp.domain.referral import NOBODY_SAID
from mapapp.domain.registry import ConfidentialPlace, Registry
from mapapp.storage.access import ROLES
from mapapp.storage.store import open_store

HERE = LonLat(lon=30, lat=50)
SHELTER = RecordKey(RecordKind.POINT, "shelter")
SOMEBODY = Authorship("olena", "дзвінок")


@pytest.fixture
def filled_url(store_url, country, services, world):
    """The address of a store with a public point and a shelter whose place is known."""
    place = ConfidentialPlace(world.code(20, 2, 3), point=HERE, address="вул. Потаємна, 1")
    store = open_store(store_url, create=True)
    store.migrate()
    store.replace_geography(country, no_progress)
    store.replace_services(services)
    store.replace_registry(
        world.registry(
            world.point("open", HERE, world.offering("UA")),
            world.point("shelter", None, world.offering("UA"), confidential_place=place),
        ),
        no_progress,
    )
    store.dispose()
    return store_url


@contextmanager
def opened(url, access=Access.OWNER):
    store = open_store(url, access=access)
    try:
        yield store
    finally:
        store.dispose()


@contextmanager
def login(url, rights):
    """Yield the address of a new login with these rights."""
    name, password = f"login_{secrets.token_hex(6)}", secrets.token_hex(8)
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{password}' {rights}")
        try:
            yield make_url(url).set(username=name, password=password).render_as_string(hide_password=False)
        finally:
            server.execute(f"REASSIGN OWNED BY {name} TO CURRENT_USER")
            server.execute(f"DROP OWNED BY {name}")
            server.execute(f"DROP ROLE {name}")


def test_only_editors_and_owners_see_places(filled_url):
    seen = {}
    for access in Access:
        with opened(filled_url, access) as store:
            assert store.access is access
            seen[access] = store.registry.record(SHELTER).record.confidential_place is not None
    assert seen == {
        Access.PUBLIC: False,
        Access.READER: False,
        Access.EDITOR: True,
        Access.OWNER: True,
    }


def test_readers_know_who_made_a_change_and_the_public_does_not(filled_url):
    for access in Access:
        with opened(filled_url, access) as store:
            (change,) = store.registry.changes()
            assert change.who == ("mapapp" if access >= Access.READER else "")


def test_an_editor_changes_the_registry_and_nothing_else(filled_url, world, country, services):
    with opened(filled_url, Access.EDITOR) as store:
        moved = world.point("open", LonLat(lon=31, lat=50), world.offering("UA"))
        key = RecordKey(RecordKind.POINT, "open")
        store.registry.apply([RecordChange(key, moved, 1)], SOMEBODY)
        assert store.registry.record(key).version == 2
        store.replace_registry(Registry((), (), frozenset()), no_progress)
        for forbidden in (
            lambda: store.replace_geography(country, no_progress),
            lambda: store.replace_services(services),
            lambda: store.registry.purge(key, SOMEBODY),
            store.migrate,
            store.mark_ready,
        ):
            with pytest.raises(UsageError, match=r"the right «owner»; the store is open with .* «editor»"):
                forbidden()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE hromada SET name = ''",
        "DELETE FROM service",
        "DELETE FROM record_version",
        "DELETE FROM registry_change",
        "INSERT INTO store_info VALUES ('mine', '')",
        "CREATE TABLE mine (x integer)",
        "DROP TABLE offering",
    ],
)
def test_the_database_itself_holds_an_editor_back(filled_url, statement):
    with opened(filled_url, Access.EDITOR) as store:
        with pytest.raises(UsageError, match=r"permission denied|must be owner|not authorized|prohibited"):  # noqa: SIM117
            with store._database.writing() as connection:
                connection.execute(text(statement))
        assert store.counts().service_points == 2


def test_a_level_below_the_editors_is_refused_before_the_database_is_asked(filled_url, world):
    for access in (Access.PUBLIC, Access.READER):
        with opened(filled_url, access) as store:
            store._database._writer.dispose = None  # nothing may be asked of it
            with pytest.raises(UsageError, match="This needs the right «editor»"):
                store.replace_registry(world.registry(), no_progress)
            del store._database._writer.dispose


# The groups of PostGIS users


@pytest.mark.postgis
@pytest.mark.parametrize(
    ("group", "access"),
    [
        ("mapapp_public", Access.PUBLIC),
        ("mapapp_reader", Access.READER),
        ("mapapp_editor", Access.EDITOR),
        ("mapapp_owner", Access.OWNER),
    ],
)
def test_a_login_has_the_access_of_its_group_whatever_is_asked_for(request, group, access):
    url = request.getfixturevalue("postgis_url")
    with opened(url) as store:
        store.migrate()
    with login(url, f"IN ROLE {group}") as own_url:
        with opened(own_url) as store:
            assert store.access is access
        with opened(own_url, Access.PUBLIC) as store:
            assert store.access is Access.PUBLIC


@pytest.mark.postgis
def test_an_owner_who_is_no_superuser_builds_and_goes_back_and_builds_again(
    postgis_url, country, services, world
):
    with login(postgis_url, "CREATEROLE") as own_url:
        user = make_url(own_url).username
        with psycopg.connect(postgis_url, autocommit=True) as server:
            server.execute(f"ALTER DATABASE {make_url(postgis_url).database} OWNER TO {user}")
            server.execute(f"GRANT CREATE ON SCHEMA public TO {user}")
        with opened(own_url) as store:
            for _ in range(2):
                store.migrate()
                store.replace_geography(country, no_progress)
                store.replace_services(services)
                store.replace_registry(
                    world.registry(world.point("p", HERE, world.offering("UA"))), no_progress
                )
                with opened(own_url, Access.PUBLIC) as public:
                    assert public.counts().service_points == 1
                store.downgrade()
        with psycopg.connect(postgis_url, autocommit=True) as server:
            server.execute(f"ALTER DATABASE {make_url(postgis_url).database} OWNER TO CURRENT_USER")


@pytest.mark.postgis
def test_an_owner_who_may_not_make_groups_is_told_what_the_administrator_must_run(postgis_url):
    with login(postgis_url, "") as own_url, psycopg.connect(postgis_url, autocommit=True) as server:
        user = make_url(own_url).username
        server.execute(f"GRANT CREATE ON SCHEMA public TO {user}")
        server.execute(f"GRANT CREATE ON DATABASE {make_url(postgis_url).database} TO {user}")
        with opened(own_url) as store:
            with pytest.raises(StoreUnavailableError, match="administrator must run") as refusal:
                store.migrate()
            for statement in refusal.value.values["statements"].split("; "):
                try:
                    server.execute(statement)
                except psycopg.errors.DuplicateObject:
                    continue  # another database of the server has made the group
            store.migrate()
            assert store.is_current()


@pytest.mark.postgis
def test_two_databases_of_one_server_are_migrated_at_once(postgis_url, module_postgis_url):
    program = "import sys; from mapapp.storage.store import open_store; open_store(sys.argv[1]).migrate()"
    both = [
        subprocess.Popen([sys.executable, "-c", program, url], stderr=subprocess.PIPE)
        for url in (postgis_url, module_postgis_url)
    ]
    assert [(process.communicate()[1], process.returncode) for process in both] == [(b"", 0)] * 2


# Searches


def test_everybody_adds_searches_and_readers_see_them(filled_url, world):
    search = SearchRecord(
        today_in_kyiv(), world.code(10, 1, 1), "home-care", NOBODY_SAID, SearchOutcome.NOBODY
    )
    for access in Access:
        with opened(filled_url, access) as store:
            store.evidence.record(search)
    day = (search.day, search.day)
    for access in Access:
        with opened(filled_url, access) as store:
            seen = [(demand.searches, demand.unmet) for demand in store.evidence.unmet_demand(*day)]
            assert seen == ([(4, 4)] if access >= Access.READER else [])


@pytest.mark.parametrize(
    "change", ["UPDATE {t} SET day = day", "DELETE FROM {t}", "DELETE FROM unmet_demand"]
)
def test_nobody_but_the_owner_changes_searches_or_their_counts(filled_url, change):
    for access in (Access.PUBLIC, Access.READER, Access.EDITOR):
        with opened(filled_url, access) as store:
            table = "search_record" if store.kind == "sqlite" else "office.search_record"
            for engine in (store._database._writer, store._database._recorder):
                with pytest.raises(DBAPIError, match=r"permission denied|prohibited|not authorized"):  # noqa: SIM117
                    with engine.begin() as connection:
                        connection.execute(text(change.format(t=table)))


@pytest.mark.postgis
def test_after_a_migration_each_group_has_its_rights_to_searches_and_no_more(postgis_url):
    with opened(postgis_url) as store:
        store.migrate()
    rights = {}
    with psycopg.connect(postgis_url) as server:
        for group in ROLES.values():
            for table in ("office.search_record", "public.unmet_demand"):
                asked = [
                    (right, server.execute("SELECT has_table_privilege(%s, %s, %s)", [group, table, right]))
                    for right in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "TRIGGER")
                ]
                rights[group, table] = {right for right, answer in asked if answer.fetchone()[0]}
        found = server.execute(
            "SELECT attname, has_column_privilege('mapapp_public', attrelid, attnum, 'INSERT'),"
            " has_column_privilege('mapapp_public', attrelid, attnum, 'SELECT')"
            " FROM pg_attribute WHERE attrelid = 'office.search_record'::regclass AND attnum > 0"
        )
        columns = {name: (may_fill, may_read) for name, may_fill, may_read in found}
    everything = {"SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "TRIGGER"}
    assert rights == {
        ("mapapp_public", "office.search_record"): set(),
        ("mapapp_public", "public.unmet_demand"): {"SELECT"},
        ("mapapp_reader", "office.search_record"): {"SELECT"},
        ("mapapp_reader", "public.unmet_demand"): {"SELECT"},
        ("mapapp_editor", "office.search_record"): {"SELECT"},
        ("mapapp_editor", "public.unmet_demand"): {"SELECT"},
        ("mapapp_owner", "office.search_record"): everything,
        ("mapapp_owner", "public.unmet_demand"): everything,
    }
    filled = ("day", "hromada", "service", "target_groups", "outcome")
    assert columns == {"id": (False, False), **dict.fromkeys(filled, (True, False))}


@pytest.mark.postgis
def test_the_planner_keeps_no_samples_of_searches(postgis_url, country, services, world):
    with opened(postgis_url) as store:
        store.migrate()
        store.replace_geography(country, no_progress)
        store.replace_services(services)
        search = SearchRecord(
            today_in_kyiv(), world.code(10, 1, 1), "home-care", NOBODY_SAID, SearchOutcome.NOBODY
        )
        for _ in range(20):
            store.evidence.record(search)
    with psycopg.connect(postgis_url) as server:
        server.execute("ANALYZE")
        sampled = server.execute("SELECT attname FROM pg_stats WHERE tablename = 'search_record'").fetchall()
        assert [name for (name,) in sampled if name != "id"] == []
