"""Roads for the whole application: imported once, loaded for a day, closed and opened again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

from mapapp.analysis.road_building import build_network
from mapapp.analysis.road_graph import RoadGraph
from mapapp.analysis.road_network import RoadNetwork
from mapapp.domain.clock import today_in_kyiv
from mapapp.domain.errors import NotFoundError, UsageError
from mapapp.domain.geo import BoundingBox
from mapapp.domain.progress import Progress, no_progress
from mapapp.files import road_closures, road_files
from mapapp.files.osm_roads import read_osm_roads
from mapapp.files.road_closures import RoadClosure
from mapapp.files.road_files import RoadsAbout
from mapapp.settings import Settings

_NETWORKS_HELD: Final = 2
_DAYS_HELD: Final = 4


def import_roads(settings: Settings, file: Path, progress: Progress = no_progress) -> RoadsAbout:
    """Prepare the roads of an OpenStreetMap extract (.osm.pbf); they replace those before, closures stay.

    Raises
    ------
    UsageError
        The file cannot be read, has no roads, or the result cannot be written; nothing has changed then.

    """
    read = read_osm_roads(file, progress)
    network = build_network(
        node_id=read.node_id,
        lon_e7=read.lon_e7,
        lat_e7=read.lat_e7,
        line_start=read.line_start,
        car_m_s=read.car_m_s,
        foot_m_s=read.foot_m_s,
        car_starts=read.car_starts,
        stops_car=read.stops_car,
        stops_foot=read.stops_foot,
        progress=progress,
    )
    about = _about(file, read.replicated_at, network)
    arrays = {field.name: getattr(network, field.name) for field in fields(network)}
    road_files.save_roads(roads_folder(settings), arrays, about, progress)
    return about


def has_roads(settings: Settings) -> bool:
    """Tell whether roads were imported."""
    return road_files.has_roads(roads_folder(settings))


def load_roads(settings: Settings, day: date | None = None) -> RoadGraph | None:
    """Return the roads as they are open on a day (today in Kyiv), None where none were imported.

    Asking again for the same network and closures costs a look at two small files.

    Raises
    ------
    UsageError
        The files are damaged: import the roads again, or put the closures right.

    """
    folder = roads_folder(settings)
    checksum = road_files.roads_checksum(folder)
    if checksum is None:
        return None
    day = today_in_kyiv() if day is None else day
    closed = tuple(closure for closure in road_closures.read_closures(folder) if closure.holds_on(day))
    return _open_roads(folder, checksum, closed)


def check_roads(settings: Settings) -> RoadsAbout | None:
    """Return what the imported roads were made of, after reading every byte of them; None without roads."""
    folder = roads_folder(settings)
    road_files.check_roads(folder)
    prepared = road_files.load_roads(folder)
    return None if prepared is None else prepared.about


def remove_roads(settings: Settings) -> bool:
    """Take the imported roads away, closures stay; tell whether there were any."""
    return road_files.remove_roads(roads_folder(settings))


def list_closures(settings: Settings) -> Sequence[RoadClosure]:
    """Return the closures by name, past and future ones too."""
    return road_closures.read_closures(roads_folder(settings))


def close_roads(
    settings: Settings,
    name: str,
    file: Path,
    *,
    reason: str = "",
    first_day: date | None = None,
    last_day: date | None = None,
) -> RoadClosure:
    """Close every road that touches the areas of a GeoJSON file; a closure of this name is replaced."""
    closure = RoadClosure(name.strip(), road_closures.read_areas(file), reason, first_day, last_day)
    others = [other for other in list_closures(settings) if other.name != closure.name]
    road_closures.write_closures(roads_folder(settings), [*others, closure])
    return closure


def open_roads(settings: Settings, name: str) -> None:
    """End a closure."""
    closures = list_closures(settings)
    if name not in {closure.name for closure in closures}:
        raise NotFoundError(
            "There is no closure «{name}»; there are: {closures}",
            name=name,
            closures=", ".join(closure.name for closure in closures) or "—",
        )
    left = [closure for closure in closures if closure.name != name]
    road_closures.write_closures(roads_folder(settings), left)


def roads_folder(settings: Settings) -> Path:
    """Return where the prepared roads and closures are."""
    return settings.data_dir / "roads"


@lru_cache(maxsize=_NETWORKS_HELD)
def _network(folder: Path, checksum: str) -> RoadNetwork:
    """Return the network of this checksum, mapped into memory."""
    prepared = road_files.load_roads(folder)
    wanted = {field.name for field in fields(RoadNetwork)}
    if prepared is None or prepared.checksum != checksum or set(prepared.arrays) != wanted:
        raise UsageError("The roads in {folder} have just changed: try again", folder=folder)
    return RoadNetwork(**prepared.arrays)


@lru_cache(maxsize=_DAYS_HELD)
def _open_roads(folder: Path, checksum: str, closed: tuple[RoadClosure, ...]) -> RoadGraph:
    return RoadGraph(_network(folder, checksum), [closure.area for closure in closed])


def _about(file: Path, replicated_at: str, network: RoadNetwork) -> RoadsAbout:
    stat = file.stat()
    return RoadsAbout(
        source_file=file.name,
        source_bytes=stat.st_size,
        replicated_at=replicated_at,
        read_at=datetime.fromtimestamp(stat.st_mtime, UTC).isoformat(timespec="seconds"),
        junctions=network.nodes,
        roads=network.roads,
        road_km=round(float(network.road_m.sum(dtype=float)) / 1000, 1),
        bounds=BoundingBox(
            west=int(network.shape_lon_e7.min()) / 1e7,
            south=int(network.shape_lat_e7.min()) / 1e7,
            east=int(network.shape_lon_e7.max()) / 1e7,
            north=int(network.shape_lat_e7.max()) / 1e7,
        ),
    )
