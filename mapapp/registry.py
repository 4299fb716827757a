"""The registry of providers, from a file into the store: checked whole, then replaced, all or nothing."""

from __future__ import annotations

from pathlib import Path

from mapapp.analysis.drawn_areas import DrawnAreas
from mapapp.domain.changes import Authorship
from mapapp.domain.progress import Progress
from mapapp.domain.registry import Registry
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
    """Replace the registry in the store by the file's and return how many service points it has."""
    registry = check_registry_file(store, file)
    store.replace_registry(registry, progress, authorship)
    return len(registry.points)
