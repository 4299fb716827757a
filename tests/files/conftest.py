"""What tests of files share: the real gazetteer, and a way to read a text as a registry file."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from mapapp.domain.errors import InvalidInputError
from mapapp.files.gazetteer import read_gazetteer
from mapapp.files.reference_tables import read_hotlines, read_services
from mapapp.files.registry_file import read_registry

sys.path.insert(0, str(Path(__file__).parent))
from rich_registries import registries

sys.path.pop(0)


@pytest.fixture(scope="module")
def gazetteer(repo_root):
    return read_gazetteer(repo_root / "geodata")


@pytest.fixture(scope="module")
def any_registry(gazetteer):
    """A strategy: registries with every field in use."""
    return registries(gazetteer)


@pytest.fixture(scope="module")
def read(gazetteer, tmp_path_factory):
    """Read a text (or bytes) as a registry file."""
    path = tmp_path_factory.mktemp("registry") / "file.yaml"
    services, hotlines = read_services(), read_hotlines()

    def read(content, locate=None):
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_registry(path, gazetteer, services, hotlines, locate)

    return read


@pytest.fixture(scope="module")
def faults(read):
    """Tell the faults of a text as `line [field]: sentence`; none when it is read."""

    def faults(content, locate=None):
        try:
            read(content, locate)
        except InvalidInputError as error:
            return [str(fault).partition("file.yaml")[2].removeprefix(":").strip() for fault in error.faults]
        return []

    return faults
