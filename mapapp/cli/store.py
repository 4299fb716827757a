"""The commands that look after the store of hromadas and providers."""

from __future__ import annotations

import typer

from mapapp.atlas import StoreAtlas
from mapapp.cli.terminal import DatabaseUrl, shown_progress, terminal_translator
from mapapp.first_start import open_ready_store, set_embedded_store_aside
from mapapp.settings import read_settings
from mapapp.storage.store import open_store

commands = typer.Typer(help="The store of hromadas and providers.", no_args_is_help=True)


@commands.command("info")
def store_info(database_url: DatabaseUrl = "") -> None:
    """Say what the store holds."""
    health = StoreAtlas(open_store(read_settings(database_url=database_url).database_url)).health()
    for name in health.__dataclass_fields__:
        typer.echo(f"{name}: {getattr(health, name)}")


@commands.command("build")
def store_build(database_url: DatabaseUrl = "") -> None:
    """Build the store if it is missing or half-built, and bring its schema up to date."""
    t = terminal_translator()
    with shown_progress(t) as progress:
        open_ready_store(read_settings(database_url=database_url), progress).dispose()
    typer.echo(t("The store is ready"))


@commands.command("rebuild")
def store_rebuild() -> None:
    """Move the embedded store aside, damaged or not, and build a new one."""
    t = terminal_translator()
    settings = read_settings()
    kept = set_embedded_store_aside(settings)
    with shown_progress(t) as progress:
        open_ready_store(settings, progress).dispose()
    typer.echo(t("The store is ready; the old one is kept as {file}", file=kept or "–"))
