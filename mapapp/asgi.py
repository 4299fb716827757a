"""The whole application as one ASGI app: Streamlit's pages, the public side, and the headers around both."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Final

import streamlit
from starlette.middleware import Middleware
from starlette.types import ASGIApp
from streamlit import config, file_util

from mapapp.domain.clock import today_in_kyiv
from mapapp.domain.coverage import CoverageState
from mapapp.domain.questions import Atlas, CoverageQuery, PointsQuery
from mapapp.presentation.map_assets import map_assets
from mapapp.presentation.map_layers import base_map
from mapapp.presentation.map_scene import MapScene, Tiles
from mapapp.presentation.messages import LANGUAGES, translator
from mapapp.presentation.palette import INK, STATE_FILLS
from mapapp.public.bundle import CompressedBundle
from mapapp.public.protection import Protection
from mapapp.public.routes import public_routes
from mapapp.public.shell import inline_scripts, shell_page, shell_routes
from mapapp.settings import Settings

PAGES: Final = Path(__file__).with_name("app.py")
PAGE_PATHS: Final = ("/", "/find", "/coverage", "/planning", "/registry", "/quality", "/about")

# Given as flags, so that an installed wheel behaves the same from every working directory: a config.toml
# counts only where the process happens to start (docs/adr/0004-map-delivery.md).
_STREAMLIT_OPTIONS: Final[Mapping[str, object]] = {
    "browser.gatherUsageStats": False,
    "client.showErrorDetails": "none",
    "client.toolbarMode": "minimal",
    "global.developmentMode": False,
    "logger.hideWelcomeMessage": True,
    # A collection after every run and a watch on every file cost more than the runs themselves.
    "runner.postScriptGC": False,
    "server.enableStaticServing": False,
    "server.fileWatcherType": "none",
    "server.headless": True,
    "theme.base": "light",
    "theme.primaryColor": STATE_FILLS[CoverageState.SERVED].colour,
    "theme.textColor": INK,
    "theme.secondaryBackgroundColor": "#f4f6f8",
    "theme.font": "sans-serif",
}


def create_app(atlas: Atlas, settings: Settings, pages: Path = PAGES) -> ASGIApp:
    """Return the application; `pages` is the script Streamlit runs for each session.

    Streamlit keeps its configuration in the process, so one process serves one application.
    """
    config.get_config_options(force_reparse=True, options_from_flags=dict(_STREAMLIT_OPTIONS))
    scene = MapScene(atlas, tiles_of(settings))

    @asynccontextmanager
    async def warmed_up(_app: streamlit.App) -> AsyncIterator[None]:
        _warm_up(atlas, scene)
        yield

    shells = _shells()
    return streamlit.App(
        pages,
        routes=[*shell_routes(shells, PAGE_PATHS), *public_routes(atlas, scene)],
        middleware=[
            Middleware(
                Protection, tiles_url=settings.tiles_url, page_scripts=inline_scripts(shells[LANGUAGES[0]])
            ),
            Middleware(CompressedBundle, folder=Path(file_util.get_static_dir()) / "static"),
        ],
        lifespan=warmed_up,
    )


def tiles_of(settings: Settings) -> Tiles | None:
    """Return the base map the installation chose, or none."""
    return Tiles(settings.tiles_url, settings.tiles_attribution) if settings.tiles_url else None


def _shells() -> dict[str, str]:
    """Return the HTML that every page begins with, by language."""
    index = (Path(file_util.get_static_dir()) / "index.html").read_text(encoding="utf-8")
    speakers = [translator(language) for language in LANGUAGES]
    return {t.language: shell_page(index, t.language, t("Map of social services")) for t in speakers}


def _warm_up(atlas: Atlas, scene: MapScene) -> None:
    """Read what every visitor needs, then keep the collector away from what will stay for good."""
    map_assets()
    for language in LANGUAGES:
        base_map(scene, translator(language)).get_root().render()
    atlas.points(PointsQuery(day=date.min))
    # The registry is read into memory for the first question of coverage.
    atlas.coverage(CoverageQuery(next(iter(atlas.services)), today_in_kyiv()))
    gc.collect()
    gc.freeze()
