"""The first start: what it builds, and what survives a kill, a damaged file or a wrong address."""

import dataclasses
import secrets
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import contextmanager
from datetime import date

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from mapapp.domain.access import Access
from mapapp.domain.changes import Authorship, RecordKey, RecordKind
from mapapp.domain.errors import InvalidInputError, StoreUnavailableError, UsageError
from mapapp.domain.progress import no_progress
from mapapp.first_start import open_public_store, open_ready_store, set_embedded_store_aside
from mapapp.registry import load_registry_file
from mapapp.settings import read_settings

ONE_PROVIDER = """
scope: [UA53000000000028050]
organisations:
  - {id: demo-centre, name: Демонстраційний центр, sector: state_communal, demo: true}
points:
  - id: demo-poltava
    organisation: demo-centre
    kind: social_services_centre
    name: Демонстраційний центр надання соціальних послуг
    location_policy: public
    hromada: UA53080370000025447
    settlement: UA53080370010073240
    target_groups: [everyone]
    places: [home]
    catchment: [UA53080370000025447]
    offerings: [home-care]
    demo: true
"""


@pytest.fixture(scope="module")
def one_oblast(repo_root, tmp_path_factory):
    """The tables of Poltava oblast alone and one provider: a store of them is built in seconds."""
    folder = tmp_path_factory.mktemp("one-oblast")
    (folder / "geodata").mkdir()
    for table in (repo_root / "geodata").glob("*.csv"):
        header, *rows = table.read_text(encoding="utf-8").splitlines()
        kept = [header, *(row for row in rows if row.startswith("UA53"))]
        (folder / "geodata" / table.name).write_text("\n".join(kept) + "\n", encoding="utf-8")
    shutil.copy(repo_root / "geodata" / "sources.yaml", folder / "geodata")
    (folder / "providers.yaml").write_text(ONE_PROVIDER, encoding="utf-8")
    return {
        "MAPAPP_GEODATA_DIR": str(folder / "geodata"),
        "MAPAPP_PROVIDERS_FILE": str(folder / "providers.yaml"),
    }


@pytest.fixture
def environment(one_oblast, tmp_path):
    return {**one_oblast, "MAPAPP_DATA_DIR": str(tmp_path / "data")}


@pytest.fixture
def settings(environment):
    return read_settings(environment)


@pytest.fixture
def built(settings, built_store):
    """Settings whose embedded store is a copy of the finished one of the whole country."""
    settings.data_dir.mkdir()
    shutil.copy(built_store, settings.data_dir / "mapapp.sqlite3")
    return settings


def counts(store):
    try:
        found = store.counts()
        return found.hromadas, found.settlements
    finally:
        store.dispose()


COUNTRY = (1469, 29_707)
ONE_OBLAST = (60, 1839)


def start_build(environment):
    return subprocess.Popen(
        [sys.executable, "-m", "mapapp", "store", "build"],
        env={"PATH": "/usr/bin:/bin", "MAPAPP_LANG": "en", **environment},
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for_line(process, text):
    for line in process.stderr:
        if text in line:
            return
    pytest.fail(f"the build ended without saying «{text}»")


def test_a_finished_store_opens_without_building(built, monkeypatch):
    monkeypatch.setattr("mapapp.first_start.read_gazetteer", lambda _: pytest.fail("built again"))
    assert counts(open_ready_store(built, no_progress)) == COUNTRY


def test_a_first_start_killed_halfway_is_made_good_by_the_next(settings, environment):
    process = start_build(environment)
    wait_for_line(process, "boundaries")
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stderr.close()
    assert not (settings.data_dir / "mapapp.sqlite3").exists()
    assert counts(open_ready_store(settings, no_progress)) == ONE_OBLAST
    assert [path.name for path in settings.data_dir.glob("*.building*")] == []


def test_two_first_starts_at_once_build_one_store(settings, environment):
    first, second = start_build(environment), start_build(environment)
    errors = [process.communicate()[1] for process in (first, second)]
    assert (first.returncode, second.returncode) == (0, 0), errors
    assert sum("boundaries" in error for error in errors) == 1
    assert counts(open_ready_store(settings, no_progress)) == ONE_OBLAST


def test_a_damaged_store_is_named_and_left_alone(built):
    path = built.data_dir / "mapapp.sqlite3"
    damaged = path.read_bytes()[:40_000] + b"\0" * 400_000
    path.write_bytes(damaged)
    with pytest.raises(StoreUnavailableError, match="store rebuild"):
        open_ready_store(built, no_progress)
    assert path.read_bytes() == damaged


def test_rebuilding_keeps_the_damaged_file_beside_the_new_one(built):
    path = built.data_dir / "mapapp.sqlite3"
    path.write_bytes(b"not a database at all" * 100)
    kept = set_embedded_store_aside(built)
    assert kept.read_bytes() == b"not a database at all" * 100
    assert not path.exists()
    assert set_embedded_store_aside(built) is None


def test_a_postgis_store_is_never_set_aside(tmp_path):
    settings = read_settings({"MAPAPP_DATA_DIR": str(tmp_path)}, database_url="postgresql://localhost/mapapp")
    with pytest.raises(UsageError, match="Only the embedded store"):
        set_embedded_store_aside(settings)


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    settings = read_settings({"MAPAPP_DATA_DIR": str(tmp_path / "file" / "data")})
    with pytest.raises(UsageError, match="MAPAPP_DATA_DIR"):
        open_ready_store(settings, no_progress)


def test_faults_in_the_registry_file_leave_no_half_built_store(settings, tmp_path):
    broken = tmp_path / "broken.yaml"
    broken.write_text("scope: [\n", encoding="utf-8")
    settings = dataclasses.replace(settings, providers_file=broken)
    with pytest.raises(InvalidInputError):
        open_ready_store(settings, no_progress)
    assert not (settings.data_dir / "mapapp.sqlite3").exists()


def test_postgis_is_built_and_then_only_opened(postgis_url, environment, monkeypatch):
    settings = read_settings(environment, database_url=postgis_url)
    assert counts(open_ready_store(settings, no_progress)) == ONE_OBLAST
    monkeypatch.setattr("mapapp.first_start.read_gazetteer", lambda _: pytest.fail("built again"))
    assert counts(open_ready_store(settings, no_progress)) == ONE_OBLAST


def test_a_postgis_first_start_that_was_killed_is_made_good(postgis_url, environment):
    environment = {**environment, "MAPAPP_DATABASE_URL": postgis_url}
    process = start_build(environment)
    wait_for_line(process, "boundaries")
    process.kill()
    process.wait()
    process.stderr.close()
    assert counts(open_ready_store(read_settings(environment), no_progress)) == ONE_OBLAST


def test_later_starts_do_not_change_the_file(built):
    path = built.data_dir / "mapapp.sqlite3"
    with sqlite3.connect(path) as before:
        tables = before.execute("SELECT count(*) FROM service_point").fetchone()
    open_ready_store(built, no_progress).dispose()
    with sqlite3.connect(path) as after:
        assert after.execute("SELECT count(*) FROM service_point").fetchone() == tables


def test_the_public_store_writes_nothing(settings):
    store = open_public_store(settings, no_progress)
    try:
        assert store.access is Access.PUBLIC
        assert store.point_record("demo-poltava").version == 1
        with pytest.raises(UsageError, match="needs the right"):
            store.replace_services({})
    finally:
        store.dispose()


def older(settings):
    """Build the store and take it back to the schema that kept no history."""
    store = open_ready_store(settings, no_progress)
    store.downgrade("0001")
    store.dispose()


def test_invented_needs_come_with_invented_providers_alone(settings, tmp_path):
    store = open_ready_store(settings, no_progress)
    (table,) = store.people.tables()
    counted = {hromada[:4] for hromada in store.people.figures(table.id, table.subjects[0])}
    assert (table.id, counted) == ("demo-needs", {"UA53"})

    own = tmp_path / "own.yaml"
    own.write_text(ONE_PROVIDER.replace("demo: true", "demo: false"), encoding="utf-8")
    load_registry_file(store, own, no_progress)
    assert store.people.tables() == ()
    load_registry_file(store, settings.providers_file, no_progress)
    assert [table.id for table in store.people.tables()] == ["demo-needs"]
    store.dispose()


def test_a_demonstration_of_before_there_was_a_history_gets_one(settings):
    older(settings)
    store = open_public_store(settings, no_progress)
    try:
        assert store.point_record("demo-poltava").version == 1
    finally:
        store.dispose()


def test_a_registry_of_before_there_was_a_history_is_asked_for_again(settings, tmp_path):
    own = tmp_path / "own.yaml"
    own.write_text(ONE_PROVIDER.replace("demo: true", "demo: false"), encoding="utf-8")
    settings = dataclasses.replace(settings, providers_file=own)
    older(settings)
    with pytest.raises(UsageError, match="kept no history: load its file again"):
        open_public_store(settings, no_progress)
    store = open_ready_store(settings, no_progress)
    load_registry_file(store, own, no_progress)
    store.dispose()
    open_public_store(settings, no_progress).dispose()


@contextmanager
def login(postgis_url, group):
    """Yield the address of a login of its own in the group."""
    name = f"test_{secrets.token_hex(4)}"
    with psycopg.connect(postgis_url, autocommit=True) as connection:
        made = sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'secret' IN ROLE {}")
        connection.execute(made.format(sql.Identifier(name), sql.Identifier(group)))
        try:
            url = make_url(postgis_url).set(username=name, password="secret")
            yield url.render_as_string(hide_password=False)
        finally:
            connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


def test_a_server_of_a_ready_postgis_does_with_a_login_that_only_reads(postgis_url, environment):
    owner = read_settings(environment, database_url=postgis_url)
    open_public_store(owner, no_progress).dispose()
    with login(postgis_url, "mapapp_public") as web:
        store = open_public_store(dataclasses.replace(owner, database_url=web), no_progress)
        assert store.point_record("demo-poltava").point.name
        store.dispose()


def test_an_editor_of_a_ready_postgis_edits_and_does_not_build(postgis_url, environment):
    owner = read_settings(environment, database_url=postgis_url)
    open_ready_store(owner, no_progress).dispose()
    with login(postgis_url, "mapapp_editor") as desk:
        store = open_ready_store(dataclasses.replace(owner, database_url=desk), no_progress)
        assert store.access is Access.EDITOR
        key = RecordKey(RecordKind.POINT, "demo-poltava")
        ended = store.registry.end(key, date(2030, 1, 1), Authorship("Олена", "зачинено"))
        assert ended.records == 1
        with pytest.raises(UsageError, match="needs the right"):
            store.replace_services({})
        store.dispose()
