"""What is said of an address, file or server that cannot be a store."""

from __future__ import annotations

import os
import random
import socket
import sqlite3
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from mapapp.domain.errors import StoreUnavailableError
from mapapp.domain.progress import no_progress
from mapapp.storage.engine import sqlite_path
from mapapp.storage.store import StoreState, open_store

SECRET = "p@ss/w:rd"
SECRET_IN_URL = "p%40ss%2Fw%3Ard"


@pytest.fixture
def filled_file(tmp_path, country, services) -> Path:
    """A sound embedded store with the country in it."""
    path = tmp_path / "store.sqlite3"
    store = open_store(f"sqlite:///{path}", create=True)
    store.migrate()
    store.replace_geography(country, no_progress)
    store.replace_services(services)
    store.mark_ready()
    store.dispose()
    return path


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "is not a URL"),
        ("/var/lib/mapapp.sqlite3", "is not a URL"),
        (f"postgresql://user:{SECRET_IN_URL}@host:five/db", "is not a URL"),
        (f"postgresql://user:{SECRET}@host/db", "stands in it as %40"),
        ("postgresql://user:p@w@host/db", "stands in it as %40"),
        ("postgresql://user:p@w:rd@host/db", "is not a URL"),
        (f"mysql://user:{SECRET_IN_URL}@host/db", "A «mysql» database cannot be a store"),
        ("sqlite://", "An embedded store is a plain file"),
        ("sqlite:///:memory:", "An embedded store is a plain file"),
        ("sqlite:////tmp/file?mode=ro", "An embedded store is a plain file"),
    ],
)
def test_address_of_no_store_is_refused_without_repeating_it(url, says):
    with pytest.raises(StoreUnavailableError, match=says) as refusal:
        open_store(url)
    assert "w:rd" not in str(refusal.value)
    assert "w%3Ard" not in str(refusal.value)


def test_path_of_an_embedded_store_is_read_from_its_address(tmp_path, monkeypatch):
    assert sqlite_path("sqlite:////var/lib/mapapp.sqlite3") == Path("/var/lib/mapapp.sqlite3")
    monkeypatch.chdir(tmp_path)
    assert sqlite_path("sqlite:///here.sqlite3") == tmp_path / "here.sqlite3"
    assert sqlite_path("postgres://host/db") is None


def test_missing_folder_is_named(tmp_path):
    with pytest.raises(StoreUnavailableError, match=f"The folder {tmp_path}/no does not exist"):
        open_store(f"sqlite:///{tmp_path}/no/store.sqlite3", create=True)


def test_missing_file_is_named_and_not_made(tmp_path):
    path = tmp_path / "store.sqlite3"
    with pytest.raises(StoreUnavailableError, match=f"There is no store at {path}"):
        open_store(f"sqlite:///{path}")
    assert not path.exists()


def test_folder_in_place_of_a_file_is_refused(tmp_path):
    with pytest.raises(StoreUnavailableError, match="unable to open database file"):
        open_store(f"sqlite:///{tmp_path}")


@pytest.mark.parametrize(
    "content", [b"Not a database at all.\n" * 100, b"SQLite format 3\x00" + b"\x07" * 5000]
)
def test_file_that_is_no_database_is_damaged(tmp_path, content):
    path = tmp_path / "store.sqlite3"
    path.write_bytes(content)
    with pytest.raises(StoreUnavailableError, match="is damaged or is no store of mapapp"):
        open_store(f"sqlite:///{path}")
    assert path.read_bytes() == content


def test_overwritten_pages_are_found_before_they_are_used(filled_file):
    pages = bytearray(filled_file.read_bytes())
    rng = random.Random(5)
    for start in range(4096 * 3, len(pages) - 4096, 4096 * 5):
        pages[start : start + 200] = rng.randbytes(200)
    filled_file.write_bytes(pages)
    with pytest.raises(StoreUnavailableError, match="is damaged or is no store of mapapp"):
        open_store(f"sqlite:///{filled_file}")


def test_file_cut_short_is_damaged(filled_file):
    os.truncate(filled_file, filled_file.stat().st_size // 2)
    with pytest.raises(StoreUnavailableError, match="is damaged or is no store of mapapp"):
        open_store(f"sqlite:///{filled_file}")


def test_database_of_another_program_is_left_alone(tmp_path):
    path = tmp_path / "places.sqlite3"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE moz_places (url TEXT)")
    database.close()
    with pytest.raises(StoreUnavailableError, match="is no store of mapapp"):
        open_store(f"sqlite:///{path}", create=True)


def test_closed_store_is_one_file(filled_file):
    assert [path.name for path in filled_file.parent.iterdir()] == [filled_file.name]


def test_schema_from_the_future_is_not_touched(store_url):
    store = open_store(store_url, create=True)
    store.migrate()
    with store._writing() as connection:
        connection.exec_driver_sql("UPDATE schema_revision SET version_num = '9999'")
    store.dispose()
    with pytest.raises(StoreUnavailableError, match="schema «9999», newer than this program"):
        open_store(store_url)


def test_readers_cannot_write(store_url):
    store = open_store(store_url, create=True)
    store.migrate()
    with pytest.raises(StoreUnavailableError, match=r"readonly|read-only"), store._reading() as connection:
        connection.exec_driver_sql("DELETE FROM store_info")
    store.dispose()


def test_unreachable_server_is_named(unused_port):
    url = f"postgresql://user:{SECRET_IN_URL}@127.0.0.1:{unused_port}/db"
    with pytest.raises(StoreUnavailableError, match=f"127.0.0.1:{unused_port}/db cannot be used") as refusal:
        open_store(url)
    assert SECRET not in str(refusal.value)


@pytest.mark.postgis
def test_wrong_password_is_said_and_not_repeated(postgis_url):
    url = make_url(postgis_url).set(password=SECRET)
    with pytest.raises(StoreUnavailableError) as refusal:
        open_store(url.render_as_string(hide_password=False))
    assert f"does not accept the user «{url.username}»" in str(refusal.value)
    assert SECRET not in repr(refusal.value)
    assert SECRET_IN_URL not in repr(refusal.value)


@pytest.mark.postgis
def test_database_that_does_not_exist_is_named(postgis_url):
    url = make_url(postgis_url).set(database="nowhere").render_as_string(hide_password=False)
    with pytest.raises(StoreUnavailableError, match='database "nowhere" does not exist'):
        open_store(url)


@pytest.mark.postgis
def test_database_without_postgis_says_what_to_create(postgis_url):
    with psycopg.connect(postgis_url, autocommit=True) as database:
        database.execute("DROP EXTENSION postgis CASCADE")
    with pytest.raises(StoreUnavailableError, match="must run CREATE EXTENSION postgis"):
        open_store(postgis_url)


@pytest.mark.postgis
def test_user_who_may_not_make_tables_is_told(postgis_url):
    url = make_url(postgis_url)
    guest = f"guest_of_{url.database}"
    with psycopg.connect(postgis_url, autocommit=True) as database:
        database.execute(f"CREATE ROLE {guest} LOGIN PASSWORD 'guest'")
        store = open_store(url.set(username=guest, password="guest").render_as_string(hide_password=False))
        with pytest.raises(StoreUnavailableError, match="permission denied for schema public"):
            store.migrate()
        store.dispose()
        database.execute(f"DROP ROLE {guest}")


@pytest.mark.postgis
@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_opens_the_store(postgis_url, scheme):
    store = open_store(make_url(postgis_url).set(drivername=scheme).render_as_string(hide_password=False))
    assert (store.kind, store.state()) == ("postgis", StoreState.EMPTY)
    store.dispose()


@pytest.mark.postgis
def test_server_that_goes_away_is_said_so_and_may_come_back(postgis_url, country):
    store = open_store(postgis_url)
    store.migrate()
    store.replace_geography(country, no_progress)
    with psycopg.connect(postgis_url, autocommit=True) as database:
        database.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert store.counts().hromadas == 16
    store.dispose()


def test_file_that_goes_bad_later_is_said_so(filled_file):
    store = open_store(f"sqlite:///{filled_file}")
    store.dispose()  # so that nothing is answered from what a connection remembers
    size = filled_file.stat().st_size
    with filled_file.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (size - 4096))
    with pytest.raises(StoreUnavailableError, match="is damaged"):
        store.gazetteer()
    store.dispose()


@pytest.fixture
def unused_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
