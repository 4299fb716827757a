"""What an installation may choose: read once from the environment, then passed on as values."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import platformdirs


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are and what is shown.

    `database_url` is the store; `data_dir` holds the embedded store and downloads; `geodata_dir` and
    `providers_file` are what the first start builds from; `tiles_url` is an optional base map (a Leaflet
    template with `{z}`, `{x}`, `{y}`), empty for none: then no request leaves for a third party.
    """

    database_url: str
    data_dir: Path
    geodata_dir: Path
    providers_file: Path
    tiles_url: str = ""
    tiles_attribution: str = ""


def read_settings(environment: Mapping[str, str] | None = None, *, database_url: str = "") -> Settings:
    """Return the settings the environment gives.

    `MAPAPP_DATABASE_URL` (or `database_url`, which wins) names the store; without it the embedded one in
    `MAPAPP_DATA_DIR` (unless set, `.data` of the checkout, or the user's data folder of an installed mapapp)
    is used. `MAPAPP_GEODATA_DIR` and `MAPAPP_PROVIDERS_FILE` replace the tables and the registry file that
    come with mapapp; `MAPAPP_TILES_URL` and `MAPAPP_TILES_ATTRIBUTION` add a base map.
    """
    environment = os.environ if environment is None else environment
    carried = _carried_data()
    data_dir = Path(environment.get("MAPAPP_DATA_DIR") or _own_folder(carried)).absolute()
    return Settings(
        database_url=database_url
        or environment.get("MAPAPP_DATABASE_URL")
        or f"sqlite:///{data_dir / 'mapapp.sqlite3'}",
        data_dir=data_dir,
        geodata_dir=Path(environment.get("MAPAPP_GEODATA_DIR") or carried / "geodata"),
        providers_file=Path(environment.get("MAPAPP_PROVIDERS_FILE") or carried / "providers.yaml"),
        tiles_url=environment.get("MAPAPP_TILES_URL", ""),
        tiles_attribution=environment.get("MAPAPP_TILES_ATTRIBUTION", ""),
    )


def _own_folder(carried: Path) -> Path:
    """Return where data is kept unless said otherwise; a checkout keeps its own: its commands agree."""
    is_checkout = (carried / "pyproject.toml").exists()
    return carried / ".data" if is_checkout else platformdirs.user_data_path("mapapp")


def _carried_data() -> Path:
    """Return the folder of the tables: inside an installed wheel, or the top of a checkout."""
    package = Path(str(files("mapapp")))
    installed = package / "_data"
    return installed if installed.is_dir() else package.parent
