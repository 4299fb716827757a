"""The commands that look after the registry of providers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mapapp.cli.terminal import DatabaseUrl, shown_progress, terminal_translator
from mapapp.first_start import open_ready_store
from mapapp.registry import check_registry_file, load_registry_file
from mapapp.settings import read_settings

commands = typer.Typer(help="The registry of providers.", no_args_is_help=True)

RegistryFile = Annotated[Path, typer.Argument(help="A registry file (YAML).")]


@commands.command("check")
def registry_check(file: RegistryFile, database_url: DatabaseUrl = "") -> None:
    """Check a registry file and list every fault by line; nothing is stored."""
    t = terminal_translator()
    with shown_progress(t) as progress:
        registry = check_registry_file(
            open_ready_store(read_settings(database_url=database_url), progress), file
        )
    typer.echo(t("No fault found; service points: {count}", count=len(registry.points)))


@commands.command("load")
def registry_load(file: RegistryFile, database_url: DatabaseUrl = "") -> None:
    """Replace the registry in the store by a file, all or nothing."""
    t = terminal_translator()
    with shown_progress(t) as progress:
        store = open_ready_store(read_settings(database_url=database_url), progress)
        count = load_registry_file(store, file, progress)
    typer.echo(t("The registry now holds service points: {count}", count=count))
