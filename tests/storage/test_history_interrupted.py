"""Whatever happens in mid-change, the registry is as it was before or as it is after, never in between."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import random
import signal
import subprocess
import sys
import threading
from dataclasses import replace

import psycopg
import pytest
from sqlalchemy import event, text

from mapapp.domain.changes import Authorship, ConflictError, RecordChange, record_key
from mapapp.domain.errors import StoreUnavailableError, UsageError
from mapapp.domain.geo import LonLat
from mapapp.domain.imports import ImportState
from mapapp.domain.progress import no_progress
from mapapp.domain.registry import ConfidentialPlace, Organisation, Sector
from mapapp.storage.loading import write_registry
from mapapp.storage.store import open_store

HERE = LonLat(lon=30, lat=50)
OLENA = Authorship("olena", "a call to the centre")
ORG = Organisation("org", "Організація", Sector.NON_STATE)
DIGEST_OF_NOTHING = hashlib.sha256().hexdigest()


def renamed(world, name, version, count=200):
    points = [
        world.point(f"p{n}", HERE, world.offering(world.code(10, 1, 1)), name=name) for n in range(count)
    ]
    return [RecordChange(record_key(point), point, version) for point in points]


def built(url, country, services):
    store = open_store(url, create=True)
    store.migrate()
    store.replace_geography(country, no_progress)
    store.replace_services(services)
    return store


@pytest.fixture
def registered_url(store_url, country, services, world):
    """The address of each store in turn, with two hundred points in it."""
    store = built(store_url, country, services)
    store.registry.apply([RecordChange(record_key(ORG), ORG, 0), *renamed(world, "Перша", 0)], OLENA)
    store.dispose()
    return store_url


def at_once(url, *changes):
    """Apply each list of changes in a thread and a store of its own, at one moment; return the outcomes."""
    together, outcomes = threading.Barrier(len(changes)), []

    def write(mine):
        store = open_store(url)
        together.wait()
        try:
            outcomes.append(store.registry.apply(mine, OLENA))
        except ConflictError as error:
            outcomes.append(error)
        store.dispose()

    writers = [threading.Thread(target=write, args=(mine,)) for mine in changes]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    return outcomes


def test_of_two_writers_at_once_one_is_told_and_nothing_is_overwritten(registered_url, world):
    outcomes = at_once(registered_url, renamed(world, "Друга", 1), renamed(world, "Третя", 1))
    told = [outcome for outcome in outcomes if isinstance(outcome, ConflictError)]
    assert len(told) == 1
    assert len(told[0].conflicts) == 200
    store = open_store(registered_url)
    names = {point.name for point in store.registry.registry().points}
    assert len(names) == 1
    assert names < {"Друга", "Третя"}
    assert len(store.registry.changes()) == 2
    store.dispose()


def test_writers_of_different_records_do_not_disturb_each_other(registered_url, world):
    changes = renamed(world, "Друга", 1)
    outcomes = at_once(registered_url, *(changes[start::4] for start in range(4)))
    assert sorted(outcome.number for outcome in outcomes) == [2, 3, 4, 5]
    store = open_store(registered_url)
    assert {point.name for point in store.registry.registry().points} == {"Друга"}
    newest_first = store.registry.changes()
    assert [change.at for change in newest_first] == sorted((it.at for it in newest_first), reverse=True)
    store.dispose()


WRITER = """
import sys, time
from mapapp.domain.changes import Authorship, ChangeKind, RecordChange
from mapapp.storage.store import open_store
from dataclasses import replace

store = open_store(sys.argv[1])
def hang(step, done, total):
    if step == "Writing the history":
        print("in the midst", flush=True)
        time.sleep(600)

changes = [
    RecordChange(key, replace(store.registry.record(key).record, name="Друга"), kept.version)
    for key, kept in store.registry.current().items()
]
store.registry.apply(
    changes, Authorship("petro", "an import"), kind=ChangeKind.IMPORT, import_run=1, progress=hang
)
"""


def writer_in_the_midst(url):
    """Start a program that imports a change of every record and stops between its rows and its end."""
    writer = subprocess.Popen([sys.executable, "-c", WRITER, url], stdout=subprocess.PIPE, text=True)
    assert writer.stdout.readline() == "in the midst\n"
    return writer


def stage_an_import(store):
    run = store.imports.begin("a.csv", "csv", DIGEST_OF_NOTHING, 0, "list", OLENA)
    store.imports.add_part(run.number, 1, b"")
    assert store.imports.staged(run.number).state is ImportState.STAGED


def is_as_before(store) -> bool:
    registry = store.registry
    return (
        {point.name for point in registry.registry().points} == {"Перша"}
        and len(registry.changes()) == 1
        and {stored.version for stored in registry.current().values()} == {1}
        and store.imports.run(1).state is ImportState.STAGED
        and rows_equal_documents(store)
    )


def import_again(store, world):
    """Apply the import that was interrupted."""
    store.registry.apply(renamed(world, "Друга", 1), OLENA, import_run=1)
    assert store.imports.run(1).state is ImportState.APPLIED
    return {point.name for point in store.registry.registry().points} == {"Друга"}


def test_a_killed_import_leaves_the_store_as_it_was_and_goes_on_later(registered_url, world):
    store = open_store(registered_url)
    stage_an_import(store)
    writer = writer_in_the_midst(registered_url)
    writer.kill()
    writer.communicate()

    assert is_as_before(store)
    assert import_again(store, world)
    store.dispose()


@pytest.mark.postgis
def test_a_killed_database_server_loses_nothing_but_the_change_in_its_midst(
    repo_root, absent, country, services, world
):
    if os.environ.get("MAPAPP_TEST_POSTGIS_URL") is None:
        absent("MAPAPP_TEST_POSTGIS_URL is unset: this starts a server of its own where others may run")
    spec = importlib.util.spec_from_file_location("own_postgis", repo_root / "scripts/private_postgis.py")
    own = importlib.util.module_from_spec(spec)
    sys.modules["own_postgis"] = own
    spec.loader.exec_module(own)
    servers = []
    start = own._Programs.start

    def remembering(programs, name, *arguments, **environment):
        started = start(programs, name, *arguments, **environment)
        if name == "postgres":
            servers.append((programs, arguments, started))
        return started

    own._Programs.start = remembering
    with own.private_postgis() as url:
        (programs, arguments, server) = servers[-1]
        with psycopg.connect(url, autocommit=True) as connection:
            # The private server does not wait for the disk; this test is about a server that does.
            connection.execute(f"ALTER DATABASE {own.DATABASE} SET synchronous_commit = on")
        store = built(url, country, services)
        store.registry.apply([RecordChange(record_key(ORG), ORG, 0), *renamed(world, "Перша", 0)], OLENA)
        stage_an_import(store)
        writer = writer_in_the_midst(url)
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
        writer.kill()
        writer.communicate()
        with pytest.raises(StoreUnavailableError, match="cannot be used"):
            store.registry.apply(renamed(world, "Третя", 1), OLENA)
        store.dispose()

        again = programs.start("postgres", *arguments)
        try:
            port = int(arguments[arguments.index("-p") + 1])
            assert own._becomes_ready(programs, again, port)
            store = open_store(url)
            assert is_as_before(store)
            assert import_again(store, world)
            store.dispose()
        finally:
            own._stop(again)


def test_a_full_disk_is_said_plainly_and_leaves_the_store_as_it_was(sqlite_url, country, services, world):
    store = built(sqlite_url, country, services)
    store.registry.apply([RecordChange(record_key(ORG), ORG, 0), *renamed(world, "Перша", 0)], OLENA)
    stage_an_import(store)

    @event.listens_for(store._database._writer, "begin")
    def fill(connection):
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 10}")

    with pytest.raises(StoreUnavailableError, match="database or disk is full"):
        store.registry.apply(renamed(world, "Друга", 1), OLENA, import_run=1)
    assert is_as_before(store)
    event.remove(store._database._writer, "begin", fill)
    store.dispose()
    store = open_store(sqlite_url)
    assert import_again(store, world)
    store.dispose()


TABLES = (
    "organisation",
    "organisation_predecessor",
    "service_point",
    "private.confidential_place",
    "mobile_stop",
    "offering",
    "tariff",
)


def rows_of(connection, is_postgis) -> dict[str, list[str]]:
    """Return the registry's rows, with the areas of a catchment in place of its number."""
    areas = {}
    served = "SELECT catchment, area, basis, valid_from, valid_to FROM catchment_area"
    for number, *area in connection.execute(text(served)):
        areas.setdefault(number, []).append(tuple(map(str, area)))
    found = {}
    for table in TABLES:
        name = table if is_postgis else table.rpartition(".")[2]
        rows = [dict(row) for row in connection.execute(text(f"SELECT * FROM {name}")).mappings()]
        for row in rows:
            if "catchment" in row:
                row["catchment"] = sorted(areas[row["catchment"]])
        found[table] = sorted(map(str, rows))
    return found


def rows_equal_documents(store) -> bool:
    """Tell whether the rows are those which the documents, written anew, would give."""
    registry = store.registry.registry()
    with store._database.reading() as connection:
        kept = rows_of(connection, store._database.is_postgis)
    with store._database._writer.connect() as connection:
        write_registry(connection, registry, no_progress)
        anew = rows_of(connection, store._database.is_postgis)
        connection.rollback()
    assert kept == anew
    return True


def hidden(world, point):
    place = ConfidentialPlace(world.code(10, 1, 1), None, point.point, None, point.address)
    return world.point(point.id, None, *point.offerings, confidential_place=place)


def something_else(rng, world, record):
    if isinstance(record, Organisation):
        return replace(record, name=f"Організація {rng.random()}")
    if record.is_confidential:
        return world.point(record.id, HERE, *record.offerings)
    services = rng.sample(["home-care", "day-care", "shelter"], rng.randint(0, 3))
    areas = [world.code(10, 1, rng.randint(1, 4)), world.code(20)]
    offerings = [world.offering(*areas[: rng.randint(1, 2)], service=service) for service in services]
    return rng.choice(
        [
            hidden(world, record),
            replace(record, offerings=tuple(offerings)),
            replace(record, organisation=rng.choice(["org", "org2"])),
            replace(record, point=LonLat(lon=rng.uniform(22, 40), lat=50)),
        ]
    )


@pytest.mark.parametrize("seed", range(3))
def test_rows_equal_documents_after_any_changes(country_store, history, world, seed):
    rng = random.Random(seed)
    store = country_store
    first = world.registry(*(world.point(f"p{n}", HERE, world.offering("UA")) for n in range(6)))
    first = replace(first, organisations=(*first.organisations, replace(ORG, id="org2")))
    history.replace(first, OLENA)
    states = {history.changes()[0].number: history.registry()}
    for _ in range(25):
        kept = history.current()
        keys = rng.sample(sorted(kept), min(len(kept), rng.randint(1, 3)))
        deed = rng.choice(["change", "change", "change", "undo", "undo", "merge", "end"])
        try:
            if deed == "undo":
                history.undo(rng.choice(history.changes(limit=3)).number, OLENA)
            elif deed == "merge":
                history.merge(keys[0], keys[1:], OLENA, last_day=world.day)
            elif deed == "end":
                history.end(keys[0], world.day, OLENA)
            else:
                after = {key: something_else(rng, world, history.record(key).record) for key in keys}
                history.apply([RecordChange(key, it, kept[key].version) for key, it in after.items()], OLENA)
        except UsageError:  # this deed cannot be done to these records
            continue
        states[history.changes()[0].number] = history.registry()
        if not states[history.changes()[0].number].organisations:
            history.replace(first, OLENA)
            states[history.changes()[0].number] = history.registry()
    assert rows_equal_documents(store)
    assert len(states) > 8
    for change in history.changes(limit=100):
        if change.number in states:
            assert history.registry(as_of=change.at) == states[change.number]
