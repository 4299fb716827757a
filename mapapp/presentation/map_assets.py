"""Which scripts, styles and pictures the map needs in the browser, and their immutable addresses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable

from mapapp.presentation.palette import style_sheet

_LEAFLET = ("leaflet.js", "leaflet.css")


@dataclass(frozen=True, slots=True)
class MapAssets:
    """The files by path; `version` is a digest of them all, so that relative addresses inside them work."""

    version: str
    files: Mapping[str, bytes]

    def url(self, path: str) -> str:
        """Return the address of a file; it never means other bytes. KeyError for an unknown path."""
        if path not in self.files:
            raise KeyError(path)
        return f"/assets/{self.version}/{path}"


@cache
def map_assets() -> MapAssets:
    """Return Leaflet, our script and style files and the palette; read once per process."""
    found = dict(_all_files())
    digest = sha256()
    for path, content in sorted(found.items()):
        digest.update(f"{path}\0{len(content)}\0".encode())
        digest.update(content)
    return MapAssets(version=digest.hexdigest()[:16], files=found)


def _all_files() -> Iterator[tuple[str, bytes]]:
    leaflet = files("xstatic.pkg.leaflet").joinpath("data")
    for path in _LEAFLET:
        yield f"leaflet/{path}", leaflet.joinpath(path).read_bytes()
    yield "palette.css", style_sheet().encode()
    yield from _own_files(files("mapapp.presentation").joinpath("assets"))


def _own_files(folder: Traversable) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.is_file() and not entry.name.startswith("."):
            yield entry.name, entry.read_bytes()
