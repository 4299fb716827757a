"""The store, ready to use: opened, or built from the tables that come with mapapp where it is missing."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from mapapp.boundaries import install_approximate_boundaries
from mapapp.domain.access import Access
from mapapp.domain.clock import today_in_kyiv
from mapapp.domain.errors import UsageError
from mapapp.domain.progress import Progress
from mapapp.domain.questions import PointsQuery
from mapapp.files.gazetteer import read_areas_outside_hromadas, read_gazetteer
from mapapp.files.reference_tables import read_services
from mapapp.registry import load_registry_file
from mapapp.settings import Settings
from mapapp.storage.engine import sqlite_path
from mapapp.storage.store import Store, StoreState, open_store


def open_ready_store(settings: Settings, progress: Progress) -> Store:
    """Return the store of the settings, building it first where it is missing or half-built.

    Raises
    ------
    StoreUnavailableError
        The store is damaged, unreachable or newer than this program; it is never overwritten.
    InvalidInputError
        The tables or the registry file it would be built from have faults.

    """
    path = sqlite_path(settings.database_url)
    if path is None:
        return _opened(settings.database_url, settings, progress)
    with _one_builder_at_a_time(path):
        if not path.exists():
            _build_embedded(path, settings, progress)
        return _opened(settings.database_url, settings, progress)


def open_public_store(settings: Settings, progress: Progress) -> Store:
    """Return the store of the settings as anyone may read it, whatever its address would allow.

    Where it is missing, half-built or of an older version it is made ready first, which needs the owner's
    address; a web server of a ready store does with the address of a login that may only read.

    Raises
    ------
    StoreUnavailableError, InvalidInputError
        As `open_ready_store`.

    """
    if sqlite_path(settings.database_url) is None:
        store = open_store(settings.database_url, access=Access.PUBLIC)
        if _needs_nothing(store):
            return store
        store.dispose()
    store = open_ready_store(settings, progress)
    try:
        if _lacks_history(store):
            raise UsageError(
                "The registry of this store was loaded by a mapapp that kept no history: load its file again "
                "with «mapapp registry load FILE»"
            )
    finally:
        store.dispose()
    return open_store(settings.database_url, access=Access.PUBLIC)


def set_embedded_store_aside(settings: Settings) -> Path | None:
    """Move the embedded store, damaged or not, to a name of its own; return that, or None if there is none.

    Raises
    ------
    UsageError
        The settings name a PostGIS store, which its administrator looks after.

    """
    path = sqlite_path(settings.database_url)
    if path is None:
        raise UsageError("Only the embedded store can be rebuilt; restore a PostGIS store from its backup")
    with _one_builder_at_a_time(path):
        if not path.exists():
            return None
        aside = path.with_name(f"{path.stem}-{datetime.now(UTC):%Y%m%d-%H%M%S}{path.suffix}")
        # The write-ahead log belongs to the file: without it the latest changes would be lost.
        for suffix in ("-wal", "-shm"):
            log = path.with_name(path.name + suffix)
            if log.exists():
                log.replace(aside.with_name(aside.name + suffix))
        return path.replace(aside)


def _opened(url: str, settings: Settings, progress: Progress) -> Store:
    store = open_store(url)
    if _needs_nothing(store):
        # Most starts, and all that an editor's login may make: building and migrating are the owner's.
        return store
    with store.exclusive():
        if store.state() is StoreState.READY:
            store.migrate()
            if _lacks_history(store) and _holds_demonstration(store):
                load_registry_file(store, settings.providers_file, progress)
        else:
            _build(store, settings, progress)
    return store


def _needs_nothing(store: Store) -> bool:
    is_built = store.is_current() and store.state() is StoreState.READY
    return is_built and not _lacks_history(store)


def _lacks_history(store: Store) -> bool:
    """Tell whether the store is of before there was a history, which holds the whole records."""
    return not store.registry.changes(limit=1) and store.counts().service_points > 0


def _holds_demonstration(store: Store) -> bool:
    points = store.points(PointsQuery(day=today_in_kyiv()))
    return bool(points) and all(point.is_demo for point in points)


def _build_embedded(path: Path, settings: Settings, progress: Progress) -> None:
    """Build beside the final place and move the finished file there, so that a kill leaves no half store."""
    building = path.with_name(path.name + ".building")
    _remove_store_files(building)
    store = open_store(f"sqlite:///{building}", create=True)
    try:
        _build(store, settings, progress)
    finally:
        store.dispose()
    building.replace(path)


def _build(store: Store, settings: Settings, progress: Progress) -> None:
    gazetteer = read_gazetteer(settings.geodata_dir)
    store.migrate()
    store.replace_geography(gazetteer, progress)
    store.replace_services(read_services())
    other_areas_km2 = read_areas_outside_hromadas(settings.geodata_dir)
    install_approximate_boundaries(store, gazetteer, other_areas_km2, progress)
    load_registry_file(store, settings.providers_file, progress)
    store.mark_ready()


def _remove_store_files(path: Path) -> None:
    for leftover in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        leftover.unlink(missing_ok=True)


@contextmanager
def _one_builder_at_a_time(path: Path) -> Iterator[None]:
    """Hold a lock file beside the embedded store; a killed holder's lock is gone with it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = path.with_name(path.name + ".lock").open("w")
    except OSError as error:
        raise UsageError(
            "The folder {folder} cannot be written ({reason}): choose another with MAPAPP_DATA_DIR",
            folder=path.parent,
            reason=error.strerror,
        ) from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
