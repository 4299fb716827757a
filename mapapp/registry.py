"""The registry of providers, from a file into the store: checked whole, then replaced, all or nothing."""

from __future__ import annotations

from pathlib import Path

from mapapp.analysis.drawn_areas import DrawnAreas
from mapapp.domain.changes import Authorship
from mapapp.domain.progress import Progress
from mapapp.domain.registry import Registry
from mapapp.files.demo_people import read_demo_people
from mapapp.files.reference_tables import read_hotlines
from mapapp.files.registry_file import read_registry
from mapapp.storage.store import REGISTRY_FILE, Store


def check_registry_file(store: Store, file: Path) -> Registry:
    """Return what the file says, checked against the store's geography and services.

    Real boundaries, where they were imported, also check that each point lies in its hromada; approximate
    ones are too coarse to accuse anyone.

    Raises
    ------
    InvalidInputError
        The file has faults; every one is listed with its line.

    """
    locate = None if store.boundary_set().is_approximate else DrawnAreas(store.shapes()).at
    return read_registry(file, store.gazetteer(), store.services(), read_hotlines(), locate)


def load_registry_file(
    store: Store, file: Path, progress: Progress, authorship: Authorship = REGISTRY_FILE
) -> int:
    """Replace the registry in the store by the file's and return how many service points it has.

    The invented needs of the demonstration stand beside invented providers alone.
    """
    registry = check_registry_file(store, file)
    store.replace_registry(registry, progress, authorship)
    table, figures = read_demo_people(store.gazetteer(), store.services())
    if registry.points and all(point.is_demo for point in registry.points):
        store.people.replace(table, figures)
    elif table.id in {known.id for known in store.people.tables()}:
        store.people.remove(table.id)
    return len(registry.points)
