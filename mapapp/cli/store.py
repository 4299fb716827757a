"""The commands that look after the store of hromadas and providers."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from mapapp.atlas import StoreAtlas
from mapapp.cli.terminal import DatabaseUrl, shown_progress, terminal_translator
from mapapp.first_start import open_ready_store, set_embedded_store_aside
from mapapp.presentation.messages import Translator
from mapapp.settings import read_settings
from mapapp.storage.archive import copy_store, restore_archive, write_archive
from mapapp.storage.engine import sqlite_path
from mapapp.storage.store import open_store
from mapapp.storage.table_content import TableContent

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


@commands.command("backup")
def store_backup(
    file: Annotated[
        Path, typer.Argument(help="The archive to write; an existing file is never overwritten.")
    ],
    database_url: DatabaseUrl = "",
) -> None:
    """Write everything the store holds to a file, confidential places included; readable by you alone."""
    t = terminal_translator()
    with shown_progress(t) as progress:
        store = open_store(read_settings(database_url=database_url).database_url)
        manifest = write_archive(store, file, progress)
    rows = sum(content.rows for content in manifest.tables)
    typer.echo(
        t(
            "Written to {file}: {tables} tables, {rows} rows",
            file=file,
            tables=len(manifest.tables),
            rows=rows,
        )
    )


@commands.command("restore")
def store_restore(
    file: Annotated[Path, typer.Argument(help="An archive of «mapapp store backup».")],
    database_url: DatabaseUrl = "",
) -> None:
    """Put an archive into an empty store, all or nothing, and compare every table with it."""
    t = terminal_translator()
    settings = read_settings(database_url=database_url)
    path = sqlite_path(settings.database_url)
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
    with shown_progress(t) as progress:
        store = open_store(settings.database_url, create=True)
        _tell_tables(t, restore_archive(file, store, progress))


@commands.command("copy")
def store_copy(
    target: Annotated[str, typer.Argument(help="The address of an empty store, such as an empty PostGIS.")],
    database_url: DatabaseUrl = "",
) -> None:
    """Put everything one store holds into another, empty one, and compare both sides table by table."""
    t = terminal_translator()
    with shown_progress(t) as progress:
        source = open_store(read_settings(database_url=database_url).database_url)
        _tell_tables(t, copy_store(source, open_store(target, create=True), progress))


@commands.command("downgrade")
def store_downgrade(
    revision: Annotated[str, typer.Argument(help="The revision to go back to, such as 0002.")],
    database_url: DatabaseUrl = "",
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Take the schema back for an older mapapp; what only the newer one knows is lost: back up first."""
    t = terminal_translator()
    store = open_store(read_settings(database_url=database_url).database_url)
    if not yes:
        typer.confirm(
            t("Go back to revision {revision} and lose what it does not know?", revision=revision), abort=True
        )
    with store.exclusive():
        store.downgrade(revision)
    typer.echo(t("The schema is now that of revision {revision}", revision=revision))


def _tell_tables(t: Translator, tables: Iterable[TableContent]) -> None:
    for content in tables:
        typer.echo(f"{content.table}  {content.rows}  {content.checksum}")
    typer.echo(t("Every table is as it was, by count and checksum"))
