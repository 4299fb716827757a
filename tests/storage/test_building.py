"""How a store is built: it is ready only when all is in it, and a build that was killed begins again."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
import threading

import pytest

from mapapp.domain.errors import StoreUnavailableError, UsageError
from mapapp.domain.geo import LonLat
from mapapp.domain.progress import no_progress
from mapapp.domain.questions import NearestQuery
from mapapp.storage.store import StoreState, open_store

HERE = LonLat(lon=30, lat=50)


@pytest.fixture
def build(country, services, world):
    """Build a store as a first start does."""
    registry = world.registry(world.point("p", HERE, world.offering(world.code(10))))

    def build_once(store):
        with store.exclusive():
            if store.state() is StoreState.READY:
                return
            store.migrate()
            store.replace_geography(country, no_progress)
            store.replace_services(services)
            store.replace_registry(registry, no_progress)
            store.mark_ready()

    return build_once


def test_store_is_ready_only_when_it_was_said_to_be(empty_store, country):
    states = [empty_store.state()]
    empty_store.migrate()
    states.append(empty_store.state())
    empty_store.replace_geography(country, no_progress)
    states.append(empty_store.state())
    empty_store.mark_ready()
    states.append(empty_store.state())
    empty_store.migrate()
    states.append(empty_store.state())
    empty_store.mark_ready()
    states.append(empty_store.state())

    assert states == ["empty", "unfinished", "unfinished", "ready", "ready", "ready"]


KILLED_BUILD = textwrap.dedent("""
    import os, signal, sys
    from pathlib import Path

    from mapapp.files.gazetteer import read_gazetteer
    from mapapp.files.reference_tables import read_services
    from mapapp.storage.store import open_store

    url, folder, killed_in = sys.argv[1:]

    def kill(where):
        if where == killed_in:
            os.kill(os.getpid(), signal.SIGKILL)

    store = open_store(url, create=True)
    with store.exclusive():
        kill("beginning")
        store.migrate()
        kill("schema")
        gazetteer = read_gazetteer(Path(folder))
        store.replace_geography(gazetteer, lambda step, done, total: kill("geography"))
        store.replace_services(read_services())
        kill("end")
""")


@pytest.mark.parametrize(
    ("killed_in", "state"),
    [
        ("beginning", StoreState.EMPTY),
        ("schema", StoreState.UNFINISHED),
        ("geography", StoreState.UNFINISHED),
        ("end", StoreState.UNFINISHED),
    ],
)
def test_killed_build_is_recognised_and_begun_again(store_url, repo_root, build, killed_in, state):
    command = [sys.executable, "-c", KILLED_BUILD, store_url, repo_root / "geodata", killed_in]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL

    store = open_store(store_url, create=True)
    assert store.state() is state
    if killed_in == "geography":
        assert store.counts().settlements == 0
    build(store)

    assert store.state() is StoreState.READY
    assert (store.counts().settlements, store.counts().service_points) == (19, 1)
    store.dispose()


def test_two_first_starts_at_once_build_one_store(store_url, build):
    errors = []

    def start():
        store = open_store(store_url, create=True)
        try:
            build(store)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test must show it
            errors.append(error)
        finally:
            store.dispose()

    starts = [threading.Thread(target=start) for _ in range(3)]
    for thread in starts:
        thread.start()
    for thread in starts:
        thread.join()

    assert errors == []
    store = open_store(store_url)
    assert store.state() is StoreState.READY
    assert store.counts().service_points == 1
    store.dispose()


def test_registry_with_a_fault_leaves_the_old_one(store, world):
    good = world.registry(world.point("good", HERE, world.offering(world.code(10))))
    store.replace_registry(good, no_progress)
    faulty = world.registry(
        world.point("a", HERE, world.offering(world.code(10))),
        world.point("b", HERE, world.offering(world.code(77))),
    )

    with pytest.raises(UsageError, match="refuses these records and was left as it was"):
        store.replace_registry(faulty, no_progress)

    found = store.nearest(NearestQuery("home-care", HERE, world.day)).ranked
    assert [point.point_id for point in found] == ["good"]


def test_readers_see_the_old_registry_until_the_new_one_is_whole(store, world):
    old = world.registry(world.point("old", HERE, world.offering(world.code(10))))
    new = world.registry(world.point("new", HERE, world.offering(world.code(10))))
    store.replace_registry(old, no_progress)
    seen = []

    def look(*_news):
        found = store.nearest(NearestQuery("home-care", HERE, world.day)).ranked
        seen.extend(point.point_id for point in found)

    store.replace_registry(new, look)
    look()

    assert set(seen[:-1]) == {"old"}
    assert seen[-1] == "new"


def test_many_threads_ask_one_store(store, world):
    store.replace_registry(
        world.registry(*(world.point(f"p{n}", HERE, world.offering(world.code(10))) for n in range(30))),
        no_progress,
    )
    query = NearestQuery("home-care", HERE, world.day, serving=world.code(10, 1, 1))
    expected = store.nearest(query)
    answers = []

    def ask():
        answers.extend(store.nearest(query) for _ in range(20))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(answers) == 160
    assert all(answer == expected for answer in answers)


def test_store_without_a_schema_cannot_be_asked(empty_store):
    with pytest.raises(StoreUnavailableError, match="is not built yet"):
        empty_store.registry.points_as_of(1)
