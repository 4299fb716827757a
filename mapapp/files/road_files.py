"""The prepared road network on disk, and the closures kept beside it.

`roads.json` says what the network is and names the folder of its arrays (`network-…/*.npy`); a new one is
complete before `roads.json` names it, so that what stood there stays until then. `closures.geojson` holds the
areas where roads are closed; it outlives the network.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from mapapp.domain.errors import UsageError
from mapapp.domain.geo import BoundingBox
from mapapp.domain.progress import Progress, no_progress
from mapapp.files.whole_file import write_whole

FORMAT: Final = 1
OSM_ATTRIBUTION: Final = "© OpenStreetMap contributors"
OSM_LICENCE: Final = "ODbL 1.0"
_MANIFEST: Final = "roads.json"
_HASHED_AT_ONCE: Final = 1 << 24

Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class RoadsAbout:
    """What a prepared network was made of.

    `replicated_at` is until when the extract knows the map, as its header says (ISO 8601), `read_at` when its
    file was last changed; `checksum` is that of all the arrays.
    """

    source_file: str
    source_bytes: int
    replicated_at: str
    read_at: str
    junctions: int
    roads: int
    road_km: float
    bounds: BoundingBox
    attribution: str = OSM_ATTRIBUTION
    licence: str = OSM_LICENCE


@dataclass(frozen=True, slots=True)
class PreparedRoads:
    """A network found on disk: memory-mapped arrays by name, what they were made of, and their checksum."""

    arrays: Arrays
    about: RoadsAbout
    checksum: str


def save_roads(folder: Path, arrays: Arrays, about: RoadsAbout, progress: Progress = no_progress) -> None:
    """Write the network and let it take the place of the one before, all or nothing.

    Raises
    ------
    UsageError
        The folder is full or not to be written; what stood there still does.

    """
    unfinished: Path | None = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = Path(mkdtemp(dir=folder, prefix="network-"))
        shapes: dict[str, Any] = {}
        for done, (name, values) in enumerate(sorted(arrays.items())):
            progress("Writing roads", done, len(arrays))
            _write_array(unfinished / f"{name}.npy", values)
            shapes[name] = {"dtype": values.dtype.str, "shape": list(values.shape)}
        progress("Writing roads", len(arrays), len(arrays))
        manifest = {
            "format": FORMAT,
            "folder": unfinished.name,
            "checksum": _checksum(unfinished, shapes),
            "about": asdict(about),
            "arrays": shapes,
        }
        write_whole(folder / _MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1).encode())
    except BaseException as error:
        if unfinished is not None:
            shutil.rmtree(unfinished, ignore_errors=True)
        if isinstance(error, OSError):
            raise UsageError(
                "The roads cannot be written to {folder}: {problem}",
                folder=folder,
                problem=error.strerror or error,
            ) from error
        raise
    _remove_networks(folder, but=unfinished)


def has_roads(folder: Path) -> bool:
    """Tell whether a network was prepared here."""
    return (folder / _MANIFEST).is_file()


def roads_checksum(folder: Path) -> str | None:
    """Return the checksum that tells one prepared network from another; None where there is none."""
    manifest = _manifest(folder)
    return None if manifest is None else str(manifest["checksum"])


def load_roads(folder: Path) -> PreparedRoads | None:
    """Return the network prepared here, None where there is none; nothing is read before it is used.

    Raises
    ------
    UsageError
        Its files are damaged, incomplete or of another version of mapapp: import the roads again.

    """
    manifest = _manifest(folder)
    if manifest is None:
        return None
    try:
        arrays = {
            name: _mapped(folder / manifest["folder"] / f"{name}.npy", shape)
            for name, shape in manifest["arrays"].items()
        }
        about = manifest["about"] | {"bounds": BoundingBox(**manifest["about"]["bounds"])}
        return PreparedRoads(arrays, RoadsAbout(**about), manifest["checksum"])
    except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(folder, error) from error


def check_roads(folder: Path) -> None:
    """Read every byte of the prepared network and compare it with its checksum.

    Raises
    ------
    UsageError
        A file is not as it was written.

    """
    manifest = _manifest(folder)
    if manifest is None or load_roads(folder) is None:
        return
    if _checksum(folder / manifest["folder"], manifest["arrays"]) != manifest["checksum"]:
        raise _damaged(folder, ValueError("checksum"))


def remove_roads(folder: Path) -> bool:
    """Take the prepared network away, closures stay; tell whether there was one."""
    was_here = has_roads(folder)
    try:
        (folder / _MANIFEST).unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(
            "{file} cannot be removed: {problem}", file=folder / _MANIFEST, problem=error.strerror or error
        ) from error
    _remove_networks(folder)
    return was_here


def _manifest(folder: Path) -> dict[str, Any] | None:
    try:
        manifest = json.loads((folder / _MANIFEST).read_bytes())
        version, checksum = manifest["format"], manifest["checksum"]
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _damaged(folder, error) from error
    if version != FORMAT or not isinstance(checksum, str):
        raise UsageError(
            "The roads in {folder} were prepared by another version of mapapp (format {found}, expected"
            " {expected}): import them again",
            folder=folder,
            found=version,
            expected=FORMAT,
        )
    return dict(manifest)


def _damaged(folder: Path, error: Exception) -> UsageError:
    return UsageError(
        "The roads in {folder} are damaged ({problem}): import them again", folder=folder, problem=error
    )


def _write_array(file: Path, values: NDArray[Any]) -> None:
    """Write as `numpy.save` does; it says less when the disk is full."""
    whole = np.ascontiguousarray(values)
    with file.open("wb") as out:
        np.lib.format.write_array_header_1_0(out, np.lib.format.header_data_from_array_1_0(whole))
        out.write(whole.reshape(-1).view(np.uint8).data)
        out.flush()
        os.fsync(out.fileno())


def _mapped(file: Path, expected: Mapping[str, Any]) -> NDArray[Any]:
    if 0 in expected["shape"]:  # nothing to map
        values = np.load(file, allow_pickle=False)
    else:
        values = np.load(file, mmap_mode="r", allow_pickle=False)
    if values.dtype.str != expected["dtype"] or list(values.shape) != expected["shape"]:
        raise ValueError(file.name)
    return np.asarray(values)


def _checksum(folder: Path, names: Mapping[str, Any]) -> str:
    digest = hashlib.sha256()
    for name in sorted(names):
        with (folder / f"{name}.npy").open("rb") as content:
            while block := content.read(_HASHED_AT_ONCE):
                digest.update(block)
    return digest.hexdigest()


def _remove_networks(folder: Path, but: Path | None = None) -> None:
    """Remove networks nobody names; on some systems one that is being read stays until the next import."""
    for old in folder.glob("network-*"):
        if old != but:
            shutil.rmtree(old, ignore_errors=True)
